//! Whether two readings of the kubeconfig files say the same of a context.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What kubeconfigs say of a context, its cluster and its user, credentials included: to be compared with what they say
/// later, also in another process. SHA-256, so that nothing can be read out of it; a weak password could still be guessed, so
/// it leaves the crate to nowhere but the keyring.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Definition([u8; 32]);

impl Definition {
    pub(crate) fn of(parts: impl Serialize) -> Self {
        let mut hasher = Sha256::new();
        // What cannot be written down as JSON could not have been read either.
        feed(&serde_json::to_value(parts).unwrap_or_default(), &mut hasher);
        Self(hasher.finalize().into())
    }

    pub(crate) fn to_hexadecimal(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// `None` for what [`to_hexadecimal`](Self::to_hexadecimal) cannot have written.
    pub(crate) fn from_hexadecimal(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Definition(…)")
    }
}

/// Maps come in any order, and what is absent may be written as null. Each value begins with its kind and how much belongs
/// to it, so that no two are fed alike.
fn feed(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().filter(|(_, value)| !value.is_null()).collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            feed_text("object", &entries.len().to_string(), hasher);
            for (key, value) in entries {
                feed_text("key", key, hasher);
                feed(value, hasher);
            }
        }
        Value::Array(values) => {
            feed_text("array", &values.len().to_string(), hasher);
            values.iter().for_each(|value| feed(value, hasher));
        }
        other => feed_text("value", &other.to_string(), hasher),
    }
}

fn feed_text(kind: &str, text: &str, hasher: &mut Sha256) {
    hasher.update(format!("{kind} {} ", text.len()));
    hasher.update(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_the_same_in_every_process_and_goes_to_and_fro() {
        let definition = Definition::of(json!({"b": [1, "x"], "c": 2, "a": null}));
        assert_eq!(definition, Definition::of(json!({"a": null, "c": 2, "b": [1, "x"]})));
        assert_eq!(definition, Definition::of(json!({"b": [1, "x"], "c": 2, "another": null})));
        // From another process: a sign-in that is kept is compared with it after years.
        let text = "43d76a8bf9bffea5601d990dfb3490b19ba2f3651fd0b145b21a575e0f38c049";
        assert_eq!(definition.to_hexadecimal(), text);
        assert_eq!(Definition::from_hexadecimal(text), Some(definition));
        for other in [
            json!({"b": [1], "c": 2, "a": "x"}),
            json!({"b": [1, "y"], "c": 2}),
            json!({"b": [[1, "x"]], "c": 2}),
            json!({"b": [1, "x", null], "c": 2}),
        ] {
            assert_ne!(Definition::of(&other), definition, "{other}");
        }
        for broken in ["", "zz", &"é".repeat(32), &"g".repeat(64)] {
            assert_eq!(Definition::from_hexadecimal(broken), None);
        }
    }
}
