//! What the files hold: JSON with a version, so that a later version can tell what it reads.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{book::Book, preferences::Preferences, profile::Profile};

/// What one file holds.
pub(super) trait Content: Default + Send + 'static {
    /// Goes up whenever an older version would misread or lose something.
    const SCHEMA: u64;

    /// As a text with the version in it.
    fn write(&self) -> serde_json::Result<Vec<u8>>;

    /// What a text says, if it is of this version or an earlier one.
    fn read(text: &[u8]) -> Result<Self, Unusable>;
}

/// Why text is not a file that can be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Damaged, with the reason for a person.
    Broken(String),
    /// Of a later version.
    Newer(u64),
}

#[derive(Serialize)]
struct WrittenProfiles<'a> {
    schema: u64,
    profiles: &'a [Profile],
}

#[derive(Deserialize)]
struct Profiles {
    profiles: Vec<Profile>,
}

#[derive(Serialize)]
struct WrittenBook<'a> {
    schema: u64,
    #[serde(flatten)]
    book: &'a Book,
}

#[derive(Serialize)]
struct WrittenPreferences<'a> {
    schema: u64,
    #[serde(flatten)]
    preferences: &'a Preferences,
}

#[derive(Deserialize)]
struct Version {
    schema: u64,
}

impl Content for Vec<Profile> {
    const SCHEMA: u64 = 1;

    fn write(&self) -> serde_json::Result<Vec<u8>> {
        written(&WrittenProfiles { schema: Self::SCHEMA, profiles: self })
    }

    fn read(text: &[u8]) -> Result<Self, Unusable> {
        let Profiles { profiles } = of_version(text, Self::SCHEMA)?;
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
}

impl Content for Book {
    const SCHEMA: u64 = 1;

    fn write(&self) -> serde_json::Result<Vec<u8>> {
        written(&WrittenBook { schema: Self::SCHEMA, book: self })
    }

    fn read(text: &[u8]) -> Result<Self, Unusable> {
        of_version(text, Self::SCHEMA)
    }
}

impl Content for Preferences {
    const SCHEMA: u64 = 1;

    fn write(&self) -> serde_json::Result<Vec<u8>> {
        written(&WrittenPreferences { schema: Self::SCHEMA, preferences: self })
    }

    fn read(text: &[u8]) -> Result<Self, Unusable> {
        of_version(text, Self::SCHEMA)
    }
}

fn written(content: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(content)?;
    text.push(b'\n');
    Ok(text)
}

fn of_version<C: DeserializeOwned>(text: &[u8], known: u64) -> Result<C, Unusable> {
    let broken = |error: serde_json::Error| Unusable::Broken(error.to_string());
    // The version first: what follows it may mean anything in a later one.
    let Version { schema } = serde_json::from_slice(text).map_err(broken)?;
    if schema > known {
        return Err(Unusable::Newer(schema));
    }
    serde_json::from_slice(text).map_err(broken)
}
