//! Whose word counts for the certificate of a server that no kubeconfig describes.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest as _, Sha256};

use super::{only, platform, server_check::ServerCheck, signatures::signatures_checked_by};

/// Whose word counts, read and ready.
#[derive(Clone, Debug)]
pub(crate) enum Trust {
    /// The operating system's.
    System,
    /// These authorities'.
    Authorities(Vec<CertificateDer<'static>>),
    /// Nobody's but the person's: the certificates with these SHA-256, hexadecimal in lower case.
    Pinned(Arc<[String]>),
}

/// The server shows none of the certificates that were trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is another one than was trusted")]
pub(crate) struct PinChanged {
    pub(crate) pinned: String,
    pub(crate) shown: String,
}

type Check = Arc<dyn ServerCertVerifier>;

impl Trust {
    /// The check of the server itself.
    pub(crate) fn check(&self) -> Result<Check, Error> {
        let provider = provider();
        Ok(match self {
            Self::System => Arc::new(ServerCheck::new(platform(Vec::new(), provider)?, Vec::new())),
            Self::Authorities(known) => Arc::new(ServerCheck::new(only(known, provider)?, known.clone())),
            Self::Pinned(pins) => Arc::new(PinCheck { pins: Arc::clone(pins), provider }),
        })
    }

    /// The check of a server that this one sends to for signing in: the system's word counts too (library-go
    /// `transportWithSystemRoots`).
    pub(crate) fn check_or_system(&self) -> Result<Check, Error> {
        match self {
            Self::System => self.check(),
            _ => Ok(Arc::new(Either(Self::System.check()?, self.check()?))),
        }
    }

    /// What a proxy may be known by, beside what the system trusts.
    pub(crate) fn authorities(&self) -> &[CertificateDer<'static>] {
        match self {
            Self::Authorities(known) => known,
            Self::System | Self::Pinned(_) => &[],
        }
    }
}

/// TLS with this check and without a client certificate.
pub(crate) fn client_config(check: Check) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(builder.dangerous().with_custom_certificate_verifier(check).with_no_client_auth())
}

/// SHA-256 of a certificate, hexadecimal in lower case.
pub(crate) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    Sha256::digest(certificate.as_ref()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Accepts certain certificates, whatever they say. That the server has the key to it is checked as always.
#[derive(Debug)]
pub(super) struct PinCheck {
    pins: Arc<[String]>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinCheck {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = fingerprint(end_entity);
        if self.pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        let changed = PinChanged { pinned: self.pins.join(", "), shown };
        Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(changed)))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What the first accepts, else what the second does. Both check signatures alike.
#[derive(Debug)]
struct Either(Check, Check);

impl ServerCertVerifier for Either {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let of = |check: &Check| {
            check.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        of(&self.0).or_else(|system| match of(&self.1) {
            // A certificate of another server was never the pinned one: what the system says of it is telling.
            Err(Error::InvalidCertificate(CertificateError::Other(OtherError(reason))))
                if reason.is::<PinChanged>() =>
            {
                Err(system)
            }
            other => other,
        })
    }

    signatures_checked_by!(1);
}

/// What a server showed, and what another check says of it.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) distrust: Option<Error>,
}

/// Accepts every certificate and remembers the first. Nothing secret may be sent over such a connection.
pub(crate) struct Recorder {
    judge: Check,
    any: PinCheck,
    shown: Mutex<Option<Shown>>,
}

impl Recorder {
    pub(crate) fn new(judge: Check) -> Self {
        let any = PinCheck { pins: Arc::new([]), provider: provider() };
        Self { judge, any, shown: Mutex::default() }
    }

    pub(crate) fn shown(&self) -> Option<Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged =
            self.judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let shown = Shown { certificate: end_entity.clone().into_owned(), distrust: judged.err() };
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(shown);
        Ok(ServerCertVerified::assertion())
    }

    signatures_checked_by!(any);
}
