//! The names of the secrets that are in the keyring, in a file. Never the secrets.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use wording::{Text, text};

/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;

/// Far above what thousands of names need; a larger file is not ours.
const LARGEST: u64 = 4 << 20;

/// Which secrets are, or may be, in the keyring.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Absent: kept in memory.
    path: Option<PathBuf>,
    keys: BTreeSet<String>,
    /// Why the file must not be touched.
    untouchable: Option<Text>,
}

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    secrets: BTreeSet<String>,
}

impl Index {
    /// Reads the file, if there is one. A broken one is set aside as `PATH.broken`; one that cannot be read, or is of a newer
    /// version, is left alone, and nothing can be added then.
    pub(super) fn open(path: PathBuf) -> Self {
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self { path: Some(path), ..Self::default() };
            }
            Err(error) => {
                return Self::untouchable(
                    path,
                    &text!("cannot be read: {error}", "ist nicht lesbar: {error}"),
                );
            }
        };
        match serde_json::from_slice::<Content>(&text) {
            Ok(content) if content.format > FORMAT => {
                let format = content.format;
                let reason = text!(
                    "has the format {format}, this version knows {FORMAT}",
                    "hat das Format {format}, diese Version kennt {FORMAT}"
                );
                Self::untouchable(path, &reason)
            }
            Ok(content) => Self { path: Some(path), keys: content.secrets, untouchable: None },
            Err(error) => {
                let mut aside = path.clone().into_os_string();
                aside.push(".broken");
                tracing::warn!(path = %path.display(), %error, "the list of secrets is broken and is set aside");
                match fs::rename(&path, aside) {
                    Ok(()) => Self { path: Some(path), ..Self::default() },
                    Err(error) => {
                        let reason = text!(
                            "is broken, and cannot be moved: {error}",
                            "ist beschädigt und lässt sich nicht verschieben: {error}"
                        );
                        Self::untouchable(path, &reason)
                    }
                }
            }
        }
    }

    fn untouchable(path: PathBuf, reason: &Text) -> Self {
        let reason = reason.map(|reason| format!("{} {reason}", path.display()));
        Self { path: Some(path), keys: BTreeSet::new(), untouchable: Some(reason) }
    }

    pub(super) fn keys(&self) -> &BTreeSet<String> {
        &self.keys
    }

    /// Lists a name; whether it is new. When this returns it is on the disk.
    pub(super) fn add(&mut self, key: &str) -> Result<bool, Text> {
        if self.keys.contains(key) {
            return Ok(false);
        }
        let mut keys = self.keys.clone();
        keys.insert(key.to_owned());
        self.save(keys).map(|()| true)
    }

    pub(super) fn remove(&mut self, key: &str) -> Result<(), Text> {
        if !self.keys.contains(key) {
            return Ok(());
        }
        let mut keys = self.keys.clone();
        keys.remove(key);
        self.save(keys)
    }

    /// What cannot be saved is not changed.
    fn save(&mut self, keys: BTreeSet<String>) -> Result<(), Text> {
        if let Some(reason) = &self.untouchable {
            return Err(reason.clone());
        }
        if let Some(path) = &self.path {
            let content = Content { format: FORMAT, secrets: keys.clone() };
            write(path, &content).map_err(|error| {
                let path = path.display();
                text!("{path} cannot be written: {error}", "{path} lässt sich nicht schreiben: {error}")
            })?;
        }
        self.keys = keys;
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}

/// At every moment the old or the new content is there, whole, and only its owner may read it.
fn write(path: &Path, content: &Content) -> io::Result<()> {
    // A link (people keep their settings elsewhere) is followed: renaming over it would replace the link.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    // Made for its owner only.
    let mut file = tempfile::Builder::new().prefix(".secrets-").tempfile_in(directory)?;
    file.write_all(&serde_json::to_vec_pretty(content)?)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_and_are_private() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/secrets.json");
        let mut index = Index::open(path.clone());
        assert_eq!(index.add("cluster/a"), Ok(true));
        assert_eq!(index.add("cluster/a"), Ok(false));
        assert_eq!(index.add("cluster/b"), Ok(true));
        index.remove("cluster/a").unwrap();
        let kept: Vec<_> = Index::open(path.clone()).keys().iter().cloned().collect();
        assert_eq!(kept, ["cluster/b"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no leftovers");
    }

    #[test]
    fn a_broken_one_is_set_aside_and_a_newer_one_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets.json");
        fs::write(&path, "{\"format\": 1, \"secr").unwrap();
        let mut index = Index::open(path.clone());
        index.add("cluster/a").unwrap();
        assert!(directory.path().join("secrets.json.broken").exists());

        let newer = "{\"format\": 2, \"secrets\": []}";
        fs::write(&path, newer).unwrap();
        let reason = Index::open(path.clone()).add("cluster/b").unwrap_err();
        assert!(reason.contains("format 2"), "{reason}");
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }

    #[test]
    fn what_cannot_be_written_is_not_listed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets.json");
        let mut index = Index::open(path.clone());
        fs::create_dir(&path).unwrap();
        assert!(index.add("cluster/a").is_err());
        assert!(index.keys().is_empty());
    }
}
