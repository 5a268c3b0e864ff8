//! Users with the `auth-provider` `oidc`, whose expired `id-token` kube renews with the `refresh-token`.
//!
//! As kube does it: the identity provider is asked directly, without a proxy, and has to be trusted by the system's
//! authorities (its `idp-certificate-authority` does not count); nothing is written to the kubeconfig, so a refresh token
//! that the identity provider replaces is known only as long as the connection to the cluster is.

use std::{future::ready, time::Duration};

use futures::future::BoxFuture;
use http::{Request, Response};
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
    BoxError, Layer as _, ServiceExt as _,
    filter::{AsyncFilterLayer, AsyncPredicate},
    service_fn,
    util::BoxCloneSyncService,
};
use wording::{Text, text};

use crate::{
    Error,
    causes::{causes, find, io_words},
    redaction::plain_url,
    tls::certificate_words,
};

/// Time for renewing, which takes up to three requests. Shorter than that for an answer of the API server, which would be
/// blamed otherwise; kube itself waits without end.
const LIMIT: Duration = Duration::from_secs(15);

const PROVIDER: &str = "oidc";
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
    /// kube's own, which gives the request back.
    signer: BoxCloneSyncService<Request<Body>, Response<Request<Body>>, BoxError>,
    issuer: String,
}

/// What signs the requests of such a user; nothing for others.
///
/// # Errors
/// kube's, where the user's definition makes no sense.
pub(crate) fn layer(config: &Config) -> kube::Result<Option<AsyncFilterLayer<Signer>>> {
    if config.auth_info.auth_provider.as_ref().is_none_or(|provider| provider.name != PROVIDER) {
        return Ok(None);
    }
    let give_back = service_fn(|request| ready(Ok::<_, BoxError>(Response::new(request))));
    let signer = config.auth_layer()?.map(|layer| Signer {
        signer: BoxCloneSyncService::new(layer.layer(give_back)),
        issuer: issuer(&config.auth_info),
    });
    Ok(signer.map(AsyncFilterLayer::new))
}

impl AsyncPredicate<Request<Body>> for Signer {
    type Future = BoxFuture<'static, Result<Request<Body>, BoxError>>;
    type Request = Request<Body>;

    fn check(&mut self, request: Request<Body>) -> Self::Future {
        let Self { signer, issuer } = self.clone();
        Box::pin(async move {
            match timeout(LIMIT, signer.oneshot(request)).await {
                Ok(signed) => signed.map(Response::into_body),
                Err(_) => {
                    let seconds = LIMIT.as_secs();
                    let reason =
                        text!("no answer within {seconds} s", "keine Antwort innerhalb von {seconds} s");
                    Err(Error::Unreachable { server: issuer, reason }.into())
                }
            }
        })
    }
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
                "the id-token has expired, and the identity provider {issuer} refuses to renew it",
                "das id-token ist abgelaufen, und der Identitätsanbieter {issuer} weigert sich, es zu erneuern"
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
