//! Secrets on their way from a person to a cluster.

use std::fmt;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// Stands for the secret wherever it would be written.
const HIDDEN: &str = "…";

/// A token, a password, a key, or a text that may hold one. It can be read from outside and never written: `Debug` and
/// `Serialize` show `…`. Wiped from memory when the last clone is dropped.
#[derive(Clone, Default, TS)]
#[ts(type = "string")]
pub struct SecretText(SecretString);

impl SecretText {
    /// Takes a text in.
    pub fn new(text: impl Into<String>) -> Self {
        // Copied whole and then wiped: where a `String` has room to spare, giving that back may move it and leave a copy.
        let text = Zeroizing::new(text.into());
        Self(SecretString::from(text.as_str()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// The text itself.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for SecretText {}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_and_never_written() {
        let secret: SecretText = serde_json::from_str("\"sha256~t0ps3cret\"").unwrap();
        assert_eq!(secret.expose(), "sha256~t0ps3cret");
        let written = format!("{secret:?} {}", serde_json::to_string(&secret).unwrap());
        assert!(!written.contains("t0ps3cret"), "{written}");
    }
}
