//! The links to one pod, and who is on which.

mod choice;
mod load;
mod slot;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, timeout},
};
use wording::text;

use self::{
    choice::{Choice, Standing, View, choose, wants_spare},
    slot::{Slot, Stage, tend},
};
use crate::{
    Error, PodAddress, Scope, Transport, TunnelOptions,
    link::{Link, LinkState},
    upgrade::{self, LinkIo, NO_PORT, Upgrade, Way},
};

pub(crate) use self::load::Load;

/// Idle time of a link after which it is checked before a flow gets it: two keepalive pings may be missing by then.
const TRUSTED_IDLE: Duration = Duration::from_secs(30);

/// No spare link is dialled for so long after a dial has failed: a pod that is gone would be asked for with every flow.
const SPARE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Longest wait for a check. It takes three seconds at most, unless a slow local reader keeps us from hearing echoes.
const CHECK_LIMIT: Duration = Duration::from_secs(5);

/// Attempts to find a link for one flow: links may die or fail their check just when they are chosen.
const ATTEMPTS: usize = 4;

/// Links to one pod. Dropping it ends them all at once; [`Pool::close`] does so in order.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    /// One task for each link.
    tasks: Mutex<JoinSet<()>>,
}

/// What the tasks of the links share with the pool.
struct Shared {
    client: kube::Client,
    pod: PodAddress,
    options: TunnelOptions,
    state: Mutex<State>,
    /// Notified when a flow left a link.
    released: Notify,
    /// Set while no link is alive though there was one.
    lost: watch::Sender<Option<Error>>,
}

struct State {
    slots: Vec<Slot>,
    next_slot: u64,
    next_flow: u64,
    /// The way that worked last.
    way: Way,
    dial_failed: Option<Instant>,
    closed: bool,
}

/// A flow's place on a link.
pub(crate) struct Lease {
    shared: Arc<Shared>,
    slot: u64,
    flow: u64,
    load: Arc<Load>,
}

impl Lease {
    /// What the flow moves.
    pub(crate) fn load(&self) -> &Load {
        &self.load
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.shared.with_slot(self.slot, |slot| {
            slot.flows.remove(&self.flow);
            slot.idle_since = Instant::now();
        });
        self.shared.released.notify_waiters();
    }
}

impl Pool {
    /// A pool that begins with a link that was dialled by `way`.
    pub(crate) fn new(
        client: kube::Client,
        pod: PodAddress,
        options: TunnelOptions,
        way: Way,
        first: LinkIo,
    ) -> Self {
        let state =
            State { slots: Vec::new(), next_slot: 0, next_flow: 0, way, dial_failed: None, closed: false };
        let shared = Shared {
            client,
            pod,
            options,
            state: Mutex::new(state),
            released: Notify::new(),
            lost: watch::Sender::new(None),
        };
        let pool = Self { shared: Arc::new(shared), tasks: Mutex::new(JoinSet::new()) };
        pool.add_slot(&mut pool.shared.lock(), Some(first));
        pool
    }

    pub(crate) fn options(&self) -> &TunnelOptions {
        &self.shared.options
    }

    /// The way that worked last.
    pub(crate) fn way(&self) -> Way {
        self.shared.lock().way
    }

    /// A link for one flow, dialled if need be.
    pub(crate) async fn acquire(&self) -> Result<(Lease, Arc<Link>), Error> {
        let mut may_dial = true;
        let mut failure = None;
        for _ in 0..ATTEMPTS {
            let Some((lease, mut stage, view)) = self.reserve(may_dial)? else { break };
            let link = match stage.wait_for(|stage| !matches!(stage, Stage::Dialing)).await.as_deref() {
                Ok(Stage::Ready(link)) => Arc::clone(link),
                Ok(Stage::Gone(error)) => {
                    // Dialling again at once would get the same answer; another link may still live.
                    may_dial &= error.scope() != Scope::Refused;
                    failure = Some(error.clone());
                    continue;
                }
                Ok(Stage::Dialing) | Err(_) => return Err(Error::Closed),
            };
            let releasing = link.is_releasing();
            let fit = match link.state() {
                LinkState::Trusted if view.is_free() && (view.idle > TRUSTED_IDLE || releasing) => {
                    within(link.check()).await
                }
                LinkState::Checking if view.is_free() => within(link.checked()).await,
                // Where flows share a link nobody waits for its checks: something ends there all the time.
                LinkState::Trusted | LinkState::Checking => true,
                // If that was known, there was nothing better.
                LinkState::Doubtful => view.standing == Standing::Doubtful,
                LinkState::Ended(error) => {
                    failure = Some(error);
                    false
                }
            };
            if fit {
                return Ok((lease, link));
            }
        }
        Err(failure.unwrap_or_else(|| {
            Error::lost(text!("no link to the pod answers", "keine Verbindung zum Pod antwortet"))
        }))
    }

