//! Where profiles, preferences and what is known of clusters are kept: files, or memory only. What the files look like is in [`schema`],
//! how they are written without ever losing anything in [`file`].

mod file;
mod schema;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::task;

use self::{file::StoreFile, schema::Content};
use crate::{Error, book::Book, preferences::Preferences, profile::Profile};

/// Where profiles are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct ProfileStore(Place<Vec<Profile>>);

/// Where it is kept what a person said about clusters: their own ones, marks, further kubeconfig files. No secrets. Clones
/// share it.
#[derive(Clone, Debug)]
pub struct ClusterStore(Place<Book>);

/// Where it is kept what the person prefers. Clones share it.
#[derive(Clone, Debug)]
pub struct PreferenceStore(Place<Preferences>);

#[derive(Clone, Debug)]
enum Place<C> {
    File(StoreFile<C>),
    Memory(Arc<Mutex<C>>),
}

/// What was found at the start.
#[derive(Debug, Default)]
pub(crate) struct Loaded<C> {
    pub(crate) content: C,
    /// Something was not as it should be, and what was done about it.
    pub(crate) finding: Option<Finding>,
}

/// What was not as it should be when a file was loaded.
#[derive(Debug)]
pub(crate) enum Finding {
    /// The file was broken and was set aside.
    SetAside { to: PathBuf, reason: String, backup_used: bool },
    /// The file was gone, but there was a backup, which was used.
    BackupUsed { path: PathBuf },
    /// The file must not be touched: every save is refused with the same error.
    Untouchable(Error),
}

impl ProfileStore {
    /// Keeps profiles in this JSON file; a backup, `PATH.backup`, is kept beside it. The directory is made when needed.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(StoreFile::new(path.into())))
    }

    /// Keeps profiles for as long as the store or a clone of it lives.
    pub fn memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    /// Reads the profiles. Never fails: an empty list and a finding are the worst that can come.
    pub(crate) async fn load(&self) -> Loaded<Vec<Profile>> {
        self.0.load().await
    }

    /// Replaces the saved profiles; when this returns without an error they survive a power failure.
    pub(crate) async fn save(&self, profiles: Vec<Profile>) -> Result<(), Error> {
        self.0.save(profiles).await
    }
}

impl ClusterStore {
    /// As [`ProfileStore::file`].
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(StoreFile::new(path.into())))
    }

    /// As [`ProfileStore::memory`].
    pub fn memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    pub(crate) async fn load(&self) -> Loaded<Book> {
        self.0.load().await
    }

    pub(crate) async fn save(&self, book: Book) -> Result<(), Error> {
        self.0.save(book).await
    }
}

impl PreferenceStore {
    /// As [`ProfileStore::file`].
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(StoreFile::new(path.into())))
    }

    /// As [`ProfileStore::memory`].
    pub fn memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    pub(crate) async fn load(&self) -> Loaded<Preferences> {
        self.0.load().await
    }

    pub(crate) async fn save(&self, preferences: Preferences) -> Result<(), Error> {
        self.0.save(preferences).await
    }
}

impl<C: Content + Clone> Place<C> {
    async fn load(&self) -> Loaded<C> {
        match self {
            Self::Memory(saved) => {
                let content = saved.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Loaded { content, finding: None }
            }
            Self::File(file) => {
                let file = file.clone();
                task::spawn_blocking(move || file.load()).await.unwrap_or_default()
            }
        }
    }

    async fn save(&self, content: C) -> Result<(), Error> {
        match self {
            Self::Memory(saved) => {
                *saved.lock().unwrap_or_else(PoisonError::into_inner) = content;
                Ok(())
            }
            Self::File(file) => {
                let file = file.clone();
                let path = file.path().to_owned();
                task::spawn_blocking(move || file.save(&content))
                    .await
                    .unwrap_or_else(|stopped| Err(Error::StoreUnwritable { path, source: stopped.into() }))
            }
        }
    }
}
