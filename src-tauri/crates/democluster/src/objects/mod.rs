//! What the cluster consists of: the kinds of object, their JSON, and the store that keeps them and their history.

pub(crate) mod kind;
pub(crate) mod manifest;
pub(crate) mod selector;
pub(crate) mod store;
pub(crate) mod table;

use serde_json::Value;

/// The text at a JSON pointer, empty where there is none.
pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a JSON pointer, 0 where there is none.
pub(crate) fn number(object: &Value, pointer: &str) -> u64 {
    object.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// Whether a pod is ready to serve: its `Ready` condition is true and nobody deleted it.
pub(crate) fn is_ready_pod(pod: &Value) -> bool {
    let ready = pod.pointer("/status/conditions").and_then(Value::as_array).is_some_and(|conditions| {
        conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
    });
    ready && !is_terminating(pod)
}

/// Whether somebody deleted the object and it is on its way out.
pub(crate) fn is_terminating(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some()
}

/// Whether `owner` (by its uid) made the object and answers for it.
pub(crate) fn is_owned_by(object: &Value, owner: &str) -> bool {
    object
        .pointer("/metadata/ownerReferences")
        .and_then(Value::as_array)
        .is_some_and(|owners| owners.iter().any(|reference| reference["uid"] == owner))
}
