//! A cluster with some pods, as the server answers them.

use cluster::{Cluster, KubeconfigSources};
use serde_json::{Value, json};

use super::{Server, kubeconfig};

pub(crate) const PODS: &str = "/api/v1/namespaces/demo/pods";

pub(crate) async fn cluster(server: &Server) -> Cluster {
    let yaml = kubeconfig(&server.url(), &json!({}));
    KubeconfigSources::inline("test", yaml).connect(None).await.unwrap()
}

pub(crate) fn list(items: Value) -> Value {
    json!({"metadata": {"resourceVersion": "10"}, "items": items})
}

pub(crate) fn pod(name: &str, ready: bool) -> Value {
    json!({
        "metadata": {"name": name, "uid": format!("uid-{name}"), "labels": {"app": "echo"}},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "ports": [{"containerPort": 5000, "name": "echo"}]}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]},
    })
}

pub(crate) fn forbidden() -> Value {
    json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "message": "no", "code": 403})
}
