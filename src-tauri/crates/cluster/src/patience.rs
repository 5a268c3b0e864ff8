//! How long to wait between tries at a watch.

use std::time::Duration;

use kube::runtime::{utils::Backoff, watcher};

/// Waits of kube's `DefaultBackoff`, 0.8 s to 30 s with jitter, which begin anew only after two minutes without a failure:
/// a watch says something before each try, which is no success yet.
#[derive(Default)]
pub(crate) struct Patience(watcher::DefaultBackoff);

/// The longest of them. They never run out; this is for the type.
const LONGEST: Duration = Duration::from_secs(30);

impl Patience {
    /// The next wait.
    pub(crate) fn wait(&mut self) -> Duration {
        self.0.next().unwrap_or(LONGEST)
    }
}

impl Iterator for Patience {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0.next()
    }
}

impl Backoff for Patience {
    fn reset(&mut self) {}
}
