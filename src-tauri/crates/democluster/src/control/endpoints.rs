//! Keeps the endpoints of services true to the ready pods that they select.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::objects::kind::Kind;
use crate::objects::selector::has_labels;
use crate::objects::store::{Key, Store};
use crate::objects::{is_ready_pod, is_terminating, manifest, number, text};

/// Writes what is not true any more.
pub(super) fn update(store: &Store) {
    for service in store.list(Kind::Service, None).1 {
        if service["spec"].get("selector").is_none() {
            continue;
        }
        let subsets = subsets(store, &service);
        let key = Key { kind: Kind::Endpoints, ..Key::of(Kind::Service, &service) };
        if store.get(&key).is_none() {
            store.create(Kind::Endpoints, manifest::endpoints(&service, &subsets));
        } else {
            store.update(&key, |endpoints| endpoints["subsets"] = subsets);
        }
    }
}

fn subsets(store: &Store, service: &Value) -> Value {
    let (_, mut pods) = store.list(Kind::Pod, Some(text(service, "/metadata/namespace")));
    pods.retain(|pod| {
        has_labels(pod, &service["spec"]["selector"])
            && !is_terminating(pod)
            && !text(pod, "/status/podIP").is_empty()
    });
    let Some(any) = pods.first() else { return json!([]) };
    let ports: Vec<_> = service["spec"]["ports"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(|port| json!({"name": port["name"], "port": target_port(any, &port["targetPort"]), "protocol": "TCP"}))
        .collect();
    let (ready, waiting): (Vec<_>, Vec<_>) = pods.iter().partition(|pod| is_ready_pod(pod));
    let mut subset = json!({"ports": ports});
    for (name, pods) in [("addresses", ready), ("notReadyAddresses", waiting)] {
        if !pods.is_empty() {
            subset[name] = pods.into_iter().map(address).collect();
        }
    }
    json!([subset])
}

fn address(pod: &Arc<Value>) -> Value {
    json!({
        "ip": text(pod, "/status/podIP"),
        "nodeName": manifest::NODE,
        "targetRef": {
            "kind": "Pod", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"],
            "uid": pod["metadata"]["uid"],
        },
    })
}

/// The number of a target port, which may be the name of a container's port.
fn target_port(pod: &Value, target: &Value) -> u64 {
    let Some(name) = target.as_str() else { return target.as_u64().unwrap_or_default() };
    let ports = pod["spec"]["containers"][0]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    ports.iter().find(|port| port["name"] == name).map_or(0, |port| number(port, "/containerPort"))
}
