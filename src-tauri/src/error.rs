//! The crate's error type.

use std::{io, path::PathBuf};

/// Why the application cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no desktop to show a window on.
    #[error(
        "Culvert needs a display to show its window and found none. \
         To try it without one: xvfb-run -a culvert-desktop (Debian package xvfb)."
    )]
    NoDisplay,
    /// The person has no home directory.
    #[error("Culvert found no home directory to keep its settings in. Set HOME and start it again.")]
    NoHome,
    /// A file or directory of the application cannot be used.
    #[error("Culvert cannot use {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The engine does not start.
    #[error("Culvert cannot start: {0}")]
    Engine(#[from] engine::Error),
    /// The window or the tray cannot be made.
    #[error("Culvert cannot show its window: {0}")]
    Window(#[from] tauri::Error),
}
