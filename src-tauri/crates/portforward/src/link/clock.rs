//! Since when a link has been read without a pause.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Tells flows how long they could have heard from their pods: while another flow on the link is full nothing is read,
/// and the silence is ours.
#[derive(Debug)]
pub(super) struct ReadingClock(Mutex<Reading>);

#[derive(Clone, Copy, Debug)]
enum Reading {
    Paused,
    Since(Instant),
}

impl ReadingClock {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Reading::Since(Instant::now())))
    }

    /// The link is, or is not, read from now on.
    pub(super) fn pause(&self, paused: bool) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (*reading, paused) {
            (Reading::Since(_), true) => *reading = Reading::Paused,
            (Reading::Paused, false) => *reading = Reading::Since(Instant::now()),
            _ => {}
        }
    }

    /// Whether nothing is read now.
    pub(super) fn is_paused(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), Reading::Paused)
    }

    /// Since when all that came was read; now, if nothing is read.
    pub(super) fn reading_since(&self) -> Instant {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Reading::Paused => Instant::now(),
            Reading::Since(then) => then,
        }
    }
}
