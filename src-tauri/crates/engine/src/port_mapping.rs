//! The port grammar of `oc port-forward`: `5000`, `6000:5000`, `:5000`, `0:5000`, and names in place of the remote number.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use wording::{Text, text};

use crate::Error;

/// One local and one remote port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PortMapping {
    /// The side on this computer.
    pub local: LocalPort,
    /// The side in the pod, or of the service.
    pub remote: RemotePort,
}

/// The side on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalPort {
    /// The same number as the remote side (`5000`, `http`).
    SameAsRemote,
    /// A free one (`:5000`, `0:5000`).
    Free,
    /// This one (`6000:5000`); never 0.
    Fixed(u16),
}

/// The side in the pod, or of the service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RemotePort {
    /// Never 0.
    Number(u16),
    /// A name that the target declares.
    Name(String),
}

/// The longest name a service may give a port: a DNS label (`validateServicePort` in Kubernetes' validation.go). Containers
/// allow only 15 characters; which of the two counts depends on the target and is found out when it is asked.
const NAME_LENGTH: usize = 63;

/// The longest mapping that can be right: five digits, a colon and a name. Longer text is not repeated in an error.
const MAPPING_LENGTH: usize = 5 + 1 + NAME_LENGTH;

impl FromStr for PortMapping {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(|reason| Error::BadPort { reason })
    }
}

impl TryFrom<String> for PortMapping {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<PortMapping> for String {
    fn from(mapping: PortMapping) -> Self {
        mapping.to_string()
    }
}

impl fmt::Display for PortMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local {
            LocalPort::SameAsRemote => {}
            LocalPort::Free => f.write_str(":")?,
            LocalPort::Fixed(local) => write!(f, "{local}:")?,
        }
        write!(f, "{}", self.remote)
    }
}

impl fmt::Display for RemotePort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

fn parse(text: &str) -> Result<PortMapping, Text> {
    if text.is_empty() {
        return Err(text!(
            "The port is empty: write a port such as 5000, or 6000:5000 for another local port.",
            "Der Port ist leer: Schreiben Sie einen Port wie 5000, oder 6000:5000 für einen anderen lokalen Port."
        ));
    }
    if text.contains(char::is_whitespace) {
        return Err(text!(
            "There is a space in the port: write each port without spaces, for example 6000:5000.",
            "Im Port ist ein Leerzeichen: Schreiben Sie jeden Port ohne Leerzeichen, zum Beispiel 6000:5000."
        ));
    }
    if text.len() > MAPPING_LENGTH {
        return Err(text!(
            "This is too long for a port: write LOCAL:REMOTE, such as 6000:5000, with at most {MAPPING_LENGTH} characters.",
            "Das ist zu lang für einen Port: Schreiben Sie LOKAL:FERN, etwa 6000:5000, mit höchstens {MAPPING_LENGTH} Zeichen."
        ));
    }
    let (local, remote) = match text.split_once(':') {
        None => (LocalPort::SameAsRemote, text),
        Some((_, remote)) if remote.contains(':') => {
            return Err(text!(
                "{text} has too many colons: write LOCAL:REMOTE with one colon, for example 6000:5000.",
                "{text} hat zu viele Doppelpunkte: Schreiben Sie LOKAL:FERN mit einem Doppelpunkt, zum Beispiel 6000:5000."
            ));
        }
        Some((_, "")) => {
            return Err(text!(
                "The remote port is missing in {text}: write it after the colon, for example {text}5000.",
                "In {text} fehlt der ferne Port: Schreiben Sie ihn hinter den Doppelpunkt, zum Beispiel {text}5000."
            ));
        }
        Some((local, remote)) => (local_port(local)?, remote),
    };
    Ok(PortMapping { local, remote: remote_port(remote)? })
}

fn local_port(text: &str) -> Result<LocalPort, Text> {
    if text.is_empty() {
        return Ok(LocalPort::Free);
    }
    if !is_digits(text) {
        return Err(text!(
            "{text} is not a local port: before the colon write a number from 1 to 65535, or nothing for a free one.",
            "{text} ist kein lokaler Port: Schreiben Sie vor den Doppelpunkt eine Zahl von 1 bis 65535, oder nichts für einen freien."
        ));
    }
    match number(text) {
        Some(0) => Ok(LocalPort::Free),
        Some(port) => Ok(LocalPort::Fixed(port)),
        None => Err(text!(
            "{text} is too large for a local port: the largest is 65535. Write nothing before the colon for a free one.",
            "{text} ist zu groß für einen lokalen Port: Der größte ist 65535. Schreiben Sie für einen freien nichts vor den Doppelpunkt."
        )),
    }
}

