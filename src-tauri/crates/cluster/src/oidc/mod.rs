//! Users with the `auth-provider` `oidc`, whose expired `id-token` kube renews with the `refresh-token`.
//!
//! As kube does it: the identity provider is asked directly, without a proxy, and has to be trusted by the system's
//! authorities (its `idp-certificate-authority` does not count); nothing is written to the kubeconfig, so a refresh token
//! that the identity provider replaces is known only as long as Culvert runs.

mod renewals;

use std::{
    future::ready,
    time::{Duration, SystemTime},
};

use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use kube::{
    Config,
    client::{
        Body, ConfigExt as _,
        oidc_errors::{Error as OidcError, RefreshError, RefreshInitError},
    },
    config::AuthInfo,
};
use tokio::time::timeout;
use tower::{
    BoxError, Layer as _,
    filter::{AsyncFilterLayer, AsyncPredicate},
    service_fn,
};
use wording::{Text, text};

use crate::{
    Error,
    causes::{causes, find, io_words},
    expiry,
    redaction::plain_url,
    tls::certificate_words,
};

pub(crate) use renewals::Renewals;
use renewals::{LIMIT, Renewal, Signing};

/// As kube has it: a token is renewed this long before it expires, so that it is still good when a request arrives.
const EARLY: Duration = Duration::from_secs(10);

const PROVIDER: &str = "oidc";
const ID_TOKEN: &str = "id-token";
const ISSUER: &str = "idp-issuer-url";
const CLIENT_SECRET: &str = "client-secret";

/// kube renews nothing without a client secret, which many clients do not have (RFC 6749, 2.1: public ones). kubectl takes it
/// for empty.
pub(crate) fn allow_public_client(user: &mut AuthInfo) {
    if let Some(provider) = user.auth_provider.as_mut().filter(|provider| provider.name == PROVIDER) {
        provider.config.entry(CLIENT_SECRET.to_owned()).or_default();
    }
}

/// Adds the header `Authorization` to each request, with a token that has not expired.
#[derive(Clone)]
pub(crate) struct Signer {
    /// The header with the kubeconfig's own token, and when that expires.
    own: Option<(HeaderValue, SystemTime)>,
    renewal: Renewal,
    issuer: String,
}

/// What signs the requests of such a user; nothing for others. Blocks: reads the system's authorities.
///
/// # Errors
/// kube's, where the user's definition makes no sense.
pub(crate) fn layer(config: &Config, renewals: &Renewals) -> kube::Result<Option<AsyncFilterLayer<Signer>>> {
    Ok(Signer::new(config, renewals)?.map(AsyncFilterLayer::new))
}

impl Signer {
    fn new(config: &Config, renewals: &Renewals) -> kube::Result<Option<Self>> {
        let user = &config.auth_info;
        let Some(provider) = user.auth_provider.as_ref().filter(|provider| provider.name == PROVIDER) else {
            return Ok(None);
        };
        let give_back = service_fn(|request| ready(Ok::<_, BoxError>(Response::new(request))));
        let make = || {
            Ok::<_, kube::Error>(match config.auth_layer()? {
                Some(layer) => Signing::new(layer.layer(give_back)),
                // Never for such a user.
                None => Signing::new(give_back),
            })
        };
        let renewal = renewals.of(provider, make)?;
        let own = provider.config.get(ID_TOKEN).and_then(|token| own(token));
        Ok(Some(Self { own, renewal, issuer: issuer(user) }))
    }
}

impl AsyncPredicate<Request<Body>> for Signer {
    type Future = BoxFuture<'static, Result<Request<Body>, BoxError>>;
    type Request = Request<Body>;

    fn check(&mut self, mut request: Request<Body>) -> Self::Future {
        let Self { own, renewal, issuer } = self.clone();
        Box::pin(async move {
            let own = own.filter(|(_, expires)| SystemTime::now() + EARLY < *expires);
            let header = match own {
                Some((header, _)) => Some(header),
                None => match timeout(LIMIT, renewal.header()).await {
                    Ok(Ok(header)) => header?,
                    Ok(Err(_)) | Err(_) => return Err(silent(issuer).into()),
                },
            };
            request.headers_mut().extend(header.map(|header| (AUTHORIZATION, header)));
            Ok(request)
        })
    }
}

/// What the kubeconfig's own token makes of requests, where it says when it expires.
fn own(id_token: &str) -> Option<(HeaderValue, SystemTime)> {
    let expires = expiry::of_token(id_token).expires_at?;
    let mut header = HeaderValue::try_from(format!("Bearer {id_token}")).ok()?;
    header.set_sensitive(true);
    Some((header, expires))
}

fn silent(issuer: String) -> Error {
    let seconds = LIMIT.as_secs();
    let reason = text!("no answer within {seconds} s", "keine Antwort innerhalb von {seconds} s");
    Error::Unreachable { server: issuer, reason }
}

