//! The pods that take new connections: one, or several in turns.

use futures::{
    FutureExt as _,
    future::{BoxFuture, select_all},
};
use portforward::{Error, Tunnel};

use super::steps::FoundPod;

/// Pods that share the connections of one forward. More tunnels than that cost more than the turns are worth.
pub(super) const MOST: usize = 16;

/// A pod that takes new connections.
pub(super) struct Serving {
    /// Of its tunnel; see [`Tunnels`](super::tunnels::Tunnels).
    pub(super) number: u64,
    pub(super) found: FoundPod,
    pub(super) tunnel: Tunnel,
    lost: BoxFuture<'static, Error>,
}

impl Serving {
    pub(super) fn new(number: u64, found: FoundPod, tunnel: Tunnel) -> Self {
        let waiter = tunnel.clone();
        Self { number, found, tunnel, lost: async move { waiter.lost().await }.boxed() }
    }
}

/// All that take new connections.
#[derive(Default)]
pub(super) struct Fleet {
    servings: Vec<Serving>,
    turns: usize,
}

impl Fleet {
    pub(super) fn add(&mut self, serving: Serving) {
        self.servings.push(serving);
    }

    /// Takes one out, if it is still there.
    pub(super) fn remove(&mut self, number: u64) -> Option<Serving> {
        let at = self.servings.iter().position(|serving| serving.number == number)?;
        Some(self.servings.remove(at))
    }

    /// Takes all out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Serving> {
        std::mem::take(&mut self.servings).into_iter()
    }

    /// Whose turn it is.
    pub(super) fn next(&mut self) -> Option<&Serving> {
        let count = self.servings.len();
        self.turns = self.turns.wrapping_add(1);
        self.servings.get(self.turns.checked_rem(count)?)
    }

    /// The one that was there first.
    pub(super) fn first(&self) -> Option<&Serving> {
        self.servings.first()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Serving> {
        self.servings.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.servings.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.servings.is_empty()
    }

    /// The next tunnel that is lost; pending while all are well. May be dropped and called again.
    pub(super) async fn next_lost(&mut self) -> (u64, Error) {
        if self.servings.is_empty() {
            return std::future::pending().await;
        }
        let (error, at, _) = select_all(self.servings.iter_mut().map(|serving| &mut serving.lost)).await;
        (self.servings.get(at).map_or(0, |serving| serving.number), error)
    }
}
