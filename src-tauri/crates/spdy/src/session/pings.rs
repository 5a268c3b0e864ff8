//! Our own pings.

use std::collections::VecDeque;

use crate::id::PingId;

/// Numbers our pings and knows which still await their echo.
#[derive(Debug)]
pub(super) struct Pings {
    first: PingId,
    next: PingId,
    awaited: VecDeque<PingId>,
    limit: usize,
}

impl Pings {
    /// Pings numbered `first`, `first` + 2 …
    pub(super) fn new(first: PingId, limit: usize) -> Self {
        Self { first, next: first, awaited: VecDeque::new(), limit }
    }

    /// A new ping. If too many are awaited the oldest is forgotten.
    pub(super) fn start(&mut self) -> PingId {
        let id = self.next;
        // After the last number it starts over: by then the first has long been answered or forgotten.
        self.next = id.get().checked_add(2).and_then(PingId::new).unwrap_or(self.first);
        if self.awaited.len() >= self.limit {
            self.awaited.pop_front();
        }
        self.awaited.push_back(id);
        id
    }

    /// Whether pings with this number are ours.
    pub(super) fn owns(&self, id: PingId) -> bool {
        id.is_odd() == self.first.is_odd()
    }

    /// Notes an echo; whether it was awaited. Echoes may come in any order: servers answer on several
    /// workers. The search is short, for no more than `Limits::pings` are awaited.
    pub(super) fn finish(&mut self, id: PingId) -> bool {
        let found = self.awaited.iter().position(|awaited| *awaited == id);
        found.is_some_and(|index| self.awaited.remove(index).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ping(id: u32) -> PingId {
        PingId::new(id).unwrap()
    }

    #[test]
    fn echoes_count_once_and_in_any_order() {
        let mut pings = Pings::new(ping(1), 8);
        assert_eq!([pings.start(), pings.start(), pings.start()], [ping(1), ping(3), ping(5)]);
        assert!(pings.finish(ping(3)));
        assert!(!pings.finish(ping(3)));
        assert!(pings.finish(ping(1)));
        assert!(!pings.finish(ping(7)));
        assert!(pings.owns(ping(9)) && !pings.owns(ping(2)));
    }

    #[test]
    fn unanswered_pings_do_not_pile_up() {
        let mut pings = Pings::new(ping(2), 2);
        for _ in 0..100 {
            pings.start();
        }
        assert_eq!(pings.awaited, [ping(198), ping(200)]);
    }

    #[test]
    fn numbers_start_over_at_the_end() {
        let mut pings = Pings::new(ping(1), 2);
        pings.next = ping(u32::MAX);
        assert_eq!([pings.start(), pings.start()], [ping(u32::MAX), ping(1)]);
        let mut pings = Pings::new(ping(2), 2);
        pings.next = ping(u32::MAX - 1);
        assert_eq!([pings.start(), pings.start()], [ping(u32::MAX - 1), ping(2)]);
    }
}
