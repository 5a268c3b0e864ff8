//! Where signing in happens.

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header::ACCEPT};
use http_body_util::Full;
use serde::Deserialize;
use url::{Origin, Url};
use wording::{Text, text};

use crate::{
    Error, ProxyEnvironment, SecretText, Server, ServerWay,
    own::{no_url, unusable},
    tls::Trust,
    web::Web,
};

/// RFC 8414, section 3; served by OpenShift's API server to everybody.
const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// The way of RFC 7636 in which a code is bound to who asked for it.
const S256: &str = "S256";

/// Where signing in happens, by the API server's word.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(super) issuer: Url,
    pub(super) authorize: Url,
    pub(super) token: Url,
}

impl Endpoints {
    /// The servers that are signed in at, without this one: none, one, or two.
    pub(crate) fn others(&self, server: &Uri) -> Vec<Uri> {
        let own = origin_of(server);
        let mut origins = vec![self.authorize.origin(), self.token.origin()];
        origins.dedup();
        let others = origins.into_iter().filter(|origin| Some(origin) != own.as_ref());
        others.filter_map(|origin| origin.ascii_serialization().parse().ok()).collect()
    }
}

fn origin_of(server: &Uri) -> Option<Origin> {
    Url::parse(&server.to_string()).map(|url| url.origin()).ok()
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
}

/// Asks the API server where signing in happens.
///
/// # Errors
/// [`Error::NotOpenShift`] where it does not say; [`Error::SignIn`] where what it says cannot be used; and of any request
/// [`Error::Unreachable`], [`Error::Proxy`], [`Error::Untrusted`], [`Error::CertificateChanged`].
pub(crate) async fn discover(web: &Web) -> Result<Endpoints, Error> {
    let server = web.server().to_owned();
    let request = Request::get(format!("{server}{WELL_KNOWN}")).header(ACCEPT, "application/json");
    let request = request
        .body(Full::<Bytes>::default())
        .map_err(|_| Error::BadServer { server: server.clone(), reason: no_url() })?;
    let answer = web.send(request).await?;
    let not_openshift = |reason: Text| Error::NotOpenShift { server: server.clone(), reason };
    match answer.status {
        StatusCode::OK => {}
        // Kubernetes answers those who are not signed in 401 or 403 whatever they ask for.
        StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return Err(not_openshift(text!("it does not describe any", "er beschreibt keine")));
        }
        status => {
            let reason = text!(
                "it could not say where ({status}); try again later",
                "er konnte nicht sagen, wo ({status}); versuchen Sie es später erneut"
            );
            return Err(Error::SignIn { server, reason });
        }
    }
    let metadata: Metadata = serde_json::from_slice(&answer.body).map_err(|_| {
        not_openshift(text!(
            "what it answers is not a description of a sign-in; check the address",
            "was er antwortet, beschreibt keine Anmeldung; prüfen Sie die Adresse"
        ))
    })?;
    let unusable = |reason: Text| Error::SignIn { server: server.clone(), reason };
    let url = |text: &str| {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host());
        url.ok_or_else(|| {
            unusable(text!(
                "the cluster names an address for signing in that is not an https:// URL",
                "der Cluster nennt zur Anmeldung eine Adresse, die keine URL mit https:// ist"
            ))
        })
    };
    if !metadata.code_challenge_methods_supported.iter().any(|method| method == S256) {
        return Err(unusable(text!(
            "the cluster's sign-in is too old to be safe (it knows no PKCE); use a token",
            "die Anmeldung des Clusters ist zu alt, um sicher zu sein (ohne PKCE); verwenden Sie ein Token"
        )));
    }
    Ok(Endpoints {
        issuer: url(&metadata.issuer)?,
        authorize: url(&metadata.authorization_endpoint)?,
        token: url(&metadata.token_endpoint)?,
    })
}

/// A server that is signed in to, and what its word counts for.
pub(super) struct Place {
    pub(super) endpoints: Endpoints,
    server: Uri,
    trust: Trust,
    way: ServerWay,
    proxies: ProxyEnvironment,
}

impl Place {
    /// # Errors
    /// As of [`discover`]; [`Error::BadServer`], [`Error::BadAuthority`].
    pub(super) async fn find(server: &Server, proxies: &ProxyEnvironment) -> Result<Self, Error> {
        let uri = server.uri()?;
        let trust = server.trust.load().await?;
        let check = trust.check().map_err(|error| unusable(&error))?;
        let way = server.way.clone();
        let web = Web::new(&uri, check, &trust, way.proxy(&uri, proxies)?, way.name.as_deref(), None)?;
        let endpoints = discover(&web).await?;
        Ok(Self { endpoints, server: uri, trust, way, proxies: proxies.clone() })
    }

    /// Requests to the host of one of the endpoints. The secret is kept out of errors.
    pub(super) fn web(&self, endpoint: &Url, secret: Option<&SecretText>) -> Result<Web, Error> {
        let origin = endpoint.origin().ascii_serialization();
        let uri: Uri = origin.parse().map_err(|_| Error::SignIn {
            server: origin.clone(),
            reason: text!(
                "the cluster names an address for signing in that cannot be used",
                "der Cluster nennt zur Anmeldung eine Adresse, die nicht verwendbar ist"
            ),
        })?;
        let check = self.trust.check_or_system().map_err(|error| unusable(&error))?;
        // The name that a kubeconfig has the API server prove is not that of another.
        let name = self.way.name.as_deref().filter(|_| origin_of(&self.server) == Some(endpoint.origin()));
        Web::new(&uri, check, &self.trust, self.way.proxy(&uri, &self.proxies)?, name, secret)
    }
}
