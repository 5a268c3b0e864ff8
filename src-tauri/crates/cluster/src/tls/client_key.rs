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
use wording::{Text, text};

/// Tells what is wrong with the client certificate or its key, without quoting either. Nothing where there are none.
/// What cannot be read at all is left to kube, which names the file.
pub(crate) fn check(user: &AuthInfo) -> Result<(), Text> {
    let key_data = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let certificate = read(user.client_certificate_data.as_deref(), user.client_certificate.as_deref());
    let key = read(key_data, user.client_key.as_deref());
    let (certificate, key) = match (certificate, key) {
        (Found::Pem(certificate), Found::Pem(key)) => (certificate, key),
        (Found::Pem(_), Found::Nothing) => {
            return Err(text!(
                "the user has a client certificate but no client key",
                "der Benutzer hat ein Client-Zertifikat, aber keinen Client-Schlüssel"
            ));
        }
        (Found::Nothing, Found::Pem(_)) => {
            return Err(text!(
                "the user has a client key but no client certificate",
                "der Benutzer hat einen Client-Schlüssel, aber kein Client-Zertifikat"
            ));
        }
        _ => return Ok(()),
    };
    check_pair(certificate.expose_secret(), key.expose_secret())
}

/// Tells what is wrong with a client certificate or its key, both in PEM, without quoting either.
pub(crate) fn check_pair(certificate: &[u8], key: &[u8]) -> Result<(), Text> {
    certified(certificate, key).map(|_| ())
}

/// A client certificate (or several, its own first) and its key, both in PEM. The error is what is wrong with them, without
/// quoting either.
pub(crate) fn certified(certificate: &[u8], key: &[u8]) -> Result<CertifiedKey, Text> {
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>().unwrap_or_default();
    if certificates.is_empty() {
        return Err(text!(
            "the client certificate is not a certificate in PEM",
            "das Client-Zertifikat ist kein Zertifikat im Format PEM"
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| no_key(key))?;
    match CertifiedKey::from_der(certificates, key, &aws_lc_rs::default_provider()) {
        Ok(certified) => Ok(certified),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(text!(
            "the client key does not belong to the client certificate",
            "der Client-Schlüssel gehört nicht zum Client-Zertifikat"
        )),
        Err(Error::InvalidCertificate(_)) => {
            Err(text!("the client certificate is damaged", "das Client-Zertifikat ist beschädigt"))
        }
        Err(_) => Err(text!(
            "the client key is damaged or of an unusual kind; RSA of 2048 bits and more, ECDSA (P-256, P-384, P-521) and Ed25519 work",
            "der Client-Schlüssel ist beschädigt oder von ungewöhnlicher Art; RSA ab 2048 Bits, ECDSA (P-256, P-384, P-521) und Ed25519 gehen"
        )),
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
fn no_key(pem: &[u8]) -> Text {
    let text = String::from_utf8_lossy(pem);
    let has = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
    // The second is how OpenSSL wrote it before PKCS#8 (RFC 1421, section 4.6.1.1).
    if has("ENCRYPTED PRIVATE KEY") || (text.contains("Proc-Type:") && text.contains("ENCRYPTED")) {
        text!(
            "the client key is protected by a password, which a kubeconfig cannot hold; write it without one, for example with: openssl pkey -in client.key -out plain.key",
            "der Client-Schlüssel ist mit einem Passwort geschützt, das eine kubeconfig nicht aufnehmen kann; schreiben Sie ihn ohne, zum Beispiel mit: openssl pkey -in client.key -out plain.key"
        )
    } else if has("OPENSSH PRIVATE KEY") {
        text!(
            "the client key is one of OpenSSH; TLS needs it in PEM (PKCS#8, PKCS#1 or SEC1)",
            "der Client-Schlüssel ist einer von OpenSSH; TLS braucht ihn im Format PEM (PKCS#8, PKCS#1 oder SEC1)"
        )
    } else if has("PRIVATE KEY") || has("RSA PRIVATE KEY") || has("EC PRIVATE KEY") {
        text!(
            "the client key is damaged: what is between its BEGIN and END lines is not base64",
            "der Client-Schlüssel ist beschädigt: was zwischen seinen Zeilen BEGIN und END steht, ist kein Base64"
        )
    } else if has("PUBLIC KEY") {
        text!(
            "the client key is a public key; the private one is needed",
            "der Client-Schlüssel ist ein öffentlicher Schlüssel; gebraucht wird der private"
        )
    } else if has("CERTIFICATE") {
        text!(
            "the client key is a certificate; the private key that belongs to it is needed",
            "der Client-Schlüssel ist ein Zertifikat; gebraucht wird der private Schlüssel dazu"
        )
    } else {
        text!(
            "the client key is not in PEM: it must have a line -----BEGIN PRIVATE KEY----- or similar",
            "der Client-Schlüssel ist nicht im Format PEM: es muss eine Zeile -----BEGIN PRIVATE KEY----- oder ähnlich geben"
        )
    }
}
