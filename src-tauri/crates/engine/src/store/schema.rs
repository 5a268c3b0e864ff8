//! The content of the profile file: JSON with a version, so that a later version can tell what it reads.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::profile::Profile;

/// Goes up whenever an older version would misread or lose something.
pub(super) const SCHEMA: u64 = 1;

#[derive(Serialize)]
struct Written<'a> {
    schema: u64,
    profiles: &'a [Profile],
}

#[derive(Deserialize)]
struct Version {
    schema: u64,
}

#[derive(Deserialize)]
struct Content {
    profiles: Vec<Profile>,
}

/// Why text is not a profile file that can be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Damaged, with the reason for a person.
    Broken(String),
    /// Of a later version.
    Newer(u64),
}

pub(super) fn write(profiles: &[Profile]) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(&Written { schema: SCHEMA, profiles })?;
    text.push(b'\n');
    Ok(text)
}

pub(super) fn read(text: &[u8]) -> Result<Vec<Profile>, Unusable> {
    let broken = |error: serde_json::Error| Unusable::Broken(error.to_string());
    // The version first: what follows it may mean anything in a later one.
    let Version { schema } = serde_json::from_slice(text).map_err(broken)?;
    if schema > SCHEMA {
        return Err(Unusable::Newer(schema));
    }
    let Content { profiles } = serde_json::from_slice(text).map_err(broken)?;
    let mut seen = BTreeSet::new();
    for profile in &profiles {
        if profile.ports.is_empty() {
            return Err(Unusable::Broken(format!("the profile {:?} has no ports", profile.name)));
        }
        if !seen.insert(&profile.id) {
            return Err(Unusable::Broken(format!("two profiles have the identifier {}", profile.id)));
        }
    }
    Ok(profiles)
}
