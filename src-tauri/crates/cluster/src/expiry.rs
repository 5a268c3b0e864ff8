//! When credentials end and whose they are, as far as they say so themselves. Nothing is verified: the server decides.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::Value;

use crate::tls::moment;

/// What credentials say of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnWords {
    /// As whom the server knows them, where that can be told.
    pub(crate) user: Option<String>,
    pub(crate) expires_at: Option<SystemTime>,
}

/// Of a token that is a JWT (RFC 7519: `exp`, which may have a fraction, and `sub`; three parts, as RFC 7515 signs it).
pub(crate) fn of_token(token: &str) -> OwnWords {
    claims(token).map(|claims| read(&claims)).unwrap_or_default()
}

/// Of a client certificate in PEM: its common name is the user's (`x509.CommonNameUserConversion` of apiserver).
pub(crate) fn of_certificate(pem: &[u8]) -> OwnWords {
    let Ok(der) = CertificateDer::from_pem_slice(pem) else { return OwnWords::default() };
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(&der) else { return OwnWords::default() };
    let name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    OwnWords { user: name.map(str::to_owned), expires_at: moment(certificate.validity().not_after) }
}

fn claims(token: &str) -> Option<Value> {
    let parts: Vec<&str> = token.split('.').collect();
    let [_, claims, _] = parts.as_slice() else { return None };
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok()
}

fn read(claims: &Value) -> OwnWords {
    let end = &claims["exp"];
    // What is more precise than a second is no matter for a person.
    let seconds = end.as_u64().or_else(|| end.as_f64().map(|seconds| seconds as u64));
    // Only a service account's is what the server calls it; others are renamed by its configuration.
    let subject = claims["sub"].as_str().filter(|subject| subject.starts_with("system:serviceaccount:"));
    OwnWords {
        user: subject.map(str::to_owned),
        expires_at: seconds
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))),
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_token_that_says_when_it_ends_is_believed_and_no_other() {
        let jwt = |claims: &str| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let seconds = |token: &str| {
            of_token(token).expires_at.map(|at| at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
        };
        for (token, expected) in [
            (jwt(r#"{"exp":1700000000}"#), Some(1_700_000_000)),
            (jwt(r#"{"exp":1700000000.75}"#), Some(1_700_000_000)),
            (jwt(r#"{"sub":"me"}"#), None),
            (jwt(r#"{"exp":"soon"}"#), None),
            (jwt(r#"{"exp":18446744073709551615}"#), None),
            (jwt("nonsense"), None),
            (format!("{}.more", jwt(r#"{"exp":1700000000}"#)), None),
            ("sha256~opaque".to_owned(), None),
            ("a.!!.b".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(seconds(&token), expected, "{token}");
        }
    }

    #[test]
    fn only_a_service_account_is_what_its_token_calls_it() {
        let user = |subject: &str| {
            let claims = URL_SAFE_NO_PAD.encode(format!("{{\"sub\":\"{subject}\"}}"));
            of_token(&format!("e30.{claims}.c2ln")).user
        };
        assert_eq!(user("system:serviceaccount:shop:web").as_deref(), Some("system:serviceaccount:shop:web"));
        assert_eq!(user("somebody"), None);
    }

    #[test]
    fn a_client_certificate_says_whose_it_is_and_when_it_ends() {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(2030, 1, 2);
        params.distinguished_name.push(DnType::CommonName, "jane");
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_542_400);
        assert_eq!(
            of_certificate(pem.as_bytes()),
            OwnWords { user: Some("jane".to_owned()), expires_at: Some(day) }
        );
        assert_eq!(of_certificate(b"no certificate"), OwnWords::default());
    }
}
