//! Credentials as they are written down for the keyring.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use wording::text;

use super::credentials::{Credentials, Kind, bad};
use crate::{Definition, Error, SecretText};

/// Goes up when a reader of before could not understand what is written.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept<'a> {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Milliseconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at_ms: Option<u64>,
    /// [`Definition`] in hexadecimal. It is hashed from credentials too, so it is kept where secrets are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beside: Option<String>,
}

pub(super) fn write(credentials: &Credentials) -> SecretText {
    let (token, certificate, key) = match &credentials.kind {
        Kind::Token(token) => (Some(token.expose()), None, None),
        Kind::Certificate { certificate, key } => {
            (None, Some(certificate.clone()), Some(key.expose().to_owned()))
        }
    };
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let expires_at_ms =
        credentials.expires_at.and_then(since).and_then(|since| u64::try_from(since.as_millis()).ok());
    let kept = Kept {
        version: VERSION,
        token,
        certificate,
        key,
        user: credentials.user.clone(),
        expires_at_ms,
        beside: credentials.beside.map(Definition::to_hexadecimal),
    };
    // Texts and numbers alone: there is nothing that JSON could not hold.
    SecretText::new(serde_json::to_string(&kept).unwrap_or_default())
}

pub(super) fn read(kept: &SecretText) -> Result<Credentials, Error> {
    // Without serde's own words, which may quote what it read.
    let kept: Kept<'_> = serde_json::from_str(kept.expose()).map_err(|_| {
        bad(text!(
            "what was kept for signing in is damaged; sign in again",
            "was zur Anmeldung gemerkt war, ist beschädigt; melden Sie sich neu an"
        ))
    })?;
    if kept.version > VERSION {
        return Err(bad(text!(
            "what was kept for signing in was written by a newer Culvert; sign in again",
            "was zur Anmeldung gemerkt war, stammt von einem neueren Culvert; melden Sie sich neu an"
        )));
    }
    let mut credentials = match (kept.token, kept.certificate, kept.key) {
        (Some(token), _, _) => Credentials::token(SecretText::new(token))?,
        (None, Some(certificate), Some(key)) => Credentials::certificate(&certificate, SecretText::new(key))?,
        _ => {
            return Err(bad(text!(
                "what was kept for signing in is not complete; sign in again",
                "was zur Anmeldung gemerkt war, ist nicht vollständig; melden Sie sich neu an"
            )));
        }
    };
    credentials.user = kept.user;
    let time =
        kept.expires_at_ms.and_then(|ms| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    credentials.expires_at = time.or(credentials.expires_at);
    credentials.beside = kept.beside.as_deref().and_then(Definition::from_hexadecimal);
    Ok(credentials)
}
