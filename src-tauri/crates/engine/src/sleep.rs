//! Notices that the computer slept: the clock on the wall goes on meanwhile, and nobody looks at it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::journal::now_ms;

/// How often the clock is looked at: seldom, for each look wakes the process.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Milliseconds between two looks after which the computer slept, or somebody set the clock. A busy computer looks a
/// few seconds late.
const SLEPT_MS: u64 = 60_000;

/// When the clock was looked at last.
#[derive(Debug)]
pub(crate) struct SleepWatch {
    seen_ms: AtomicU64,
}

impl SleepWatch {
    pub(crate) fn new() -> Self {
        Self { seen_ms: AtomicU64::new(now_ms()) }
    }

    /// Looks at the clock; whether the computer slept since the last look. One of several who look at once is told.
    pub(crate) fn look(&self) -> bool {
        self.look_at(now_ms())
    }

    fn look_at(&self, now_ms: u64) -> bool {
        self.seen_ms.swap(now_ms, Ordering::AcqRel).abs_diff(now_ms) > SLEPT_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_between_looks_is_sleep_and_told_once() {
        let start = now_ms();
        let watch = SleepWatch { seen_ms: AtomicU64::new(start) };
        for (after, slept) in
            [(30_000, false), (90_000, false), (91_000, false), (3_661_000, true), (3_661_001, false)]
        {
            assert_eq!(watch.look_at(start + after), slept, "{after}");
        }
        assert!(watch.look_at(start), "the clock was set back");
    }
}
