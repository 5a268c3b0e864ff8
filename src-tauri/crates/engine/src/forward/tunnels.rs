//! The tunnels that take new connections, and older ones whose last connections are ending.

use std::collections::BTreeMap;

use portforward::Tunnel;
use tokio::task::JoinSet;

use super::fleet;

/// Older tunnels that are kept for their last connections: twice as many as can be in use at once, for a roll-out replaces
/// all of those. Beyond it the oldest is closed with whatever it carries.
const KEPT: usize = 2 * fleet::MOST;

/// Tunnels by number: each new one has a higher number.
#[derive(Debug, Default)]
pub(super) struct Tunnels {
    open: BTreeMap<u64, Open>,
    newest: u64,
    closing: JoinSet<()>,
}

#[derive(Debug)]
struct Open {
    tunnel: Tunnel,
    connections: usize,
    /// It takes no new connections.
    retired: bool,
}

impl Tunnels {
    /// New connections may go here from now on. Gives its number.
    pub(super) fn open(&mut self, tunnel: Tunnel) -> u64 {
        self.newest += 1;
        self.open.insert(self.newest, Open { tunnel, connections: 0, retired: false });
        self.newest
    }

    /// The tunnel for a new connection, which is counted until [`Tunnels::connection_ended`].
    pub(super) fn take(&mut self, number: u64) -> Option<Tunnel> {
        let open = self.open.get_mut(&number).filter(|open| !open.retired)?;
        open.connections += 1;
        Some(open.tunnel.clone())
    }

    /// Whether it takes new connections.
    pub(super) fn is_current(&self, number: u64) -> bool {
        self.open.get(&number).is_some_and(|open| !open.retired)
    }

    pub(super) fn connection_ended(&mut self, number: u64) {
        if let Some(open) = self.open.get_mut(&number) {
            open.connections -= 1;
            if open.connections == 0 && open.retired {
                self.close(number);
            }
        }
    }

    /// No new connections on this tunnel; it is closed when its last one has ended.
    pub(super) fn retire(&mut self, number: u64) {
        let Some(open) = self.open.get_mut(&number) else { return };
        open.retired = true;
        if open.connections == 0 {
            self.close(number);
        }
        let retired: Vec<u64> =
            self.open.iter().filter(|(_, open)| open.retired).map(|(number, _)| *number).collect();
        for oldest in retired.iter().take(retired.len().saturating_sub(KEPT)) {
            self.close(*oldest);
        }
        // What has been closed is done with.
        while self.closing.try_join_next().is_some() {}
    }

    /// Closes all, with whatever they carry, in the background.
    pub(super) fn close_all(&mut self) {
        while let Some(number) = self.open.keys().next().copied() {
            self.close(number);
        }
    }

    /// Closes all, and returns when they are closed, within seconds.
    pub(super) async fn finish(mut self) {
        self.close_all();
        while self.closing.join_next().await.is_some() {}
    }

    fn close(&mut self, number: u64) {
        if let Some(open) = self.open.remove(&number) {
            self.closing.spawn(async move { open.tunnel.close().await });
        }
    }
}