/// The identity provider's URL, without credentials; empty where the user has none.
pub(crate) fn issuer(user: &AuthInfo) -> String {
    let provider = user.auth_provider.as_ref().filter(|provider| provider.name == PROVIDER);
    provider.and_then(|provider| provider.config.get(ISSUER)).map(|url| plain_url(url)).unwrap_or_default()
}

/// Why there is no token; `broken` makes an error of the kubeconfig.
pub(crate) fn failure(error: &OidcError, issuer: &str, broken: impl Fn(Text) -> Error) -> Error {
    match error {
        OidcError::IdTokenMissing => broken(text!(
            "the user's auth-provider oidc has no id-token",
            "der auth-provider oidc des Benutzers hat kein id-token"
        )),
        OidcError::IdToken(_) => broken(text!(
            "the id-token of the user's auth-provider oidc is not a JWT",
            "das id-token des auth-provider oidc des Benutzers ist kein JWT"
        )),
        OidcError::RefreshInit(RefreshInitError::MissingField(field)) => Error::Unauthorized {
            message: text!(
                "the id-token has expired, and the user's auth-provider oidc has no {field} to renew it with",
                "das id-token ist abgelaufen, und dem auth-provider oidc des Benutzers fehlt {field}, um es zu erneuern"
            ),
        },
        OidcError::RefreshInit(_) => Error::Untrusted { server: issuer.to_owned(), reason: no_authorities() },
        OidcError::Refresh(error) => refusal(error, issuer, broken),
    }
}

fn refusal(error: &RefreshError, issuer: &str, broken: impl Fn(Text) -> Error) -> Error {
    let unreachable = |reason| Error::Unreachable { server: issuer.to_owned(), reason };
    let chain = causes(error);
    match error {
        RefreshError::InvalidURI(_) => broken(text!(
            "idp-issuer-url of the user's auth-provider oidc is not a URL",
            "idp-issuer-url des auth-provider oidc des Benutzers ist keine URL"
        )),
        RefreshError::HyperError(_) | RefreshError::HyperUtilError(_) => match find(&chain) {
            Some(rustls::Error::InvalidCertificate(reason)) => Error::Untrusted {
                server: issuer.to_owned(),
                reason: text!(
                    "{why} (only the authorities of this computer count for an identity provider)",
                    "{why} (bei einem Identitätsanbieter zählen nur die Zertifizierungsstellen dieses Computers)";
                    why = certificate_words(reason)
                ),
            },
            _ => unreachable(io_words(&chain)),
        },
        RefreshError::RequestFailed(status) if status.is_server_error() => {
            let status = status.as_u16();
            unreachable(text!("it answers with HTTP {status}", "er antwortet mit HTTP {status}"))
        }
        RefreshError::RequestFailed(_) | RefreshError::AuthorizationFailure => Error::Unauthorized {
            message: text!(
                "the id-token has expired, and the identity provider {issuer} refuses to renew it. Where each refresh-token is good for once only, another program may have used yours",
                "das id-token ist abgelaufen, und der Identitätsanbieter {issuer} weigert sich, es zu erneuern. Wo jedes refresh-token nur einmal gilt, hat vielleicht ein anderes Programm Ihres verbraucht"
            ),
        },
        _ => unreachable(text!(
            "its answer is not one of OpenID Connect",
            "seine Antwort ist keine von OpenID Connect"
        )),
    }
}

fn no_authorities() -> Text {
    text!(
        "this computer knows no certificate authorities",
        "dieser Computer kennt keine Zertifizierungsstellen"
    )
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use kube::config::AuthProviderConfig;

    use super::*;

    /// What another program renewed and wrote to the kubeconfig counts, though nobody can renew it here.
    #[tokio::test]
    async fn a_token_of_the_kubeconfig_that_is_good_is_sent_as_it_is() {
        let jwt = |end: u64| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{end}}}")));
        let (expired, good) = (jwt(1_577_836_800), jwt(4_102_444_800));
        let renewals = Renewals::default();
        let sign = async |id_token: &str| {
            let fields = [
                (ID_TOKEN, id_token),
                (ISSUER, "https://127.0.0.1:1"),
                ("client-id", "me"),
                ("refresh-token", "secret"),
                (CLIENT_SECRET, ""),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let mut config = Config::new("https://127.0.0.1:1".parse().unwrap());
            config.auth_info.auth_provider = Some(AuthProviderConfig {
                name: PROVIDER.to_owned(),
                config: fields.into(),
                ..AuthProviderConfig::default()
            });
            let mut signer = Signer::new(&config, &renewals).unwrap().unwrap();
            signer.check(Request::new(Body::empty())).await
        };
        assert!(sign(&expired).await.is_err());
        let signed = sign(&good).await.unwrap();
        assert_eq!(signed.headers()[AUTHORIZATION], format!("Bearer {good}"));
        assert!(signed.headers()[AUTHORIZATION].is_sensitive());
        assert!(sign(&expired).await.is_err());
    }
}
