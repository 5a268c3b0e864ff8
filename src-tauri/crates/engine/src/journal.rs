//! The state of everything and the numbered events that changed it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use cluster::ContextCatalog;
use portforward::Meter;
use tokio::sync::{Notify, broadcast};

use crate::{
    event::{Event, NumberedEvent, Update},
    problem::Problem,
    profile::ProfileId,
    view::{DemoState, ForwardView, Snapshot},
};

/// Events that a listener may be behind before it gets a snapshot instead. A window that stalls for seconds during a burst
/// stays within it; the memory is bounded by as many views.
const BEHIND: usize = 1024;

/// Keeps what is shown, numbers what changes it, and tells all listeners. A snapshot and the events after its number are
/// always the whole story, because both are made under one lock.
pub(crate) struct Journal {
    content: Mutex<Content>,
    listener_came: Notify,
}

struct Content {
    number: u64,
    forwards: Vec<Entry>,
    catalog: ContextCatalog,
    demo: DemoState,
    notice: Option<Problem>,
    /// Absent once the engine has shut down.
    listeners: Option<broadcast::Sender<NumberedEvent>>,
}

struct Entry {
    view: ForwardView,
    meter: Option<Arc<Meter>>,
}

/// Receives the state of everything, then each change.
pub struct Listener {
    journal: Arc<Journal>,
    /// Given out before any event.
    snapshot: Option<Snapshot>,
    events: Option<broadcast::Receiver<NumberedEvent>>,
}

impl Journal {
    pub(crate) fn new(forwards: Vec<ForwardView>, catalog: ContextCatalog, demo: DemoState) -> Self {
        let forwards = forwards.into_iter().map(|view| Entry { view, meter: None }).collect();
        let (listeners, _) = broadcast::channel(BEHIND);
        let content =
            Content { number: 0, forwards, catalog, demo, notice: None, listeners: Some(listeners) };
        Self { content: Mutex::new(content), listener_came: Notify::new() }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().snapshot()
    }

    pub(crate) fn listen(self: &Arc<Self>) -> Listener {
        let content = self.lock();
        let snapshot = Some(content.snapshot());
        let events = content.listeners.as_ref().map(broadcast::Sender::subscribe);
        drop(content);
        self.listener_came.notify_waiters();
        Listener { journal: Arc::clone(self), snapshot, events }
    }

    /// Returns as soon as there is anybody who listens.
    pub(crate) async fn has_listener(&self) {
        loop {
            let came = self.listener_came.notified();
            if self.lock().listeners.as_ref().is_some_and(|listeners| listeners.receiver_count() > 0) {
                return;
            }
            came.await;
        }
    }

    /// Adds or replaces a forward; its byte counters are read from its meter, where it has one.
    pub(crate) fn forward_changed(&self, view: ForwardView) {
        self.change(view, None);
    }

    /// A forward was turned on; from now on this counts its bytes.
    pub(crate) fn forward_started(&self, view: ForwardView, meter: Arc<Meter>) {
        self.change(view, Some(meter));
    }

    pub(crate) fn forward_removed(&self, id: &ProfileId) {
        let mut content = self.lock();
        content.forwards.retain(|entry| entry.view.profile.id != *id);
        content.publish(Event::ForwardRemoved { id: id.clone() });
    }

    pub(crate) fn connection_accepted(&self, id: &ProfileId, local: u16) {
        self.lock().publish(Event::ConnectionAccepted { id: id.clone(), local });
    }

    pub(crate) fn connection_failed(&self, id: &ProfileId, local: u16, remote: String, problem: Problem) {
        self.lock().publish(Event::ConnectionFailed { id: id.clone(), local, remote, problem });
    }

    pub(crate) fn contexts_changed(&self, catalog: ContextCatalog) {
        let mut content = self.lock();
        if content.catalog != catalog {
            content.catalog = catalog.clone();
            content.publish(Event::ContextsChanged { catalog });
        }
    }

    pub(crate) fn demo_changed(&self, demo: DemoState) {
        let mut content = self.lock();
        if content.demo != demo {
            content.demo = demo;
            content.publish(Event::DemoChanged { demo });
        }
    }

    /// Part of later snapshots.
    pub(crate) fn set_notice(&self, notice: Option<Problem>) {
        self.lock().notice = notice;
    }

    /// Tells of every forward whose bytes have moved since the last time.
    pub(crate) fn report_traffic(&self) {
        let mut content = self.lock();
        let mut moved = Vec::new();
        for entry in &mut content.forwards {
            if entry.read_meter() {
                let ForwardView { profile, bytes_in, bytes_out, .. } = &entry.view;
                moved.push(Event::Traffic {
                    id: profile.id.clone(),
                    bytes_in: *bytes_in,
                    bytes_out: *bytes_out,
                });
            }
        }
        for event in moved {
            content.publish(event);
        }
    }

    /// No more events: every listener ends.
    pub(crate) fn close(&self) {
        self.lock().listeners = None;
    }

