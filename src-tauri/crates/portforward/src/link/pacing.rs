//! How much may be on its way to each worker of the server. Time comes as an argument.
//!
//! SPDY as Kubernetes servers speak it has no flow control. They hand frames to five workers by stream number, each
//! with a queue of 50 frames; a pod that does not read blocks its worker, and once the queue is full the whole link
//! (moby/spdystream connection.go). Pings go to the workers in turn and wait behind the data there. So an echo says
//! that a worker has handed on all that was sent to it before the ping, and what has no echo yet can be bounded: a pod
//! that does not read never blocks more than its own worker, and silence of all workers means that the link is dead.

use std::{collections::VecDeque, time::Duration};

use spdy::{PingId, StreamId};
use tokio::time::Instant;

/// Workers of a server.
pub(super) const WORKERS: usize = 5;

/// Frames on their way to one worker. Below its queue of 50, with room for pings, and for the ends and beginnings of
/// streams, which wait for nothing.
const MOST_FRAMES: usize = 16;
/// Bytes on their way to one worker at the beginning: little enough for a slow line, two reads of a local connection.
const FIRST_WINDOW: usize = 128 * 1024;
/// The window never gets smaller than one read of a local connection.
const LEAST_WINDOW: usize = 64 * 1024;
/// Nor larger: what [`MOST_FRAMES`] hold.
const MOST_WINDOW: usize = MOST_FRAMES * 64 * 1024;
/// An echo that comes sooner than this makes the window larger …
const SOON: Duration = Duration::from_millis(500);
/// … and one that comes later than this smaller.
const LATE: Duration = Duration::from_secs(2);
/// Unanswered pings that one worker may have: what is left of its queue but for ten ends and beginnings of streams. A worker
/// that a pod has blocked keeps them.
const MOST_PINGS: usize = 24;
/// The slowest line that is believed in, in bytes a second: so much data explains so much silence.
const SLOWEST: u64 = 16 * 1024;

/// What is on its way to the workers of one server.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    workers: [Worker; WORKERS],
    /// The worker that gets the next ping.
    turn: usize,
}

#[derive(Debug)]
struct Worker {
    window: usize,
    frames: usize,
    bytes: usize,
    /// Of these, what no ping follows yet.
    unmarked: Sent,
    marks: VecDeque<Mark>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    frames: usize,
    bytes: usize,
}

/// A ping, and what it was sent behind.
#[derive(Debug)]
struct Mark {
    ping: PingId,
    at: Instant,
    sent: Sent,
}

impl Default for Worker {
    fn default() -> Self {
        Self { window: FIRST_WINDOW, frames: 0, bytes: 0, unmarked: Sent::default(), marks: VecDeque::new() }
    }
}

impl Worker {
    fn has_room(&self) -> bool {
        self.frames < MOST_FRAMES && self.bytes < self.window
    }
}

/// The worker that handles a stream.
pub(super) fn worker_of(stream: StreamId) -> usize {
    stream.get() as usize % WORKERS
}

impl Pacing {
    /// Whether more data may be sent to this worker now. What is sent may go beyond the window by one piece. While no
    /// ping can be sent, since some worker is blocked, the others get what comes: their echoes cannot be had, and waiting
    /// for them would block their flows too.
    pub(super) fn has_room(&self, worker: usize) -> bool {
        let worker = &self.workers[worker];
        if self.may_ping() { worker.has_room() } else { worker.marks.len() < MOST_PINGS }
    }

    /// Data was sent to this worker.
    pub(super) fn sent(&mut self, worker: usize, frames: usize, bytes: usize) {
        if !self.may_ping() {
            // No echo will say that it has arrived.
            return;
        }
        let worker = &mut self.workers[worker];
        worker.frames += frames;
        worker.bytes += bytes;
        worker.unmarked.frames += frames;
        worker.unmarked.bytes += bytes;
    }

    /// Whether so much has been sent to some worker that it is time to ask how far it is: a quarter of what it may get,
    /// so that echoes come before the window is used up.
    pub(super) fn wants_round(&self) -> bool {
        let due = |worker: &Worker| {
            worker.unmarked.bytes >= worker.window / 4 || worker.unmarked.frames >= MOST_FRAMES / 4
        };
        self.may_ping() && self.workers.iter().any(due)
    }

    /// Whether a worker is so full of pings that another one could block the link.
    pub(super) fn may_ping(&self) -> bool {
        self.workers.iter().all(|worker| worker.marks.len() < MOST_PINGS)
    }

    /// So many pings of the server were echoed. It takes echoes for pings and gives each to the worker whose turn it is
    /// (moby/spdystream connection.go, `Serve`).
    pub(super) fn echoed(&mut self, count: u64) {
        // Less than the number of workers, so it fits.
        self.turn = (self.turn + (count % WORKERS as u64) as usize) % WORKERS;
    }

    /// A ping was sent; it is for the worker whose turn it is.
    pub(super) fn pinged(&mut self, ping: PingId, now: Instant) {
        let worker = &mut self.workers[self.turn];
        self.turn = (self.turn + 1) % WORKERS;
        worker.marks.push_back(Mark { ping, at: now, sent: std::mem::take(&mut worker.unmarked) });
    }

    /// When this ping was sent, if its echo is still awaited.
    pub(super) fn pinged_at(&self, ping: PingId) -> Option<Instant> {
        let mut marks = self.workers.iter().flat_map(|worker| &worker.marks);
        marks.find(|mark| mark.ping == ping).map(|mark| mark.at)
    }

