//! What can be done with a keyring; and one in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::{Error, SecretText};

/// A keyring. Every call may block for as long as a person takes.
pub(super) trait Vault: Send + Sync + 'static {
    /// Adds or replaces a secret.
    fn put(&self, key: &str, secret: &SecretText) -> Result<(), Error>;
    /// `None` where there is no such secret.
    fn get(&self, key: &str) -> Result<Option<SecretText>, Error>;
    /// Nothing where there is no such secret.
    fn delete(&self, key: &str) -> Result<(), Error>;
}

/// Stands for a keyring in programs that keep nothing beyond their end.
#[derive(Default)]
pub(super) struct MemoryVault(Mutex<BTreeMap<String, SecretText>>);

impl MemoryVault {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, SecretText>) -> T) -> T {
        // Nothing under the lock can leave it half done.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Vault for MemoryVault {
    fn put(&self, key: &str, secret: &SecretText) -> Result<(), Error> {
        self.with(|secrets| secrets.insert(key.to_owned(), secret.clone()));
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<SecretText>, Error> {
        Ok(self.with(|secrets| secrets.get(key).cloned()))
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        self.with(|secrets| secrets.remove(key));
        Ok(())
    }
}
