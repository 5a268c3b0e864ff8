//! What a server showed to prove who it is.

use std::time::SystemTime;

use hyper_rustls::MaybeHttpsStream;
use x509_parser::{certificate::X509Certificate, parse_x509_certificate};

use crate::{proxy::Connection, tls::moment};

/// The certificate of a server that was found to be good, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerProof {
    /// Who issued it; empty where that cannot be read.
    pub issuer: String,
    /// Until when it is good.
    pub not_after: Option<SystemTime>,
}

impl ServerProof {
    /// `None` where the connection has no TLS.
    pub(super) fn of(connection: &MaybeHttpsStream<Connection>) -> Option<Self> {
        let MaybeHttpsStream::Https(tls) = connection else { return None };
        let (_, session) = tls.inner().get_ref();
        let shown = session.peer_certificates().and_then(|shown| shown.first());
        let read = shown.and_then(|der| parse_x509_certificate(der).ok());
        Some(match read {
            Some((_, certificate)) => {
                Self { issuer: issuer(&certificate), not_after: moment(certificate.validity().not_after) }
            }
            None => Self { issuer: String::new(), not_after: None },
        })
    }
}

fn issuer(certificate: &X509Certificate<'_>) -> String {
    let issuer = certificate.issuer();
    let name = issuer.iter_common_name().chain(issuer.iter_organization()).next();
    // Whoever made it may have put anything there.
    name.and_then(|name| name.as_str().ok()).unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}
