//! From the client library's errors to ours: typed, in plain words, without secrets.

use std::{io, path::Path, time::Duration};

use kube::{
    client::{AuthError, RustlsTlsError},
    config::{AuthInfo, Cluster, KubeconfigError, LoadDataError},
    core::Status,
};
use rustls::{AlertDescription, CertificateError};
use wording::{Text, text};

use crate::{
    Error,
    causes::{causes, io_words},
    login_helper::{ended_with, no_command, no_credential, not_found, not_started, unreadable_expiry},
    oidc,
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
    issuer: String,
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
            issuer: oidc::issuer(user),
            redactor,
        }
    }

    /// An error of whatever uses the client; `action` as for [`request`](Self::request).
    pub(crate) fn failure(&self, action: &Text, error: &(dyn std::error::Error + 'static)) -> Error {
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
    pub(crate) fn request(&self, action: &Text, error: &kube::Error) -> Error {
        match error {
            kube::Error::Api(status) => self.answer(action, status),
            // Where, but not what: serde quotes the answer, and the environment of a pod may hold secrets.
            kube::Error::SerdeError(error) => {
                Error::Other { message: self.no_kubernetes(error.line(), error.column()) }
            }
            kube::Error::FromUtf8(_) => {
                let server = &self.server;
                Error::Other {
                    message: text!(
                        "the answer of {server} is not text",
                        "die Antwort von {server} ist kein Text"
                    ),
                }
            }
            _ => self.setup(error),
        }
    }

    fn no_kubernetes(&self, line: usize, column: usize) -> Text {
        let server = &self.server;
        text!(
            "the answer of {server} is not what Kubernetes answers (line {line}, column {column})",
            "die Antwort von {server} ist keine von Kubernetes (Zeile {line}, Spalte {column})"
        )
    }

    /// An error of setting up the connection, or one without an answer.
    pub(crate) fn setup(&self, error: &kube::Error) -> Error {
        match error {
            kube::Error::InferKubeconfig(error) => return self.kubeconfig(error),
            kube::Error::RustlsTls(RustlsTlsError::InvalidServerName(_)) => {
                return self.broken(text!(
                    "the cluster's tls-server-name is not the name of a server",
                    "tls-server-name des Clusters ist nicht der Name eines Servers"
                ));
            }
            kube::Error::RustlsTls(RustlsTlsError::AddRootCertificate(_)) => {
                return self.broken(text!(
                    "the certificate authority holds something that is not a certificate",
                    "die Zertifizierungsstelle enthält etwas, das kein Zertifikat ist"
                ));
            }
            kube::Error::RustlsTls(_) => {
                return self.broken(text!("the certificates it names cannot be used: check the certificate authority, the client certificate and its key, and the server name", "die Zertifikate, die sie nennt, sind nicht verwendbar: prüfen Sie die Zertifizierungsstelle, das Client-Zertifikat und seinen Schlüssel sowie den Namen des Servers"));
            }
            kube::Error::BuildRequest(error) => {
                return Error::Other { message: Text::verbatim(error.to_string()) };
            }
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

    pub(crate) fn unreachable(&self, reason: &Text) -> Error {
        let reason = reason.map(|words| self.redactor.clean(words));
        let reason = match &self.proxy {
            Some(proxy) => {
                text!("{reason} (through the proxy {proxy})", "{reason} (über den Proxy {proxy})"; reason)
            }
            None => reason,
        };
        Error::Unreachable { server: self.server.clone(), reason }
    }

    pub(crate) fn kubeconfig(&self, error: &KubeconfigError) -> Error {
        use KubeconfigError as E;
        let reason = match error {
            E::MissingClusterUrl => text!("the cluster has no server", "der Cluster hat keinen Server"),
            E::ParseClusterUrl(error) => text!(
                "the cluster's server is not a URL: {error}",
                "der Server des Clusters ist keine URL: {error}"
            ),
            E::LoadCertificateAuthority(error) => {
                text!("the certificate authority: {why}", "die Zertifizierungsstelle: {why}"; why = load_words(error))
            }
            E::LoadClientCertificate(error) => {
                text!("the client certificate: {why}", "das Client-Zertifikat: {why}"; why = load_words(error))
            }
            E::LoadClientKey(error) => {
                text!("the client key: {why}", "der Client-Schlüssel: {why}"; why = load_words(error))
            }
            E::ParseCertificates(_) => text!(
                "the certificate authority is not PEM",
                "die Zertifizierungsstelle ist nicht im Format PEM"
            ),
            _ => text!("it cannot be used", "sie ist nicht verwendbar"),
        };
        self.broken(reason.map(|words| self.redactor.clean(words)))
    }

    pub(crate) fn broken(&self, reason: Text) -> Error {
        Error::Kubeconfig { file: self.file.clone(), line: None, reason }
    }

    /// A failure of the login helper; `reason` continues "the login helper X …".
    pub(crate) fn helper(&self, reason: &Text, searched: Option<String>) -> Error {
        Error::LoginHelper {
            command: self.redactor.clean(&self.helper),
            reason: reason.map(|words| self.redactor.clean(words)),
            searched,
            hint: self.hint.clone(),
        }
    }

    fn login(&self, error: &AuthError) -> Error {
        match error {
            AuthError::AuthExecStart(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_path = Path::new(&self.helper).components().count() > 1;
                let searched = if is_path { None } else { std::env::var("PATH").ok() };
                self.helper(&not_found(), searched)
            }
            AuthError::AuthExecStart(error) => self.helper(&not_started(error), None),
            // Its standard output is where a token would be: never shown.
            AuthError::AuthExecRun { out, .. } => {
                self.helper(&ended_with(out.status, &String::from_utf8_lossy(&out.stderr)), None)
            }
            AuthError::AuthExecParse(_) | AuthError::ParseTokenKey(_) => self.helper(&no_credential(), None),
            AuthError::ExecPluginFailed => {
                self.helper(&text!("gave no credentials", "lieferte keine Zugangsdaten"), None)
            }
            AuthError::UnrefreshableTokenResponse => self.helper(
                &text!(
                    "gave other credentials than before; connect again",
                    "lieferte andere Zugangsdaten als zuvor; verbinden Sie erneut"
                ),
                None,
            ),
            AuthError::MalformedTokenExpirationDate(_) => self.helper(&unreadable_expiry(), None),
            AuthError::AuthExec(said) => {
                self.helper(&text!("failed: {said}", "ist gescheitert: {said}"), None)
            }
            AuthError::Oidc(error) => oidc::failure(error, &self.issuer, |reason| self.broken(reason)),
            AuthError::MissingCommand => self.broken(no_command()),
            AuthError::ReadTokenFile(error, path) => {
                let path = path.display();
                self.broken(text!(
                    "the token file {path} cannot be read: {error}",
                    "die Tokendatei {path} ist nicht lesbar: {error}"
                ))
            }
            AuthError::InvalidBasicAuth(_) | AuthError::InvalidBearerToken(_) => self.broken(text!(
                "the user's token or password holds characters that cannot be sent",
                "Token oder Passwort des Benutzers enthält Zeichen, die sich nicht senden lassen"
            )),
            _ => self.helper(&text!("failed", "ist gescheitert"), None),
        }
    }

    fn answer(&self, action: &Text, status: &Status) -> Error {
        let message = self.redactor.clean(&status.message);
        match status.code {
            401 => Error::Unauthorized { message: Text::verbatim(message) },
            403 => Error::Forbidden { action: action.clone(), message },
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
        let untrusted = |reason: Text| Error::Untrusted { server: self.server.clone(), reason };
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
            rustls::Error::NoCertificatesPresented => {
                untrusted(text!("the server shows none", "der Server zeigt keines"))
            }
            rustls::Error::AlertReceived(
                alert @ (AlertDescription::BadCertificate
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRequired
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
                | AlertDescription::UnsupportedCertificate),
            ) => Error::Unauthorized {
                message: text!(
                    "the client certificate was refused ({alert:?})",
                    "das Client-Zertifikat wurde abgelehnt ({alert:?})"
                ),
            },
            rustls::Error::InvalidMessage(_) => self.unreachable(&text!(
                "the server does not answer in TLS",
                "der Server antwortet nicht mit TLS"
            )),
            other => self.unreachable(&text!("TLS failed: {other}", "TLS ist gescheitert: {other}")),
        }
    }
}

/// Why what a kubeconfig names, or holds as data, cannot be had.
fn load_words(error: &LoadDataError) -> Text {
    match error {
        LoadDataError::DecodeBase64(error) => {
            text!("its data is not base64 ({error})", "die Daten sind kein Base64 ({error})")
        }
        LoadDataError::ReadFile(error, path) => {
            let path = path.display();
            text!("the file {path} cannot be read: {error}", "die Datei {path} ist nicht lesbar: {error}")
        }
        other => Text::verbatim(other.to_string()),
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
        let of =
            |error: kube::Error| classifier.request(&Text::verbatim("list pods in namespace demo"), &error);
        assert_eq!(
            of(status(401, "Unauthorized", "Unauthorized")),
            Error::Unauthorized { message: Text::verbatim("Unauthorized") }
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