fn remote_port(text: &str) -> Result<RemotePort, Text> {
    if is_digits(text) {
        return match number(text) {
            Some(0) => Err(text!(
                "The remote port cannot be 0: write the port on which the application listens.",
                "Der ferne Port kann nicht 0 sein: Schreiben Sie den Port, auf dem die Anwendung lauscht."
            )),
            Some(port) => Ok(RemotePort::Number(port)),
            None => Err(text!(
                "{text} is too large for a port: the largest is 65535.",
                "{text} ist zu groß für einen Port: Der größte ist 65535."
            )),
        };
    }
    if text.strip_prefix(['-', '+']).is_some_and(is_digits) {
        return Err(text!(
            "{text} has a sign: write the port as a plain number from 1 to 65535.",
            "{text} hat ein Vorzeichen: Schreiben Sie den Port als einfache Zahl von 1 bis 65535."
        ));
    }
    if text.len() > NAME_LENGTH {
        return Err(text!(
            "The port name {text} is too long: port names have at most {NAME_LENGTH} characters.",
            "Der Portname {text} ist zu lang: Portnamen haben höchstens {NAME_LENGTH} Zeichen."
        ));
    }
    if text.contains(|c: char| c.is_ascii_uppercase()) {
        let lower = text.to_ascii_lowercase();
        return Err(text!(
            "{text} has capital letters: port names are written in small letters, for example {lower}.",
            "{text} hat Großbuchstaben: Portnamen werden klein geschrieben, zum Beispiel {lower}."
        ));
    }
    if let Some(strange) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Err(text!(
            "{text} is not a port because of {strange:?}: write a number, or a name of small letters, digits and hyphens.",
            "{text} ist wegen {strange:?} kein Port: Schreiben Sie eine Zahl oder einen Namen aus Kleinbuchstaben, Ziffern und Bindestrichen."
        ));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err(text!(
            "The port name {text} is not possible: names start and end with a letter or a digit.",
            "Der Portname {text} ist nicht möglich: Namen beginnen und enden mit einem Buchstaben oder einer Ziffer."
        ));
    }
    if !text.contains(|c: char| c.is_ascii_lowercase()) {
        return Err(text!(
            "{text} is not a port: write one number, or a port name with at least one letter.",
            "{text} ist kein Port: Schreiben Sie eine Zahl oder einen Portnamen mit mindestens einem Buchstaben."
        ));
    }
    Ok(RemotePort::Name(text.to_owned()))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `None` when it does not fit; leading zeros are fine, as in kubectl.
fn number(digits: &str) -> Option<u16> {
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> PortMapping {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_form_of_oc_is_understood() {
        let number = |local, remote| PortMapping { local, remote: RemotePort::Number(remote) };
        let name = |local, remote: &str| PortMapping { local, remote: RemotePort::Name(remote.into()) };
        for (text, expected) in [
            ("5000", number(LocalPort::SameAsRemote, 5000)),
            ("6000:5000", number(LocalPort::Fixed(6000), 5000)),
            (":5000", number(LocalPort::Free, 5000)),
            ("0:5000", number(LocalPort::Free, 5000)),
            ("0080:0090", number(LocalPort::Fixed(80), 90)),
            ("65535:1", number(LocalPort::Fixed(65535), 1)),
            ("http", name(LocalPort::SameAsRemote, "http")),
            (":http", name(LocalPort::Free, "http")),
            ("8080:http", name(LocalPort::Fixed(8080), "http")),
            ("9p", name(LocalPort::SameAsRemote, "9p")),
            (":https-metrics-of-the-operator", name(LocalPort::Free, "https-metrics-of-the-operator")),
            // A name by its form; whether the target declares it is known only later.
            ("abc", name(LocalPort::SameAsRemote, "abc")),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let long_name = "a".repeat(64);
        let long_number = "5".repeat(500);
        for (text, says) in [
            ("", "empty"),
            ("70000", "70000 is too large"),
            ("70000:5000", "70000 is too large for a local port"),
            ("5000:65536", "65536 is too large"),
            ("99999999999999999999", "too large"),
            ("abc:5000", "abc is not a local port"),
            ("-1:5000", "-1 is not a local port"),
            ("+6000:5000", "+6000 is not a local port"),
            ("1:2:3", "too many colons"),
            ("::", "too many colons"),
            (":", "remote port is missing"),
            ("6000:", "remote port is missing in 6000:"),
            ("0", "cannot be 0"),
            ("6000:0", "cannot be 0"),
            (":000", "cannot be 0"),
            ("-1", "-1 has a sign"),
            ("+5000", "+5000 has a sign"),
            ("5000 6000", "space"),
            (" 5000", "space"),
            ("5000\n", "space"),
            ("HTTP", "for example http"),
            ("my_port", "'_'"),
            ("5000,6000", "','"),
            ("5000/tcp", "'/'"),
            ("\u{fc}ber", "'\u{fc}'"),
            ("-http", "start and end"),
            ("http-", "start and end"),
            ("80-81", "at least one letter"),
            (&long_name, "at most 63 characters"),
            (&long_number, "too long"),
        ] {
            let error = text.parse::<PortMapping>().expect_err(text).to_string();
            assert!(error.contains(says), "{text:?}: {error}");
            assert!(error.ends_with('.') && error.len() < 250, "{text:?}: {error}");
        }
    }

    fn any_mapping() -> impl Strategy<Value = PortMapping> {
        let local = prop_oneof![
            Just(LocalPort::SameAsRemote),
            Just(LocalPort::Free),
            (1u16..).prop_map(LocalPort::Fixed)
        ];
        let remote = prop_oneof![
            (1u16..).prop_map(RemotePort::Number),
            "[a-z]([-a-z0-9]{0,61}[a-z0-9])?".prop_map(RemotePort::Name)
        ];
        (local, remote).prop_map(|(local, remote)| PortMapping { local, remote })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(mapping in any_mapping()) {
            prop_assert_eq!(read(&mapping.to_string()), mapping);
        }

        #[test]
        fn nothing_makes_it_panic(text in any::<String>()) {
            let _ = text.parse::<PortMapping>();
        }
    }
}
