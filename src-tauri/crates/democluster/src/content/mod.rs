//! What there is in the demo cluster when it starts.

use serde_json::{Value, json};

use crate::ServerVersion;
use crate::objects::kind::Kind;
use crate::objects::manifest;
use crate::objects::store::Store;
use crate::pods::programs::Program;

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

/// The ports of the pod that has all plain programs.
const BENCH_PORTS: [ContainerPort; 5] = [
    ContainerPort { name: Some("echo"), number: 5000 },
    ContainerPort { name: Some("discard"), number: 9 },
    ContainerPort { name: Some("source"), number: 7001 },
    ContainerPort { name: Some("reset"), number: 7002 },
    ContainerPort { name: Some("stall"), number: 7003 },
];

/// Puts everything that a person could have applied into the store; what follows from it, the controllers make.
pub(crate) fn apply(store: &Store, server: ServerVersion) {
    store.create(Kind::Node, manifest::node(server.git_version()));
    for name in NAMESPACES {
        store.create(Kind::Namespace, manifest::namespace(name));
    }
    store
        .create(Kind::Service, manifest::service_without_selector("default", "kubernetes", "10.96.0.1", 443));
    store.create(Kind::Service, manifest::service_without_selector("lab", "external", "10.96.0.200", 443));
    for (index, workload) in workloads().iter().enumerate() {
        let kind = match workload.kept_by {
            Kept::Deployment => Kind::Deployment,
            Kept::StatefulSet => Kind::StatefulSet,
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
            ports: &[ContainerPort { name: Some("echo"), number: 5000 }],
            service: Some(service("echo", 5000, json!("echo"))),
        },
        Workload {
            namespace: "demo",
            name: "web",
            kept_by: Kept::Deployment,
            replicas: 2,
            program: Program::Shop,
            ports: &[ContainerPort { name: Some("http"), number: 8080 }],
            service: Some(service("http", 80, json!("http"))),
        },
        Workload {
            namespace: "demo",
            name: "cache",
            kept_by: Kept::StatefulSet,
            replicas: 1,
            program: Program::KeyValue,
            ports: &[ContainerPort { name: Some("redis"), number: 6379 }],
            service: Some(ServiceShape { headless: true, ..service("redis", 6379, json!("redis")) }),
        },
        Workload {
            namespace: "demo",
            name: "ticks",
            kept_by: Kept::Deployment,
            replicas: 1,
            program: Program::Ticks,
            ports: &[ContainerPort { name: None, number: 7000 }],
            service: None,
        },
        lab("discard", Program::Discard, &[ContainerPort { name: Some("discard"), number: 9 }], 9),
        lab("source", Program::Source, &[ContainerPort { name: Some("source"), number: 7001 }], 7001),
        lab("reset", Program::Reset, &[ContainerPort { name: Some("reset"), number: 7002 }], 7002),
        lab("stall", Program::Stall, &[ContainerPort { name: Some("stall"), number: 7003 }], 7003),
        lab("bench", Program::Bench, &BENCH_PORTS, 5000),
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
