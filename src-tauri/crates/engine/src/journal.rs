//! The state of everything and the numbered events that changed it.

mod listener;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use cluster::ContextCatalog;
use portforward::Meter;
use tokio::sync::broadcast;

pub use self::listener::Listener;
use self::listener::Watchers;
use crate::{
    event::{Event, NumberedEvent},
    problem::Problem,
    profile::{Profile, ProfileId},
    view::{DemoState, ForwardView, Snapshot},
};

/// Events that a listener may be behind before it gets a snapshot instead. A window that stalls for seconds during a burst
/// stays within it; the memory is bounded by as many views.
const BEHIND: usize = 1024;

/// Keeps what is shown, numbers what changes it, and tells all listeners. A snapshot and the events after its number are
/// always the whole story, because both are made under one lock.
pub(crate) struct Journal {
    content: Mutex<Content>,
    watchers: Arc<Watchers>,
}

struct Content {
    number: u64,
    forwards: Vec<Entry>,
    catalog: ContextCatalog,
    demo: DemoState,
    /// Something that was found at the start and stays worth knowing.
    found: Option<Problem>,
    /// What is shown: why saving failed, or else what was found.
    notice: Option<Problem>,
    /// Absent once the engine has shut down.
    listeners: Option<broadcast::Sender<NumberedEvent>>,
}

struct Entry {
    view: ForwardView,
    /// The profile as it is now. The task of a forward shows the one it was started with, which may have changed since in
    /// what is no matter for it.
    latest: Profile,
    meter: Option<Arc<Meter>>,
}

impl Journal {
    /// `found` is something about the saved profiles that the person should know as long as this journal is kept.
    pub(crate) fn new(
        forwards: Vec<ForwardView>,
        catalog: ContextCatalog,
        demo: DemoState,
        found: Option<Problem>,
    ) -> Self {
        let forwards = forwards.into_iter().map(|view| Entry::new(view, None)).collect();
        let (listeners, _) = broadcast::channel(BEHIND);
        let content = Content {
            number: 0,
            forwards,
            catalog,
            demo,
            notice: found.clone(),
            found,
            listeners: Some(listeners),
        };
        Self { content: Mutex::new(content), watchers: Arc::default() }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().snapshot()
    }

    /// Adds or replaces a forward, but for what [`Journal::profile_changed`] told of its profile; its byte counters are read
    /// from its meter, where it has one.
    pub(crate) fn forward_changed(&self, view: ForwardView) {
        self.change(view, None, false);
    }

    /// Adds or replaces a forward that is off.
    pub(crate) fn forward_off(&self, profile: Profile) {
        self.change(ForwardView::off(profile), None, true);
    }

    /// A forward was turned on; from now on this counts its bytes.
    pub(crate) fn forward_started(&self, view: ForwardView, meter: Arc<Meter>) {
        self.change(view, Some(meter), true);
    }

    /// A forward is about to end, as the profile says from then on; shown with the forward's last word.
    pub(crate) fn turning_off(&self, profile: Profile) {
        let mut content = self.lock();
        if let Some(entry) = content.forwards.iter_mut().find(|entry| entry.view.profile.id == profile.id) {
            entry.latest = profile;
        }
    }

    /// The profile of a forward that is on has changed, and the forward itself has not.
    pub(crate) fn profile_changed(&self, profile: Profile) {
        let mut content = self.lock();
        let known = content.forwards.iter_mut().find(|entry| entry.view.profile.id == profile.id);
        if let Some(entry) = known {
            entry.latest = profile;
            let forward = entry.refreshed();
            content.publish(Event::ForwardChanged { forward });
        }
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

    /// Profiles were saved, or could not be.
    pub(crate) fn saved(&self, outcome: Result<(), Problem>) {
        let mut content = self.lock();
        // What could not be saved before is saved now; what was found at the start is still worth knowing.
        let notice = outcome.err().or_else(|| content.found.clone());
        if content.notice != notice {
            content.notice.clone_from(&notice);
            content.publish(Event::NoticeChanged { notice });
        }
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

    /// `is_latest`: the profile in the view is the one that counts.
    fn change(&self, view: ForwardView, meter: Option<Arc<Meter>>, is_latest: bool) {
        let mut content = self.lock();
        let known = content.forwards.iter_mut().find(|entry| entry.view.profile.id == view.profile.id);
        let entry = if let Some(known) = known {
            if is_latest {
                known.latest = view.profile.clone();
            }
            known.view = view;
            if meter.is_some() {
                known.meter = meter;
            }
            known
        } else {
            content.forwards.push(Entry::new(view, meter));
            // Just pushed, so there is a last one; asked without unwrapping.
            let Some(last) = content.forwards.last_mut() else { return };
            last
        };
        let forward = entry.refreshed();
        content.publish(Event::ForwardChanged { forward });
    }

    /// The state of everything, and what happens after it.
    fn subscribe(&self) -> (Snapshot, Option<broadcast::Receiver<NumberedEvent>>) {
        let content = self.lock();
        (content.snapshot(), content.listeners.as_ref().map(broadcast::Sender::subscribe))
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
    fn new(view: ForwardView, meter: Option<Arc<Meter>>) -> Self {
        Self { latest: view.profile.clone(), view, meter }
    }

    /// The view with what is known beside it. Of the profile in it only that counts which the task of a forward changes.
    fn refreshed(&mut self) -> ForwardView {
        let shown = &mut self.view.profile;
        let (on, ports) = (shown.on, std::mem::take(&mut shown.ports));
        *shown = Profile { on, ports, ..self.latest.clone() };
        self.read_meter();
        self.view.clone()
    }

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

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
