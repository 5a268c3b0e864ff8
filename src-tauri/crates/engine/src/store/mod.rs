//! Where profiles are kept: a file, or memory only. What the file looks like is in [`schema`], how it is written without
//! ever losing anything in [`file`].

mod file;
mod schema;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::task;

use self::file::ProfileFile;
use crate::{Error, profile::Profile};

/// Where profiles are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct ProfileStore(Place);

#[derive(Clone, Debug)]
enum Place {
    File(ProfileFile),
    Memory(Arc<Mutex<Vec<Profile>>>),
}

/// What was found at the start.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) profiles: Vec<Profile>,
    /// Something was not as it should be, and what was done about it.
    pub(crate) finding: Option<Finding>,
}

/// What was not as it should be when profiles were loaded.
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
        Self(Place::File(ProfileFile::new(path.into())))
    }

    /// Keeps profiles for as long as the store or a clone of it lives.
    pub fn memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    /// Reads the profiles. Never fails: an empty list and a finding are the worst that can come.
    pub(crate) async fn load(&self) -> Loaded {
        match &self.0 {
            Place::Memory(profiles) => {
                let profiles = profiles.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Loaded { profiles, finding: None }
            }
            Place::File(file) => {
                let file = file.clone();
                task::spawn_blocking(move || file.load()).await.unwrap_or_default()
            }
        }
    }

    /// Replaces the saved profiles; when this returns without an error they survive a power failure.
    pub(crate) async fn save(&self, profiles: Vec<Profile>) -> Result<(), Error> {
        match &self.0 {
            Place::Memory(saved) => {
                *saved.lock().unwrap_or_else(PoisonError::into_inner) = profiles;
                Ok(())
            }
            Place::File(file) => {
                let file = file.clone();
                let path = file.path().to_owned();
                task::spawn_blocking(move || file.save(&profiles))
                    .await
                    .unwrap_or_else(|stopped| Err(Error::StoreUnwritable { path, source: stopped.into() }))
            }
        }
    }
}
