//! A look at a server before anything about it is trusted.

use std::{sync::Arc, time::SystemTime};

use super::{Server, certificate};
use crate::{Error, ProxyEnvironment, SignInWay, sign_in::openshift, tls::Recorder, web::Web};

/// What was found where a server is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFinding {
    /// The certificate it shows; absent without TLS.
    pub certificate: Option<ServerCertificate>,
    /// Whether it offers OpenShift's sign-in (`/.well-known/oauth-authorization-server`).
    pub openshift: bool,
    /// The ways of signing in that make sense, the likeliest first.
    pub ways: Vec<SignInWay>,
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
    pub distrust: Option<String>,
}

/// Looks at a server. No credentials are sent, and nothing that it says is trusted.
///
/// # Errors
/// [`Error::BadServer`], [`Error::BadAuthority`], [`Error::Unreachable`], [`Error::Proxy`].
pub async fn probe(server: &Server, proxies: &ProxyEnvironment) -> Result<ServerFinding, Error> {
    let uri = server.uri()?;
    let trust = server.trust.load().await?;
    let judge = trust.check().map_err(|error| Error::BadAuthority { reason: error.to_string() })?;
    let recorder = Arc::new(Recorder::new(judge));
    let web = Web::new(&uri, Arc::clone(&recorder) as _, &trust, proxies, None)?;
    let offer = openshift::discover(&web).await;
    let certificate = recorder.shown().map(|shown| certificate::read(&shown));
    let openshift = match offer {
        Ok(_) => true,
        Err(Error::NotOpenShift { .. } | Error::SignIn { .. }) => false,
        Err(error) => return Err(error),
    };
    let ways = if openshift {
        vec![SignInWay::Browser, SignInWay::Password, SignInWay::Token, SignInWay::Certificate]
    } else {
        vec![SignInWay::Token, SignInWay::Certificate]
    };
    Ok(ServerFinding { certificate, openshift, ways })
}
