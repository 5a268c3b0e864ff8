//! One forward that is on.
//!
//! [`state`] decides, without IO or clock. [`task`] does what it decides: it binds local ports ([`steps`], [`acceptor`]),
//! finds the pod and opens the tunnel ([`steps`]), and looks after callers (`task::callers`): holds them while there is no
//! tunnel ([`waiting_room`]) and carries them when there is one ([`fleet`], [`connections`], [`tunnels`]).

mod acceptor;
mod backoff;
mod caller;
mod connections;
mod fleet;
mod local;
mod prospects;
mod state;
mod steps;
mod task;
mod tunnels;
mod waiting_room;

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::task::Task;
use crate::{
    cluster_book::ClusterBook,
    cluster_list::ClusterList,
    clusters::Clusters,
    journal::Journal,
    network::NetworkChange,
    preference_book::PreferenceBook,
    problem::ProblemCode,
    profile::Profile,
    profiles::Profiles,
    sleep::{LOOK_EVERY, SleepWatch},
    traffic::Pulse,
};

/// Orders that wait for a forward. It takes each at once, so this is never filled by a person.
const ORDERS: usize = 8;

/// What all forwards share.
pub(crate) struct Shared {
    pub(crate) journal: Arc<Journal>,
    pub(crate) clusters: Clusters,
    pub(crate) book: Arc<ClusterBook>,
    pub(crate) list: Arc<ClusterList>,
    pub(crate) preferences: PreferenceBook,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) sleep: SleepWatch,
    /// Tells forwards that the world may be another one.
    pub(crate) woken: watch::Sender<Woken>,
    /// Counts forwards that have, or are about to have, something that sleep would kill.
    pub(crate) wakeful: watch::Sender<usize>,
}

/// What has happened to this computer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Woken {
    /// Counts how often what was connected came into doubt.
    doubts: u64,
    /// Counts how often the network became another one.
    changes: u64,
}

/// A forward that sleep matters to, as long as this lives.
struct Wakeful(Arc<Shared>);

impl Drop for Wakeful {
    fn drop(&mut self) {
        self.0.wakeful.send_modify(|count| *count -= 1);
    }
}

impl Shared {
    /// Looks whether the computer slept, or nobody looked for as long, and tells every forward if so.
    pub(crate) fn look_for_sleep(&self) {
        if self.sleep.look() {
            tracing::debug!("the computer slept, or nothing was connected");
            self.doubt_connections();
        }
    }

    /// The computer's network has changed.
    pub(crate) fn network_changed(&self, change: NetworkChange) {
        match change {
            NetworkChange::AddressGone => self.doubt_connections(),
            NetworkChange::Other => self.woken.send_modify(|woken| woken.changes += 1),
        }
    }

    /// Looks for sleep from time to time, as long as a forward has something that it could kill.
    pub(crate) async fn keep_looking_for_sleep(&self) {
        let mut wakeful = self.wakeful.subscribe();
        while wakeful.wait_for(|count| *count > 0).await.is_ok() {
            tokio::time::sleep(LOOK_EVERY).await;
            self.look_for_sleep();
        }
    }

    /// From now on sleep is looked for, until what this gives is dropped.
    fn stay_wakeful(self: &Arc<Self>) -> Wakeful {
        self.look_for_sleep();
        self.wakeful.send_modify(|count| *count += 1);
        Wakeful(Arc::clone(self))
    }

    /// What was open before may be dead without a word.
    pub(crate) fn doubt_connections(&self) {
        self.clusters.renew();
        self.woken.send_modify(|woken| woken.doubts += 1);
    }
}

/// A handle to a forward that is on.
#[derive(Debug)]
pub(crate) struct Forward {
    orders: mpsc::Sender<Order>,
}

#[derive(Debug)]
enum Order {
    Retry,
    /// As [`Order::Retry`], where what it waits for is one of these problems.
    RetryIf(fn(ProblemCode) -> bool),
    Stop {
        on: bool,
        done: oneshot::Sender<()>,
    },
}

impl Forward {
    /// Turns a profile on. `eager`: its tunnel is opened at once, and not only for the first caller. It ends in order when
    /// told to, and at once when `end` is cancelled.
    pub(crate) fn start(
        shared: Arc<Shared>,
        profile: Profile,
        eager: bool,
        tasks: &TaskTracker,
        end: CancellationToken,
    ) -> Self {
        let (orders, inbox) = mpsc::channel(ORDERS);
        let task = Task::new(shared, profile);
        // Boxed, for what waits for the end would keep it twice over.
        tasks.spawn(end.run_until_cancelled_owned(Box::pin(task.run(inbox, eager))));
        Self { orders }
    }

    /// Whether it ended though nobody stopped it, which only a defect can do.
    pub(crate) fn has_ended(&self) -> bool {
        self.orders.is_closed()
    }

    /// Tries now instead of waiting; nothing when it does not wait.
    pub(crate) async fn retry(&self) {
        // One that has ended has nothing to retry.
        let _ = self.orders.send(Order::Retry).await;
    }

    /// As [`Forward::retry`], where it waits because of such a problem.
    pub(crate) async fn retry_if(&self, cures: fn(ProblemCode) -> bool) {
        let _ = self.orders.send(Order::RetryIf(cures)).await;
    }

    /// Turns it off. When this returns its local ports are closed; tunnels are closed in the background. `on` is what
    /// the profile shows from now on: whether the person still wants it.
    pub(crate) async fn stop(self, on: bool) {
        let (done, stopped) = oneshot::channel();
        if self.orders.send(Order::Stop { on, done }).await.is_ok() {
            let _ = stopped.await;
        }
    }
}
