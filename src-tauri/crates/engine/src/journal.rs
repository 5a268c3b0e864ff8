//! The state of everything and the numbered events that changed it.

mod happened;
mod listener;
mod timeline;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use cluster::ContextCatalog;
use portforward::Observer;
use tokio::sync::broadcast;

pub(crate) use self::happened::Happened;
pub use self::listener::Listener;
use self::{happened::happened, listener::Watchers, timeline::Timeline};
use crate::{
    cluster_view::{ClusterView, KeyringState},
    event::{Event, NumberedEvent},
    ladder::LadderStep,
    preferences::Preferences,
    problem::Problem,
    profile::{Profile, ProfileId},
    start_at_login::StartAtLogin,
    timeline::TimelineEntry,
    traffic::{self, Gauge, Pulse},
    view::{DemoState, ForwardView, Snapshot},
};

/// Events that a listener may be behind before it gets a snapshot instead. A window that stalls for seconds during a burst
/// stays within it; the memory is bounded by as many views. A forward that starts is a handful of them.
const BEHIND: usize = 2048;

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
    clusters: Vec<ClusterView>,
    keyring: KeyringState,
    secrets: u32,
    demo: DemoState,
    preferences: Preferences,
    start_at_login: StartAtLogin,
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
    gauge: Option<Arc<Gauge>>,
    timeline: Timeline,
}

