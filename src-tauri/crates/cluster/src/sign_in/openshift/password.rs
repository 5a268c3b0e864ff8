//! With a name and a password: the challenge flow (library-go `pkg/oauth/tokenrequest/request_token.go`).

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderValue, Request, StatusCode,
    header::{AUTHORIZATION, LOCATION, WARNING, WWW_AUTHENTICATE},
};
use http_body_util::Full;
use url::Url;

use super::{
    endpoints::Place,
    grant::{Grant, Outcome},
};
use crate::{
    Credentials, Error, ProxyEnvironment, SecretText, Server,
    web::{Answer, Web},
};

/// The OAuth client that OpenShift has for signing in without a browser.
const CLIENT: &str = "openshift-challenging-client";

/// Says that this is no browser that was tricked into asking (oauth-server `password_auth_handler.go`).
const CSRF: &str = "X-CSRF-Token";

/// Redirects that are followed before the one that answers; OpenShift itself needs none.
const MOST_REDIRECTS: usize = 10;

/// Signs in with a name and a password, as `oc login -u` does. The password is sent to the cluster's sign-in server alone,
/// and not kept.
///
/// # Errors
/// [`Error::WrongPassword`], [`Error::NoPasswordSignIn`], [`Error::NotOpenShift`], [`Error::SignIn`],
/// [`Error::BadCredentials`]; and of any connection [`Error::BadServer`], [`Error::BadAuthority`],
/// [`Error::Unreachable`], [`Error::Proxy`], [`Error::Untrusted`] (which names the sign-in server where that is another
/// one), [`Error::CertificateChanged`].
pub async fn sign_in_with_password(
    server: &Server,
    user: &str,
    password: SecretText,
    proxies: &ProxyEnvironment,
) -> Result<Credentials, Error> {
    let basic = basic(user, &password)?;
    let place = Place::find(server, proxies).await?;
    let authorize = &place.endpoints.authorize;
    let web = place.web(authorize, Some(&password))?;
    let redirect = format!("{}/oauth/token/implicit", place.endpoints.issuer.as_str().trim_end_matches('/'));
    let grant = Grant::new(CLIENT, redirect);
    let code = ask(&web, &grant, authorize, basic).await?;
    let mut credentials = grant.exchange(&place, &code).await?;
    credentials.user = Some(user.to_owned());
    Ok(credentials)
}

/// Gets the code.
async fn ask(web: &Web, grant: &Grant, authorize: &Url, basic: HeaderValue) -> Result<SecretText, Error> {
    let failed = |reason: String| Error::SignIn { server: web.server().to_owned(), reason };
    let mut url = grant.authorize_url(authorize);
    let mut challenged = false;
    let mut visited = HashSet::new();
    for _ in 0..=MOST_REDIRECTS {
        let mut request = Request::get(url.as_str()).header(CSRF, "1");
        if challenged {
            request = request.header(AUTHORIZATION, basic.clone());
        }
        let request = request
            .body(Full::<Bytes>::default())
            .map_err(|_| failed("it sends to an address that cannot be used".to_owned()))?;
        let answer = web.send(request).await?;
        match answer.status {
            StatusCode::UNAUTHORIZED if challenged => {
                return Err(Error::WrongPassword { server: web.server().to_owned() });
            }
            StatusCode::UNAUTHORIZED if offers_basic(&answer) => {
                challenged = true;
                // With other headers the same addresses may be asked again.
                visited.clear();
            }
            StatusCode::UNAUTHORIZED => return Err(no_password(web, &answer)),
            status if status.is_redirection() => {
                let location = answer.header(LOCATION).unwrap_or_default();
                let next = url
                    .join(location)
                    .map_err(|_| failed("it sends to an address that cannot be used".to_owned()))?;
                if grant.is_redirect(&next) {
                    return match grant.outcome(next.query().unwrap_or_default()) {
                        Outcome::Code(code) => Ok(code),
                        Outcome::Refused(words) => Err(failed(web.clean(&words))),
                        Outcome::Stranger => Err(failed("its answer belongs to another sign-in".to_owned())),
                    };
                }
                // The password goes nowhere that the cluster did not name.
                if next.origin() != authorize.origin() {
                    return Err(Error::NoPasswordSignIn {
                        server: web.server().to_owned(),
                        reason: format!(
                            "it sends to {} to sign in; sign in with the browser instead",
                            web.clean(next.host_str().unwrap_or("another place"))
                        ),
                    });
                }
                if !visited.insert(next.clone()) {
                    return Err(failed("it sends around in a circle".to_owned()));
                }
                url = next;
            }
            StatusCode::OK => {
                return Err(failed(
                    "it shows a page instead of answering, as the sign-in page of a network does; try the browser"
                        .to_owned(),
                ));
            }
            status => return Err(failed(format!("it answers {status}"))),
        }
    }
    Err(failed(format!("it sends elsewhere more than {MOST_REDIRECTS} times")))
}

/// RFC 7617.
fn basic(user: &str, password: &SecretText) -> Result<HeaderValue, Error> {
    let bad = |reason: &str| Error::BadCredentials { reason: reason.to_owned() };
    if user.is_empty() {
        return Err(bad("the user name is empty"));
    }
    if password.is_empty() {
        return Err(bad("the password is empty"));
    }
    if user.contains(':') || user.chars().any(char::is_control) {
        return Err(bad("a user name for OpenShift's sign-in cannot have a colon in it"));
    }
    let encoded = STANDARD.encode(format!("{user}:{}", password.expose()));
    let mut value = HeaderValue::try_from(format!("Basic {encoded}"))
        .map_err(|_| bad("the user name or password cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn offers_basic(answer: &Answer) -> bool {
    schemes(answer).any(|scheme| scheme.eq_ignore_ascii_case("basic"))
}

fn schemes(answer: &Answer) -> impl Iterator<Item = &str> {
    let values = answer.headers.get_all(WWW_AUTHENTICATE).iter();
    values.filter_map(|value| value.to_str().ok()?.split([' ', ',']).next())
}

fn no_password(web: &Web, answer: &Answer) -> Error {
    let reason = match schemes(answer).next() {
        Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("it wants {scheme} only; sign in with the browser, or with a token")
        }
        // What OpenShift says where only pages are configured (oauth-server `placeholderchallenger`).
        _ => match answer.header(WARNING) {
            Some(warning) => format!("{}; sign in with the browser", web.clean(warning)),
            None => "it signs in by its own page only; sign in with the browser".to_owned(),
        },
    };
    Error::NoPasswordSignIn { server: web.server().to_owned(), reason }
}
