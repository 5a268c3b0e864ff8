//! The queues of a link's workers, as moby/spdystream has them (`Serve` in its `connection.go`).
//!
//! A frame of a stream goes to the worker that its number names; others take turns. A worker that cannot hand over what
//! it holds takes nothing more, its queue fills, and the frame that finds it full stops the reading of all.

use std::collections::VecDeque;

/// `FRAME_WORKERS`.
pub(super) const WORKERS: usize = 5;

/// `QUEUE_SIZE`, in frames, for each worker.
pub(super) const QUEUE: usize = 50;

/// The workers of a link, with what waits for them. `T` is something to do, `H` is what a worker holds and cannot hand
/// over yet.
pub(super) struct Workers<T, H> {
    workers: [Worker<T, H>; WORKERS],
    turn: usize,
    /// Read, but its queue is full.
    stuck: Option<(usize, T)>,
}

struct Worker<T, H> {
    queue: VecDeque<T>,
    holds: Option<H>,
}

impl<T, H> Default for Workers<T, H> {
    fn default() -> Self {
        let workers = std::array::from_fn(|_| Worker { queue: VecDeque::new(), holds: None });
        Self { workers, turn: 0, stuck: None }
    }
}

impl<T, H> Workers<T, H> {
    /// The worker of a stream.
    pub(super) fn of_stream(stream: u32) -> usize {
        stream as usize % WORKERS
    }

    /// The worker whose turn it is.
    pub(super) fn next_turn(&mut self) -> usize {
        let turn = self.turn;
        self.turn = (turn + 1) % WORKERS;
        turn
    }

    /// Queues something; only while [`can_read`](Self::can_read).
    pub(super) fn push(&mut self, worker: usize, item: T) {
        if self.workers[worker].queue.len() < QUEUE {
            self.workers[worker].queue.push_back(item);
        } else {
            self.stuck = Some((worker, item));
        }
    }

    /// Whether the reader may read on: what it read last has found its place.
    pub(super) fn can_read(&self) -> bool {
        self.stuck.is_none()
    }

    /// Whether any worker holds something that it could not hand over.
    pub(super) fn any_holds(&self) -> bool {
        self.workers.iter().any(|worker| worker.holds.is_some())
    }

    /// What a worker holds.
    pub(super) fn held(&mut self, worker: usize) -> &mut Option<H> {
        &mut self.workers[worker].holds
    }

    /// The next thing to do for a worker that holds nothing.
    pub(super) fn next(&mut self, worker: usize) -> Option<T> {
        if self.workers[worker].holds.is_some() {
            return None;
        }
        let item = self.workers[worker].queue.pop_front()?;
        if let Some((_, stuck)) = self.stuck.take_if(|(full, _)| *full == worker) {
            self.workers[worker].queue.push_back(stuck);
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_worker_lets_fifty_frames_wait_and_then_stops_the_reader() {
        let mut workers = Workers::<u32, &str>::default();
        *workers.held(3) = Some("a frame that nobody takes");
        for frame in 0..50 {
            workers.push(3, frame);
            assert!(workers.can_read());
        }
        workers.push(3, 50);
        assert!(!workers.can_read());
        assert_eq!(workers.next(3), None);
        *workers.held(3) = None;
        assert_eq!(workers.next(3), Some(0));
        assert!(workers.can_read());
        assert_eq!((1..=51).map_while(|_| workers.next(3)).collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
    }

    #[test]
    fn workers_do_not_disturb_each_other_and_take_turns() {
        let mut workers = Workers::<u32, ()>::default();
        *workers.held(1) = Some(());
        workers.push(Workers::<u32, ()>::of_stream(6), 6);
        workers.push(Workers::<u32, ()>::of_stream(7), 7);
        assert_eq!(workers.next(2), Some(7));
        assert_eq!(workers.next(1), None);
        let turns: Vec<_> = (0..6).map(|_| workers.next_turn()).collect();
        assert_eq!(turns, [0, 1, 2, 3, 4, 0]);
    }
}