impl Journal {
    /// `found` is something about the saved profiles that the person should know as long as this journal is kept.
    pub(crate) fn new(
        forwards: Vec<ForwardView>,
        catalog: ContextCatalog,
        demo: DemoState,
        found: Option<Problem>,
    ) -> Self {
        let forwards = forwards.into_iter().map(Entry::new).collect();
        let (listeners, _) = broadcast::channel(BEHIND);
        let content = Content {
            number: 0,
            forwards,
            catalog,
            clusters: Vec::new(),
            keyring: KeyringState::default(),
            secrets: 0,
            demo,
            preferences: Preferences::default(),
            start_at_login: StartAtLogin::default(),
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
    pub(crate) fn forward_started(&self, view: ForwardView, gauge: Arc<Gauge>) {
        self.change(view, Some(gauge), true);
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
        let id = profile.id.clone();
        if let Some(entry) = content.entry(&id) {
            let before = entry.view.clone();
            entry.latest = profile;
            content.show(&id, Some(&before));
        }
    }

    pub(crate) fn forward_removed(&self, id: &ProfileId) {
        let mut content = self.lock();
        content.forwards.retain(|entry| entry.view.profile.id != *id);
        content.publish(Event::ForwardRemoved { id: id.clone() });
    }

    pub(crate) fn connection_accepted(&self, id: &ProfileId, local: u16) {
        let mut content = self.lock();
        if let Some(Entry { gauge: Some(gauge), .. }) = content.entry(id) {
            gauge.connection_accepted();
        }
        content.publish(Event::ConnectionAccepted { id: id.clone(), local });
    }

    pub(crate) fn connection_failed(&self, id: &ProfileId, local: u16, remote: String, problem: Problem) {
        let mut content = self.lock();
        let happened = Happened::ConnectionFailed { local, problem: problem.clone() };
        if let Some(Entry { gauge: Some(gauge), .. }) = content.entry(id) {
            gauge.connection_failed();
        }
        content.publish(Event::ConnectionFailed { id: id.clone(), local, remote, problem });
        content.tell(id, &[happened]);
    }

    /// What happened to a forward, the latest last; `None` if there is no such forward.
    pub(crate) fn timeline(&self, id: &ProfileId) -> Option<Vec<TimelineEntry>> {
        self.lock().entry(id).map(|entry| entry.timeline.entries())
    }

    /// Who takes in what is measured of the way to this forward's pod.
    pub(crate) fn observer(&self, id: &ProfileId, pulse: &Arc<Pulse>) -> Observer {
        let gauge = self.lock().entry(id).and_then(|entry| entry.gauge.clone());
        gauge.map_or_else(Observer::default, |gauge| traffic::observer(gauge, Arc::clone(pulse)))
    }

    pub(crate) fn contexts_changed(&self, catalog: ContextCatalog) {
        let mut content = self.lock();
        if content.catalog != catalog {
            content.catalog = catalog.clone();
            content.publish(Event::ContextsChanged { catalog });
        }
    }

    /// The clusters are as `views` makes them of the contexts and the demo cluster.
    pub(crate) fn change_clusters(&self, views: impl FnOnce(&ContextCatalog, DemoState) -> Vec<ClusterView>) {
        let mut content = self.lock();
        let clusters = views(&content.catalog, content.demo);
        if content.clusters != clusters {
            content.clusters.clone_from(&clusters);
            content.publish(Event::ClustersChanged { clusters });
        }
    }

    /// A step of a diagnosis has begun or ended.
    pub(crate) fn ladder_step(&self, run: u32, index: u32, step: LadderStep) {
        self.lock().publish(Event::LadderStep { run, index, step });
    }

    pub(crate) fn keyring_changed(&self, keyring: KeyringState, secrets: u32) {
        let mut content = self.lock();
        if content.keyring != keyring || content.secrets != secrets {
            content.keyring = keyring.clone();
            content.secrets = secrets;
            content.publish(Event::KeyringChanged { keyring, secrets });
        }
    }

    pub(crate) fn demo_changed(&self, demo: DemoState) {
        let mut content = self.lock();
        if content.demo != demo {
            content.demo = demo;
            content.publish(Event::DemoChanged { demo });
        }
    }

    pub(crate) fn preferences_changed(&self, preferences: Preferences) {
        let mut content = self.lock();
        if content.preferences != preferences {
            content.preferences = preferences.clone();
            content.publish(Event::PreferencesChanged { preferences });
        }
    }

    pub(crate) fn start_at_login_changed(&self, start_at_login: StartAtLogin) {
        let mut content = self.lock();
        if content.start_at_login != start_at_login {
            content.start_at_login = start_at_login.clone();
            content.publish(Event::StartAtLoginChanged { start_at_login });
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

    /// Tells of every forward whose numbers have changed since the last time.
    pub(crate) fn report_traffic(&self) {
        let mut content = self.lock();
        let mut moved = Vec::new();
        for entry in &mut content.forwards {
            if entry.read_gauge() {
                let ForwardView { profile, bytes_in, bytes_out, statistics, .. } = &entry.view;
                moved.push(Event::Traffic {
                    id: profile.id.clone(),
                    bytes_in: *bytes_in,
                    bytes_out: *bytes_out,
                    statistics: *statistics,
                });
            }
        }
        for event in moved {
            content.publish(event);
        }
    }

    /// Tells of a look. No snapshot has it.
    pub(crate) fn browsing(&self, event: Event) {
        self.lock().publish(event);
    }

    /// How many events the slowest listener has not heard yet.
    pub(crate) fn backlog(&self) -> usize {
        self.lock().listeners.as_ref().map_or(0, broadcast::Sender::len)
    }

    /// No more events: every listener ends.
    pub(crate) fn close(&self) {
        self.lock().listeners = None;
    }

    /// `is_latest`: the profile in the view is the one that counts.
    fn change(&self, view: ForwardView, gauge: Option<Arc<Gauge>>, is_latest: bool) {
        let mut content = self.lock();
        let id = view.profile.id.clone();
        let mut before = None;
        match content.entry(&id) {
            Some(known) => {
                if is_latest {
                    known.latest = view.profile.clone();
                }
                before = Some(std::mem::replace(&mut known.view, view));
                known.gauge = gauge.or_else(|| known.gauge.take());
            }
            None => content.forwards.push(Entry { gauge, ..Entry::new(view) }),
        }
        content.show(&id, before.as_ref());
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
            clusters: self.clusters.clone(),
            keyring: self.keyring.clone(),
            secrets: self.secrets,
            demo: self.demo,
            preferences: self.preferences.clone(),
            start_at_login: self.start_at_login.clone(),
            notice: self.notice.clone(),
        }
    }

    fn entry(&mut self, id: &ProfileId) -> Option<&mut Entry> {
        self.forwards.iter_mut().find(|entry| entry.view.profile.id == *id)
    }

    /// Tells how a forward is now, and what happened to it.
    fn show(&mut self, id: &ProfileId, before: Option<&ForwardView>) {
        let Some(entry) = self.entry(id) else { return };
        let forward = entry.refreshed();
        let new = before.map_or_else(Vec::new, |before| happened(before, &forward));
        self.publish(Event::ForwardChanged { forward });
        self.tell(id, &new);
    }

    /// Puts what happened into the forward's timeline.
    fn tell(&mut self, id: &ProfileId, happened: &[Happened]) {
        if happened.is_empty() {
            return;
        }
        let Some(forward) = self.entry(id) else { return };
        let now_ms = now_ms();
        let entries: Vec<_> = happened.iter().map(|one| forward.timeline.add(one, now_ms)).collect();
        for entry in entries {
            self.publish(Event::Happened { id: id.clone(), entry });
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
    fn new(view: ForwardView) -> Self {
        Self { latest: view.profile.clone(), view, gauge: None, timeline: Timeline::default() }
    }

    /// The view with what is known beside it. Of the profile in it only that counts which the task of a forward changes.
    fn refreshed(&mut self) -> ForwardView {
        let shown = &mut self.view.profile;
        let (on, ports) = (shown.on, std::mem::take(&mut shown.ports));
        *shown = Profile { on, ports, ..self.latest.clone() };
        self.read_gauge();
        self.view.clone()
    }

    /// Brings the view's numbers up to date; whether they have changed.
    fn read_gauge(&mut self) -> bool {
        let Some(gauge) = &self.gauge else { return false };
        let view = &mut self.view;
        let now = (gauge.received(), gauge.sent(), gauge.statistics());
        let changed = (view.bytes_in, view.bytes_out, view.statistics) != now;
        (view.bytes_in, view.bytes_out, view.statistics) = now;
        changed
    }

    fn current(&self) -> ForwardView {
        let mut view = self.view.clone();
        if let Some(gauge) = &self.gauge {
            (view.bytes_in, view.bytes_out) = (gauge.received(), gauge.sent());
            view.statistics = gauge.statistics();
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
