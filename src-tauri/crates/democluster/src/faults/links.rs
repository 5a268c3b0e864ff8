//! The upgraded connections that are open, and what becomes of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The upgraded connections that are open.
pub(crate) struct Links {
    open: Mutex<Open>,
    shutdown: CancellationToken,
}

#[derive(Default)]
struct Open {
    next: u64,
    links: HashMap<u64, Link>,
}

struct Link {
    end: CancellationToken,
    course: watch::Sender<Course>,
    streams: Arc<AtomicUsize>,
}

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Running,
    Frozen,
    GoingAway,
}

/// A link's place in the list; it is open until this is dropped.
pub(crate) struct Registered {
    id: u64,
    links: Arc<Links>,
}

/// What a link is told, and what it tells.
#[derive(Clone)]
pub(crate) struct LinkSide {
    pub(crate) course: watch::Receiver<Course>,
    streams: Arc<AtomicUsize>,
}

impl Links {
    pub(crate) fn new(shutdown: &CancellationToken) -> Self {
        Self { open: Mutex::default(), shutdown: shutdown.clone() }
    }

    /// Adds a link: its place, what ends it, and what it is told.
    pub(crate) fn add(self: &Arc<Self>) -> (Registered, CancellationToken, LinkSide) {
        let (course, streams) = (watch::Sender::new(Course::Running), Arc::<AtomicUsize>::default());
        let side = LinkSide { course: course.subscribe(), streams: Arc::clone(&streams) };
        let end = self.shutdown.child_token();
        let mut open = self.lock();
        let id = open.next;
        open.next += 1;
        open.links.insert(id, Link { end: end.clone(), course, streams });
        (Registered { id, links: Arc::clone(self) }, end, side)
    }

    pub(super) fn drop_all(&self) {
        for link in self.lock().links.values() {
            link.end.cancel();
        }
    }

    pub(super) fn freeze(&self) {
        self.turn(|course| *course == Course::Running, Course::Frozen);
    }

    pub(super) fn thaw(&self) {
        self.turn(|course| *course == Course::Frozen, Course::Running);
    }

    pub(super) fn go_away(&self) {
        self.turn(|_| true, Course::GoingAway);
    }

    pub(super) fn count(&self) -> usize {
        self.lock().links.len()
    }

    pub(super) fn count_streams(&self) -> usize {
        self.lock().links.values().map(|link| link.streams.load(Ordering::Relaxed)).sum()
    }

    fn turn(&self, from: impl Fn(&Course) -> bool, to: Course) {
        for link in self.lock().links.values() {
            link.course.send_if_modified(|course| {
                let turns = from(course);
                if turns {
                    *course = to;
                }
                turns
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.links.lock().links.remove(&self.id);
    }
}

impl LinkSide {
    /// Waits until the link has to say goodbye.
    pub(crate) async fn goodbye(&mut self) {
        if self.course.wait_for(|course| *course == Course::GoingAway).await.is_err() {
            // Nobody is left to ask for it.
            std::future::pending::<()>().await;
        }
    }

    pub(crate) fn set_streams(&self, count: usize) {
        self.streams.store(count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_done_is_done_to_what_is_open_and_nothing_later() {
        let shutdown = CancellationToken::new();
        let links = Arc::new(Links::new(&shutdown));
        let (first, first_end, first_side) = links.add();
        links.freeze();
        let (_second, second_end, mut second_side) = links.add();
        assert_eq!(*first_side.course.borrow(), Course::Frozen);
        assert_eq!(*second_side.course.borrow(), Course::Running);
        links.thaw();
        assert_eq!(*first_side.course.borrow(), Course::Running);
        links.go_away();
        second_side.goodbye().await;
        first_side.set_streams(2);
        second_side.set_streams(4);
        assert_eq!((links.count(), links.count_streams()), (2, 6));
        links.drop_all();
        assert!(first_end.is_cancelled() && second_end.is_cancelled());
        drop(first);
        assert_eq!(links.count(), 1);
        let (_third, third_end, _) = links.add();
        assert!(!third_end.is_cancelled());
        shutdown.cancel();
        assert!(third_end.is_cancelled());
    }
}
