//! What there is in the demo cluster when it starts.

use serde_json::{Value, json};

use crate::objects::kind::Kind;
use crate::objects::manifest;
use crate::objects::store::Store;
use crate::pods::programs::Program;
use crate::{ServerVersion, ports};

/// A program that is kept running in some pods, and perhaps has a service in front.
pub(crate) struct Workload {
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kept_by: Kept,
    pub(crate) replicas: u32,
    pub(crate) program: Program,
    pub(crate) ports: &'static [ContainerPort],
    pub(crate) service: Option<ServiceShape>,
}

/// Who keeps the pods of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Deployment,
    StatefulSet,
    DaemonSet,
    Job,
}

/// A port that a container declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContainerPort {
    pub(crate) name: Option<&'static str>,
    pub(crate) number: u16,
}

/// The one port of a service, and where it leads: a number or the name of a container port.
pub(crate) struct ServiceShape {
    pub(crate) port_name: &'static str,
    pub(crate) port: u16,
    pub(crate) target: Value,
    pub(crate) headless: bool,
}

/// The namespaces.
const NAMESPACES: [&str; 4] = ["default", "demo", "kube-system", "lab"];

const ECHO_PORT: &[ContainerPort] = &[ContainerPort { name: Some("echo"), number: ports::ECHO }];

/// The ports of the pod that has all plain programs.
const BENCH_PORTS: [ContainerPort; 5] = [
    ContainerPort { name: Some("echo"), number: ports::ECHO },
    ContainerPort { name: Some("discard"), number: ports::DISCARD },
    ContainerPort { name: Some("source"), number: ports::SOURCE },
    ContainerPort { name: Some("reset"), number: ports::RESET },
    ContainerPort { name: Some("stall"), number: ports::STALL },
];

/// Puts everything that a person could have applied into the store, in all namespaces or in one; what follows from it, the
/// controllers make.
pub(crate) fn apply(store: &Store, server: ServerVersion, only: Option<&str>) {
    let is_wanted = |namespace: &str| only.is_none_or(|only| only == namespace);
    store.create(Kind::Node, manifest::node(server.git_version()));
    for name in NAMESPACES.into_iter().filter(|name| is_wanted(name)) {
        store.create(Kind::Namespace, manifest::namespace(name));
    }
    for (namespace, name, address) in
        [("default", "kubernetes", "10.96.0.1"), ("lab", "external", "10.96.0.200")]
    {
        if is_wanted(namespace) {
            let service = manifest::service_without_selector(namespace, name, address, 443);
            store.create(Kind::Service, service);
        }
    }
    for (index, workload) in workloads().iter().enumerate() {
        if !is_wanted(workload.namespace) {
            continue;
        }
        let kind = match workload.kept_by {
            Kept::Deployment => Kind::Deployment,
            Kept::StatefulSet => Kind::StatefulSet,
            Kept::DaemonSet => Kind::DaemonSet,
            Kept::Job => Kind::Job,
        };
        store.create(kind, manifest::workload(workload));
        if let Some(shape) = &workload.service {
            let address = if shape.headless { "None".to_owned() } else { format!("10.96.0.{}", index + 10) };
            store.create(Kind::Service, manifest::service(workload, shape, &address));
        }
    }
}

fn workloads() -> Vec<Workload> {
    vec![
        Workload {
            namespace: "demo",
            name: "echo",
            kept_by: Kept::Deployment,
            replicas: 1,
            program: Program::Echo,
            ports: ECHO_PORT,
            service: Some(service("echo", ports::ECHO, json!("echo"))),
        },
        Workload {
            namespace: "demo",
            name: "web",
            kept_by: Kept::Deployment,
            replicas: 2,
            program: Program::Shop,
            ports: &[ContainerPort { name: Some("http"), number: ports::WEB }],
            service: Some(service("http", 80, json!("http"))),
        },
        Workload {
            namespace: "demo",
            name: "cache",
            kept_by: Kept::StatefulSet,
            replicas: 1,
            program: Program::KeyValue,
            ports: &[ContainerPort { name: Some("redis"), number: ports::CACHE }],
            service: Some(ServiceShape { headless: true, ..service("redis", ports::CACHE, json!("redis")) }),
        },
        Workload {
            namespace: "demo",
            name: "ticks",
            kept_by: Kept::Deployment,
            replicas: 1,
            program: Program::Ticks,
            ports: &[ContainerPort { name: None, number: ports::TICKS }],
            service: None,
        },
        lab(
            "discard",
            Program::Discard,
            &[ContainerPort { name: Some("discard"), number: ports::DISCARD }],
            ports::DISCARD,
        ),
        lab(
            "source",
            Program::Source,
            &[ContainerPort { name: Some("source"), number: ports::SOURCE }],
            ports::SOURCE,
        ),
        lab(
            "reset",
            Program::Reset,
            &[ContainerPort { name: Some("reset"), number: ports::RESET }],
            ports::RESET,
        ),
        lab(
            "stall",
            Program::Stall,
            &[ContainerPort { name: Some("stall"), number: ports::STALL }],
            ports::STALL,
        ),
        lab("bench", Program::Bench, &BENCH_PORTS, ports::ECHO),
        Workload {
            kept_by: Kept::DaemonSet,
            service: None,
            ..lab("agent", Program::Echo, ECHO_PORT, ports::ECHO)
        },
        Workload {
            kept_by: Kept::Job,
            service: None,
            ..lab("report", Program::Echo, ECHO_PORT, ports::ECHO)
        },
    ]
}

/// A workload of the namespace for tests and benchmarks: one pod, one port, a service of the same number.
fn lab(name: &'static str, program: Program, ports: &'static [ContainerPort], port: u16) -> Workload {
    Workload {
        namespace: "lab",
        name,
        kept_by: Kept::Deployment,
        replicas: 1,
        program,
        ports,
        service: Some(service(name, port, json!(port))),
    }
}

fn service(port_name: &'static str, port: u16, target: Value) -> ServiceShape {
    ServiceShape { port_name, port, target, headless: false }
}
