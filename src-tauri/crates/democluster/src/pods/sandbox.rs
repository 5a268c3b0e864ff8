//! Sandboxes: what the runtime knows of a pod, and what port-forward dials into.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::gauge::Gauge;
use crate::identity;

/// A runtime of its own behind a pod: a CRI streaming server, as containerd has one.
pub trait StreamingServer: Send + Sync + 'static {
    /// A fresh CRI streaming URL (`http://127.0.0.1:PORT/portforward/TOKEN`), asked for at each upgrade, since such a
    /// URL is good for one connection. `ports` are those that a client of the v4 channels listed; SPDY lists none.
    /// The error is a text for the client, answered with status 500.
    fn port_forward_url<'a>(&'a self, ports: &'a [u16]) -> BoxFuture<'a, Result<String, String>>;
}

/// The network side of one pod.
pub(crate) struct Sandbox {
    /// 64 hexadecimal digits, as in the runtime's messages.
    pub(crate) id: String,
    /// The path of its network namespace, as in the runtime's messages.
    pub(crate) network_namespace: String,
    pub(crate) far_end: FarEnd,
    /// The connections of port-forward into all pods.
    pub(crate) connections: Gauge,
    gone: CancellationToken,
    killed: CancellationToken,
}

/// What port-forward reaches in a sandbox.
pub(crate) enum FarEnd {
    /// Programs in this process: where each port of the pod really listens; empty until they run.
    Programs(OnceLock<HashMap<u16, SocketAddr>>),
    /// A streaming server elsewhere, which gets the upgraded connection as it is.
    Relay(Arc<dyn StreamingServer>),
}

impl Sandbox {
    pub(crate) fn new(far_end: FarEnd, connections: Gauge) -> Self {
        Self {
            id: identity::container_id(),
            network_namespace: format!("/var/run/netns/cni-{}", identity::uid()),
            far_end,
            connections,
            gone: CancellationToken::new(),
            killed: CancellationToken::new(),
        }
    }

    /// Marks it as removed: streams that come later find no sandbox.
    pub(crate) fn remove(&self) {
        self.gone.cancel();
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.gone.is_cancelled()
    }

    /// Waits until its pod is killed, so that connections into it break.
    pub(crate) async fn killed(&self) {
        self.killed.cancelled().await;
    }
}

/// The sandboxes of the node by namespace and pod. Asked once per upgrade, never per byte.
#[derive(Default)]
pub(crate) struct Sandboxes {
    by_pod: Mutex<HashMap<(String, String), Arc<Sandbox>>>,
    connections: Gauge,
}

impl Sandboxes {
    pub(crate) fn get(&self, namespace: &str, pod: &str) -> Option<Arc<Sandbox>> {
        self.lock().get(&(namespace.to_owned(), pod.to_owned())).cloned()
    }

    /// The connections of port-forward into all pods.
    pub(crate) fn connections(&self) -> &Gauge {
        &self.connections
    }

    pub(crate) fn insert(&self, namespace: &str, pod: &str, sandbox: Arc<Sandbox>) {
        self.lock().insert((namespace.to_owned(), pod.to_owned()), sandbox);
    }

    pub(crate) fn remove(&self, namespace: &str, pod: &str) {
        if let Some(sandbox) = self.lock().remove(&(namespace.to_owned(), pod.to_owned())) {
            sandbox.remove();
        }
    }

    /// As [`remove`](Self::remove), and breaks the connections into it.
    pub(crate) fn kill(&self, namespace: &str, pod: &str) {
        if let Some(sandbox) = self.lock().remove(&(namespace.to_owned(), pod.to_owned())) {
            sandbox.remove();
            sandbox.killed.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, String), Arc<Sandbox>>> {
        self.by_pod.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
