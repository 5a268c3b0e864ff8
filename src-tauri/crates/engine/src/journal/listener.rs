//! Whoever is told what happens.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{Notify, broadcast};

use super::Journal;
use crate::{
    event::{Event, NumberedEvent, Update},
    view::Snapshot,
};

/// Receives the state of everything, then each change.
pub struct Listener {
    journal: Arc<Journal>,
    /// Given out before any event.
    snapshot: Option<Snapshot>,
    events: Option<broadcast::Receiver<NumberedEvent>>,
    /// Absent in one that does not want to hear of traffic.
    watch: Option<Watch>,
}

/// Counts who watches traffic.
#[derive(Default)]
pub(super) struct Watchers {
    count: AtomicUsize,
    came: Notify,
    left: Notify,
}

/// One of them, as long as it lives.
struct Watch(Arc<Watchers>);

impl Journal {
    pub(crate) fn listen(self: &Arc<Self>) -> Listener {
        let watch = Watch::new(&self.watchers);
        self.listener(Some(watch))
    }

    pub(crate) fn listen_without_traffic(self: &Arc<Self>) -> Listener {
        self.listener(None)
    }

    /// Returns as soon as there is anybody who wants to hear of traffic.
    pub(crate) async fn has_watcher(&self) {
        loop {
            let came = self.watchers.came.notified();
            if self.is_watched() {
                return;
            }
            came.await;
        }
    }

    /// Returns as soon as there is nobody who wants to hear of traffic: no window shows anything.
    pub(crate) async fn has_no_watcher(&self) {
        loop {
            let left = self.watchers.left.notified();
            if self.watchers.count.load(Ordering::Acquire) == 0 {
                return;
            }
            left.await;
        }
    }

    /// Whether there is anybody who wants to hear of traffic.
    pub(super) fn is_watched(&self) -> bool {
        self.watchers.count.load(Ordering::Acquire) > 0
    }

    fn listener(self: &Arc<Self>, watch: Option<Watch>) -> Listener {
        let (snapshot, events) = self.subscribe();
        Listener { journal: Arc::clone(self), snapshot: Some(snapshot), events, watch }
    }
}

impl Listener {
    /// The state of everything first, then each change in order. One that falls behind gets a snapshot again. `None`
    /// when the engine has shut down.
    pub async fn next(&mut self) -> Option<Update> {
        if let Some(snapshot) = self.snapshot.take() {
            return Some(Update::Snapshot { snapshot });
        }
        loop {
            match self.events.as_mut()?.recv().await {
                Ok(NumberedEvent { event: Event::Traffic { .. } | Event::Connections { .. }, .. })
                    if self.watch.is_none() => {}
                Ok(event) => return Some(Update::Event { event }),
                Err(broadcast::error::RecvError::Closed) => return None,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let (snapshot, events) = self.journal.subscribe();
                    self.events = events;
                    return Some(Update::Snapshot { snapshot });
                }
            }
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Watch {
    fn new(watchers: &Arc<Watchers>) -> Self {
        watchers.count.fetch_add(1, Ordering::AcqRel);
        watchers.came.notify_waiters();
        Self(Arc::clone(watchers))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::AcqRel);
        self.0.left.notify_waiters();
    }
}
