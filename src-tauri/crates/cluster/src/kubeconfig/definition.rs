//! Whether two readings of the kubeconfig files say the same of a context.

use std::{
    hash::{BuildHasher as _, Hash as _, Hasher, RandomState},
    sync::LazyLock,
};

use serde::Serialize;
use serde_json::Value;

/// Another one in each process, so that nothing can be guessed from a hash.
static CHANCE: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// What kubeconfigs say of a context, its cluster and its user, credentials included: to be compared with what they say
/// later in the same process. Tells nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Definition(u64);

impl Definition {
    pub(crate) fn of(parts: impl Serialize) -> Self {
        let mut hasher = CHANCE.build_hasher();
        // What cannot be written down as JSON could not have been read either.
        feed(&serde_json::to_value(parts).unwrap_or_default(), &mut hasher);
        Self(hasher.finish())
    }
}

/// Maps come in any order.
fn feed(value: &Value, hasher: &mut impl Hasher) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            entries.len().hash(hasher);
            for (key, value) in entries {
                key.hash(hasher);
                feed(value, hasher);
            }
        }
        Value::Array(values) => {
            values.len().hash(hasher);
            values.iter().for_each(|value| feed(value, hasher));
        }
        other => other.to_string().hash(hasher),
    }
}
