//! Keeps secrets, and knows where each is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use wording::{Text, text};

use super::{
    KeyringFailure,
    calls::{Calls, LIMIT},
    index::Index,
    system::SystemVault,
    vault::{MemoryVault, Vault},
};
use crate::{Error, SecretText};

/// Nothing is kept under this name: it is asked for to see whether the keyring answers.
const NOBODY: &str = "nobody";

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// In the system's keyring.
    Keyring,
    /// In memory, until the program ends.
    Session,
}

/// Whether secrets can be kept in the keyring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyringStanding {
    /// It was not needed yet.
    #[default]
    Unknown,
    /// It answered.
    Working,
    /// It does not serve: an [`Error::Keyring`].
    Unavailable(Error),
}

/// Keeps secrets. A handle: clones are the same keeper. Secrets leave it only within this crate, and are wiped from memory
/// when nobody uses them.
#[derive(Clone)]
pub struct SecretKeeper {
    inner: Arc<Inner>,
}

struct Inner {
    vault: Arc<dyn Vault>,
    calls: Calls,
    index: Arc<Mutex<Index>>,
    session: Mutex<BTreeMap<String, SecretText>>,
    /// Held while a secret gets into the keyring and out of the session: one at a time.
    moving: tokio::sync::Mutex<()>,
    standing: watch::Sender<KeyringStanding>,
}

impl SecretKeeper {
    /// Keeps secrets in the keyring of the person who runs this program, and their names in this file, which is made when
    /// needed. The keyring is not touched before it is needed.
    pub fn system(index: impl Into<PathBuf>) -> Self {
        Self::system_within(index, LIMIT)
    }

    /// As [`SecretKeeper::system`], with another time limit than 60 s for each call.
    pub fn system_within(index: impl Into<PathBuf>, limit: Duration) -> Self {
        Self::new(Arc::new(SystemVault), Index::open(index.into()), limit)
    }

    /// Keeps everything in memory, as if that were a keyring.
    pub fn memory() -> Self {
        Self::new(Arc::new(MemoryVault::default()), Index::default(), LIMIT)
    }

    fn new(vault: Arc<dyn Vault>, index: Index, limit: Duration) -> Self {
        Self {
            inner: Arc::new(Inner {
                vault,
                calls: Calls::new(limit),
                index: Arc::new(Mutex::new(index)),
                session: Mutex::default(),
                moving: tokio::sync::Mutex::default(),
                standing: watch::Sender::default(),
            }),
        }
    }

    /// Keeps a secret in the place of the one of the same key. One for the session hides one in the keyring.
    ///
    /// # Errors
    /// [`Error::Keyring`]; the secret is not kept then. Where a keyring that was too slow takes it later after all, it is
    /// deleted there again.
    pub async fn store(&self, key: &str, secret: SecretText, keep: Keep) -> Result<(), Error> {
        match keep {
            Keep::Session => {
                self.session().insert(key.to_owned(), secret);
            }
            Keep::Keyring => {
                let _alone = self.inner.moving.lock().await;
                self.put(key, secret).await?;
                self.session().remove(key);
            }
        }
        Ok(())
    }

    async fn put(&self, key: &str, secret: SecretText) -> Result<(), Error> {
        let owned = key.to_owned();
        let put = move |vault: &dyn Vault, index: &Mutex<Index>| {
            // Listed first, so that nothing is ever in the keyring that "forget everything" would not find.
            let is_new = lock(index).add(&owned).map_err(not_listed)?;
            vault.put(&owned, &secret).inspect_err(|_| {
                if is_new {
                    // If this fails too, a name is listed that nothing belongs to, which does no harm.
                    let _ = lock(index).remove(&owned);
                }
            })
        };
        let owned = key.to_owned();
        let undo = move |vault: &dyn Vault, index: &Mutex<Index>| {
            // It may have been forgotten meanwhile.
            let undone = lock(index).add(&owned).map_err(not_listed);
            if let Err(error) = undone.and_then(|_| delete(vault, index, &owned)) {
                tracing::warn!(%error, "a sign-in that came too late stays in the keyring");
            }
        };
        let (vault, index) = (Arc::clone(&self.inner.vault), Arc::clone(&self.inner.index));
        let (of_undo, index_of_undo) = (Arc::clone(&vault), Arc::clone(&index));
        let put = move || put(vault.as_ref(), &index);
        let undo = move || undo(of_undo.as_ref(), &index_of_undo);
        self.noted(self.inner.calls.make_or_undo(put, undo).await)
    }

