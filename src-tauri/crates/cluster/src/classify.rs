//! From the client library's errors to ours: typed, in plain words, without secrets.

use std::{io, path::Path, time::Duration};

use kube::{
    client::{AuthError, RustlsTlsError},
    config::{AuthInfo, Cluster, KubeconfigError},
    core::Status,
};
use rustls::{AlertDescription, CertificateError};

use crate::{
    Error,
    causes::{causes, io_words},
    proxy::Proxy,
    redaction::{Redactor, plain_url},
    tls::{PinChanged, certificate_words, own_certificate_words},
};

/// Knows where errors come from: the server, the file, the login helper, and the secrets that must not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classifier {
    pub(crate) server: String,
    proxy: Option<String>,
    file: String,
    helper: String,
    hint: Option<String>,
    redactor: Redactor,
}

impl Classifier {
    pub(crate) fn new(file: String, cluster: &Cluster, user: &AuthInfo, proxy: Option<&Proxy>) -> Self {
        let redactor = Redactor::new(user, cluster, proxy);
        let exec = user.exec.as_ref();
        let provider = user.auth_provider.as_ref().map(|provider| provider.name.as_str());
        Self {
            server: plain_url(cluster.server.as_deref().unwrap_or_default()),
            proxy: proxy.map(ToString::to_string),
            file,
            helper: exec.and_then(|exec| exec.command.as_deref()).or(provider).unwrap_or_default().to_owned(),
            hint: exec.and_then(|exec| exec.install_hint.as_deref()).map(|hint| redactor.clean(hint)),
            redactor,
        }
    }

    /// An error of whatever uses the client; `action` as for [`request`](Self::request).
    pub(crate) fn failure(&self, action: &str, error: &(dyn std::error::Error + 'static)) -> Error {
        match error.downcast_ref::<kube::Error>() {
            Some(error) => self.request(action, error),
            None => self.cause(error),
        }
    }

    /// The text in one line, without secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.redactor.clean(text)
    }

    /// An error of a request; `action` says what was asked for, as in `list pods in namespace demo`.
    pub(crate) fn request(&self, action: &str, error: &kube::Error) -> Error {
        match error {
            kube::Error::Api(status) => self.answer(action, status),
            // Where, but not what: serde quotes the answer, and the environment of a pod may hold secrets.
            kube::Error::SerdeError(error) => Error::Other {
                message: format!(
                    "the answer of {} is not what Kubernetes answers (line {}, column {})",
                    self.server,
                    error.line(),
                    error.column()
                ),
            },
            kube::Error::FromUtf8(_) => {
                Error::Other { message: format!("the answer of {} is not text", self.server) }
            }
            _ => self.setup(error),
        }
    }

    /// An error of setting up the connection, or one without an answer.
    pub(crate) fn setup(&self, error: &kube::Error) -> Error {
        match error {
            kube::Error::InferKubeconfig(error) => return self.kubeconfig(error),
            kube::Error::RustlsTls(RustlsTlsError::InvalidServerName(_)) => {
                return self.broken("the cluster's tls-server-name is not the name of a server".to_owned());
            }
            kube::Error::RustlsTls(RustlsTlsError::AddRootCertificate(_)) => {
                return self.broken(
                    "the certificate authority holds something that is not a certificate".to_owned(),
                );
            }
            kube::Error::RustlsTls(_) => {
                return self.broken("the certificates it names cannot be used: check the certificate authority, the client certificate and its key, and the server name".to_owned());
            }
            kube::Error::BuildRequest(error) => return Error::Other { message: error.to_string() },
            _ => {}
        }
        self.cause(error)
    }

    /// An error by the first of its causes that is telling.
    fn cause(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        let chain = causes(error);
        for cause in &chain {
            if let Some(error) = cause.downcast_ref::<AuthError>() {
                return self.login(error);
            }
            if let Some(error) = cause.downcast_ref::<KubeconfigError>() {
                return self.kubeconfig(error);
            }
            if let Some(error) = cause.downcast_ref::<Error>() {
                return error.clone();
            }
            if let Some(error) = cause.downcast_ref::<rustls::Error>() {
                return self.tls(error);
            }
        }
        self.unreachable(&io_words(&chain))
    }

    pub(crate) fn unreachable(&self, reason: &str) -> Error {
        let reason = self.redactor.clean(reason);
        let reason = match &self.proxy {
            Some(proxy) => format!("{reason} (through the proxy {proxy})"),
            None => reason,
        };
        Error::Unreachable { server: self.server.clone(), reason }
    }

    pub(crate) fn kubeconfig(&self, error: &KubeconfigError) -> Error {
        use KubeconfigError as E;
        let reason = match error {
            E::MissingClusterUrl => "the cluster has no server".to_owned(),
            E::ParseClusterUrl(error) => format!("the cluster's server is not a URL: {error}"),
            E::LoadCertificateAuthority(error) => format!("the certificate authority: {error}"),
            E::LoadClientCertificate(error) => format!("the client certificate: {error}"),
            E::LoadClientKey(error) => format!("the client key: {error}"),
            E::ParseCertificates(_) => "the certificate authority is not PEM".to_owned(),
            _ => "it cannot be used".to_owned(),
        };
        self.broken(self.redactor.clean(&reason))
    }

    pub(crate) fn broken(&self, reason: String) -> Error {
        Error::Kubeconfig { file: self.file.clone(), line: None, reason }
    }

