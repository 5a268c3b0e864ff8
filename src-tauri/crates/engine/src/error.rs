//! The crate's error type.

use std::{io, path::PathBuf};

use wording::Text;

/// What can go wrong in the engine, before it is put into the words of a [`Problem`](crate::Problem).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A port mapping that is not in the grammar.
    #[error("{reason}")]
    BadPort {
        /// What is wrong with it, as a sentence.
        reason: Text,
    },
    /// The engine was started outside a Tokio runtime.
    #[error("the engine needs a Tokio runtime")]
    NoRuntime,
    /// The profile file exists but cannot be read; it is left alone.
    #[error("{} cannot be read: {source}", path.display())]
    StoreUnreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The profile file could not be written; the old one is still whole.
    #[error("{} cannot be written: {source}", path.display())]
    StoreUnwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The profile file was written by a newer version; it is left alone.
    #[error("{} has the format {found}, this version knows formats up to {known}", path.display())]
    StoreNewer {
        /// The file.
        path: PathBuf,
        /// The schema version in the file.
        found: u64,
        /// The newest that is known here.
        known: u64,
    },
}

impl Error {
    /// What a person reads of it where there is no room for a [`Problem`](crate::Problem).
    pub(crate) fn in_words(self) -> Text {
        match self {
            Self::BadPort { reason } => reason,
            other => Text::verbatim(other.to_string()),
        }
    }
}
