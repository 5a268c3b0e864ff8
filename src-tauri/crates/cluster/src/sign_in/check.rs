//! Whether a server takes credentials, and as whom.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, header::CONTENT_TYPE};
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wording::{Text, text};

use crate::{Cluster, Credentials, Error, ProxyEnvironment, Server, connect_own};

/// `authentication.k8s.io/v1`, since Kubernetes 1.28.
const REVIEW: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const OPENSHIFT_USER: &str = "/apis/user.openshift.io/v1/users/~";
const ACCESS_REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const OWN_TOKENS: &str = "/apis/oauth.openshift.io/v1/useroauthaccesstokens";

/// The name under which a server knows whoever is not signed in (apiserver `user.Anonymous`).
const ANONYMOUS: &str = "system:anonymous";

/// What the tokens of OpenShift since 4.6 begin with.
const SHA256: &str = "sha256~";

/// As whom a server knows a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name; absent where the server does not tell it.
    pub user: Option<String>,
    /// When the credentials expire, where it can be known.
    pub expires_at: Option<SystemTime>,
}

/// Asks the server whether it takes these credentials, and as whom.
///
/// # Errors
/// [`Error::Unauthorized`] where it does not; as of [`connect_own`](crate::connect_own) and of any request otherwise.
pub async fn check(
    server: &Server,
    credentials: &Credentials,
    proxies: &ProxyEnvironment,
) -> Result<Account, Error> {
    let cluster = connect_own(server, Some(credentials), None, proxies).await?;
    let mut expires_at = credentials.expires_at();
    let user = who(&cluster).await?;
    if expires_at.is_none() {
        expires_at = openshift_expiry(&cluster, credentials).await;
    }
    Ok(Account { user: user.or_else(|| credentials.user().map(str::to_owned)), expires_at })
}

/// The name of the user. `None` where the server takes the credentials without telling.
///
/// # Errors
/// [`Error::Unauthorized`], also where the server takes the person for nobody; and of any request.
pub(crate) async fn who(cluster: &Cluster) -> Result<Option<String>, Error> {
    match ask(
        cluster,
        REVIEW,
        Some(json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})),
    )
    .await
    {
        Ok(review) => return named(review["status"]["userInfo"]["username"].as_str()),
        Err(Error::Forbidden { message, .. }) => return forbidden(&message),
        // Servers before Kubernetes 1.28 do not know it.
        Err(Error::Api { status: 404 | 405, .. }) => {}
        Err(error) => return Err(error),
    }
    match ask(cluster, OPENSHIFT_USER, None).await {
        Ok(user) => return named(user["metadata"]["name"].as_str()),
        Err(Error::Forbidden { message, .. }) => return forbidden(&message),
        Err(Error::Api { status: 404 | 405, .. }) => {}
        Err(error) => return Err(error),
    }
    // What everybody who is signed in may ask, since Kubernetes 1.6.
    let spec = json!({"resourceAttributes": {"verb": "get", "resource": "pods"}});
    let review =
        json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec});
    match ask(cluster, ACCESS_REVIEW, Some(review)).await {
        Ok(_) => Ok(None),
        Err(Error::Forbidden { message, .. }) => forbidden(&message),
        Err(error) => Err(error),
    }
}

/// Being forbidden to ask is as good as an answer, unless it is nobody who is forbidden.
fn forbidden(message: &str) -> Result<Option<String>, Error> {
    if message.contains(ANONYMOUS) { Err(nobody()) } else { Ok(None) }
}

fn named(user: Option<&str>) -> Result<Option<String>, Error> {
    match user {
        Some(ANONYMOUS) => Err(nobody()),
        user => Ok(user.filter(|user| !user.is_empty()).map(str::to_owned)),
    }
}

fn nobody() -> Error {
    Error::Unauthorized {
        message: text!(
            "it takes you for {ANONYMOUS}, which is anybody who is not signed in",
            "er hält Sie für {ANONYMOUS}, also für jemanden, der nicht angemeldet ist"
        ),
    }
}

/// When OpenShift lets a token expire: everybody may look at their own (oauth-apiserver `useroauthaccesstokens`).
async fn openshift_expiry(cluster: &Cluster, credentials: &Credentials) -> Option<SystemTime> {
    let secret = credentials.bearer()?.expose().strip_prefix(SHA256)?;
    // Tokens are stored by the hash of what follows the prefix (library-go `oauth.TokenToObjectName`), which is no secret.
    let name = format!("{SHA256}{}", URL_SAFE_NO_PAD.encode(Sha256::digest(secret)));
    let token = ask(cluster, &format!("{OWN_TOKENS}/{name}"), None).await.ok()?;
    let created: Timestamp = token["metadata"]["creationTimestamp"].as_str()?.parse().ok()?;
    let lives = token["expiresIn"].as_u64().filter(|seconds| *seconds > 0)?;
    SystemTime::from(created).checked_add(Duration::from_secs(lives))
}

async fn ask(cluster: &Cluster, path: &str, body: Option<Value>) -> Result<Value, Error> {
    let request = match body {
        Some(body) => {
            Request::post(path).header(CONTENT_TYPE, "application/json").body(body.to_string().into_bytes())
        }
        None => Request::get(path).body(Vec::new()),
    };
    let request = request.map_err(|error| Error::Other { message: Text::verbatim(error.to_string()) })?;
    cluster
        .ask(
            &text!("see as whom you are signed in", "sehen, als wer Sie angemeldet sind"),
            cluster.client().request::<Value>(request),
        )
        .await
}
