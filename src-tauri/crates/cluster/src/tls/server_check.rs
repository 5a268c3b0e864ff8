//! Checks a server's certificate as kubectl does, and tells more about one that fails.

use std::sync::Arc;

use rustls::{
    CertificateError, Error, OtherError, RootCertStore,
    client::{
        WebPkiServerVerifier,
        danger::{ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::signatures::signatures_checked_by;

/// The certificate is signed by itself alone, and is not among those that are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is self-signed")]
pub(super) struct SelfSigned;

/// What webpki says of an authority's own certificate in the place of a server's (`webpki::Error::CaUsedAsEndEntity`).
const AUTHORITY_AS_SERVER: &str = "CaUsedAsEndEntity";

/// Wraps another check.
#[derive(Debug)]
pub(super) struct ServerCheck {
    inner: Arc<dyn ServerCertVerifier>,
    trusted: Vec<CertificateDer<'static>>,
}

impl ServerCheck {
    /// `trusted` are the certificates that the kubeconfig names.
    pub(super) fn new(inner: Arc<dyn ServerCertVerifier>, trusted: Vec<CertificateDer<'static>>) -> Self {
        Self { inner, trusted }
    }
}

impl ServerCertVerifier for ServerCheck {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let checked =
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match checked {
            // `openssl req -x509` makes servers certificates that are authorities too. Go takes one that is trusted as
            // it is; webpki does not, and has found it neither expired nor malformed when it says so.
            Err(Error::InvalidCertificate(CertificateError::Other(OtherError(reason))))
                if reason.to_string() == AUTHORITY_AS_SERVER =>
            {
                if !self.trusted.iter().any(|trusted| trusted == end_entity) {
                    return Err(self_signed());
                }
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
                if signs_itself(end_entity, server_name, now) =>
            {
                Err(self_signed())
            }
            checked => checked,
        }
    }

    signatures_checked_by!(inner);
}

fn self_signed() -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(SelfSigned))))
}

/// Whether its issuer would be found if it were an authority itself.
fn signs_itself(certificate: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> bool {
    let mut roots = RootCertStore::empty();
    if roots.add(certificate.clone().into_owned()).is_err() {
        return false;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let Ok(check) = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build() else {
        return false;
    };
    // The name is checked last, so one that is wrong says nothing about the issuer.
    matches!(
        check.verify_server_cert(certificate, &[], name, &[], now),
        Ok(_)
            | Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
            ))
    )
}
