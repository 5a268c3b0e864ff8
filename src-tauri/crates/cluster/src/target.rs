//! What a forward points at: a pod, or something that leads to pods.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::{Text, text};

/// The kinds of object a forward can point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TargetKind {
    /// One pod, by name.
    Pod,
    /// A service: its port is translated to the pod's `targetPort`.
    Service,
    /// A deployment, through its pod selector.
    Deployment,
    /// A stateful set, through its pod selector.
    StatefulSet,
    /// A daemon set, through its pod selector.
    DaemonSet,
    /// A replica set, through its pod selector.
    ReplicaSet,
    /// A job, through its pod selector.
    Job,
    /// All pods with these labels; the name is a label selector as the API takes it, for example `app=web,tier!=db`.
    Selector,
}

/// One object of a namespace that leads to a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Its name in the namespace; for [`TargetKind::Selector`] the selector.
    pub name: String,
}

/// A target as it is offered for choosing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TargetSummary {
    /// What it is and its name.
    pub target: Target,
    /// Pods that are ready to serve.
    pub ready: u32,
    /// Pods there should be; 1 for a pod.
    pub wanted: u32,
    /// The ports that it declares, in declaration order. UDP and SCTP ports are left out: they cannot be forwarded.
    pub ports: Vec<DeclaredPort>,
    /// Why it cannot be forwarded to as it is, in one sentence (for example a service without a selector).
    pub obstacle: Option<Text>,
    /// What is unusual about its ports, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<Text>,
}

/// A TCP port that an object declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeclaredPort {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its number: the service's own port for a service, the container's port otherwise.
    pub number: u16,
}

impl Target {
    /// A target of this kind and name.
    pub fn new(kind: TargetKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl TargetKind {
    /// The name `kubectl` prints and takes: `pod`, `service`, `deployment`, `statefulset`, `daemonset`, `replicaset`,
    /// `job`; and `selector`, which it does not know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Service => "service",
            Self::Deployment => "deployment",
            Self::StatefulSet => "statefulset",
            Self::DaemonSet => "daemonset",
            Self::ReplicaSet => "replicaset",
            Self::Job => "job",
            Self::Selector => "selector",
        }
    }

    /// Several of them, as the API names them.
    pub(crate) fn plural(self) -> Text {
        match self {
            Self::Pod => text!("pods", "Pods"),
            Self::Service => text!("services", "Services"),
            Self::Deployment => text!("deployments", "Deployments"),
            Self::StatefulSet => text!("statefulsets", "StatefulSets"),
            Self::DaemonSet => text!("daemonsets", "DaemonSets"),
            Self::ReplicaSet => text!("replicasets", "ReplicaSets"),
            Self::Job => text!("jobs", "Jobs"),
            Self::Selector => text!("selectors", "Selektoren"),
        }
    }

    /// As a person says it: `stateful set`, `label selector` …
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Service => "service",
            Self::Deployment => "deployment",
            Self::StatefulSet => "stateful set",
            Self::DaemonSet => "daemon set",
            Self::ReplicaSet => "replica set",
            Self::Job => "job",
            Self::Selector => "label selector",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.name)
    }
}
