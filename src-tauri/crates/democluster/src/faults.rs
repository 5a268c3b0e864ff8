//! Faults on purpose: what a test or a person does to the cluster to see how clients bear it.

mod links;
mod pausing;
mod refusals;

pub(crate) use links::{Course, LinkSide, Links};
pub(crate) use pausing::pausing;
pub(crate) use refusals::Refusals;

use tokio::sync::watch;

use crate::DemoCluster;

/// Everything that is wrong on purpose.
pub(crate) struct Faults {
    pub(crate) refusals: Refusals,
    /// Whether nothing at all is answered.
    pub(crate) frozen: watch::Sender<bool>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { refusals: Refusals::default(), frozen: watch::Sender::new(false) }
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
        self.context.faults.frozen.send_replace(true);
        self.freeze_links();
    }

    /// Ends [`freeze_links`](Self::freeze_links) and [`freeze_all`](Self::freeze_all). What was held back is carried on.
    pub fn thaw(&self) {
        self.context.faults.frozen.send_replace(false);
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
