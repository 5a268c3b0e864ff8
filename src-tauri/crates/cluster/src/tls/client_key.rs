//! Looks at a client certificate and its key before they are used, and says what is wrong with them.
//!
//! kube takes keys in PKCS#1, PKCS#8 and SEC1, but of all others says that there is none.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kube::config::AuthInfo;
use rustls::{
    Error, InconsistentKeys,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    sign::CertifiedKey,
};
use secrecy::{ExposeSecret, SecretSlice};

/// Tells what is wrong with the client certificate or its key, without quoting either. Nothing where there are none.
/// What cannot be read at all is left to kube, which names the file.
pub(crate) fn check(user: &AuthInfo) -> Result<(), String> {
    let key_data = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let certificate = read(user.client_certificate_data.as_deref(), user.client_certificate.as_deref());
    let key = read(key_data, user.client_key.as_deref());
    let (certificate, key) = match (certificate, key) {
        (Found::Pem(certificate), Found::Pem(key)) => (certificate, key),
        (Found::Pem(_), Found::Nothing) => {
            return Err("the user has a client certificate but no client key".to_owned());
        }
        (Found::Nothing, Found::Pem(_)) => {
            return Err("the user has a client key but no client certificate".to_owned());
        }
        _ => return Ok(()),
    };
    check_pair(certificate.expose_secret(), key.expose_secret())
}

/// Tells what is wrong with a client certificate or its key, both in PEM, without quoting either.
pub(crate) fn check_pair(certificate: &[u8], key: &[u8]) -> Result<(), String> {
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>().unwrap_or_default();
    if certificates.is_empty() {
        return Err("the client certificate is not a certificate in PEM".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| no_key(key))?;
    match CertifiedKey::from_der(certificates, key, &aws_lc_rs::default_provider()) {
        Ok(_) => Ok(()),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err("the client key does not belong to the client certificate".to_owned())
        }
        Err(Error::InvalidCertificate(_)) => Err("the client certificate is damaged".to_owned()),
        Err(_) => {
            Err("the client key is damaged or of an unusual kind; RSA of 2048 bits and more, ECDSA (P-256, \
             P-384, P-521) and Ed25519 work"
                .to_owned())
        }
    }
}

enum Found {
    Nothing,
    Unreadable,
    Pem(SecretSlice<u8>),
}

/// The data counts before the file, as in kubectl.
fn read(data: Option<&str>, file: Option<&str>) -> Found {
    let bytes = match (data, file) {
        (Some(data), _) => STANDARD.decode(data).ok(),
        (None, Some(file)) => fs::read(file).ok(),
        (None, None) => return Found::Nothing,
    };
    bytes.map_or(Found::Unreadable, |bytes| Found::Pem(bytes.into()))
}

/// Why there is no key in `pem`.
fn no_key(pem: &[u8]) -> String {
    let text = String::from_utf8_lossy(pem);
    let has = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
    // The second is how OpenSSL wrote it before PKCS#8 (RFC 1421, section 4.6.1.1).
    if has("ENCRYPTED PRIVATE KEY") || (text.contains("Proc-Type:") && text.contains("ENCRYPTED")) {
        "the client key is protected by a password, which a kubeconfig cannot hold; write it without one, for example \
         with: openssl pkey -in client.key -out plain.key"
    } else if has("OPENSSH PRIVATE KEY") {
        "the client key is one of OpenSSH; TLS needs it in PEM (PKCS#8, PKCS#1 or SEC1)"
    } else if has("PRIVATE KEY") || has("RSA PRIVATE KEY") || has("EC PRIVATE KEY") {
        "the client key is damaged: what is between its BEGIN and END lines is not base64"
    } else if has("PUBLIC KEY") {
        "the client key is a public key; the private one is needed"
    } else if has("CERTIFICATE") {
        "the client key is a certificate; the private key that belongs to it is needed"
    } else {
        "the client key is not in PEM: it must have a line -----BEGIN PRIVATE KEY----- or similar"
    }
    .to_owned()
}
