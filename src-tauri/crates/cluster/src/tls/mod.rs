//! TLS: to API servers, and to proxies that speak it.

mod certificate_words;
mod client_key;
mod moment;
mod server_check;
mod signatures;
mod trust;

use std::sync::Arc;

use hyper_rustls::{DefaultServerNameResolver, FixedServerNameResolver, HttpsConnector, ResolveServerName};
use kube::{
    Config,
    client::{ConfigExt as _, RustlsTlsError},
    config::AuthInfo,
};
use rustls::{
    ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName},
};
use rustls_platform_verifier::Verifier;

pub(crate) use certificate_words::{certificate_words, own_certificate_words};
pub(crate) use client_key::{certified, check as check_client_key, check_pair as check_key_pair};
pub(crate) use moment::moment;
use server_check::ServerCheck;
pub(crate) use trust::{PinChanged, Recorder, Shown, Trust, client_config, fingerprint};

use crate::login_helper::{HelperCertificate, HelperLogin};

/// TLS to the API server over the connections of `dial`: with the authorities, the client certificate and the server
/// name of `config`; a certificate that the login helper gives comes before that one.
///
/// Of a server that no kubeconfig describes, `trust` counts instead of the authorities.
pub(crate) fn connector<D>(
    config: &Config,
    helper: Option<&HelperLogin>,
    trust: Option<&Trust>,
    dial: D,
) -> kube::Result<HttpsConnector<D>> {
    let mut tls = config.rustls_client_config()?;
    if let Some(login) = helper {
        let otherwise = Arc::clone(&tls.client_auth_cert_resolver);
        tls.client_auth_cert_resolver = Arc::new(HelperCertificate::new(login.clone(), otherwise));
    }
    if let Some(trust) = trust {
        tls.dangerous().set_certificate_verifier(trust.check().map_err(unusable)?);
    } else if !config.accept_invalid_certs {
        let authorities = authorities(config);
        let provider = Arc::clone(tls.crypto_provider());
        let known = match &authorities {
            Some(authorities) => only(authorities, provider),
            None => platform(Vec::new(), provider),
        };
        let check = ServerCheck::new(known.map_err(unusable)?, authorities.unwrap_or_default());
        tls.dangerous().set_certificate_verifier(Arc::new(check));
    }
    let names = names(config.tls_server_name.as_deref())?;
    Ok(HttpsConnector::new(dial, tls, false, names))
}

/// The name that a server is to prove: this one, or that of its URL.
pub(crate) fn names(fixed: Option<&str>) -> kube::Result<Arc<dyn ResolveServerName + Send + Sync>> {
    let Some(name) = fixed else { return Ok(Arc::new(DefaultServerNameResolver::default())) };
    let name = ServerName::try_from(name.to_owned()).map_err(RustlsTlsError::InvalidServerName);
    Ok(Arc::new(FixedServerNameResolver::new(name.map_err(kube::Error::RustlsTls)?)))
}

/// TLS to an HTTPS proxy, by its own name and without the client certificate, which is none of its business. It may be
/// known to this computer or, as kubectl wants it, to the kubeconfig; where the kubeconfig has the server go unchecked,
/// the proxy does too. `trust` as of [`connector`].
pub(crate) fn to_proxy(config: &Config, trust: Option<&Trust>) -> kube::Result<Arc<ClientConfig>> {
    if let Some(trust) = trust {
        return to_proxy_trusting(trust.authorities()).map_err(unusable);
    }
    let mut config = config.clone();
    config.auth_info = AuthInfo::default();
    let mut tls = config.rustls_client_config()?;
    if !config.accept_invalid_certs {
        let authorities = authorities(&config).unwrap_or_default();
        let known = platform(authorities.clone(), Arc::clone(tls.crypto_provider())).map_err(unusable)?;
        tls.dangerous().set_certificate_verifier(Arc::new(ServerCheck::new(known, authorities)));
    }
    Ok(Arc::new(tls))
}

/// The same for what no kubeconfig describes.
pub(crate) fn to_proxy_trusting(
    authorities: &[CertificateDer<'static>],
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let known = platform(authorities.to_vec(), provider)?;
    Ok(Arc::new(client_config(Arc::new(ServerCheck::new(known, authorities.to_vec())))?))
}

fn authorities(config: &Config) -> Option<Vec<CertificateDer<'static>>> {
    let authorities = config.root_cert.as_ref()?;
    Some(authorities.iter().cloned().map(CertificateDer::from).collect())
}

type Known = Result<Arc<dyn ServerCertVerifier>, rustls::Error>;

fn only(authorities: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Known {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority.clone())?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    Ok(verifier.map_err(|error| rustls::Error::General(error.to_string()))?)
}

/// What the operating system trusts, and `more`.
fn platform(more: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Known {
    Ok(Arc::new(Verifier::new_with_extra_roots(more, provider)?))
}

fn unusable(error: rustls::Error) -> kube::Error {
    kube::Error::RustlsTls(RustlsTlsError::AddRootCertificate(Box::new(error)))
}
