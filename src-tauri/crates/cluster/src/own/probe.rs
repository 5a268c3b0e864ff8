//! A look at a server before anything about it is trusted.

use std::{sync::Arc, time::SystemTime};

use http::{Request, Uri};
use http_body_util::Full;
use wording::Text;

use super::{Server, ServerWay, certificate, trust::unusable};
use crate::{
    Error, ProxyEnvironment, SignInWay,
    sign_in::openshift,
    tls::{Recorder, Trust},
    web::Web,
};

/// What was found where a server is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFinding {
    /// The certificate it shows; absent without TLS.
    pub certificate: Option<ServerCertificate>,
    /// Whether it offers OpenShift's sign-in (`/.well-known/oauth-authorization-server`).
    pub openshift: bool,
    /// The certificate of the server that OpenShift's sign-in happens at, where that is another one: OpenShift has a host
    /// of its own for it, whose certificate is the router's. Of several the one that is not trusted. Looked at only once
    /// the server's own certificate is trusted; absent where the other one cannot be reached.
    pub sign_in_server: Option<SignInServer>,
    /// The ways of signing in that make sense, the likeliest first.
    pub ways: Vec<SignInWay>,
}

/// The server that signing in happens at, and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInServer {
    /// Its URL, without a path.
    pub url: String,
    /// Its certificate. The system's word counts for it beside the person's.
    pub certificate: ServerCertificate,
}

/// A server's certificate, for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The host names and addresses it is for.
    pub names: Vec<String>,
    /// From when it is valid.
    pub not_before: SystemTime,
    /// Until when.
    pub not_after: SystemTime,
    /// SHA-256 of the DER, hexadecimal in lower case without separators: what
    /// [`ServerTrust::Pinned`](crate::ServerTrust::Pinned) takes.
    pub sha256: String,
    /// Why it is not trusted by what was to be trusted, continuing "the certificate is not trusted: "; absent where it is.
    pub distrust: Option<Text>,
}

/// Looks at a server. No credentials are sent, and nothing that it says is trusted.
///
/// # Errors
/// [`Error::BadServer`], [`Error::BadAuthority`], [`Error::Unreachable`], [`Error::Proxy`].
pub async fn probe(server: &Server, proxies: &ProxyEnvironment) -> Result<ServerFinding, Error> {
    let uri = server.uri()?;
    let trust = server.trust.load().await?;
    let judge = trust.check().map_err(|error| unusable(&error))?;
    let recorder = Arc::new(Recorder::new(judge));
    let (way, name) = (&server.way, server.way.name.as_deref());
    let web = Web::new(&uri, Arc::clone(&recorder) as _, &trust, way.proxy(&uri, proxies)?, name, None)?;
    let offer = openshift::discover(&web).await;
    let certificate = recorder.shown().map(|shown| certificate::read(&shown));
    let endpoints = match offer {
        Ok(endpoints) => Some(endpoints),
        Err(Error::NotOpenShift { .. } | Error::SignIn { .. }) => None,
        Err(error) => return Err(error),
    };
    let openshift = endpoints.is_some();
    // Nobody is sent anywhere by a server that is not trusted.
    let is_trusted = certificate.as_ref().is_some_and(|certificate| certificate.distrust.is_none());
    let sign_in_server = match endpoints {
        Some(endpoints) if is_trusted => look_at_others(&endpoints.others(&uri), &trust, way, proxies).await,
        _ => None,
    };
    let ways = if openshift {
        vec![SignInWay::Browser, SignInWay::Password, SignInWay::Token, SignInWay::Certificate]
    } else {
        vec![SignInWay::Token, SignInWay::Certificate]
    };
    Ok(ServerFinding { certificate, openshift, sign_in_server, ways })
}

/// The first of these servers whose certificate is not trusted, else the first that shows one.
async fn look_at_others(
    others: &[Uri],
    trust: &Trust,
    way: &ServerWay,
    proxies: &ProxyEnvironment,
) -> Option<SignInServer> {
    let mut first = None;
    for other in others {
        let Some(found) = look_at(other, trust, way, proxies).await else { continue };
        if found.certificate.distrust.is_some() {
            return Some(found);
        }
        first = first.or(Some(found));
    }
    first
}

/// What a server shows that is signed in at; one that cannot be reached is told of when it is signed in to.
async fn look_at(
    server: &Uri,
    trust: &Trust,
    way: &ServerWay,
    proxies: &ProxyEnvironment,
) -> Option<SignInServer> {
    let recorder = Arc::new(Recorder::new(trust.check_or_system().ok()?));
    let proxy = way.proxy(server, proxies).ok()?;
    let web = Web::new(server, Arc::clone(&recorder) as _, trust, proxy, None, None).ok()?;
    // Whatever it answers: its certificate came before.
    let _ = web.send(Request::get(server).body(Full::default()).ok()?).await;
    let certificate = certificate::read(&recorder.shown()?);
    Some(SignInServer { url: web.server().to_owned(), certificate })
}
