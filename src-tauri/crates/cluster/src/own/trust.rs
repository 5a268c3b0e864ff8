//! Whose word counts, from what a person said to what TLS needs.

use std::io::ErrorKind;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::ServerTrust;
use crate::{Error, tls::Trust};

/// The largest file of authorities that is read, in bytes: the bundle of a whole system has 250 KB.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// Digits of a SHA-256.
const FINGERPRINT_LENGTH: usize = 64;

impl ServerTrust {
    /// Reads what has to be read.
    ///
    /// # Errors
    /// [`Error::BadAuthority`].
    pub(crate) async fn load(&self) -> Result<Trust, Error> {
        match self {
            Self::System => Ok(Trust::System),
            Self::Pem(pem) => authorities(pem.as_bytes(), "the text"),
            Self::File(path) => {
                let place = format!("the file {}", path.display());
                let unreadable = |error: &std::io::Error| match error.kind() {
                    ErrorKind::NotFound => bad(&format!("{place} does not exist")),
                    _ => bad(&format!("{place} cannot be read: {error}")),
                };
                let size = tokio::fs::metadata(path).await.map_err(|error| unreadable(&error))?.len();
                if size > LARGEST_FILE {
                    return Err(bad(&format!("{place} is too large to be one")));
                }
                let pem = tokio::fs::read(path).await.map_err(|error| unreadable(&error))?;
                authorities(&pem, &place)
            }
            Self::Pinned(pins) => {
                let pins: Vec<String> =
                    pins.split(',').map(|pin| pin.trim().replace(':', "").to_ascii_lowercase()).collect();
                let is_pin = |pin: &String| {
                    pin.len() == FINGERPRINT_LENGTH && pin.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                if !pins.iter().all(is_pin) {
                    return Err(bad("the fingerprint is not a SHA-256: it must have 64 hexadecimal digits"));
                }
                Ok(Trust::Pinned(pins.into()))
            }
        }
    }
}

fn authorities(pem: &[u8], place: &str) -> Result<Trust, Error> {
    let found: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let text = String::from_utf8_lossy(pem);
    match found {
        Ok(found) if found.is_empty() && text.contains("PRIVATE KEY-----") => {
            Err(bad(&format!("{place} holds a private key, not a certificate")))
        }
        Ok(found) if found.is_empty() => Err(bad(&format!(
            "{place} holds no certificate in PEM: it must have a line -----BEGIN CERTIFICATE-----"
        ))),
        Ok(found) => {
            let broken = found.iter().any(|der| x509_parser::parse_x509_certificate(der).is_err());
            if broken {
                return Err(bad(&format!("a certificate in {place} is damaged")));
            }
            Ok(Trust::Authorities(found))
        }
        Err(_) => Err(bad(&format!(
            "a certificate in {place} is cut off or damaged; copy it whole, with its BEGIN and END lines"
        ))),
    }
}

fn bad(reason: &str) -> Error {
    Error::BadAuthority { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_authority_says_why() {
        let directory = tempfile::tempdir().unwrap();
        let absent = directory.path().join("absent.crt");
        let cut = "-----BEGIN CERTIFICATE-----\nMIIB";
        let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
        let damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        for (trust, said) in [
            (ServerTrust::Pem(String::new()), "holds no certificate in PEM"),
            (ServerTrust::Pem("MIIBkTCB".into()), "holds no certificate in PEM"),
            (ServerTrust::Pem(key.into()), "a private key"),
            (ServerTrust::Pem(cut.into()), "holds no certificate|cut off"),
            (ServerTrust::Pem(damaged.into()), "is damaged"),
            (ServerTrust::File(absent), "does not exist"),
            (ServerTrust::File(directory.path().to_owned()), "cannot be read"),
            (ServerTrust::Pinned("abc".into()), "64 hexadecimal digits"),
            (ServerTrust::Pinned(String::new()), "64 hexadecimal digits"),
        ] {
            let error = trust.load().await.unwrap_err();
            let text = error.to_string();
            assert!(said.split('|').any(|said| text.contains(said)), "{said}: {text}");
        }
    }

    #[tokio::test]
    async fn fingerprints_are_taken_as_tools_write_them() {
        let pin = "AB:".repeat(31) + "AB";
        let two = format!("{pin}, {}", "cd".repeat(32));
        let Trust::Pinned(pins) = ServerTrust::Pinned(two).load().await.unwrap() else { panic!() };
        assert_eq!(*pins, ["ab".repeat(32), "cd".repeat(32)]);
    }
}
