//! Many pods that cost nothing: objects without programs, for lists that are long and never stand still.

use serde_json::{Value, json};

use crate::DemoCluster;
use crate::content::ContainerPort;
use crate::objects::kind::Kind;
use crate::objects::manifest;
use crate::objects::store::Key;

/// How many pods of a crowd have the same label `app`.
const TO_AN_APP: usize = 25;

impl DemoCluster {
    /// Creates a namespace, unless there is one of that name, and in it so many pods `crowd-00000`, `crowd-00001` … that are
    /// ready and have one port, but lead nowhere. Each 25 of them have a label `app=crowd-NUMBER` in common. No controller keeps
    /// them.
    pub fn add_pods(&self, namespace: &str, count: usize) {
        self.context.store.create(Kind::Namespace, manifest::namespace(namespace));
        for number in 0..count {
            self.context.store.create(Kind::Pod, pod(namespace, number));
        }
    }

    /// Creates so many services in a namespace, each in front of one app of [`add_pods`](Self::add_pods).
    pub fn add_services(&self, namespace: &str, count: usize) {
        for number in 0..count {
            let name = format!("crowd-{number}");
            let mut service = manifest::service_without_selector(namespace, &name, "10.96.1.1", 80);
            service["spec"]["selector"] = json!({"app": name});
            self.context.store.create(Kind::Service, service);
        }
    }

    /// Changes whether a pod of [`add_pods`](Self::add_pods) is ready. Answers whether there is such a pod.
    pub fn set_ready(&self, namespace: &str, number: usize, ready: bool) -> bool {
        let key = Key::new(Kind::Pod, namespace, &name(number));
        self.context.store.update(&key, |pod| pod["status"] = status(ready)).is_some()
    }

    /// Removes a pod of [`add_pods`](Self::add_pods) at once. Answers whether there was such a pod.
    pub fn remove_pod(&self, namespace: &str, number: usize) -> bool {
        self.context.store.delete(&Key::new(Kind::Pod, namespace, &name(number))).is_some()
    }

    /// Adds a pod as [`add_pods`](Self::add_pods) does.
    pub fn add_pod(&self, namespace: &str, number: usize) {
        self.context.store.create(Kind::Pod, pod(namespace, number));
    }

    /// Creates so many empty namespaces `space-00000` …
    pub fn add_namespaces(&self, count: usize) {
        for number in 0..count {
            self.context.store.create(Kind::Namespace, manifest::namespace(&format!("space-{number:05}")));
        }
    }
}

fn name(number: usize) -> String {
    format!("crowd-{number:05}")
}

fn pod(namespace: &str, number: usize) -> Value {
    let port = [ContainerPort { name: Some("http"), number: 8080 }];
    let container = manifest::container("crowd", "culvert.demo/crowd:1.0", &port);
    let mut pod = manifest::bare_pod(namespace, &name(number), &json!([container]));
    let app = format!("crowd-{}", number / TO_AN_APP);
    pod["metadata"]["labels"] = json!({
        "app": app, "app.kubernetes.io/name": app, "app.kubernetes.io/instance": "crowd",
        "pod-template-hash": "6d5f8c9b7", "apps.kubernetes.io/pod-index": number.to_string(),
    });
    pod["status"] = status(true);
    pod
}

/// Without an address, so that no endpoints grow with each pod.
fn status(ready: bool) -> Value {
    json!({"phase": "Running", "conditions": [manifest::condition("Ready", ready)]})
}
