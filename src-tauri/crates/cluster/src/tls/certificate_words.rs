//! Why a certificate is not trusted, in plain words.

use rustls::CertificateError;
use wording::{Text, text};

use super::server_check::SelfSigned;

/// Continues "the certificate is not trusted: ".
pub(crate) fn certificate_words(error: &CertificateError) -> Text {
    match error {
        CertificateError::UnknownIssuer => {
            text!(
                "it is signed by an authority that is not known here; name its CA file in the kubeconfig",
                "es ist von einer Zertifizierungsstelle signiert, die hier nicht bekannt ist; nennen Sie deren CA-Datei in der kubeconfig"
            )
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            text!(
                "it has expired (or this computer's clock is wrong)",
                "es ist abgelaufen (oder die Uhr dieses Computers geht falsch)"
            )
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            text!(
                "it is not valid yet (or this computer's clock is wrong)",
                "es gilt noch nicht (oder die Uhr dieses Computers geht falsch)"
            )
        }
        CertificateError::NotValidForNameContext { expected, presented } if presented.is_empty() => {
            let expected = expected.to_str();
            text!(
                "it is not for {expected} and names no server at all",
                "es gilt nicht für {expected} und nennt gar keinen Server"
            )
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(String::as_str).collect();
            let (expected, names) = (expected.to_str(), names.join(", "));
            text!(
                "it is not for {expected} but for {names}",
                "es gilt nicht für {expected}, sondern für {names}"
            )
        }
        CertificateError::NotValidForName => {
            text!("it is for another name", "es gilt für einen anderen Namen")
        }
        CertificateError::Revoked => text!("it was revoked", "es wurde widerrufen"),
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => text!(
            "it is self-signed, so nobody but the server vouches for it; if it is the right one, add it to the kubeconfig's certificate-authority",
            "es ist selbstsigniert, also bürgt nur der Server selbst dafür; wenn es das richtige ist, tragen Sie es in der kubeconfig unter certificate-authority ein"
        ),
        other => Text::verbatim(other.to_string()),
    }
}

/// The same of a server that no kubeconfig describes.
pub(crate) fn own_certificate_words(error: &CertificateError) -> Text {
    match error {
        CertificateError::UnknownIssuer => {
            text!(
                "it is signed by an authority that is not known here; give its CA certificate, or compare the fingerprint and trust it",
                "es ist von einer Zertifizierungsstelle signiert, die hier nicht bekannt ist; geben Sie deren CA-Zertifikat an, oder vergleichen Sie den Fingerabdruck und vertrauen Sie ihm"
            )
        }
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            text!(
                "it is self-signed, so nobody but the server vouches for it; compare the fingerprint with whoever runs the server before you trust it",
                "es ist selbstsigniert, also bürgt nur der Server selbst dafür; vergleichen Sie den Fingerabdruck mit dem Betreiber des Servers, bevor Sie ihm vertrauen"
            )
        }
        other => certificate_words(other),
    }
}