    /// A ping came back: what was sent before it has been handed on. Says whether the worker has room again after it had
    /// none.
    pub(super) fn pong(&mut self, ping: PingId, now: Instant) -> bool {
        for worker in &mut self.workers {
            let Some(index) = worker.marks.iter().position(|mark| mark.ping == ping) else { continue };
            let before = worker.has_room();
            // A worker answers in order, so what is before it is answered too.
            for mark in worker.marks.drain(..=index) {
                worker.frames -= mark.sent.frames;
                worker.bytes -= mark.sent.bytes;
                let took = now.saturating_duration_since(mark.at);
                if took > LATE {
                    worker.window = (worker.window / 2).max(LEAST_WINDOW);
                } else if took < SOON && mark.sent.bytes > 0 {
                    // As in TCP's slow start: by what has arrived.
                    worker.window = (worker.window + mark.sent.bytes).min(MOST_WINDOW);
                }
            }
            return !before && worker.has_room();
        }
        false
    }

    /// How much silence the data under way explains, on the slowest line that is believed in. A worker gets more than
    /// [`FIRST_WINDOW`] only where echoes have come soon, so the line is not that slow.
    pub(super) fn explained_silence(&self) -> Duration {
        let bytes: usize = self.workers.iter().map(|worker| worker.bytes.min(FIRST_WINDOW)).sum();
        Duration::from_millis(bytes as u64 * 1000 / SLOWEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ping(number: u32) -> PingId {
        PingId::new(2 * number + 1).unwrap()
    }

    /// Five pings, numbered from here.
    fn round(pacing: &mut Pacing, from: u32, now: Instant) {
        (from..from + 5).for_each(|number| pacing.pinged(ping(number), now));
    }

    #[test]
    fn a_worker_that_does_not_answer_gets_no_more_and_the_others_do() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        let mut sent = 0;
        while pacing.has_room(3) {
            pacing.sent(3, 1, 32 * 1024);
            sent += 1;
        }
        assert_eq!(sent, 4, "the first window");
        assert!(pacing.wants_round());
        round(&mut pacing, 0, now);
        assert!(!pacing.wants_round());
        for number in [0, 1, 2, 4] {
            assert!(!pacing.pong(ping(number), now));
        }
        assert!(!pacing.has_room(3));
        assert!((0..5).filter(|worker| *worker != 3).all(|worker| pacing.has_room(worker)));
        assert_eq!(pacing.explained_silence(), Duration::from_secs(8));
        assert!(pacing.pong(ping(3), now), "it has room again");
        assert_eq!(pacing.explained_silence(), Duration::ZERO);
    }

    #[test]
    fn the_window_follows_the_line() {
        let start = Instant::now();
        let mut pacing = Pacing::default();
        let mut exchange = |number: u32, took: Duration| {
            let mut filled = 0;
            while pacing.has_room(0) {
                pacing.sent(0, 1, 64 * 1024);
                filled += 64 * 1024;
            }
            round(&mut pacing, number, start);
            (number..number + 5).for_each(|number| {
                pacing.pong(ping(number), start + took);
            });
            filled
        };
        let soon = Duration::from_millis(50);
        let sizes: Vec<_> = (0..6).map(|turn| exchange(turn * 5, soon)).collect();
        assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]), "{sizes:?}");
        assert_eq!(*sizes.last().unwrap(), MOST_WINDOW);
        for turn in 6..14 {
            exchange(turn * 5, Duration::from_secs(3));
        }
        assert_eq!(exchange(70, Duration::from_secs(1)), LEAST_WINDOW);
    }

    #[test]
    fn pings_are_bounded_at_a_worker_that_is_blocked_for_good() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        let mut number = 0;
        while pacing.may_ping() {
            pacing.pinged(ping(number), now);
            if number % 5 != 2 {
                pacing.pong(ping(number), now);
            }
            number += 1;
        }
        assert_eq!(number, 5 * (MOST_PINGS as u32 - 1) + 3);
        const { assert!(MOST_FRAMES + MOST_PINGS <= 40, "or the link would block") };
        pacing.sent(0, 24, 1 << 20);
        pacing.sent(2, 24, 1 << 20);
        assert!(!pacing.wants_round());
        assert!(pacing.has_room(0), "its flows must not wait for an echo that cannot come");
        assert!(!pacing.has_room(2));
    }

    #[test]
    fn echoes_of_the_server_s_pings_take_turns_too() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        pacing.echoed(7);
        pacing.pinged(ping(0), now);
        assert_eq!(pacing.workers[2].marks.len(), 1);
        pacing.sent(0, MOST_FRAMES, 1);
        pacing.echoed(2);
        pacing.pinged(ping(1), now);
        assert!(!pacing.has_room(0));
        assert!(pacing.pong(ping(1), now), "it was for worker 0");
    }

    #[test]
    fn a_wide_window_does_not_explain_a_long_silence() {
        let mut pacing = Pacing::default();
        pacing.sent(3, MOST_FRAMES, MOST_WINDOW);
        assert_eq!(pacing.explained_silence(), Duration::from_secs(8));
    }

    #[test]
    fn a_late_echo_counts_for_those_before_it() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        pacing.sent(0, 1, 10);
        round(&mut pacing, 0, now);
        pacing.sent(0, 1, 10);
        round(&mut pacing, 5, now);
        pacing.pong(ping(5), now);
        assert_eq!(pacing.explained_silence(), Duration::ZERO);
        assert!(!pacing.pong(ping(0), now), "already counted");
    }
}
