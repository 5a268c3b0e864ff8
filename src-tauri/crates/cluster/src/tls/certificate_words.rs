//! Why a certificate is not trusted, in plain words.

use rustls::CertificateError;

use super::server_check::SelfSigned;

/// Continues "the certificate is not trusted: ".
pub(crate) fn certificate_words(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "it is signed by an authority that is not known here; name its CA file in the kubeconfig"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired (or this computer's clock is wrong)".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet (or this computer's clock is wrong)".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } if presented.is_empty() => {
            format!("it is not for {} and names no server at all", expected.to_str())
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(String::as_str).collect();
            format!("it is not for {} but for {}", expected.to_str(), names.join(", "))
        }
        CertificateError::NotValidForName => "it is for another name".to_owned(),
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => SelfSigned.to_string(),
        other => other.to_string(),
    }
}

/// The same of a server that no kubeconfig describes.
pub(crate) fn own_certificate_words(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "it is signed by an authority that is not known here; give its CA certificate, or compare the fingerprint \
             and trust it"
                .to_owned()
        }
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            "it is self-signed, so nobody but the server vouches for it; compare the fingerprint with whoever runs the \
             server before you trust it"
                .to_owned()
        }
        other => certificate_words(other),
    }
}
