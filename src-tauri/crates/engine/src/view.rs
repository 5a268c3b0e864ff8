//! The state of everything, as it is shown.

use cluster::ContextCatalog;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::{
    cluster_view::{ClusterView, KeyringState},
    preferences::Preferences,
    problem::Problem,
    profile::Profile,
    start_at_login::StartAtLogin,
    statistics::Statistics,
};

/// The state of everything at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The number of the last event it includes.
    #[ts(type = "number")]
    pub number: u64,
    /// In the order of the profile file.
    pub forwards: Vec<ForwardView>,
    /// The contexts that can be chosen.
    pub catalog: ContextCatalog,
    /// The clusters that can be chosen, in the order in which they are offered.
    pub clusters: Vec<ClusterView>,
    /// Whether secrets can be kept in the keyring.
    pub keyring: KeyringState,
    /// Secrets that Culvert keeps, in the keyring and for this session.
    pub secrets: u32,
    /// The demo cluster.
    pub demo: DemoState,
    /// What the person prefers.
    pub preferences: Preferences,
    /// Whether the system starts Culvert when the person logs in.
    pub start_at_login: StartAtLogin,
    /// Something about the saved profiles that the person should know (a broken file was set aside, saving failed …).
    pub notice: Option<Problem>,
}

/// One forward: its profile and what is going on with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForwardView {
    /// What was saved.
    pub profile: Profile,
    /// What is going on.
    pub state: ForwardState,
    /// One for each of the profile's ports, in its order.
    pub ports: Vec<PortView>,
    /// The pod that serves now.
    pub pod: Option<String>,
    /// Further pods that take their turns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub other_pods: Vec<String>,
    /// Changes of pods are learned late: watching them is forbidden, so they are asked after from time to time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub asks_for_pods: bool,
    /// How the tunnel reaches it.
    pub transport: Option<TransportName>,
    /// By which path of the API server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub route: Option<RouteName>,
    /// From the pod to this computer, in bytes, since the forward was turned on.
    #[ts(type = "number")]
    pub bytes_in: u64,
    /// From this computer to the pod, in bytes, since the forward was turned on.
    #[ts(type = "number")]
    pub bytes_out: u64,
    /// Other numbers since the forward was turned on.
    #[serde(default)]
    #[ts(as = "Option<Statistics>", optional)]
    pub statistics: Statistics,
    /// The latest connection that failed while the forward itself goes on; cleared by the next one that works.
    pub last_failure: Option<Problem>,
}

/// One port of a forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortView {
    /// The remote side as it was asked for: a number or a name.
    pub remote: String,
    /// The local port while it is bound.
    pub local: Option<u16>,
    /// The addresses that are bound, for example `127.0.0.1` and `::1`.
    pub addresses: Vec<String>,
    /// The port in the pod, while it is known which pod serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pod_port: Option<u16>,
    /// Another program that may be reached instead under the name `localhost`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub shadow: Option<Shadow>,
}

/// A program that listens on the same number, at an address of this computer that the forward does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Shadow {
    /// Where it listens, for example `::1`.
    pub address: String,
    /// Who it is, where that is known: `nginx (process 123)`.
    pub program: Option<Text>,
    /// What that means, and what to do about it.
    pub sentence: Text,
}

impl ForwardView {
    /// A forward that is off.
    pub(crate) fn off(profile: Profile) -> Self {
        let ports = profile
            .ports
            .iter()
            .map(|port| PortView {
                remote: port.mapping.remote.to_string(),
                local: None,
                addresses: Vec::new(),
                pod_port: None,
                shadow: None,
            })
            .collect();
        Self {
            profile,
            state: ForwardState::Off,
            ports,
            pod: None,
            other_pods: Vec::new(),
            asks_for_pods: false,
            transport: None,
            route: None,
            bytes_in: 0,
            bytes_out: 0,
            statistics: Statistics::default(),
            last_failure: None,
        }
    }
}

impl From<portforward::Transport> for TransportName {
    fn from(transport: portforward::Transport) -> Self {
        match transport {
            portforward::Transport::WebSocketTunnel => Self::WebSocketTunnel,
            portforward::Transport::Spdy => Self::Spdy,
            portforward::Transport::Channel => Self::Channel,
        }
    }
}

impl From<portforward::Route> for RouteName {
    fn from(route: portforward::Route) -> Self {
        match route {
            portforward::Route::Pod => Self::Pod,
            portforward::Route::Node => Self::Node,
            portforward::Route::Historic => Self::Historic,
        }
    }
}

/// The states of a forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ForwardState {
    /// Not listening.
    Off,
    /// Being set up; the local ports are bound or about to be.
    Connecting {
        /// What is being done.
        step: ConnectStep,
    },
    /// Listening, without connections: the tunnel is open, or opens for the next one (then no pod is named).
    Ready,
    /// Bytes can flow now.
    Live {
        /// Open connections; at least 1.
        connections: u32,
    },
    /// The tunnel was lost; the local ports still listen and callers wait.
    Reconnecting {
        /// Why it was lost or why the last try failed.
        reason: Problem,
        /// When the next try starts, in milliseconds since 1970-01-01 UTC; absent while one is under way.
        #[ts(type = "number | null")]
        retry_at_ms: Option<u64>,
    },
    /// Somebody has to act. Where that may be somebody else the cluster is asked again by itself
    /// ([`ProblemCode::is_asked_again`](crate::ProblemCode::is_asked_again)), else nothing changes before the person does.
    NeedsAttention {
        /// Why, and what to do.
        problem: Problem,
    },
}

/// What a forward that connects is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ConnectStep {
    /// Binding local ports.
    BindingPorts,
    /// Asking the cluster which pod serves.
    FindingPod,
    /// Opening the tunnel.
    OpeningTunnel,
}

/// How a tunnel reaches the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TransportName {
    /// SPDY tunnelled in a WebSocket.
    WebSocketTunnel,
    /// SPDY by HTTP upgrade.
    Spdy,
    /// v4 WebSocket channels, a connection for each caller.
    Channel,
}

/// By which path of the API server a tunnel goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RouteName {
    /// The pod's own.
    Pod,
    /// The proxy of the pod's node.
    Node,
    /// One of those that servers before Kubernetes 1.10 had.
    Historic,
}

/// The demo cluster inside the application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DemoState {
    /// This program has none.
    Unavailable,
    /// Not started.
    #[default]
    Stopped,
    /// Running.
    Running,
}
