//! The system's keyring: Secret Service, macOS Keychain, Windows Credential Manager.

use std::{sync::Arc, thread, time::Duration};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
use keyring_core::{Entry, Error as StoreError, api::CredentialStoreApi};
#[cfg(windows)]
use windows_native_keyring_store::Store;
use wording::{Text, text};
#[cfg(target_os = "linux")]
use zbus_secret_service_keyring_store::Store;

use super::{KeyringFailure, vault::Vault};
use crate::{Error, SecretText};

/// The service name of all our entries.
const SERVICE: &str = "culvert";

/// How often a keyring is asked that has no result: GNOME's answers a little before its keyring can take a secret.
const TRIES: u32 = 8;

/// The wait between two tries; all of them are 1.75 s, which a person hardly notices.
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// The keyring of the person who runs the program. Opened anew for each call: calls are rare, and neither a failed start
/// nor a connection that died is ever kept.
pub(super) struct SystemVault;

impl Vault for SystemVault {
    fn put(&self, key: &str, secret: &SecretText) -> Result<(), Error> {
        let put = || {
            let entry = entry(key)?;
            match entry.set_secret(secret.expose().as_bytes()) {
                // Somebody has made others of the same name. Which of them counts could not be said.
                Err(StoreError::Ambiguous(entries)) => {
                    for entry in entries {
                        entry.delete_credential()?;
                    }
                    entry.set_secret(secret.expose().as_bytes())
                }
                outcome => outcome,
            }
        };
        patiently(put).map_err(|error| told(&error))
    }

    fn get(&self, key: &str) -> Result<Option<SecretText>, Error> {
        match patiently(|| entry(key)?.get_secret()) {
            Ok(bytes) => String::from_utf8(bytes).map(|text| Some(SecretText::new(text))).map_err(|_| {
                failed(
                    KeyringFailure::Failed,
                    text!("what it holds is not ours", "was er enthält, ist nicht von Culvert"),
                )
            }),
            Err(StoreError::NoEntry) => Ok(None),
            // As above: the person signs in again, and then there is one.
            Err(StoreError::Ambiguous(entries)) => delete_all(&entries).map(|()| None),
            Err(error) => Err(told(&error)),
        }
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        match patiently(|| entry(key)?.delete_credential()) {
            Ok(()) | Err(StoreError::NoEntry) => Ok(()),
            Err(StoreError::Ambiguous(entries)) => delete_all(&entries),
            Err(error) => Err(told(&error)),
        }
    }
}

