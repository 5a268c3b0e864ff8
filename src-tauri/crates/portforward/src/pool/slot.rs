//! One link of a pool, from dialling to its end.

use std::{collections::HashMap, pin::pin, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{Load, Shared, Standing, View};
use crate::{
    Error,
    link::{Link, LinkState},
    upgrade::LinkIo,
};

/// Idle time after which a link is closed, unless it is the last: one stays as a warm spare. Each link costs the node a
/// thread.
const SPARE_IDLE: Duration = Duration::from_secs(60);

/// How long a link that is being dialled may take until the loss of the last living one is told. A dial that is well
/// takes less; one that hangs must not hide that nothing is carried any more.
const HOPE: Duration = Duration::from_millis(500);

/// A place for a link.
pub(super) struct Slot {
    pub(super) id: u64,
    /// The flows on it, by their number.
    pub(super) flows: HashMap<u64, Arc<Load>>,
    pub(super) idle_since: Instant,
    pub(super) stage: watch::Receiver<Stage>,
}

/// How far a link has come.
pub(super) enum Stage {
    Dialing,
    Ready(Arc<Link>),
    Gone(Error),
}

impl Slot {
    pub(super) fn link(&self) -> Option<Arc<Link>> {
        match &*self.stage.borrow() {
            Stage::Ready(link) => Some(Arc::clone(link)),
            Stage::Dialing | Stage::Gone(_) => None,
        }
    }

    fn is_alive(&self) -> bool {
        matches!(&*self.stage.borrow(), Stage::Ready(_))
    }

    pub(super) fn view(&self, now: Instant) -> View {
        let (standing, paused) = match &*self.stage.borrow() {
            Stage::Dialing => (Standing::Dialing, false),
            Stage::Ready(link) => (standing_of(link), link.is_paused()),
            Stage::Gone(_) => (Standing::Doubtful, false),
        };
        let count = |counts: &dyn Fn(&Load) -> bool| self.flows.values().filter(|load| counts(load)).count();
        View {
            standing,
            busy: count(&|load| load.is_busy(now)),
            flows: count(&|load| !load.is_resting()),
            bulk: paused || count(&Load::is_bulk) > 0,
            idle: now.saturating_duration_since(self.idle_since),
        }
    }
}

fn standing_of(link: &Link) -> Standing {
    // First, for the driver says what becomes of the link before it counts the flow as released.
    let releasing = link.is_releasing();
    match link.state() {
        // What has just left it may have blocked a worker of the server.
        LinkState::Trusted if releasing => Standing::Checking,
        LinkState::Trusted => Standing::Trusted,
        LinkState::Checking => Standing::Checking,
        LinkState::Doubtful | LinkState::Ended(_) => Standing::Doubtful,
    }
}

impl Shared {
    /// Tells that the tunnel is lost if no link is alive, unless that was meant.
    fn lost_unless_alive(&self, end: &Error) {
        let state = self.lock();
        let alive = state.slots.iter().any(Slot::is_alive);
        if !alive && !state.closed && !matches!(end, Error::Closed) {
            self.lost.send_replace(Some(end.clone()));
        }
    }
}

/// Dials a link unless it is there, keeps it, and ends it when it is of no more use.
pub(super) async fn tend(shared: Arc<Shared>, id: u64, first: Option<LinkIo>, stage: watch::Sender<Stage>) {
    let dialled = match first {
        Some(io) => Ok(io),
        None => shared.dial().await,
    };
    let link = match dialled {
        Ok(io) => Arc::new(Link::start(io, shared.options.observer.clone())),
        Err(error) => {
            shared.lock().dial_failed = Some(Instant::now());
            forget(&shared, id, &error);
            stage.send_replace(Stage::Gone(error));
            return;
        }
    };
    tracing::debug!(pod = %shared.pod, "a link is up");
    stage.send_replace(Stage::Ready(Arc::clone(&link)));
    shared.lost.send_replace(None);
    let mut state = link.watch();
    let end = loop {
        // Before looking, so that no flow leaves unnoticed in between.
        let mut released = pin!(shared.released.notified());
        released.as_mut().enable();
        let doubtful = matches!(*state.borrow_and_update(), LinkState::Doubtful);
        if retire(&shared, id, doubtful) {
            link.close().await;
            break if doubtful { Error::silent() } else { Error::Closed };
        }
        tokio::select! {
            error = link.ended() => break error,
            _ = state.changed() => {}
            () = released => {}
            () = sleep(SPARE_IDLE) => {}
        }
    };
    if forget(&shared, id, &end) {
        stage.send_replace(Stage::Gone(end.clone()));
        sleep(HOPE).await;
        shared.lost_unless_alive(&end);
        return;
    }
    stage.send_replace(Stage::Gone(end));
}

/// Takes a link without flows out of the pool if it is doubtful, or idle and not the last.
fn retire(shared: &Shared, id: u64, doubtful: bool) -> bool {
    let mut state = shared.lock();
    let Some(index) = state.slots.iter().position(|slot| slot.id == id) else { return false };
    let slot = &state.slots[index];
    let spare = state.slots.len() > 1 && slot.idle_since.elapsed() >= SPARE_IDLE;
    let useless = slot.flows.is_empty() && (doubtful || spare);
    if useless {
        state.slots.remove(index);
    }
    useless
}

/// Takes the link out of the pool; if there is no other, the tunnel is lost, unless that was meant. Whether that remains
/// to be seen, because others are being dialled.
fn forget(shared: &Shared, id: u64, end: &Error) -> bool {
    let others = {
        let mut state = shared.lock();
        state.slots.retain(|slot| slot.id != id);
        !state.slots.is_empty()
    };
    if !others {
        shared.lost_unless_alive(end);
    }
    others
}
