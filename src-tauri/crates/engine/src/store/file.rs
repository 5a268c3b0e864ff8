//! A file of ours on disk: atomic writes, one backup, a broken file set aside, a newer one left alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    Finding, Loaded,
    schema::{Content, Unusable},
};
use crate::Error;

/// Far above what thousands of profiles need; a larger file is not ours and would only fill memory.
const LARGEST: u64 = 16 << 20;

/// One file. Clones know the same things about it.
#[derive(Clone, Debug)]
pub(super) struct StoreFile<C> {
    path: PathBuf,
    /// Set once when the file must not be touched.
    untouchable: Arc<OnceLock<Untouchable>>,
    content: PhantomData<fn() -> C>,
}

#[derive(Debug)]
enum Untouchable {
    Newer(u64),
    Unreadable(io::ErrorKind, String),
}

impl<C: Content> StoreFile<C> {
    pub(super) fn new(path: PathBuf) -> Self {
        // A link (people keep their settings elsewhere) is followed now: renaming over it would replace the link.
        let path = fs::canonicalize(&path).unwrap_or(path);
        Self { path, untouchable: Arc::default(), content: PhantomData }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn load(&self) -> Loaded<C> {
        match self.read(&self.path) {
            Ok(content) => Loaded { content, finding: None },
            Err(Unread::Missing) => match self.read(&self.backup()) {
                Ok(content) => {
                    Loaded { content, finding: Some(Finding::BackupUsed { path: self.path.clone() }) }
                }
                Err(Unread::Untouchable(why)) => self.refuse(why),
                Err(Unread::Missing | Unread::Broken(_)) => Loaded::default(),
            },
            Err(Unread::Broken(reason)) => self.set_aside(reason),
            Err(Unread::Untouchable(why)) => self.refuse(why),
        }
    }

    pub(super) fn save(&self, content: &C) -> Result<(), Error> {
        if let Some(why) = self.untouchable.get() {
            return Err(self.untouchable_error(why));
        }
        self.write_all(content).map_err(|source| Error::StoreUnwritable { path: self.path.clone(), source })
    }

    fn write_all(&self, content: &C) -> io::Result<()> {
        let content = content.write()?;
        fs::create_dir_all(self.directory())?;
        // Only a good file may replace the backup.
        if let Ok(current) = read_bounded(&self.path)
            && C::read(&current).is_ok()
        {
            self.replace(&self.backup(), &current)?;
        }
        self.replace(&self.path, &content)
    }

    /// Replaces a file so that at every moment either the old or the new content is there, whole.
    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        // A leftover of an interrupted write is simply overwritten.
        let new = with_suffix(path, ".new");
        let mut file = private_file(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, path)?;
        sync_directory(self.directory())
    }

    fn set_aside(&self, reason: String) -> Loaded<C> {
        let to = self.aside_name();
        if let Err(error) = fs::rename(&self.path, &to) {
            return self.refuse(Untouchable::Unreadable(
                error.kind(),
                format!("it is broken ({reason}) and could not be set aside ({error})"),
            ));
        }
        match self.read(&self.backup()) {
            Ok(content) => {
                Loaded { content, finding: Some(Finding::SetAside { to, reason, backup_used: true }) }
            }
            Err(Unread::Untouchable(why)) => self.refuse(why),
            Err(Unread::Missing | Unread::Broken(_)) => Loaded {
                content: C::default(),
                finding: Some(Finding::SetAside { to, reason, backup_used: false }),
            },
        }
    }

    fn refuse(&self, why: Untouchable) -> Loaded<C> {
        let why = self.untouchable.get_or_init(|| why);
        Loaded { content: C::default(), finding: Some(Finding::Untouchable(self.untouchable_error(why))) }
    }

    fn untouchable_error(&self, why: &Untouchable) -> Error {
        let path = self.path.clone();
        match why {
            Untouchable::Newer(found) => Error::StoreNewer { path, found: *found, known: C::SCHEMA },
            Untouchable::Unreadable(kind, text) => {
                Error::StoreUnreadable { path, source: io::Error::new(*kind, text.clone()) }
            }
        }
    }

    fn read(&self, path: &Path) -> Result<C, Unread> {
        let text = read_bounded(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unread::Missing,
            kind => Unread::Untouchable(Untouchable::Unreadable(kind, error.to_string())),
        })?;
        C::read(&text).map_err(|unusable| match unusable {
            Unusable::Broken(reason) => Unread::Broken(reason),
            Unusable::Newer(found) => Unread::Untouchable(Untouchable::Newer(found)),
        })
    }

    fn backup(&self) -> PathBuf {
        with_suffix(&self.path, ".backup")
    }

    /// A name that is not in use yet.
    fn aside_name(&self) -> PathBuf {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let first = with_suffix(&self.path, &format!(".broken-{seconds}"));
        let mut name = first.clone();
        let mut count = 1;
        while fs::symlink_metadata(&name).is_ok() {
            count += 1;
            name = with_suffix(&first, &format!("-{count}"));
        }
        name
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }
}

enum Unread {
    Missing,
    Broken(String),
    Untouchable(Untouchable),
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "the file is larger than any list of profiles",
        ));
    }
    Ok(text)
}

/// Only its owner may read it: names of clusters and services are nobody else's business.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        // A leftover may have been made with other permissions.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// Makes a rename survive a power failure; other systems do this by themselves or cannot.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "the same signature everywhere"))]
fn sync_directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