    /// Resolves when no link is alive.
    pub(crate) async fn lost(&self) -> Error {
        let mut lost = self.shared.lost.subscribe();
        // Cloned in one statement: the guard must not live across a wait, or the future could not move between threads.
        let error = lost.wait_for(Option::is_some).await.ok().and_then(|error| error.clone());
        match error {
            Some(error) => error,
            // The sender is ours, so it is there.
            None => std::future::pending().await,
        }
    }

    /// Ends all links in order.
    pub(crate) async fn close(&self) {
        let links: Vec<Arc<Link>> = {
            let mut state = self.shared.lock();
            state.closed = true;
            state.slots.iter().filter_map(Slot::link).collect()
        };
        join_all(links.iter().map(|link| link.close())).await;
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// Chooses or makes a slot, and counts the flow in. The view is that of before.
    fn reserve(&self, may_dial: bool) -> Result<Option<(Lease, watch::Receiver<Stage>, View)>, Error> {
        let mut state = self.shared.lock();
        if state.closed {
            return Err(Error::Closed);
        }
        let now = Instant::now();
        let views: Vec<View> = state.slots.iter().map(|slot| slot.view(now)).collect();
        let max = self.shared.options.max_links.max(1);
        let index = match choose(&views, max, may_dial) {
            Some(Choice::Use(index)) => index,
            Some(Choice::Dial) => {
                self.add_slot(&mut state, None);
                state.slots.len() - 1
            }
            None => return Ok(None),
        };
        let flow = state.next_flow;
        state.next_flow += 1;
        let load = Arc::new(Load::new(now));
        let slot = &mut state.slots[index];
        let view = slot.view(now);
        slot.flows.insert(flow, Arc::clone(&load));
        let lease = Lease { shared: Arc::clone(&self.shared), slot: slot.id, flow, load };
        let stage = slot.stage.clone();
        let failed_now = |failed: Instant| now.saturating_duration_since(failed) < SPARE_AFTER_FAILURE;
        if may_dial && !state.dial_failed.is_some_and(failed_now) {
            let views: Vec<View> = state.slots.iter().map(|slot| slot.view(now)).collect();
            if wants_spare(&views, max) {
                self.add_slot(&mut state, None);
            }
        }
        Ok(Some((lease, stage, view)))
    }

    /// A new link: the one that is given, or one that is dialled.
    fn add_slot(&self, state: &mut State, first: Option<LinkIo>) {
        let id = state.next_slot;
        state.next_slot += 1;
        let (sender, stage) = watch::channel(Stage::Dialing);
        state.slots.push(Slot { id, flows: HashMap::new(), idle_since: Instant::now(), stage });
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(tend(Arc::clone(&self.shared), id, first, sender));
    }
}

/// What a check comes to; that it failed if it takes too long.
async fn within(check: impl Future<Output = bool>) -> bool {
    timeout(CHECK_LIMIT, check).await.unwrap_or(false)
}

impl Shared {
    /// Asks for an upgraded connection, beginning with the way that worked last.
    async fn dial(&self) -> Result<LinkIo, Error> {
        let known = self.lock().way;
        // A moment's failure of the others is no reason to give up links.
        let mut options = self.options.clone();
        options.transports.retain(|transport| *transport != Transport::Channel);
        let (way, upgrade) = upgrade::dial(&self.client, &self.pod, &options, Some(known), NO_PORT).await?;
        match upgrade {
            Upgrade::Link(io) => {
                self.lock().way = way;
                Ok(io)
            }
            // A tunnel opened anew finds out what the server has become.
            Upgrade::OldLink(_) | Upgrade::Channel(_) => Err(Error::lost(text!(
                "the cluster now takes other connections than before",
                "der Cluster nimmt jetzt andere Verbindungen an als zuvor"
            ))),
        }
    }

    fn with_slot(&self, id: u64, change: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.lock().slots.iter_mut().find(|slot| slot.id == id) {
            change(slot);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
