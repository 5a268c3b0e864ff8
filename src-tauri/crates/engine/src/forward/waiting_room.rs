//! Callers that wait for a tunnel.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// How long a caller is held in any case: what opening a tunnel takes where all is well. Where callers are not to be held,
/// the one for whom the tunnel is opened should still get through.
const OPENING: Duration = Duration::from_secs(3);

/// Callers that are held for one forward. Each is an open file; a page of a web shop needs a dozen. More wait in the
/// system's backlog. Those whose tunnel broke before anything reached the pod are held beyond that: they are accepted.
const SEATS: usize = 128;

/// Holds callers in the order in which they came, all equally long, counted over all the times that one is held.
#[derive(Debug)]
pub(super) struct WaitingRoom<C> {
    patience: Duration,
    /// The time until which each waits; in the order of times, which is that of arrival.
    waiting: VecDeque<(Instant, C)>,
}

impl<C> WaitingRoom<C> {
    /// One that holds each caller for this time, and at least for [`OPENING`].
    pub(super) fn new(hold: Duration) -> Self {
        Self { patience: hold.max(OPENING), waiting: VecDeque::new() }
    }

    /// Holds those who come from now on for this time; who waits already waits on as long as before.
    pub(super) fn hold_for(&mut self, hold: Duration) {
        self.patience = hold.max(OPENING);
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= SEATS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// `left`: for how long it may still be held, if it was held before.
    pub(super) fn admit(&mut self, caller: C, left: Option<Duration>, now: Instant) {
        let until = now + left.unwrap_or(self.patience);
        let at = self.waiting.partition_point(|(other, _)| *other <= until);
        self.waiting.insert(at, (until, caller));
    }

    /// When somebody has waited long enough.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.waiting.front().map(|(until, _)| *until)
    }

    /// One who has waited long enough.
    pub(super) fn next_expired(&mut self, now: Instant) -> Option<C> {
        if self.next_deadline()? <= now { self.next(now).map(|(caller, _)| caller) } else { None }
    }

    /// The one who waits longest, and for how long it may still be held.
    pub(super) fn next(&mut self, now: Instant) -> Option<(C, Duration)> {
        self.waiting.pop_front().map(|(until, caller)| (caller, until.saturating_duration_since(now)))
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_first_is_served_and_sent_away_first() {
        let start = Instant::now();
        let mut room = WaitingRoom::new(Duration::from_secs(30));
        assert_eq!(room.next_deadline(), None);
        for caller in 0..4u32 {
            room.admit(caller, None, start + Duration::from_secs(caller.into()));
        }
        assert_eq!(room.next(start).unwrap().0, 0);
        assert_eq!(room.next_deadline(), Some(start + Duration::from_secs(31)));
        assert_eq!(room.next_expired(start + Duration::from_secs(30)), None);
        let later = start + Duration::from_secs(32);
        assert_eq!(room.next_expired(later), Some(1));
        assert_eq!(room.next_expired(later), Some(2));
        assert_eq!(room.next_expired(later), None);
        assert_eq!(room.next(later).unwrap().0, 3);
    }

    #[test]
    fn whoever_is_not_to_be_held_still_gets_the_time_that_opening_takes() {
        let now = Instant::now();
        for (hold, held) in [(0, OPENING), (2, OPENING), (4, Duration::from_secs(4))] {
            let mut room = WaitingRoom::new(Duration::from_secs(hold));
            room.admit((), None, now);
            assert_eq!(room.next_deadline(), Some(now + held), "{hold}");
        }
    }

    #[test]
    fn another_patience_counts_for_those_who_come_later() {
        let now = Instant::now();
        let mut room = WaitingRoom::new(Duration::from_secs(30));
        room.admit("before", None, now);
        room.hold_for(Duration::from_secs(5));
        room.admit("after", None, now);
        assert_eq!(room.next_expired(now + Duration::from_secs(5)), Some("after"));
        assert_eq!(room.next_deadline(), Some(now + Duration::from_secs(30)));
        room.hold_for(Duration::ZERO);
        room.admit("not held", None, now);
        assert_eq!(room.next_deadline(), Some(now + OPENING));
    }

    #[test]
    fn seats_are_counted() {
        let mut room = WaitingRoom::new(Duration::ZERO);
        for caller in 0..SEATS {
            assert!(!room.is_full());
            room.admit(caller, None, Instant::now());
        }
        assert!(room.is_full());
        room.clear();
        assert!(!room.is_full());
    }

    #[test]
    fn who_is_held_again_is_held_for_what_is_left_and_goes_first() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut room = WaitingRoom::new(Duration::from_secs(30));
        room.admit("first", None, start);
        let (caller, left) = room.next(after(20)).unwrap();
        assert_eq!(left, Duration::from_secs(10));
        room.admit("second", None, after(21));
        // It was carried for a while, which does not count.
        room.admit(caller, Some(left), after(25));
        assert_eq!(room.next_expired(after(34)), None);
        assert_eq!(room.next_expired(after(35)), Some("first"));
        assert_eq!(room.next(after(36)), Some(("second", Duration::from_secs(15))));
    }
}
