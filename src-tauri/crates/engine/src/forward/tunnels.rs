//! The tunnel that takes new connections, and older ones whose last connections are ending.

use std::collections::BTreeMap;

use portforward::Tunnel;
use tokio::task::JoinSet;

/// Older tunnels that are kept for their last connections. Each needs a pod to have gone while connections to it lived on;
/// beyond this the oldest is closed with whatever it carries.
const KEPT: usize = 8;

/// Tunnels by generation: each new one has a higher number.
#[derive(Debug, Default)]
pub(super) struct Tunnels {
    generations: BTreeMap<u64, Generation>,
    newest: u64,
    current: Option<u64>,
    closing: JoinSet<()>,
}

#[derive(Debug)]
struct Generation {
    tunnel: Tunnel,
    connections: usize,
}

impl Tunnels {
    /// New connections go here from now on.
    pub(super) fn open(&mut self, tunnel: Tunnel) {
        self.retire();
        self.newest += 1;
        self.current = Some(self.newest);
        self.generations.insert(self.newest, Generation { tunnel, connections: 0 });
    }

    /// The tunnel for a new connection, which is counted until [`Tunnels::connection_ended`].
    pub(super) fn take(&mut self) -> Option<(u64, Tunnel)> {
        let number = self.current?;
        let generation = self.generations.get_mut(&number)?;
        generation.connections += 1;
        Some((number, generation.tunnel.clone()))
    }

    pub(super) fn is_current(&self, number: u64) -> bool {
        self.current == Some(number)
    }

    pub(super) fn connection_ended(&mut self, number: u64) {
        if let Some(generation) = self.generations.get_mut(&number) {
            generation.connections -= 1;
            if generation.connections == 0 && !self.is_current(number) {
                self.close(number);
            }
        }
    }

    /// No new connections on the current tunnel; it is closed when its last one has ended.
    pub(super) fn retire(&mut self) {
        if let Some(number) = self.current.take() {
            if self.generations.get(&number).is_some_and(|generation| generation.connections == 0) {
                self.close(number);
            }
            while self.generations.len() > KEPT
                && let Some(oldest) = self.generations.keys().next().copied()
            {
                self.close(oldest);
            }
        }
        // What has been closed is done with.
        while self.closing.try_join_next().is_some() {}
    }

    /// Closes all, and returns when they are closed, within seconds.
    pub(super) async fn finish(mut self) {
        while let Some(number) = self.generations.keys().next().copied() {
            self.close(number);
        }
        while self.closing.join_next().await.is_some() {}
    }

    fn close(&mut self, number: u64) {
        if let Some(generation) = self.generations.remove(&number) {
            self.closing.spawn(async move { generation.tunnel.close().await });
        }
    }
}
