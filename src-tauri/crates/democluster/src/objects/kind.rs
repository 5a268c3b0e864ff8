//! The kinds of object that the cluster holds, and their names in URLs and in discovery.

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Namespace,
    Node,
    Pod,
    Service,
    Endpoints,
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Job,
}

/// What discovery says of a kind.
pub(crate) struct Facts {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) singular: &'static str,
    pub(crate) short_names: &'static [&'static str],
    pub(crate) namespaced: bool,
    /// Whether it is part of `kubectl get all`.
    pub(crate) in_all: bool,
}

impl Kind {
    /// All kinds, in the order in which discovery lists them.
    pub(crate) const ALL: [Self; 10] = [
        Self::Endpoints,
        Self::Namespace,
        Self::Node,
        Self::Pod,
        Self::Service,
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::Job,
    ];

    /// The kind that a URL names; the empty group is the core group.
    pub(crate) fn from_url(group: &str, plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.facts().group == group && kind.facts().plural == plural)
    }

    pub(crate) fn facts(self) -> &'static Facts {
        match self {
            Self::Namespace => &NAMESPACE,
            Self::Node => &NODE,
            Self::Pod => &POD,
            Self::Service => &SERVICE,
            Self::Endpoints => &ENDPOINTS,
            Self::Deployment => &DEPLOYMENT,
            Self::ReplicaSet => &REPLICA_SET,
            Self::StatefulSet => &STATEFUL_SET,
            Self::DaemonSet => &DAEMON_SET,
            Self::Job => &JOB,
        }
    }

    /// `v1`, `apps/v1` or `batch/v1`.
    pub(crate) fn api_version(self) -> &'static str {
        match self.facts().group {
            "" => "v1",
            "batch" => "batch/v1",
            _ => "apps/v1",
        }
    }

    /// The name of its resource with its group, as messages have it: `pods`, `deployments.apps`.
    pub(crate) fn qualified_resource(self) -> String {
        let facts = self.facts();
        match facts.group {
            "" => facts.plural.to_owned(),
            group => format!("{}.{group}", facts.plural),
        }
    }
}

static NAMESPACE: Facts = Facts {
    group: "",
    kind: "Namespace",
    plural: "namespaces",
    singular: "namespace",
    short_names: &["ns"],
    namespaced: false,
    in_all: false,
};
static NODE: Facts = Facts {
    group: "",
    kind: "Node",
    plural: "nodes",
    singular: "node",
    short_names: &["no"],
    namespaced: false,
    in_all: false,
};
static POD: Facts = Facts {
    group: "",
    kind: "Pod",
    plural: "pods",
    singular: "pod",
    short_names: &["po"],
    namespaced: true,
    in_all: true,
};
static SERVICE: Facts = Facts {
    group: "",
    kind: "Service",
    plural: "services",
    singular: "service",
    short_names: &["svc"],
    namespaced: true,
    in_all: true,
};
static ENDPOINTS: Facts = Facts {
    group: "",
    kind: "Endpoints",
    plural: "endpoints",
    singular: "endpoints",
    short_names: &["ep"],
    namespaced: true,
    in_all: false,
};
static DEPLOYMENT: Facts = Facts {
    group: "apps",
    kind: "Deployment",
    plural: "deployments",
    singular: "deployment",
    short_names: &["deploy"],
    namespaced: true,
    in_all: true,
};
static REPLICA_SET: Facts = Facts {
    group: "apps",
    kind: "ReplicaSet",
    plural: "replicasets",
    singular: "replicaset",
    short_names: &["rs"],
    namespaced: true,
    in_all: true,
};
static STATEFUL_SET: Facts = Facts {
    group: "apps",
    kind: "StatefulSet",
    plural: "statefulsets",
    singular: "statefulset",
    short_names: &["sts"],
    namespaced: true,
    in_all: true,
};
static DAEMON_SET: Facts = Facts {
    group: "apps",
    kind: "DaemonSet",
    plural: "daemonsets",
    singular: "daemonset",
    short_names: &["ds"],
    namespaced: true,
    in_all: true,
};
static JOB: Facts = Facts {
    group: "batch",
    kind: "Job",
    plural: "jobs",
    singular: "job",
    short_names: &[],
    namespaced: true,
    in_all: true,
};
