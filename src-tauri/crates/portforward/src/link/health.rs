//! Whether a link still answers. Time comes as an argument.

use std::{collections::HashSet, time::Duration};

use spdy::PingId;
use tokio::time::Instant;

/// Time between keepalive pings, as kubectl's since 1.21. Shorter than any idle limit known of load balancers.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(5);
/// Silence after which a link counts as dead: three pings without an answer.
pub(super) const DEAD_AFTER: Duration = Duration::from_secs(15);
/// Longest wait for the five echoes of a check.
pub(super) const CHECK_WAIT: Duration = Duration::from_secs(3);
/// Pings of a check: servers hand them to their five workers in turn, so a missing echo shows a worker that is
/// blocked (moby/spdystream connection.go).
pub(super) const CHECK_PINGS: usize = 5;
/// Data frames sent since anything was received, above which silence proves nothing: a worker of the server queues
/// 50 frames for a pod that does not read, then the server reads no more and answers no pings, rightly so.
pub(super) const FRAMES_THAT_BLOCK: usize = 40;
/// Bytes sent since anything was received, above which silence proves nothing either: on a slow line a ping waits
/// behind them. At 17 kB/s this many take [`DEAD_AFTER`].
pub(super) const BYTES_THAT_DELAY: usize = 256 * 1024;
/// Silence after which even a link with data under way is given up, about when TCP would.
pub(super) const STALLED_AFTER: Duration = Duration::from_secs(15 * 60);

/// What the pings of one link tell.
pub(super) struct Health {
    heard: Instant,
    frames_since: usize,
    bytes_since: usize,
    check: Option<Check>,
}

struct Check {
    missing: HashSet<PingId>,
    until: Instant,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self { heard: now, frames_since: 0, bytes_since: 0, check: None }
    }

    /// Bytes were received, or we chose not to read.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.frames_since = 0;
        self.bytes_since = 0;
    }

    /// Data was queued, in so many frames.
    pub(super) fn sent(&mut self, frames: usize, bytes: usize) {
        self.frames_since += frames;
        self.bytes_since += bytes;
    }

    /// Whether the link is dead.
    pub(super) fn is_dead(&self, now: Instant) -> bool {
        let silence = now.saturating_duration_since(self.heard);
        let telling = self.frames_since < FRAMES_THAT_BLOCK && self.bytes_since < BYTES_THAT_DELAY;
        let bound = if telling { DEAD_AFTER } else { STALLED_AFTER };
        silence >= bound
    }

    /// Whether a check is under way.
    pub(super) fn is_checking(&self) -> bool {
        self.check.is_some()
    }

    /// Five pings are sent; an earlier check is forgotten. Returns until when their echoes are awaited.
    pub(super) fn begin_check(&mut self, now: Instant, pings: impl IntoIterator<Item = PingId>) -> Instant {
        let until = now + CHECK_WAIT;
        self.check = Some(Check { missing: pings.into_iter().collect(), until });
        until
    }

    /// A ping came back.
    pub(super) fn pong(&mut self, id: PingId) -> Option<Outcome> {
        let check = self.check.as_mut()?;
        check.missing.remove(&id);
        if check.missing.is_empty() {
            self.check = None;
            return Some(Outcome::Passed);
        }
        None
    }

    /// Time has passed.
    pub(super) fn expire_check(&mut self, now: Instant) -> Option<Outcome> {
        if self.check.as_ref().is_some_and(|check| now >= check.until) {
            self.check = None;
            return Some(Outcome::Failed);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pings() -> Vec<PingId> {
        (0..CHECK_PINGS as u32).map(|i| PingId::new(2 * i + 1).unwrap()).collect()
    }

    #[test]
    fn silence_kills_unless_data_may_be_the_reason() {
        let start = Instant::now();
        let mut health = Health::new(start);
        assert!(!health.is_dead(start + DEAD_AFTER - Duration::from_millis(1)));
        assert!(health.is_dead(start + DEAD_AFTER));
        health.heard(start + DEAD_AFTER);
        assert!(!health.is_dead(start + DEAD_AFTER));
        health.sent(FRAMES_THAT_BLOCK - 1, BYTES_THAT_DELAY - 1);
        assert!(health.is_dead(start + 2 * DEAD_AFTER));
        let mut blocked = Health { check: None, ..health };
        blocked.sent(1, 0);
        assert!(!blocked.is_dead(start + 2 * DEAD_AFTER));
        health = Health { check: None, frames_since: 0, ..blocked };
        assert!(health.is_dead(start + 2 * DEAD_AFTER));
        health.sent(0, 1);
        assert!(!health.is_dead(start + 2 * DEAD_AFTER));
        assert!(health.is_dead(start + DEAD_AFTER + STALLED_AFTER));
    }

    #[test]
    fn a_check_passes_with_the_last_echo_only() {
        let now = Instant::now();
        let mut health = Health::new(now);
        health.begin_check(now, pings());
        for ping in &pings()[1..] {
            assert_eq!(health.pong(*ping), None);
        }
        assert_eq!(health.pong(PingId::new(99).unwrap()), None);
        assert_eq!(health.expire_check(now + CHECK_WAIT - Duration::from_millis(1)), None);
        assert_eq!(health.pong(pings()[0]), Some(Outcome::Passed));
        assert_eq!(health.expire_check(now + CHECK_WAIT), None);
    }

    #[test]
    fn a_missing_echo_fails_it() {
        let now = Instant::now();
        let mut health = Health::new(now);
        let until = health.begin_check(now, pings());
        for ping in &pings()[1..] {
            health.pong(*ping);
        }
        assert_eq!(health.expire_check(until), Some(Outcome::Failed));
        assert_eq!(health.expire_check(until), None);
        assert_eq!(health.pong(pings()[0]), None);
    }
}
