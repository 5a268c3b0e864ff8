//! What is counted and measured of one forward since it was turned on.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use portforward::{Measurement, Meter};
use tokio::time::Instant;

use super::{Roster, peaks::Peaks};
use crate::{journal::now_ms, statistics::Statistics};

/// A round trip is told anew when it differs from the one that was told by more than the told one divided by this: a person
/// sees no smaller change, and who is idle should be silent.
const NOTICEABLE: u32 = 8;

/// And by more than this, in microseconds: near a cluster each ping takes another fraction of a millisecond, and telling
/// that would wake the window for each of them.
const LEAST_NOTICEABLE_US: u32 = 1_000;

/// Not measured.
const NONE: u32 = u32::MAX;

/// Counters that every connection of the forward adds to, and that may be read at any time.
#[derive(Debug)]
pub(crate) struct Gauge {
    meter: Meter,
    began: Instant,
    /// The same by the clock on the wall, in milliseconds since 1970.
    began_ms: u64,
    /// The latest second in which bytes were counted, since `began`.
    second: AtomicU64,
    peaks: Mutex<Peaks>,
    connections: AtomicU64,
    failed: AtomicU64,
    dial_ms: AtomicU32,
    round_trip_us: AtomicU32,
    /// Those that are open.
    pub(crate) roster: Roster,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            meter: Meter::default(),
            began: Instant::now(),
            began_ms: now_ms(),
            second: AtomicU64::new(0),
            peaks: Mutex::default(),
            connections: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            dial_ms: AtomicU32::new(NONE),
            round_trip_us: AtomicU32::new(NONE),
            roster: Roster::default(),
        }
    }
}

impl Gauge {
    pub(crate) fn received(&self) -> u64 {
        self.meter.received()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.meter.sent()
    }

    pub(crate) fn add_received(&self, bytes: u64) {
        self.look_at_the_clock();
        self.meter.add_received(bytes);
    }

    pub(crate) fn add_sent(&self, bytes: u64) {
        self.look_at_the_clock();
        self.meter.add_sent(bytes);
    }

    pub(crate) fn connection_accepted(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn connection_failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes in what was measured of the way to the pod; whether that is worth telling by itself.
    pub(super) fn measured(&self, measurement: Measurement) -> bool {
        match measurement {
            // What follows a dial is told in any case.
            Measurement::Dial(took) => {
                self.dial_ms.store(count(took.as_millis()), Ordering::Relaxed);
                false
            }
            Measurement::RoundTrip(took) => {
                let (now, told) = (count(took.as_micros()), self.round_trip_us.load(Ordering::Relaxed));
                let news = told == NONE || now.abs_diff(told) > (told / NOTICEABLE).max(LEAST_NOTICEABLE_US);
                if news {
                    self.round_trip_us.store(now, Ordering::Relaxed);
                }
                news
            }
        }
    }

    pub(crate) fn statistics(&self) -> Statistics {
        let measured = |value: &AtomicU32| Some(value.load(Ordering::Relaxed)).filter(|value| *value != NONE);
        let peaks = self.peaks.lock().unwrap_or_else(PoisonError::into_inner);
        let (peak_in, peak_out) = peaks.most(self.received(), self.sent());
        drop(peaks);
        Statistics {
            on_since_ms: Some(self.began_ms),
            connections: self.connections.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            peak_in,
            peak_out,
            dial_ms: measured(&self.dial_ms),
            round_trip_us: measured(&self.round_trip_us),
        }
    }

    /// Before bytes are counted: closes the account of the last second once another one has begun, which is all that
    /// costs more than reading the clock.
    fn look_at_the_clock(&self) {
        let second = self.began.elapsed().as_secs();
        if second > self.second.load(Ordering::Relaxed) {
            let mut peaks = self.peaks.lock().unwrap_or_else(PoisonError::into_inner);
            peaks.advance(second, self.received(), self.sent());
            self.second.store(second, Ordering::Relaxed);
        }
    }
}

/// As a number below [`NONE`].
fn count(number: u128) -> u32 {
    u32::try_from(number).unwrap_or(NONE).min(NONE - 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn rates_are_those_of_whole_seconds() {
        let gauge = Gauge::default();
        for _ in 0..4 {
            gauge.add_received(100);
            gauge.add_sent(1);
            tokio::time::advance(Duration::from_millis(250)).await;
        }
        gauge.add_received(50);
        let Statistics { peak_in, peak_out, .. } = gauge.statistics();
        assert_eq!((peak_in, peak_out), (400, 4));
        assert_eq!(gauge.received(), 450);
    }

    #[test]
    fn small_changes_of_the_round_trip_are_not_told() {
        let gauge = Gauge::default();
        assert_eq!(gauge.statistics().round_trip_us, None);
        for (us, worth_telling, shown) in [
            (300, true, 300),
            (1_200, false, 300),
            (20_000, true, 20_000),
            (22_000, false, 20_000),
            (18_000, false, 20_000),
            (40_000, true, 40_000),
        ] {
            assert_eq!(
                gauge.measured(Measurement::RoundTrip(Duration::from_micros(us))),
                worth_telling,
                "{us}"
            );
            assert_eq!(gauge.statistics().round_trip_us, Some(shown));
        }
        assert!(!gauge.measured(Measurement::Dial(Duration::from_millis(300))));
        assert_eq!(gauge.statistics().dial_ms, Some(300));
    }
}
