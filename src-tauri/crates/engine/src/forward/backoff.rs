//! How long to wait before the next try.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _, rngs::SmallRng};

/// The first wait: what is over at once is hardly noticed.
pub(super) const FIRST: Duration = Duration::from_millis(100);
/// The longest wait: long enough not to wear out a node that leaks something at each failure, short enough to wait for.
pub(super) const LONGEST: Duration = Duration::from_secs(30);

/// Waits that double from [`FIRST`], each shortened by chance to between half and all of it, so that forwards that failed
/// together do not come back together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backoff {
    chance: SmallRng,
    tries: u32,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: SmallRng::seed_from_u64(seed), tries: 0 }
    }

    /// The next wait, at most `limit`.
    pub(super) fn next(&mut self, limit: Duration) -> Duration {
        let full = FIRST.saturating_mul(2u32.saturating_pow(self.tries)).min(limit).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        self.chance.random_range(full / 2..=full)
    }

    /// A long wait from the first try on: [`LONGEST`], shortened by chance like all.
    pub(super) fn longest(&mut self) -> Duration {
        self.tries = self.tries.saturating_add(1);
        self.chance.random_range(LONGEST / 2..=LONGEST)
    }

    /// Whether nothing failed since the last reset; counts as a try from now on.
    pub(super) fn first_time(&mut self) -> bool {
        self.tries = self.tries.saturating_add(1);
        self.tries == 1
    }

    /// Starts again with the first wait.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_the_limit_and_start_again() {
        let mut backoff = Backoff::new(7);
        for round in 0..2 {
            for tries in 0..40 {
                let full = FIRST.saturating_mul(2u32.saturating_pow(tries)).min(LONGEST);
                let wait = backoff.next(LONGEST);
                assert!(full / 2 <= wait && wait <= full, "{round}, {tries}: {wait:?}");
            }
            backoff.reset();
        }
    }

    #[test]
    fn the_limit_of_a_caller_holds() {
        let limit = Duration::from_secs(3);
        let mut backoff = Backoff::new(7);
        assert!((0..50).all(|_| backoff.next(limit) <= limit));
    }

    #[test]
    fn chance_differs_by_seed_and_only_by_seed() {
        let waits = |seed| {
            let mut backoff = Backoff::new(seed);
            (0..8).map(|_| backoff.next(LONGEST)).collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
