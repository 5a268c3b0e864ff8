//! When credentials end.

use std::{fs, time::SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kube::config::AuthInfo;
use secrecy::ExposeSecret as _;

use crate::{Cluster, expiry};

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
            return expiry::of_token(token.expose_secret()).expires_at.map(Self::Token);
        }
        let pem = match (&user.client_certificate_data, &user.client_certificate) {
            (Some(data), _) => STANDARD.decode(data).ok()?,
            (None, Some(path)) => fs::read(path).ok()?,
            (None, None) => return None,
        };
        expiry::of_certificate(&pem).expires_at.map(Self::Certificate)
    }
}

impl Cluster {
    /// When the credentials end that it is signed in with, where they say so (tokens that are JWTs, client certificates)
    /// or it was found out when a person signed in.
    pub fn expiry(&self) -> Option<Expiry> {
        self.approach().expiry().cloned().or_else(|| self.expires_at().map(Expiry::Token))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_token_counts_before_a_certificate() {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(2030, 1, 2);
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        let mut user =
            AuthInfo { client_certificate_data: Some(STANDARD.encode(&pem)), ..AuthInfo::default() };
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_542_400);
        assert_eq!(Expiry::of(&user), Some(Expiry::Certificate(day)));
        user.token = Some("sha256~opaque".to_owned().into());
        assert_eq!(Expiry::of(&user), None);
        assert_eq!(Expiry::of(&AuthInfo::default()), None);
    }
}