    fn change(&self, view: ForwardView, meter: Option<Arc<Meter>>) {
        let mut content = self.lock();
        let known = content.forwards.iter_mut().find(|entry| entry.view.profile.id == view.profile.id);
        let entry = if let Some(known) = known {
            known.view = view;
            if meter.is_some() {
                known.meter = meter;
            }
            known
        } else {
            content.forwards.push(Entry { view, meter });
            // Just pushed, so there is a last one; asked without unwrapping.
            let Some(last) = content.forwards.last_mut() else { return };
            last
        };
        entry.read_meter();
        let forward = entry.view.clone();
        content.publish(Event::ForwardChanged { forward });
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        // Nothing under the lock can leave it half done.
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            number: self.number,
            forwards: self.forwards.iter().map(Entry::current).collect(),
            catalog: self.catalog.clone(),
            demo: self.demo,
            notice: self.notice.clone(),
        }
    }

    fn publish(&mut self, event: Event) {
        self.number += 1;
        if let Some(listeners) = &self.listeners {
            // No receiver is no error: the snapshot has it.
            let _ = listeners.send(NumberedEvent { number: self.number, at_ms: now_ms(), event });
        }
    }
}

impl Entry {
    /// Brings the view's counters up to date; whether they moved.
    fn read_meter(&mut self) -> bool {
        let Some(meter) = &self.meter else { return false };
        let now = (meter.received(), meter.sent());
        let moved = (self.view.bytes_in, self.view.bytes_out) != now;
        (self.view.bytes_in, self.view.bytes_out) = now;
        moved
    }

    fn current(&self) -> ForwardView {
        let mut view = self.view.clone();
        if let Some(meter) = &self.meter {
            (view.bytes_in, view.bytes_out) = (meter.received(), meter.sent());
        }
        view
    }
}

impl Listener {
    /// The state of everything first, then each change in order. One that falls behind gets a snapshot again. `None`
    /// when the engine has shut down.
    pub async fn next(&mut self) -> Option<Update> {
        if let Some(snapshot) = self.snapshot.take() {
            return Some(Update::Snapshot { snapshot });
        }
        match self.events.as_mut()?.recv().await {
            Ok(event) => Some(Update::Event { event }),
            Err(broadcast::error::RecvError::Closed) => None,
            Err(broadcast::error::RecvError::Lagged(_)) => {
                *self = self.journal.listen();
                self.snapshot.take().map(|snapshot| Update::Snapshot { snapshot })
            }
        }
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{profile::tests::profile, view::ForwardState};

    fn journal() -> Arc<Journal> {
        Arc::new(Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Stopped))
    }

    fn view(name: &str) -> ForwardView {
        ForwardView::off(profile(name))
    }

    async fn number_of(listener: &mut Listener) -> u64 {
        match listener.next().await.unwrap() {
            Update::Snapshot { snapshot } => snapshot.number,
            Update::Event { event } => event.number,
        }
    }

    #[tokio::test]
    async fn a_snapshot_is_followed_by_the_very_next_event() {
        let journal = journal();
        journal.forward_changed(view("a"));
        let mut listener = journal.listen();
        journal.forward_changed(view("b"));
        journal.demo_changed(DemoState::Running);
        assert_eq!(number_of(&mut listener).await, 1);
        assert_eq!(number_of(&mut listener).await, 2);
        assert_eq!(number_of(&mut listener).await, 3);
        let snapshot = journal.snapshot();
        assert_eq!((snapshot.number, snapshot.forwards.len(), snapshot.demo), (3, 2, DemoState::Running));
    }

    #[tokio::test]
    async fn what_does_not_change_is_no_event() {
        let journal = journal();
        journal.demo_changed(DemoState::Stopped);
        journal.contexts_changed(ContextCatalog::default());
        journal.report_traffic();
        assert_eq!(journal.snapshot().number, 0);
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_gets_a_snapshot_and_no_gap_after_it() {
        let journal = journal();
        let mut listener = journal.listen();
        assert_eq!(number_of(&mut listener).await, 0);
        for _ in 0..=BEHIND {
            journal.forward_changed(view("a"));
        }
        let Some(Update::Snapshot { snapshot }) = listener.next().await else { panic!("no snapshot") };
        assert_eq!(snapshot.number, BEHIND as u64 + 1);
        journal.forward_changed(view("b"));
        assert_eq!(number_of(&mut listener).await, snapshot.number + 1);
    }

    #[tokio::test]
    async fn bytes_are_told_when_they_moved_and_are_in_every_snapshot() {
        let journal = journal();
        let meter = Arc::new(Meter::default());
        journal.forward_started(view("a"), Arc::clone(&meter));
        let mut listener = journal.listen();
        listener.next().await.unwrap();
        meter.add_received(5);
        meter.add_sent(3);
        assert_eq!(journal.snapshot().forwards[0].bytes_in, 5);
        journal.report_traffic();
        journal.report_traffic();
        journal.close();
        let Some(Update::Event { event }) = listener.next().await else { panic!("no event") };
        let id = profile("a").id;
        assert_eq!(event.event, Event::Traffic { id, bytes_in: 5, bytes_out: 3 });
        assert_eq!(listener.next().await, None);
    }

    #[tokio::test]
    async fn counters_survive_a_change_of_state() {
        let journal = journal();
        let meter = Arc::new(Meter::default());
        journal.forward_started(view("a"), Arc::clone(&meter));
        meter.add_received(5);
        journal.forward_changed(ForwardView { state: ForwardState::Ready, ..view("a") });
        let forward = journal.snapshot().forwards.remove(0);
        assert_eq!((forward.state, forward.bytes_in), (ForwardState::Ready, 5));
    }
}
