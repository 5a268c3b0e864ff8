//! When credentials expire and whose they are, as far as they say so themselves. Nothing is verified: the server decides.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::Value;

use crate::own::moment;

/// Of a token that is a JWT (RFC 7519: `exp`, `sub`).
pub(super) fn of_token(token: &str) -> (Option<String>, Option<SystemTime>) {
    let parts: Vec<&str> = token.split('.').collect();
    let [_, claims, _] = parts.as_slice() else { return (None, None) };
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok();
    let Some(claims) = claims.and_then(|claims| serde_json::from_slice::<Value>(&claims).ok()) else {
        return (None, None);
    };
    let seconds = claims["exp"].as_u64().or_else(|| claims["exp"].as_f64().map(|seconds| seconds as u64));
    let expires =
        seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    // Only a service account's is what the server calls it; others are renamed by its configuration.
    let subject = claims["sub"].as_str().filter(|subject| subject.starts_with("system:serviceaccount:"));
    (subject.map(str::to_owned), expires)
}

/// Of a client certificate in PEM: its common name is the user's (`x509.CommonNameUserConversion` of apiserver).
pub(super) fn of_certificate(pem: &str) -> (Option<String>, Option<SystemTime>) {
    let Ok(der) = CertificateDer::from_pem_slice(pem.as_bytes()) else { return (None, None) };
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(&der) else { return (None, None) };
    let name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    (name.map(str::to_owned), moment(certificate.validity().not_after))
}
