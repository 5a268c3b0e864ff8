//! Whether there is a display.

use crate::Error;

/// Connects to the display. Asked before anything else, because the window library panics without one.
///
/// # Errors
/// When there is none.
#[cfg(target_os = "linux")]
pub(crate) fn require() -> Result<(), Error> {
    gtk::init().map_err(|_| Error::NoDisplay)
}

/// Other systems always have one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn require() -> Result<(), Error> {
    Ok(())
}
