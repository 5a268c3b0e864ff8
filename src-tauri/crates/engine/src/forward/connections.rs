//! Connections that are being carried.

use std::sync::Arc;

use portforward::{Error, Meter, Tunnel};
use tokio::task::JoinSet;

use super::caller::Caller;
use crate::clusters::Connected;

/// Connections of one forward. Each is an open file and some kilobytes while it is idle; beyond it callers wait in the
/// backlog.
const MOST: usize = 8192;

/// Connections that are being carried.
pub(super) struct Connections {
    running: JoinSet<Ended>,
}

/// A connection that has ended one way or the other.
pub(super) struct Ended {
    pub(super) caller: Caller,
    /// The tunnel it was on, and the cluster behind that.
    pub(super) number: u64,
    pub(super) connected: Arc<Connected>,
    pub(super) result: Result<(), Error>,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self { running: JoinSet::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.running.len() >= MOST
    }

    /// Carries a caller to this port of the pod.
    pub(super) fn start(
        &mut self,
        mut caller: Caller,
        (number, tunnel): (u64, Tunnel),
        connected: Arc<Connected>,
        pod_port: u16,
    ) {
        self.running.spawn(async move {
            // The caller counts what it moves.
            let meter = Meter::default();
            let result = Box::pin(tunnel.carry(&mut caller, pod_port, &meter)).await;
            Ended { caller, number, connected, result }
        });
    }

    /// The next one that has ended; pending while there is none.
    pub(super) async fn next_ended(&mut self) -> Ended {
        loop {
            match self.running.join_next().await {
                Some(Ok(ended)) => return ended,
                // Only `reset_all` cancels, and it waits until all are gone.
                Some(Err(stopped)) => tracing::error!(%stopped, "a connection ended unexpectedly"),
                None => std::future::pending().await,
            }
        }
    }

    /// Resets all; returns when they are gone.
    pub(super) async fn reset_all(&mut self) {
        self.running.shutdown().await;
    }
}
