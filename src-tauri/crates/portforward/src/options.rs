//! Where a tunnel leads and how.

use std::{fmt, time::Duration};

use crate::Observer;

/// The pod at the far end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PodAddress {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub pod: String,
    /// The node it runs on (`spec.nodeName`); without it only [`Route::Pod`] can be taken.
    pub node: Option<String>,
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
    /// Not SPDY at all: one WebSocket for each connection, two channels in it (`v4.channel.k8s.io`, Kubernetes 1.6 and
    /// later). For where neither of the others passes; it has no half-close and dials anew for every connection.
    Channel,
}

/// The path by which the API server is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// The pod's own subresource: `/api/v1/namespaces/{ns}/pods/{pod}/portforward`, since spring 2015.
    Pod,
    /// The node's proxy subresource: `/api/v1/nodes/{node}/proxy/portForward/{ns}/{pod}`, since Kubernetes 1.2. Needs
    /// rights on `nodes/proxy`.
    Node,
    /// What there was before: `/api/v1/proxy/nodes/{node}/portForward/{ns}/{pod}` up to 1.9, and its elder forms down to
    /// `/proxy/minions/{node}/portForward/{ns}/{pod}`. Each is tried until one is there.
    Historic,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pod => "pod",
            Self::Node => "node proxy",
            Self::Historic => "historic proxy",
        })
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocketTunnel => "WebSocket tunnel",
            Self::Spdy => "SPDY upgrade",
            Self::Channel => "WebSocket channels",
        })
    }
}

/// How a tunnel behaves. The defaults suit every cluster.
#[derive(Clone, Debug)]
pub struct TunnelOptions {
    /// Transports in the order in which they are tried; the first that works is kept for further links.
    pub transports: Vec<Transport>,
    /// Routes in the order in which they are tried. The next one is tried only where the server does not know the one
    /// before: no rights on a pod are no reason to ask for rights on its node.
    pub routes: Vec<Route>,
    /// Most links to the pod. Each costs an upgraded connection here and a thread on the node; flows beyond this
    /// number share links. At least one is used.
    pub max_links: usize,
    /// Longest wait for the answer to one upgrade request.
    pub upgrade_timeout: Duration,
    /// How long the pod must have been silent until the end of the local sender is passed on.
    /// See [`HALF_CLOSE_QUIET`].
    pub half_close_quiet: Duration,
    /// Is told what is measured of the way to the pod.
    pub observer: Observer,
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
            transports: vec![Transport::WebSocketTunnel, Transport::Spdy, Transport::Channel],
            routes: vec![Route::Pod, Route::Node, Route::Historic],
            max_links: MAX_LINKS,
            upgrade_timeout: UPGRADE_TIMEOUT,
            half_close_quiet: HALF_CLOSE_QUIET,
            observer: Observer::default(),
        }
    }
}
