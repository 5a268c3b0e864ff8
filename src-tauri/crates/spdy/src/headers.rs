//! The headers that open, answer or accompany a stream.

use std::fmt;

/// Names that belong to a single HTTP/1 connection. SPDY/3.1 §3.2.1 forbids them, and moby/spdystream drops
/// the whole connection without a word when it sees one.
const CONNECTION_NAMES: [&str; 5] =
    ["connection", "host", "keep-alive", "proxy-connection", "transfer-encoding"];

/// What can be wrong with a single header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// A name without a character.
    #[error("its name is empty")]
    EmptyName,
    /// A name with a character that is not visible ASCII, or with a capital letter.
    #[error("its name has a character that is not visible lower-case ASCII")]
    NameCharacter,
    /// A name that may only be used on HTTP/1 connections.
    #[error("its name belongs to HTTP/1 connections")]
    ConnectionName,
    /// The same name twice in one block.
    #[error("its name comes twice")]
    DuplicateName,
    /// A value that is not UTF-8.
    #[error("its value is not text")]
    ValueNotText,
    /// One of several NUL-joined values is empty (SPDY/3.1 §2.6.10).
    #[error("it has an empty value among several")]
    EmptyValue,
}

/// Headers in the order in which they were given: names in lower case, each with one value or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// Name and value; several values are joined by NUL, as on the wire.
    entries: Vec<(String, String)>,
}

impl Headers {
    /// No headers, as Kubernetes servers send in their replies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a header. The name is put in lower case; a name that is there already gets a further value.
    /// Names that are not allowed are reported when the headers are sent.
    #[must_use]
    pub fn with(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = name.as_ref().to_ascii_lowercase();
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => {
                values.push('\0');
                values.push_str(value.as_ref());
            }
            None => self.entries.push((name, value.as_ref().to_owned())),
        }
        self
    }

    /// The (first) value of a header. Capital letters in `name` make no difference.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// All values of a header. Capital letters in `name` make no difference.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.entries
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .into_iter()
            .flat_map(|(_, values)| values.split('\0'))
    }

    /// Names and values in order; several values of one name are joined by NUL.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Size of the block that carries them, inflated, in bytes.
    pub fn block_size(&self) -> usize {
        4 + self.entries.iter().map(|(name, value)| 8 + name.len() + value.len()).sum::<usize>()
    }

    /// Looks for a header that must not be sent or received.
    pub fn validate(&self) -> Result<(), HeaderFault> {
        for (index, (name, value)) in self.entries.iter().enumerate() {
            if name.is_empty() {
                return Err(HeaderFault::EmptyName);
            }
            if !name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
                return Err(HeaderFault::NameCharacter);
            }
            if CONNECTION_NAMES.contains(&name.as_str()) {
                return Err(HeaderFault::ConnectionName);
            }
            // Quadratic, but over no more than `Limits::headers` short names.
            if self.entries[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(HeaderFault::DuplicateName);
            }
            if value.contains('\0') && value.split('\0').any(str::is_empty) {
                return Err(HeaderFault::EmptyValue);
            }
        }
        Ok(())
    }

    /// Adds a header exactly as it came.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.entries.push((name, value));
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        headers.into_iter().fold(Self::new(), |all, (name, value)| all.with(name, value))
    }
}

impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{name}={}", value.escape_debug())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lowered_and_found_in_any_case() {
        let headers = Headers::new().with("streamType", "data").with("port", "5000");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("streamtype", "data"), ("port", "5000")]);
        assert_eq!(headers.get("StreamType"), Some("data"));
        assert_eq!(headers.get("requestid"), None);
        assert_eq!(headers.to_string(), "streamtype=data port=5000");
    }

    #[test]
    fn a_name_given_twice_has_two_values() {
        let headers = Headers::new().with("a", "1").with("A", "2");
        assert_eq!(headers.len(), 1);
        assert_eq!(headers.get("a"), Some("1"));
        assert_eq!(headers.values("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(headers.validate(), Ok(()));
    }

    #[test]
    fn faults_are_found() {
        let raw = |name: &str, value: &str| {
            let mut headers = Headers::new();
            headers.push(name.to_owned(), value.to_owned());
            headers
        };
        for (headers, fault) in [
            (raw("", "x"), HeaderFault::EmptyName),
            (raw("Port", "x"), HeaderFault::NameCharacter),
            (raw("po rt", "x"), HeaderFault::NameCharacter),
            (raw("pört", "x"), HeaderFault::NameCharacter),
            (raw("host", "x"), HeaderFault::ConnectionName),
            (raw("transfer-encoding", "x"), HeaderFault::ConnectionName),
            (raw("a", "1\0"), HeaderFault::EmptyValue),
            (raw("a", "1\0\x002"), HeaderFault::EmptyValue),
        ] {
            assert_eq!(headers.validate(), Err(fault), "{headers:?}");
        }
        let mut twice = raw("a", "1");
        twice.push("a".to_owned(), "2".to_owned());
        assert_eq!(twice.validate(), Err(HeaderFault::DuplicateName));
        assert_eq!(raw(":status", "").validate(), Ok(()));
    }
}
