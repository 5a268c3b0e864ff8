//! Faults on purpose: what a test or a person does to the cluster to see how clients bear it.

mod links;
mod outages;
mod pausing;
mod refusals;
mod watches;

pub(crate) use links::{Course, LinkSide, Links};
pub(crate) use outages::{Presence, Uptime};
pub(crate) use pausing::pausing;
pub(crate) use refusals::Refusals;
pub(crate) use watches::Watches;

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use crate::DemoCluster;

/// Everything that is wrong on purpose.
pub(crate) struct Faults {
    /// Of port-forward.
    pub(crate) refusals: Refusals,
    pub(crate) refusals_of_all: Refusals,
    pub(crate) watches: Watches,
    pub(crate) standstill: watch::Sender<Standstill>,
    /// Connections that were accepted.
    pub(crate) accepted: AtomicU64,
}

/// Which connections get no answer at all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Standstill {
    all: bool,
    /// Those with a lower number.
    before: u64,
}

impl Standstill {
    pub(crate) fn holds(self, connection: u64) -> bool {
        self.all || connection < self.before
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            refusals: Refusals::default(),
            refusals_of_all: Refusals::default(),
            watches: Watches::default(),
            standstill: watch::Sender::default(),
            accepted: AtomicU64::new(0),
        }
    }
}

impl DemoCluster {
    /// Cuts every upgraded connection. Those that open later live.
    pub fn drop_links(&self) {
        self.context.links.drop_all();
    }

    /// Leaves every upgraded connection half open, as a lost route does: nothing is read from it any more and nothing
    /// written, and nobody is told. Connections that open later work.
    pub fn freeze_links(&self) {
        self.context.links.freeze();
    }

    /// As [`freeze_links`](Self::freeze_links), for all there is: connections are still accepted, and get no answer, not
    /// even of TLS.
    pub fn freeze_all(&self) {
        self.context.faults.standstill.send_modify(|standstill| standstill.all = true);
        self.freeze_links();
    }

    /// Leaves every connection there is half open, upgraded or not, as the sleep of the client's computer does. Those that
    /// open later work.
    pub fn freeze_connections(&self) {
        let before = self.context.faults.accepted.load(Ordering::Acquire);
        self.context.faults.standstill.send_modify(|standstill| standstill.before = before);
        self.freeze_links();
    }

    /// Ends [`freeze_links`](Self::freeze_links), [`freeze_connections`](Self::freeze_connections) and [`freeze_all`](Self::freeze_all). What was held back is carried on.
    pub fn thaw(&self) {
        self.context.faults.standstill.send_replace(Standstill::default());
        self.context.links.thaw();
    }

    /// Says goodbye on every upgraded connection: SPDY gets GOAWAY. What a pod still sends is carried, what a client still
    /// sends is not looked at, and the connection ends when its last stream has. Channels and relayed connections,
    /// which have no goodbye, end at once.
    pub fn go_away_links(&self) {
        self.context.links.go_away();
    }

    /// Answers the next `times` requests for port-forward with this HTTP status, before anything is looked at but who
    /// asks. 429 comes with `Retry-After: 1`. Further calls queue behind.
    pub fn refuse(&self, status: u16, times: u32) {
        self.context.faults.refusals.add(status, times);
    }

    /// Answers the next `times` requests, whatever they are for, with this HTTP status, before anything is looked at but
    /// who asks. 429 comes with `Retry-After: 1`. Further calls queue behind. What is being answered, like watches that are
    /// open, is answered on.
    pub fn refuse_all(&self, status: u16, times: u32) {
        self.context.faults.refusals_of_all.add(status, times);
    }

    /// Forgets what [`refuse`](Self::refuse) and [`refuse_all`](Self::refuse_all) still had in store.
    pub fn refuse_nothing(&self) {
        self.context.faults.refusals.clear();
        self.context.faults.refusals_of_all.clear();
    }

    /// How many requests are still to be refused by [`refuse`](Self::refuse) and [`refuse_all`](Self::refuse_all).
    #[must_use]
    pub fn refusals_left(&self) -> u32 {
        self.context.faults.refusals.left() + self.context.faults.refusals_of_all.left()
    }

    /// Forgets what happened until now, as a real server does after five minutes (etcd's compaction): every open watch gets an
    /// `ERROR` event of code 410 and ends, and so does one that starts at an earlier resource version.
    pub fn expire_watches(&self) {
        self.context.store.forget();
    }

    /// Cuts every open watch in the middle. Those that open later live.
    pub fn drop_watches(&self) {
        self.context.faults.watches.cut_all();
    }

    /// How many watches are open.
    #[must_use]
    pub fn open_watches(&self) -> usize {
        self.context.faults.watches.open.get()
    }

    /// How many upgraded connections there are.
    #[must_use]
    pub fn open_links(&self) -> usize {
        self.context.links.count()
    }

    /// How many streams there are on all upgraded connections; two for each forwarded connection, channels too. Relayed
    /// ones are not counted.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.context.links.count_streams()
    }

    /// How many connections port-forward has into pods. Relayed ones are not counted.
    #[must_use]
    pub fn open_pod_connections(&self) -> usize {
        self.context.sandboxes.connections().get()
    }
}
