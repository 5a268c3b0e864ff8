//! What a certificate says, for a person to judge.

use std::{net::IpAddr, time::SystemTime};

use wording::{Text, text};
use x509_parser::{certificate::X509Certificate, extensions::GeneralName, x509::X509Name};

use super::ServerCertificate;
use crate::tls::{Shown, fingerprint, moment, own_certificate_words};

/// Names that are told of one certificate; those of large sites have a hundred.
const MOST_NAMES: usize = 100;

/// Longest text of one name that is told, in characters.
const LONGEST_NAME: usize = 200;

/// Reads what a server showed. Of one that cannot be read only the fingerprint is told.
pub(super) fn read(shown: &Shown) -> ServerCertificate {
    let distrust = shown.distrust.as_ref().map(|error| match error {
        rustls::Error::InvalidCertificate(reason) => own_certificate_words(reason),
        other => Text::verbatim(other.to_string()),
    });
    let sha256 = fingerprint(&shown.certificate);
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(&shown.certificate) else {
        let unknown = SystemTime::UNIX_EPOCH;
        return ServerCertificate {
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            not_before: unknown,
            not_after: unknown,
            sha256,
            distrust: distrust.or_else(|| Some(text!("it cannot be read", "es ist nicht lesbar"))),
        };
    };
    let validity = certificate.validity();
    ServerCertificate {
        subject: in_words(certificate.subject()),
        issuer: in_words(certificate.issuer()),
        names: names(&certificate),
        not_before: moment(validity.not_before).unwrap_or(SystemTime::UNIX_EPOCH),
        not_after: moment(validity.not_after).unwrap_or(SystemTime::UNIX_EPOCH),
        sha256,
        distrust,
    }
}

fn in_words(name: &X509Name<'_>) -> String {
    printable(&name.to_string())
}

/// Without what could make a text look like another one.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LONGEST_NAME).collect()
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = alternatives.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(printable(name)),
        GeneralName::IPAddress(bytes) => match **bytes {
            [a, b, c, d] => Some(IpAddr::from([a, b, c, d]).to_string()),
            ref bytes => <[u8; 16]>::try_from(bytes).ok().map(|bytes| IpAddr::from(bytes).to_string()),
        },
        _ => None,
    });
    names.take(MOST_NAMES).collect()
}
