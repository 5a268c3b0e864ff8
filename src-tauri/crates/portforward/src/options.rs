//! Where a tunnel leads and how.

use std::{fmt, time::Duration};

/// The pod at the far end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PodAddress {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub pod: String,
}

impl fmt::Display for PodAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.pod)
    }
}

/// How SPDY gets to the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Inside WebSocket messages (KEP-4006, Kubernetes 1.31 and later). Passes load balancers that do not know SPDY.
    WebSocketTunnel,
    /// By an upgrade to `SPDY/3.1`, which every Kubernetes server knows.
    Spdy,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocketTunnel => "WebSocket tunnel",
            Self::Spdy => "SPDY upgrade",
        })
    }
}

/// How a tunnel behaves. The defaults suit every cluster.
#[derive(Clone, Debug)]
pub struct TunnelOptions {
    /// Transports in the order in which they are tried; the first that works is kept for further links.
    pub transports: Vec<Transport>,
    /// Most links to the pod. Each costs an upgraded connection here and a thread on the node; flows beyond this
    /// number share links. At least one is used.
    pub max_links: usize,
    /// Longest wait for the answer to one upgrade request.
    pub upgrade_timeout: Duration,
    /// How long the pod must have been silent until the end of the local sender is passed on.
    /// See [`HALF_CLOSE_QUIET`].
    pub half_close_quiet: Duration,
}

/// Default number of links to one pod: enough for a browser's six connections, few enough for the node.
pub const MAX_LINKS: usize = 8;

/// Default wait for the answer to an upgrade. The API server dials kubelet and runtime first, and kubelet may wait
/// for its runtime; kubectl waits as long for each stream.
pub const UPGRADE_TIMEOUT: Duration = Duration::from_secs(30);

/// Default silence of the pod after which a local half-close is passed on.
///
/// Container runtimes end the whole connection one second after the client's end of data, whatever the pod still has
/// to say (containerd and CRI-O copy with no half-close). Two seconds is long for an answer to pause and short
/// for a program that waits for the end of its input.
pub const HALF_CLOSE_QUIET: Duration = Duration::from_secs(2);

impl Default for TunnelOptions {
    fn default() -> Self {
        Self {
            transports: vec![Transport::WebSocketTunnel, Transport::Spdy],
            max_links: MAX_LINKS,
            upgrade_timeout: UPGRADE_TIMEOUT,
            half_close_quiet: HALF_CLOSE_QUIET,
        }
    }
}
