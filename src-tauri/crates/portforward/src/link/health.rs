//! Whether a link still answers. Time comes as an argument.

use std::{collections::HashSet, sync::LazyLock, time::Duration};

use spdy::PingId;
use tokio::time::Instant;

/// Time between keepalive pings. Shorter than any idle limit known of load balancers, and than what [`DEAD_AFTER`] leaves
/// beyond ten seconds: the last echo before a network goes away may be as old as this, and after ten seconds it may be
/// back.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(4);
/// What all links count [`PING_INTERVAL`] from. They ping at the same moments, so that many idle ones wake the computer
/// once and not each for itself.
static BEAT: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Silence after which a link counts as dead: a keepalive ping, and two that should have followed.
pub(super) const DEAD_AFTER: Duration = Duration::from_secs(15);
/// Silence after data was sent until it is asked whether the link lives. Longer than most answers take.
pub(super) const ASK_AFTER: Duration = Duration::from_secs(1);
/// Silence after data was sent until the link is doubted: new flows go elsewhere, those on it wait for [`DEAD_AFTER`],
/// for a network that is away for some seconds comes back more often than not.
pub(super) const DOUBT_AFTER: Duration = Duration::from_secs(4);
/// Longest wait for the five echoes of a check.
pub(super) const CHECK_WAIT: Duration = Duration::from_secs(3);
/// Silence after which a link is given up whose far end cannot be asked any more, since one of its workers is full of
/// pings. About when TCP would.
pub(super) const MUTE_AFTER: Duration = Duration::from_secs(15 * 60);

/// How long it is until links ping next: never longer than [`PING_INTERVAL`].
pub(super) fn until_next_ping(now: Instant) -> Duration {
    rest_of_interval(now.saturating_duration_since(*BEAT))
}

fn rest_of_interval(passed: Duration) -> Duration {
    let whole = passed.as_secs() / PING_INTERVAL.as_secs() * PING_INTERVAL.as_secs();
    PING_INTERVAL - passed.saturating_sub(Duration::from_secs(whole))
}

/// What the pings of one link tell.
pub(super) struct Health {
    heard: Instant,
    /// When the first data was sent since anything was received.
    waiting_since: Option<Instant>,
    check: Option<Check>,
}

struct Check {
    missing: HashSet<PingId>,
    until: Instant,
    /// Its time is over. Echoes that come all the same make up for it: the network was away for a moment.
    failed: bool,
}