    /// The secret of this key. `None` where there is none, also where somebody else has deleted it from the keyring.
    ///
    /// # Errors
    /// [`Error::Keyring`] where it is, or may be, in the keyring, and that does not serve.
    pub async fn load(&self, key: &str) -> Result<Option<SecretText>, Error> {
        if let Some(secret) = self.session().get(key) {
            return Ok(Some(secret.clone()));
        }
        if !self.index().keys().contains(key) {
            return Ok(None);
        }
        let owned = key.to_owned();
        let get = move |vault: &dyn Vault, index: &Mutex<Index>| {
            let secret = vault.get(&owned)?;
            if secret.is_none() {
                lock(index).remove(&owned).map_err(not_listed)?;
            }
            Ok(secret)
        };
        self.call(get).await
    }

    /// Forgets the secret of this key, wherever it is.
    ///
    /// # Errors
    /// [`Error::Keyring`]; what is in the keyring stays there then, and stays listed.
    pub async fn forget(&self, key: &str) -> Result<(), Error> {
        self.session().remove(key);
        self.delete(key).await
    }

    /// Deletes what is in the keyring.
    async fn delete(&self, key: &str) -> Result<(), Error> {
        if !self.index().keys().contains(key) {
            return Ok(());
        }
        let owned = key.to_owned();
        self.call(move |vault, index| delete(vault, index, &owned)).await
    }

    /// Forgets all secrets.
    ///
    /// # Errors
    /// [`Error::Keyring`], the first one; the others are forgotten all the same as far as that goes.
    pub async fn forget_all(&self) -> Result<(), Error> {
        self.session().clear();
        let keys = self.index().keys().clone();
        let mut outcome = Ok(());
        for key in keys {
            let forgotten = self.call(move |vault, index| delete(vault, index, &key)).await;
            let is_dead = matches!(&forgotten, Err(Error::Keyring { failure: KeyringFailure::Slow, .. }));
            outcome = outcome.and(forgotten);
            if is_dead {
                break;
            }
        }
        outcome
    }

    /// Asks the keyring again, and moves what is kept for the session into it.
    ///
    /// # Errors
    /// [`Error::Keyring`]; what was not moved is kept for the session as before.
    pub async fn retry(&self) -> Result<(), Error> {
        self.call(|vault, _| vault.get(NOBODY).map(|_| ())).await?;
        let secrets = self.session().clone();
        for (key, secret) in secrets {
            self.move_to_keyring(&key, secret).await?;
        }
        Ok(())
    }

    /// Moves this secret from the session to the keyring, unless it was forgotten or replaced meanwhile.
    async fn move_to_keyring(&self, key: &str, secret: SecretText) -> Result<(), Error> {
        let _alone = self.inner.moving.lock().await;
        if self.session().get(key) != Some(&secret) {
            return Ok(());
        }
        self.put(key, secret.clone()).await?;
        let is_same = {
            let mut session = self.session();
            let is_same = session.get(key) == Some(&secret);
            if is_same {
                session.remove(key);
            }
            is_same
        };
        if is_same { Ok(()) } else { self.delete(key).await }
    }

    /// Where the secret of this key is kept, if there is one. The keyring is not asked.
    pub fn kept(&self, key: &str) -> Option<Keep> {
        if self.session().contains_key(key) {
            Some(Keep::Session)
        } else {
            self.index().keys().contains(key).then_some(Keep::Keyring)
        }
    }

    /// How many secrets are kept. The keyring is not asked.
    pub fn count(&self) -> usize {
        let mut keys: BTreeSet<String> = self.index().keys().clone();
        keys.extend(self.session().keys().cloned());
        keys.len()
    }

    /// How it stands with the keyring, as of the latest call.
    pub fn standing(&self) -> KeyringStanding {
        self.inner.standing.borrow().clone()
    }

    async fn call<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Vault, &Mutex<Index>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (vault, index) = (Arc::clone(&self.inner.vault), Arc::clone(&self.inner.index));
        self.noted(self.inner.calls.make(move || act(vault.as_ref(), &index)).await)
    }

    /// Notes what this says of the keyring.
    fn noted<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        let standing = match &outcome {
            // Another secret may fit.
            Err(Error::Keyring { failure: KeyringFailure::TooLong, .. }) => return outcome,
            Err(error) => KeyringStanding::Unavailable(error.clone()),
            Ok(_) => KeyringStanding::Working,
        };
        self.inner.standing.send_replace(standing);
        outcome
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        lock(&self.inner.index)
    }

    fn session(&self) -> MutexGuard<'_, BTreeMap<String, SecretText>> {
        // Nothing under the lock can leave it half done.
        self.inner.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SecretKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKeeper").field("count", &self.count()).finish_non_exhaustive()
    }
}

fn delete(vault: &dyn Vault, index: &Mutex<Index>, key: &str) -> Result<(), Error> {
    vault.delete(key)?;
    lock(index).remove(key).map_err(not_listed)
}

fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    // Nothing under the lock can leave it half done.
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A secret whose name cannot be noted is not kept.
fn not_listed(reason: Text) -> Error {
    let message =
        text!("the list of secrets: {reason}", "die Liste der Geheimnisse: {reason}"; reason = reason);
    Error::Keyring { failure: KeyringFailure::Failed, message }
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
