//! The file itself: read within bounds, written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{problem::Problem, words};

/// Bytes of a file that is read: far more than thousands of forwards need, also with kubeconfigs among them.
pub(crate) const LARGEST: u64 = 8 << 20;

/// Reads a file that a person named.
///
/// # Errors
/// It has no absolute path, cannot be read, or is too large.
pub(crate) fn read_file(path: &str) -> Result<Vec<u8>, Problem> {
    let path = whole_path(path).ok_or_else(|| words::import::path_not_whole(path))?;
    let read = || -> io::Result<Vec<u8>> {
        let file = File::open(&path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut text = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut text)?;
        Ok(text)
    };
    let text = read().map_err(|error| words::import::unreadable(&path, &error))?;
    if text.len() as u64 > LARGEST {
        return Err(words::import::too_large(LARGEST));
    }
    Ok(text)
}

/// Writes a file that a person named, so that at every moment either the old or the new content is there, whole.
///
/// # Errors
/// It has no absolute path, is there already and is not to be replaced, or cannot be written.
pub(crate) fn write_file(path: &str, content: &[u8], replace_old: bool) -> Result<PathBuf, Problem> {
    let path = whole_path(path).ok_or_else(|| words::import::path_not_whole(path))?;
    if path.is_file() && !replace_old {
        return Err(words::import::file_exists(&path));
    }
    // What a link leads to is written, and the link stays.
    let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    replace(&target, content).map_err(|error| words::import::unwritable(&path, &error))?;
    Ok(path)
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // A name that nobody else has: nothing of the person's is in the way, and nothing is followed.
    let mut new = std::ffi::OsString::from(".");
    new.push(name);
    new.push(format!(".{:016x}", rand::random::<u64>()));
    let new = path.with_file_name(new);
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, path)
    })();
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&new);
    }
    written
}

/// The file's path; `~/` is the person's own directory.
fn whole_path(text: &str) -> Option<PathBuf> {
    let text = text.trim();
    let path = match text.strip_prefix("~/") {
        Some(rest) => std::env::home_dir()?.join(rest),
        None => PathBuf::from(text),
    };
    path.is_absolute().then_some(path)
}

/// The file's text as JSON. Errors name a place and quote nothing.
pub(super) fn value(text: &[u8]) -> Result<Value, Problem> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|_| words::import::not_text())?;
    if text.trim().is_empty() {
        return Err(words::import::empty());
    }
    serde_json::from_str(text).map_err(|error| words::import::not_json(error.line(), error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_replaces_a_file_only_if_it_is_to_and_leaves_nothing_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("forwards.json");
        fs::write(&path, "old").unwrap();
        let problem = write_file(path.to_str().unwrap(), b"new", false).unwrap_err();
        assert_eq!(problem.code, crate::problem::ProblemCode::FileExists);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(write_file(path.to_str().unwrap(), b"new", true).unwrap(), path);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(read_file(path.to_str().unwrap()).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_says_why_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
        fs::create_dir(at("taken")).unwrap();
        for path in ["forwards.json".to_owned(), String::new(), at("taken"), at("nowhere/forwards.json")] {
            let problem = write_file(&path, b"new", false).unwrap_err();
            let says = if path.starts_with('/') { "not written" } else { "not the path" };
            assert!(problem.what.contains(says), "{path}: {problem:?}");
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_file(link.to_str().unwrap(), b"new", true).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(real).unwrap(), b"new");
    }
}