/// What silence means by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    Nothing,
    /// It is time to ask, if nobody has.
    Ask,
    Doubt,
    Dead,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self { heard: now, waiting_since: None, check: None }
    }

    /// Bytes were received, or we chose not to read.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.waiting_since = None;
    }

    /// Data was queued.
    pub(super) fn sent(&mut self, now: Instant) {
        self.waiting_since.get_or_insert(now);
    }

    /// What silence means, given how much of it the data under way explains and whether the far end can be asked.
    pub(super) fn silence(&self, now: Instant, explained: Duration, can_ask: bool) -> Silence {
        let since = |then: Instant| now.saturating_duration_since(then);
        if now >= self.dead_at(explained, can_ask) {
            return Silence::Dead;
        }
        match self.waiting_since.map(since) {
            Some(waited) if can_ask && waited >= DOUBT_AFTER + explained => Silence::Doubt,
            Some(waited) if waited >= ASK_AFTER => Silence::Ask,
            _ => Silence::Nothing,
        }
    }

    /// When [`Health::silence`] may say something new if nothing is heard.
    pub(super) fn next_look(&self, now: Instant, explained: Duration, can_ask: bool) -> Instant {
        let waiting = self.waiting_since.map(|since| [since + ASK_AFTER, since + DOUBT_AFTER + explained]);
        let dead = self.dead_at(explained, can_ask);
        waiting.into_iter().flatten().filter(|then| *then > now).fold(dead, Instant::min)
    }

    fn dead_at(&self, explained: Duration, can_ask: bool) -> Instant {
        self.heard + if can_ask { DEAD_AFTER + explained } else { MUTE_AFTER }
    }

    /// Whether a check is under way.
    pub(super) fn is_checking(&self) -> bool {
        self.check.as_ref().is_some_and(|check| !check.failed)
    }

    /// Pings are sent; an earlier check is forgotten. Returns until when their echoes are awaited.
    pub(super) fn begin_check(&mut self, now: Instant, pings: impl IntoIterator<Item = PingId>) -> Instant {
        let until = now + CHECK_WAIT;
        self.check = Some(Check { missing: pings.into_iter().collect(), until, failed: false });
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

    /// We do not read, so echoes cannot be seen: the time of the check under way begins anew.
    pub(super) fn postpone_check(&mut self, now: Instant) -> Option<Instant> {
        let check = self.check.as_mut().filter(|check| !check.failed)?;
        check.until = now + CHECK_WAIT;
        Some(check.until)
    }

    /// Time has passed.
    pub(super) fn expire_check(&mut self, now: Instant) -> Option<Outcome> {
        let check = self.check.as_mut().filter(|check| !check.failed && now >= check.until)?;
        check.failed = true;
        Some(Outcome::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Duration = Duration::ZERO;

    fn pings() -> Vec<PingId> {
        [1, 3, 5, 7, 9].map(|id| PingId::new(id).unwrap()).to_vec()
    }

    #[test]
    fn all_links_ping_at_the_same_moments() {
        let beat = *BEAT;
        for (passed_ms, rest_ms) in [(0, 4_000), (1, 3_999), (3_999, 1), (4_000, 4_000), (86_401_500, 2_500)]
        {
            let passed = Duration::from_millis(passed_ms);
            assert_eq!(rest_of_interval(passed), Duration::from_millis(rest_ms), "{passed:?}");
        }
        for link in [0, 1_700, 9_300].map(|ms| beat + Duration::from_millis(ms)) {
            let ping = link + until_next_ping(link);
            assert_eq!(until_next_ping(ping), PING_INTERVAL, "whenever the link came up");
        }
    }

    #[test]
    fn silence_without_traffic_kills_after_fifteen_seconds() {
        let start = Instant::now();
        let mut health = Health::new(start);
        let just_before = Duration::from_millis(14_999);
        assert_eq!(health.silence(start + just_before, NONE, true), Silence::Nothing);
        assert_eq!(health.silence(start + DEAD_AFTER, NONE, true), Silence::Dead);
        health.heard(start + just_before);
        assert_eq!(health.silence(start + DEAD_AFTER, NONE, true), Silence::Nothing);
        assert_eq!(health.next_look(start + DEAD_AFTER, NONE, true), start + just_before + DEAD_AFTER);
        assert_eq!(health.next_look(start + DEAD_AFTER, NONE, false), start + just_before + MUTE_AFTER);
        assert!(PING_INTERVAL + Duration::from_secs(10) < DEAD_AFTER, "for a network that is away as long");
    }

    #[test]
    fn data_that_waits_for_an_answer_makes_it_doubtful_within_five() {
        let start = Instant::now();
        let mut health = Health::new(start);
        let sent = start + Duration::from_secs(3);
        health.sent(sent);
        health.sent(sent + ASK_AFTER);
        for (after, expected) in [
            (Duration::from_millis(999), Silence::Nothing),
            (ASK_AFTER, Silence::Ask),
            (DOUBT_AFTER, Silence::Doubt),
            (DEAD_AFTER - Duration::from_secs(3), Silence::Dead),
        ] {
            assert_eq!(health.silence(sent + after, NONE, true), expected, "{after:?}");
        }
        assert_eq!(health.next_look(sent, NONE, true), sent + ASK_AFTER);
        assert_eq!(health.next_look(sent + ASK_AFTER, NONE, true), sent + DOUBT_AFTER);
        assert_eq!(health.next_look(sent + DOUBT_AFTER, NONE, true), start + DEAD_AFTER);
        assert!(DOUBT_AFTER < Duration::from_secs(5));
    }

    #[test]
    fn much_data_explains_silence_and_so_does_a_far_end_that_cannot_be_asked() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.sent(start);
        let minute = Duration::from_secs(60);
        assert_eq!(health.silence(start + DEAD_AFTER, minute, true), Silence::Ask);
        assert_eq!(health.silence(start + DOUBT_AFTER + minute, minute, true), Silence::Doubt);
        assert_eq!(health.silence(start + DEAD_AFTER + minute, minute, true), Silence::Dead);
        assert_eq!(health.silence(start + DEAD_AFTER, NONE, false), Silence::Ask);
        assert_eq!(health.silence(start + MUTE_AFTER, NONE, false), Silence::Dead);
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
    fn a_missing_echo_fails_it_unless_we_did_not_listen() {
        let now = Instant::now();
        let mut health = Health::new(now);
        let until = health.begin_check(now, pings());
        for ping in &pings()[1..] {
            health.pong(*ping);
        }
        let later = health.postpone_check(until).unwrap();
        assert_eq!(health.expire_check(until), None);
        assert_eq!(health.expire_check(later), Some(Outcome::Failed));
        assert_eq!(health.expire_check(later), None);
        assert_eq!(health.postpone_check(later), None);
        assert!(!health.is_checking());
        assert_eq!(health.pong(pings()[0]), Some(Outcome::Passed), "it came late, but it came");
    }
}
