//! When credentials end, as far as they say so themselves.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use kube::config::AuthInfo;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use x509_parser::parse_x509_certificate;

use super::server_proof::moment;
use crate::Cluster;

/// When credentials end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// The token, at this time.
    Token(SystemTime),
    /// The client certificate, at this time.
    Certificate(SystemTime),
}

impl Expiry {
    /// Blocks: may read a certificate file.
    pub(super) fn of(user: &AuthInfo) -> Option<Self> {
        if let Some(token) = &user.token {
            return of_token(token.expose_secret()).map(Self::Token);
        }
        let pem = match (&user.client_certificate_data, &user.client_certificate) {
            (Some(data), _) => STANDARD.decode(data).ok()?,
            (None, Some(path)) => fs::read(path).ok()?,
            (None, None) => return None,
        };
        of_certificate(&pem).map(Self::Certificate)
    }
}

impl Cluster {
    /// When the credentials end that it is signed in with, where they say so: tokens that are JWTs, client certificates.
    pub fn expiry(&self) -> Option<Expiry> {
        self.approach().expiry().cloned()
    }
}

/// `exp` of a JWT (RFC 7519, section 4.1.4), unverified: whether it is true is for the server to say.
fn of_token(token: &str) -> Option<SystemTime> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(claims.get("exp")?.as_u64()?))
}

fn of_certificate(pem: &[u8]) -> Option<SystemTime> {
    let der = CertificateDer::from_pem_slice(pem).ok()?;
    let (_, certificate) = parse_x509_certificate(&der).ok()?;
    Some(moment(certificate.validity().not_after))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_token_that_says_when_it_ends_is_believed_and_no_other() {
        let jwt = |claims: &str| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let seconds = |token: &str| {
            of_token(token).map(|at| at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
        };
        for (token, expected) in [
            (jwt(r#"{"exp":1700000000}"#), Some(1_700_000_000)),
            (jwt(r#"{"sub":"me"}"#), None),
            (jwt(r#"{"exp":"soon"}"#), None),
            (jwt(r#"{"exp":18446744073709551615}"#), None),
            (jwt("nonsense"), None),
            ("sha256~opaque".to_owned(), None),
            ("a.!!.b".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(seconds(&token), expected, "{token}");
        }
    }

    #[test]
    fn a_client_certificate_says_when_it_ends() {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(2030, 1, 2);
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        let user = AuthInfo { client_certificate_data: Some(STANDARD.encode(&pem)), ..AuthInfo::default() };
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_542_400);
        assert_eq!(Expiry::of(&user), Some(Expiry::Certificate(day)));
        assert_eq!(Expiry::of(&AuthInfo::default()), None);
    }
}
