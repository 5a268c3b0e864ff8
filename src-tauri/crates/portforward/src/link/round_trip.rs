//! How long the far end takes to answer.

use std::{collections::VecDeque, time::Duration};

/// Echoes that are looked at: those of about two rounds to the workers of a server, or of half a minute without traffic.
/// Fewer would show how full the line is, more would be old news after a change of network.
const RECENT: usize = 8;

/// The time of the latest echoes. A ping waits behind data, in both directions and in the far end, so the shortest of
/// a few is what the way itself takes.
#[derive(Debug, Default)]
pub(super) struct RoundTrips {
    recent: VecDeque<Duration>,
}

impl RoundTrips {
    /// Takes in how long an echo took; returns what the way takes.
    pub(super) fn add(&mut self, took: Duration) -> Duration {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(took);
        self.recent.iter().min().copied().unwrap_or(took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_before_a_ping_does_not_count_and_a_longer_way_does() {
        let ms = Duration::from_millis;
        let mut round_trips = RoundTrips::default();
        assert_eq!(round_trips.add(ms(900)), ms(900));
        assert_eq!(round_trips.add(ms(20)), ms(20));
        for _ in 0..RECENT - 1 {
            assert_eq!(round_trips.add(ms(700)), ms(20), "these waited behind data");
        }
        assert_eq!(round_trips.add(ms(80)), ms(80), "the way has become longer");
    }
}
