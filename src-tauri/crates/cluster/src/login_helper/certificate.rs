//! The client certificate that a helper gave, shown to the server in place of any other.

use std::sync::Arc;

use rustls::{SignatureScheme, client::ResolvesClientCert, sign::CertifiedKey};

use super::HelperLogin;

/// Shows the helper's latest certificate; where it gives none, what would be shown without it.
pub(crate) struct HelperCertificate {
    login: HelperLogin,
    otherwise: Arc<dyn ResolvesClientCert>,
}

impl HelperCertificate {
    pub(crate) fn new(login: HelperLogin, otherwise: Arc<dyn ResolvesClientCert>) -> Self {
        Self { login, otherwise }
    }
}

impl ResolvesClientCert for HelperCertificate {
    fn resolve(&self, hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.login.helper.certificate().or_else(|| self.otherwise.resolve(hints, schemes))
    }

    fn has_certs(&self) -> bool {
        self.login.helper.certificate().is_some() || self.otherwise.has_certs()
    }
}

impl std::fmt::Debug for HelperCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HelperCertificate")
    }
}
