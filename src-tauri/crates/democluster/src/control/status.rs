//! Keeps the status of deployments, replica sets, stateful sets, daemon sets and jobs true to their pods.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::objects::kind::Kind;
use crate::objects::manifest::{condition, replica_set, replicas, revision};
use crate::objects::store::{Key, Store};
use crate::objects::{is_ready_pod, is_terminating, number, text};

use super::controllers::pods_of;
use super::deployments::replica_sets_of;

/// Writes what is not true any more; what is true stays untouched and makes no change.
pub(super) fn update(store: &Store) {
    for kind in [Kind::ReplicaSet, Kind::StatefulSet, Kind::DaemonSet, Kind::Job] {
        for owner in store.list(kind, None).1 {
            let mut pods = pods_of(store, &owner);
            pods.retain(|pod| !is_terminating(pod));
            let ready = pods.iter().filter(|pod| is_ready_pod(pod)).count();
            let status = match kind {
                Kind::ReplicaSet => json!({
                    "replicas": pods.len(), "fullyLabeledReplicas": pods.len(), "readyReplicas": ready,
                    "availableReplicas": ready, "observedGeneration": 1,
                }),
                Kind::DaemonSet => json!({
                    "desiredNumberScheduled": replicas(&owner), "currentNumberScheduled": pods.len(),
                    "numberReady": ready, "numberAvailable": ready, "updatedNumberScheduled": pods.len(),
                    "numberMisscheduled": 0, "observedGeneration": 1,
                }),
                Kind::Job => json!({"active": pods.len(), "ready": ready}),
                _ => json!({
                    "replicas": pods.len(), "readyReplicas": ready, "availableReplicas": ready,
                    "currentReplicas": pods.len(), "updatedReplicas": pods.len(), "observedGeneration": 1,
                    "collisionCount": 0, "currentRevision": revision(&owner), "updateRevision": revision(&owner),
                }),
            };
            store.update(&Key::of(kind, &owner), |object| object["status"] = status);
        }
    }
    for deployment in store.list(Kind::Deployment, None).1 {
        let replica_sets = replica_sets_of(store, &deployment);
        store.update(&Key::of(Kind::Deployment, &deployment), |object| {
            object["status"] = deployment_status(object, &replica_sets);
        });
    }
}

fn deployment_status(deployment: &Value, replica_sets: &[Arc<Value>]) -> Value {
    let sum = |pointer: &str| replica_sets.iter().map(|set| number(set, pointer)).sum::<u64>();
    let ready = sum("/status/readyReplicas");
    let wanted = replicas(deployment);
    let newest = text(&replica_set(deployment), "/metadata/name").to_owned();
    let newest = replica_sets.iter().find(|set| text(set, "/metadata/name") == newest);
    let mut status = json!({
        "observedGeneration": deployment["metadata"]["generation"], "replicas": sum("/status/replicas"),
        "updatedReplicas": newest.map_or(0, |set| number(set, "/status/replicas")),
        "conditions": conditions(deployment, ready >= wanted),
    });
    // As the real controller does: zeros are left out.
    for (name, count) in [
        ("readyReplicas", ready),
        ("availableReplicas", ready),
        ("unavailableReplicas", wanted.saturating_sub(ready)),
    ] {
        if count > 0 {
            status[name] = json!(count);
        }
    }
    status
}

fn conditions(deployment: &Value, available: bool) -> Value {
    let wanted = if available { "True" } else { "False" };
    let known = &deployment["status"]["conditions"];
    if known[0]["status"] == wanted {
        return known.clone();
    }
    let mut condition = condition("Available", available);
    let name = if available { "MinimumReplicasAvailable" } else { "MinimumReplicasUnavailable" };
    condition["reason"] = json!(name);
    json!([condition])
}
