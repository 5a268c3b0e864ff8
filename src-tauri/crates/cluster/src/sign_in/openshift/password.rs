//! With a name and a password: the challenge flow (library-go `pkg/oauth/tokenrequest/request_token.go`).

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderValue, Request, StatusCode,
    header::{AUTHORIZATION, LOCATION, WARNING, WWW_AUTHENTICATE},
};
use http_body_util::Full;
use secrecy::zeroize::Zeroizing;
use url::Url;
use wording::{Text, text};

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
    let failed = |reason: Text| Error::SignIn { server: web.server().to_owned(), reason };
    let mut url = grant.authorize_url(authorize);
    let mut challenged = false;
    let mut visited = HashSet::new();
    for _ in 0..=MOST_REDIRECTS {
        let mut request = Request::get(url.as_str()).header(CSRF, "1");
        if challenged {
            request = request.header(AUTHORIZATION, basic.clone());
        }
        let request = request.body(Full::<Bytes>::default()).map_err(|_| {
            failed(text!(
                "it sends to an address that cannot be used",
                "er schickt zu einer Adresse, die nicht verwendbar ist"
            ))
        })?;
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
                let next = url.join(location).map_err(|_| {
                    failed(text!(
                        "it sends to an address that cannot be used",
                        "er schickt zu einer Adresse, die nicht verwendbar ist"
                    ))
                })?;
                if grant.is_redirect(&next) {
                    return match grant.outcome(next.query().unwrap_or_default()) {
                        Outcome::Code(code) => Ok(code),
                        Outcome::Refused(words) => Err(failed(words.map(|words| web.clean(words)))),
                        Outcome::Stranger => Err(failed(text!(
                            "its answer belongs to another sign-in",
                            "seine Antwort gehört zu einer anderen Anmeldung"
                        ))),
                    };
                }
                // The password goes nowhere that the cluster did not name.
                if next.origin() != authorize.origin() {
                    let host = next.host_str().map(|host| Text::verbatim(web.clean(host)));
                    let place = host.unwrap_or_else(|| text!("another place", "einem anderen Ort"));
                    return Err(Error::NoPasswordSignIn {
                        server: web.server().to_owned(),
                        reason: text!(
                            "it sends to {place} to sign in; sign in with the browser instead",
                            "er schickt zur Anmeldung zu {place}; melden Sie sich stattdessen mit dem Browser an"; place
                        ),
                    });
                }
                if !visited.insert(next.clone()) {
                    return Err(failed(text!("it sends around in a circle", "er schickt im Kreis herum")));
                }
                url = next;
            }
            StatusCode::OK => {
                return Err(failed(text!(
                    "it shows a page instead of answering, as the sign-in page of a network does; try the browser",
                    "er zeigt eine Seite, statt zu antworten, wie es die Anmeldeseite eines Netzes tut; versuchen Sie es mit dem Browser"
                )));
            }
            status => return Err(failed(text!("it answers {status}", "er antwortet {status}"))),
        }
    }
    Err(failed(text!(
        "it sends elsewhere more than {MOST_REDIRECTS} times",
        "er schickt mehr als {MOST_REDIRECTS} Mal woandershin"
    )))
}

/// RFC 7617.
fn basic(user: &str, password: &SecretText) -> Result<HeaderValue, Error> {
    let bad = |reason: Text| Error::BadCredentials { reason };
    if user.is_empty() {
        return Err(bad(text!("the user name is empty", "der Benutzername ist leer")));
    }
    if password.is_empty() {
        return Err(bad(text!("the password is empty", "das Passwort ist leer")));
    }
    if user.contains(':') || user.chars().any(char::is_control) {
        return Err(bad(text!(
            "a user name for OpenShift's sign-in cannot have a colon in it",
            "ein Benutzername für die OpenShift-Anmeldung darf keinen Doppelpunkt enthalten"
        )));
    }
    let plain = Zeroizing::new(format!("{user}:{}", password.expose()));
    let encoded = Zeroizing::new(STANDARD.encode(&*plain));
    let text = Zeroizing::new(format!("Basic {}", *encoded));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        bad(text!(
            "the user name or password cannot be sent",
            "Benutzername oder Passwort lässt sich nicht senden"
        ))
    })?;
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
            text!(
                "it wants {scheme} only; sign in with the browser, or with a token",
                "er verlangt {scheme}; melden Sie sich mit dem Browser oder mit einem Token an"
            )
        }
        // What OpenShift says where only pages are configured (oauth-server `placeholderchallenger`).
        _ => match answer.header(WARNING) {
            Some(warning) => {
                let warning = web.clean(warning);
                text!("{warning}; sign in with the browser", "{warning}; melden Sie sich mit dem Browser an")
            }
            None => text!(
                "it signs in by its own page only; sign in with the browser",
                "er meldet nur auf seiner eigenen Seite an; melden Sie sich mit dem Browser an"
            ),
        },
    };
    Error::NoPasswordSignIn { server: web.server().to_owned(), reason }
}
