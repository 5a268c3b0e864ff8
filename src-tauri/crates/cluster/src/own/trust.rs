//! Whose word counts, from what a person said to what TLS needs.

use std::io::ErrorKind;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use wording::{Text, text};

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
            Self::Pem(pem) => authorities(pem.as_bytes(), &text!("the text", "dem Text")),
            Self::File(path) => {
                let file = path.display();
                let unreadable = |error: &std::io::Error| match error.kind() {
                    ErrorKind::NotFound => {
                        bad(text!("the file {file} does not exist", "die Datei {file} gibt es nicht"))
                    }
                    _ => bad(text!(
                        "the file {file} cannot be read: {error}",
                        "die Datei {file} ist nicht lesbar: {error}"
                    )),
                };
                let size = tokio::fs::metadata(path).await.map_err(|error| unreadable(&error))?.len();
                if size > LARGEST_FILE {
                    return Err(bad(text!(
                        "the file {file} is too large to be one",
                        "die Datei {file} ist zu groß dafür"
                    )));
                }
                let pem = tokio::fs::read(path).await.map_err(|error| unreadable(&error))?;
                authorities(&pem, &text!("the file {file}", "der Datei {file}"))
            }
            Self::Pinned(pins) => {
                let pins: Vec<String> =
                    pins.split(',').map(|pin| pin.trim().replace(':', "").to_ascii_lowercase()).collect();
                let is_pin = |pin: &String| {
                    pin.len() == FINGERPRINT_LENGTH && pin.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                if !pins.iter().all(is_pin) {
                    return Err(bad(text!(
                        "the fingerprint is not a SHA-256: it must have 64 hexadecimal digits",
                        "der Fingerabdruck ist kein SHA-256: er muss 64 hexadezimale Ziffern haben"
                    )));
                }
                Ok(Trust::Pinned(pins.into()))
            }
        }
    }
}

/// `place` is where they stand; its German version follows "in".
fn authorities(pem: &[u8], place: &Text) -> Result<Trust, Error> {
    let found: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let text = String::from_utf8_lossy(pem);
    match found {
        Ok(found) if found.is_empty() && text.contains("PRIVATE KEY-----") => Err(bad(
            text!("{place} holds a private key, not a certificate", "in {place} ist ein privater Schlüssel, kein Zertifikat"; place),
        )),
        Ok(found) if found.is_empty() => Err(bad(text!(
            "{place} holds no certificate in PEM: it must have a line -----BEGIN CERTIFICATE-----",
            "in {place} ist kein Zertifikat im Format PEM: es muss eine Zeile -----BEGIN CERTIFICATE----- geben"; place
        ))),
        Ok(found) => {
            let broken = found.iter().any(|der| x509_parser::parse_x509_certificate(der).is_err());
            if broken {
                return Err(bad(
                    text!("a certificate in {place} is damaged", "ein Zertifikat in {place} ist beschädigt"; place),
                ));
            }
            Ok(Trust::Authorities(found))
        }
        Err(_) => Err(bad(text!(
            "a certificate in {place} is cut off or damaged; copy it whole, with its BEGIN and END lines",
            "ein Zertifikat in {place} ist abgeschnitten oder beschädigt; kopieren Sie es ganz, mit seinen Zeilen BEGIN und END"; place
        ))),
    }
}

/// What TLS says of authorities that it cannot use.
pub(crate) fn unusable(error: &rustls::Error) -> Error {
    bad(text!(
        "it holds something that is not a certificate ({error})",
        "sie enthält etwas, das kein Zertifikat ist ({error})"
    ))
}

fn bad(reason: Text) -> Error {
    Error::BadAuthority { reason }
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