fn delete_all(entries: &[Entry]) -> Result<(), Error> {
    entries.iter().try_for_each(Entry::delete_credential).map_err(|error| told(&error))
}

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
fn entry(key: &str) -> Result<Entry, StoreError> {
    let store: Arc<Store> = Store::new()?;
    store.build(SERVICE, key, None)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn entry(_: &str) -> Result<Entry, StoreError> {
    Err(StoreError::NoDefaultStore)
}

/// Calls again for a while where the keyring is only about to be there. Blocks, as all calls do.
fn patiently<T>(call: impl Fn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut tries = 1;
    loop {
        match call() {
            Err(StoreError::PlatformFailure(cause) | StoreError::NoStorageAccess(cause))
                if tries < TRIES && failure_of(cause.as_ref()) == KeyringFailure::Empty =>
            {
                tries += 1;
                thread::sleep(BETWEEN_TRIES);
            }
            outcome => return outcome,
        }
    }
}

fn told(error: &StoreError) -> Error {
    let failure = match error {
        StoreError::PlatformFailure(cause) | StoreError::NoStorageAccess(cause) => {
            match failure_of(cause.as_ref()) {
                KeyringFailure::Denied => refused(),
                failure => failure,
            }
        }
        StoreError::TooLong(..) => KeyringFailure::TooLong,
        StoreError::NoDefaultStore => KeyringFailure::Missing,
        _ => KeyringFailure::Failed,
    };
    let words = match error {
        StoreError::PlatformFailure(cause) | StoreError::NoStorageAccess(cause) => {
            Text::verbatim(cause.to_string())
        }
        // These carry what was in the keyring.
        StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => {
            text!("what it holds is damaged", "was er enthält, ist beschädigt")
        }
        other => Text::verbatim(other.to_string()),
    };
    failed(failure, words)
}

fn failed(failure: KeyringFailure, message: Text) -> Error {
    Error::Keyring { failure, message }
}

#[cfg(target_os = "linux")]
fn failure_of(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> KeyringFailure {
    use secret_service::Error as Cause;

    match cause.downcast_ref::<Cause>() {
        Some(Cause::Locked) => KeyringFailure::Locked,
        Some(Cause::Prompt | Cause::PromptDisconnected) => KeyringFailure::Denied,
        Some(Cause::Unavailable) => KeyringFailure::Missing,
        // There is a service, and no keyring in it.
        Some(Cause::NoResult) => KeyringFailure::Empty,
        Some(other) => by_words(&other.to_string()),
        None => KeyringFailure::Failed,
    }
}

/// What a prompt means that was dismissed. Whether a person closed it, or no program could show it, is not told; but a
/// keyring says whether it is locked (Secret Service API, property `Locked` of a collection), and then that is why.
#[cfg(target_os = "linux")]
fn refused() -> KeyringFailure {
    use secret_service::{EncryptionType, Error as Cause, blocking::SecretService};

    // Nothing secret is asked for.
    let is_locked = SecretService::connect(EncryptionType::Plain)
        .and_then(|service| service.get_default_collection()?.is_locked());
    match is_locked {
        Ok(true) => KeyringFailure::Locked,
        Err(Cause::NoResult) => KeyringFailure::Empty,
        Ok(false) | Err(_) => KeyringFailure::Denied,
    }
}

/// Other systems tell the two apart themselves.
#[cfg(not(target_os = "linux"))]
fn refused() -> KeyringFailure {
    KeyringFailure::Denied
}

/// The errors of D-Bus by their names (D-Bus specification, "org.freedesktop.DBus.Error"; Secret Service API, "Errors").
#[cfg(target_os = "linux")]
fn by_words(words: &str) -> KeyringFailure {
    let has = |names: &[&str]| names.iter().any(|name| words.contains(name));
    if has(&["Secret.Error.IsLocked"]) {
        KeyringFailure::Locked
    } else if has(&[
        "ServiceUnknown",
        "NameHasNoOwner",
        "Spawn.",
        "NoServer",
        "Disconnected",
        // zbus's own words: there is an address, and no bus at it.
        "Failed to connect",
        "I/O error",
    ]) {
        KeyringFailure::Missing
    } else if has(&["AccessDenied", "AuthFailed"]) {
        KeyringFailure::Denied
    } else if has(&["NoReply", "TimedOut", "Timeout"]) {
        KeyringFailure::Slow
    } else {
        KeyringFailure::Failed
    }
}

/// The codes are those of `SecBase.h`.
#[cfg(target_os = "macos")]
fn failure_of(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> KeyringFailure {
    match cause.downcast_ref::<security_framework::base::Error>().map(|error| error.code()) {
        // errSecInteractionNotAllowed
        Some(-25308) => KeyringFailure::Locked,
        // errSecUserCanceled, errSecAuthFailed, wrPermErr, errSecInvalidOwnerEdit, errSecReadOnly
        Some(-128 | -25293 | -61 | -25244 | -25292) => KeyringFailure::Denied,
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        Some(-25291 | -25294 | -25295 | -25307) => KeyringFailure::Missing,
        _ => KeyringFailure::Failed,
    }
}

/// The one that is told apart is `ERROR_NO_SUCH_LOGON_SESSION`: a service, or a session over the network.
#[cfg(windows)]
fn failure_of(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> KeyringFailure {
    if cause.to_string().contains("logon session") { KeyringFailure::Missing } else { KeyringFailure::Failed }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn failure_of(_: &(dyn std::error::Error + Send + Sync + 'static)) -> KeyringFailure {
    KeyringFailure::Missing
}