    /// A failure of the login helper; `reason` continues "the login helper X …".
    pub(crate) fn helper(&self, reason: &str, searched: Option<String>) -> Error {
        Error::LoginHelper {
            command: self.redactor.clean(&self.helper),
            reason: self.redactor.clean(reason),
            searched,
            hint: self.hint.clone(),
        }
    }

    fn login(&self, error: &AuthError) -> Error {
        match error {
            AuthError::AuthExecStart(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_path = Path::new(&self.helper).components().count() > 1;
                let searched = if is_path { None } else { std::env::var("PATH").ok() };
                self.helper("was not found", searched)
            }
            AuthError::AuthExecStart(error) => self.helper(&format!("could not be started: {error}"), None),
            // Its standard output is where a token would be: never shown.
            AuthError::AuthExecRun { out, .. } => {
                let said = String::from_utf8_lossy(&out.stderr);
                let said = said.trim();
                let colon = if said.is_empty() { "" } else { ": " };
                self.helper(&format!("failed ({}){colon}{said}", out.status), None)
            }
            AuthError::AuthExecParse(_) | AuthError::ParseTokenKey(_) => {
                self.helper("gave an answer that is not an ExecCredential", None)
            }
            AuthError::ExecPluginFailed => self.helper("gave no credentials", None),
            AuthError::UnrefreshableTokenResponse => {
                self.helper("gave other credentials than before; connect again", None)
            }
            AuthError::MalformedTokenExpirationDate(_) => {
                self.helper("gave an expiry time that cannot be read", None)
            }
            AuthError::AuthExec(text) => self.helper(&format!("failed: {text}"), None),
            AuthError::MissingCommand => self.broken("the user's exec section has no command".to_owned()),
            AuthError::ReadTokenFile(error, path) => {
                self.broken(format!("the token file {} cannot be read: {error}", path.display()))
            }
            AuthError::InvalidBasicAuth(_) | AuthError::InvalidBearerToken(_) => {
                self.broken("the user's token or password holds characters that cannot be sent".to_owned())
            }
            _ => self.helper("failed", None),
        }
    }

    fn answer(&self, action: &str, status: &Status) -> Error {
        let message = self.redactor.clean(&status.message);
        match status.code {
            401 => Error::Unauthorized { message },
            403 => Error::Forbidden { action: action.to_owned(), message },
            code => {
                // What kube puts there itself when the answer was not a Status.
                let reason = if status.reason.contains(' ') { String::new() } else { status.reason.clone() };
                let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
                let retry_after = (seconds > 0).then(|| Duration::from_secs(seconds.into()));
                Error::Api { status: code, reason, message, retry_after }
            }
        }
    }

    fn tls(&self, error: &rustls::Error) -> Error {
        let untrusted = |reason: String| Error::Untrusted { server: self.server.clone(), reason };
        match error {
            rustls::Error::InvalidCertificate(reason) => {
                if let CertificateError::Other(other) = reason
                    && let Some(PinChanged { pinned, shown }) = other.0.downcast_ref()
                {
                    let (pinned, shown) = (pinned.clone(), shown.clone());
                    return Error::CertificateChanged { server: self.server.clone(), pinned, shown };
                }
                // A server that no file describes is one of the person's own.
                let words = if self.file.is_empty() { own_certificate_words } else { certificate_words };
                untrusted(words(reason))
            }
            rustls::Error::NoCertificatesPresented => untrusted("the server shows none".to_owned()),
            rustls::Error::AlertReceived(
                alert @ (AlertDescription::BadCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRequired
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
                | AlertDescription::UnsupportedCertificate),
            ) => Error::Unauthorized { message: format!("the client certificate was refused ({alert:?})") },
            rustls::Error::InvalidMessage(_) => self.unreachable("the server does not answer in TLS"),
            other => self.unreachable(&format!("TLS failed: {other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16, reason: &str, message: &str) -> kube::Error {
        kube::Error::Api(Status::failure(message, reason).with_code(code).boxed())
    }

    #[test]
    fn answers_are_sorted_by_their_status() {
        let classifier = Classifier::default();
        let of = |error: kube::Error| classifier.request("list pods in namespace demo", &error);
        assert_eq!(
            of(status(401, "Unauthorized", "Unauthorized")),
            Error::Unauthorized { message: "Unauthorized".into() }
        );
        assert_eq!(
            of(status(403, "Forbidden", "pods is forbidden")).to_string(),
            "not allowed to list pods in namespace demo: pods is forbidden"
        );
        assert_eq!(
            of(status(503, "Failed to parse error data", "<html>try later</html>")),
            Error::Api {
                status: 503,
                reason: String::new(),
                message: "<html>try later</html>".into(),
                retry_after: None
            }
        );
    }

    #[test]
    fn causes_inside_io_errors_are_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let outer = io::Error::other(io::Error::other(inner));
        let error = Classifier::default().setup(&kube::Error::Service(Box::new(outer)));
        assert!(
            matches!(&error, Error::Untrusted { reason, .. } if reason.contains("authority")),
            "{error:?}"
        );
    }

    #[test]
    fn a_refused_client_certificate_is_a_sign_in_problem() {
        let inner = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
        let error = Classifier::default().setup(&kube::Error::Service(Box::new(io::Error::other(inner))));
        assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    }
}
