//! When a person is warned that a sign-in is about to end.

use std::time::Duration;

/// How long before a sign-in ends a person is told so: time to finish a thought and sign in again.
const WARN_BEFORE: Duration = Duration::from_secs(10 * 60);

/// The clock on the wall may be set, and goes on while the computer sleeps: while some sign-in has an end, it is looked at
/// again after this time at the latest.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Whether a sign-in that ends then is warned of now.
pub(crate) fn is_warned_of(expires_at_ms: u64, now_ms: u64) -> bool {
    expires_at_ms <= now_ms.saturating_add(warn_before_ms())
}

/// How long to wait until one of these sign-ins is to be warned of, or the clock may have been set; for ever if none is left.
pub(crate) fn next_warning(expire_at_ms: impl Iterator<Item = u64>, now_ms: u64) -> Option<Duration> {
    let next = expire_at_ms.filter(|at| !is_warned_of(*at, now_ms)).min()?;
    Some(Duration::from_millis(next - warn_before_ms() - now_ms).min(LOOK_AGAIN))
}

fn warn_before_ms() -> u64 {
    u64::try_from(WARN_BEFORE.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60_000;

    #[test]
    fn the_next_warning_is_that_of_the_first_to_end() {
        let now = 100 * MINUTE;
        for (ends, wait_ms) in [
            (vec![], None),
            // Ended, about to, and warned of already.
            (vec![0, now, now + 10 * MINUTE], None),
            (vec![now + 10 * MINUTE + 1], Some(1)),
            (vec![now + 12 * MINUTE, now + 10 * MINUTE + 500, now], Some(500)),
            // The clock may be set meanwhile.
            (vec![now + 600 * MINUTE], Some(MINUTE)),
            (vec![u64::MAX], Some(MINUTE)),
        ] {
            let wait = next_warning(ends.iter().copied(), now);
            assert_eq!(wait, wait_ms.map(Duration::from_millis), "{ends:?}");
        }
    }

    proptest! {
        /// Looking whenever it is due finds each end warned of in time, and no look is in vain but for the clock's sake.
        #[test]
        fn no_warning_is_late(ends in prop::collection::vec(0..40 * MINUTE, 0..6), start in 0..40 * MINUTE) {
            let mut now = start;
            while let Some(wait) = next_warning(ends.iter().copied(), now) {
                let wait = u64::try_from(wait.as_millis()).unwrap();
                prop_assert!(wait > 0);
                let before = ends.iter().filter(|end| is_warned_of(**end, now)).count();
                let just_before = ends.iter().filter(|end| is_warned_of(**end, now + wait - 1)).count();
                prop_assert_eq!(before, just_before, "one is late");
                now += wait;
                let after = ends.iter().filter(|end| is_warned_of(**end, now)).count();
                prop_assert!(after > before || wait == MINUTE);
            }
            prop_assert!(ends.iter().all(|end| is_warned_of(*end, now)));
        }
    }
}
