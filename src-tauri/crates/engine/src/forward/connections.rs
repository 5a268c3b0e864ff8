//! Connections that are being carried.

use std::{collections::BTreeMap, sync::Arc};

use portforward::{Error, Meter, Tunnel};
use tokio::{sync::oneshot, task::JoinSet};

use super::caller::Caller;
use crate::clusters::Connected;

/// Connections of one forward. Each is an open file and some kilobytes while it is idle; beyond it callers wait in the
/// backlog.
const MOST: usize = 8192;

/// Connections that are being carried.
pub(super) struct Connections {
    running: JoinSet<Ended>,
    /// Ends one, by its number; its end is told to whoever is in here.
    closers: BTreeMap<u64, oneshot::Sender<Closed>>,
}

/// Who wants to know that a connection was closed.
pub(super) type Closed = oneshot::Sender<()>;

/// A connection that has ended one way or the other.
pub(super) struct Ended {
    pub(super) caller: Caller,
    /// The tunnel it was on, and the cluster behind that.
    pub(super) number: u64,
    pub(super) connected: Arc<Connected>,
    pub(super) end: End,
}

/// How a connection has ended.
pub(super) enum End {
    /// By itself.
    Carried(Result<(), Error>),
    /// The person closed it.
    Closed(Closed),
}

impl Connections {
    pub(super) fn new() -> Self {
        Self { running: JoinSet::new(), closers: BTreeMap::new() }
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
        let (closer, close) = oneshot::channel();
        if let Some(number) = caller.number() {
            self.closers.insert(number, closer);
        }
        self.running.spawn(async move {
            // The caller counts what it moves.
            let meter = Meter::default();
            let carry = Box::pin(tunnel.carry(&mut caller, pod_port, &meter));
            let end = tokio::select! {
                result = carry => End::Carried(result),
                // Dropping what carries it resets its streams, and those of nobody else.
                Ok(closed) = close => End::Closed(closed),
            };
            Ended { caller, number, connected, end }
        });
    }

    /// Ends the connection of this number, and tells `closed` when it has ended; gives it back where there is none.
    pub(super) fn close(&mut self, number: u64, closed: Closed) -> Result<(), Closed> {
        match self.closers.remove(&number) {
            // One that is just ending drops it, which tells as much.
            Some(closer) => {
                let _ = closer.send(closed);
                Ok(())
            }
            None => Err(closed),
        }
    }

    /// The next one that has ended; pending while there is none.
    pub(super) async fn next_ended(&mut self) -> Ended {
        loop {
            match self.running.join_next().await {
                Some(Ok(ended)) => {
                    if let Some(number) = ended.caller.number() {
                        self.closers.remove(&number);
                    }
                    return ended;
                }
                // Only `reset_all` cancels, and it waits until all are gone.
                Some(Err(stopped)) => tracing::error!(%stopped, "a connection ended unexpectedly"),
                None => std::future::pending().await,
            }
        }
    }

    /// Resets all; returns when they are gone.
    pub(super) async fn reset_all(&mut self) {
        self.running.shutdown().await;
        self.closers.clear();
    }
}
