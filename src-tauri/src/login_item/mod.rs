//! Culvert on the system's list of what it starts at a login. Started so, it shows no window.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod xdg;

use std::{env, path::PathBuf};

use engine::LoginItem;
use futures::{FutureExt as _, future::BoxFuture};

#[cfg(not(target_os = "linux"))]
use self::elsewhere::Entry;
#[cfg(target_os = "linux")]
use self::xdg::Entry;

/// The argument with which the system starts Culvert: its window stays hidden.
pub(crate) const HIDDEN: &str = "--hidden";

/// Whether a program that was started with these arguments is to show no window.
pub(crate) fn starts_hidden(mut arguments: impl Iterator<Item = String>) -> bool {
    arguments.any(|argument| argument == HIDDEN)
}

/// The system's list, off the async threads.
pub(crate) struct SystemLogin;

impl LoginItem for SystemLogin {
    fn read(&self) -> BoxFuture<'_, Result<bool, String>> {
        on_blocking_thread(|| Entry::of_this_program()?.is_there()).boxed()
    }

    fn set(&self, on: bool) -> BoxFuture<'_, Result<(), String>> {
        let set = move || {
            let entry = Entry::of_this_program()?;
            if on { entry.put() } else { entry.remove() }
        };
        on_blocking_thread(set).boxed()
    }
}

async fn on_blocking_thread<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(act).await.unwrap_or_else(|error| Err(error.to_string()))
}

/// What the system is to start: this program, or the image that it runs from.
fn program() -> Result<PathBuf, String> {
    // An AppImage is mounted somewhere else each time.
    match env::var_os("APPIMAGE").map(PathBuf::from) {
        Some(image) if image.is_absolute() => Ok(image),
        _ => env::current_exe().map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_argument_hides_the_window() {
        let starts = |arguments: &[&str]| starts_hidden(arguments.iter().map(ToString::to_string));
        assert!(starts(&["culvert-desktop", HIDDEN]));
        assert!(!starts(&["culvert-desktop"]));
        assert!(!starts(&["/home/--hidden/culvert-desktop"]));
    }
}
