//! Credentials as they are written down for the keyring.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use wording::text;

use super::credentials::{Credentials, Kind, bad};
use crate::{Definition, Error, SecretText};

/// Goes up when a reader of before could not understand what is written.
const VERSION: u32 = 1;

/// What is written beside the texts has at most so many bytes: names, numbers and a hash.
const LONGEST_FRAME: usize = 1024;

/// A byte of a text becomes at most so many in JSON: `\u0000`.
const LONGEST_ESCAPE: usize = 6;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept<'a> {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Cow<'a, str>>,
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
        Kind::Certificate { certificate, key } => (None, Some(certificate.as_str()), Some(key.expose())),
    };
    let user = credentials.user.as_deref();
    let longest: usize = [token, certificate, key, user].into_iter().flatten().map(str::len).sum();
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let expires_at_ms =
        credentials.expires_at.and_then(since).and_then(|since| u64::try_from(since.as_millis()).ok());
    let kept = Kept {
        version: VERSION,
        token,
        certificate: certificate.map(Cow::Borrowed),
        key: key.map(Cow::Borrowed),
        user: user.map(Cow::Borrowed),
        expires_at_ms,
        beside: credentials.beside.map(Definition::to_hexadecimal),
    };
    // Room for all of it, so that it is never moved while it grows, which would leave copies.
    let mut written = Zeroizing::new(Vec::with_capacity(LONGEST_FRAME + LONGEST_ESCAPE * longest));
    // Texts and numbers alone: there is nothing that JSON could not hold, and JSON is UTF-8.
    let _ = serde_json::to_writer(&mut *written, &kept);
    SecretText::new(str::from_utf8(&written).unwrap_or_default())
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
    credentials.user = kept.user.map(Cow::into_owned);
    let time =
        kept.expires_at_ms.and_then(|ms| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    credentials.expires_at = time.or(credentials.expires_at);
    credentials.beside = kept.beside.as_deref().and_then(Definition::from_hexadecimal);
    Ok(credentials)
}
