//! Objects as rows of a table, as `kubectl get` asks for them (`as=Table;g=meta.k8s.io`).

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::kind::Kind;
use super::{is_terminating, number, text};
use crate::identity;

/// How much of each object is repeated in its row (`includeObject` of the query).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Include {
    Nothing,
    Metadata,
    Object,
}

impl Include {
    pub(crate) fn from_query(value: &str) -> Self {
        match value {
            "None" => Self::Nothing,
            "Object" => Self::Object,
            _ => Self::Metadata,
        }
    }
}

/// A column: name, type, format, and 0 if it is always shown or 1 if only by `-o wide`.
type Column = (&'static str, &'static str, &'static str, u8);

/// The whole table of some objects of one kind.
pub(crate) fn table(kind: Kind, objects: &[impl AsRef<Value>], include: Include, metadata: &Value) -> Value {
    let columns: Vec<_> = columns(kind)
        .iter()
        .map(|(name, kind, format, priority)| {
            json!({"name": name, "type": kind, "format": format, "description": "", "priority": priority})
        })
        .collect();
    let rows: Vec<_> = objects.iter().map(|object| row(kind, object.as_ref(), include)).collect();
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": columns, "rows": rows,
    })
}

fn row(kind: Kind, object: &Value, include: Include) -> Value {
    let mut row = json!({"cells": cells(kind, object)});
    match include {
        Include::Nothing => {}
        Include::Metadata => {
            row["object"] = json!({
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
            });
        }
        Include::Object => row["object"] = object.clone(),
    }
    row
}

fn columns(kind: Kind) -> &'static [Column] {
    const NAME: Column = ("Name", "string", "name", 0);
    const AGE: Column = ("Age", "string", "", 0);
    const CONTAINERS: Column = ("Containers", "string", "", 1);
    const IMAGES: Column = ("Images", "string", "", 1);
    match kind {
        Kind::Namespace => &[NAME, ("Status", "string", "", 0), AGE],
        Kind::Node => &[
            NAME,
            ("Status", "string", "", 0),
            ("Roles", "string", "", 0),
            AGE,
            ("Version", "string", "", 0),
        ],
        Kind::Pod => &[
            NAME,
            ("Ready", "string", "", 0),
            ("Status", "string", "", 0),
            ("Restarts", "string", "", 0),
            AGE,
            ("IP", "string", "", 1),
            ("Node", "string", "", 1),
        ],
        Kind::Service => &[
            NAME,
            ("Type", "string", "", 0),
            ("Cluster-IP", "string", "", 0),
            ("External-IP", "string", "", 0),
            ("Port(s)", "string", "", 0),
            AGE,
        ],
        Kind::Endpoints => &[NAME, ("Endpoints", "string", "", 0), AGE],
        Kind::Deployment => &[
            NAME,
            ("Ready", "string", "", 0),
            ("Up-to-date", "string", "", 0),
            ("Available", "string", "", 0),
            AGE,
            CONTAINERS,
            IMAGES,
        ],
        Kind::ReplicaSet | Kind::DaemonSet => &[
            NAME,
            ("Desired", "integer", "", 0),
            ("Current", "integer", "", 0),
            ("Ready", "integer", "", 0),
            AGE,
            CONTAINERS,
            IMAGES,
        ],
        Kind::StatefulSet => &[NAME, ("Ready", "string", "", 0), AGE, CONTAINERS, IMAGES],
        Kind::Job => {
            &[NAME, ("Status", "string", "", 0), ("Completions", "string", "", 0), AGE, CONTAINERS, IMAGES]
        }
    }
}

fn cells(kind: Kind, object: &Value) -> Vec<Value> {
    let name = text(object, "/metadata/name");
    let age = age(text(object, "/metadata/creationTimestamp"));
    let template = |field| json!(text(object, &format!("/spec/template/spec/containers/0/{field}")));
    let ready_of =
        format!("{}/{}", number(object, "/status/readyReplicas"), number(object, "/spec/replicas"));
    // What all workloads tell around their own columns.
    let workload = |own: &[Value]| {
        let template = [json!(age), template("name"), template("image")];
        [&[json!(name)], own, &template].concat()
    };
    let counts = |pointers: [&str; 3]| workload(&pointers.map(|pointer| json!(number(object, pointer))));
    match kind {
        Kind::Namespace => vec![json!(name), object["status"]["phase"].clone(), json!(age)],
        Kind::Node => vec![
            json!(name),
            json!("Ready"),
            json!("control-plane"),
            json!(age),
            object["status"]["nodeInfo"]["kubeletVersion"].clone(),
        ],
        Kind::Pod => {
            let ready = object["status"]["containerStatuses"][0]["ready"] == true;
            let status = if is_terminating(object) { "Terminating" } else { text(object, "/status/phase") };
            vec![
                json!(name),
                json!(format!("{}/1", u8::from(ready))),
                json!(status),
                json!("0"),
                json!(age),
                json!(text(object, "/status/podIP")),
                json!(text(object, "/spec/nodeName")),
            ]
        }
        Kind::Service => vec![
            json!(name),
            json!(text(object, "/spec/type")),
            json!(text(object, "/spec/clusterIP")),
            json!("<none>"),
            json!(service_ports(object)),
            json!(age),
        ],
        Kind::Endpoints => vec![json!(name), json!(addresses(object)), json!(age)],
        Kind::Deployment => workload(&[
            json!(ready_of),
            json!(number(object, "/status/updatedReplicas")),
            json!(number(object, "/status/availableReplicas")),
        ]),
        Kind::ReplicaSet => counts(["/spec/replicas", "/status/replicas", "/status/readyReplicas"]),
        Kind::StatefulSet => workload(&[json!(ready_of)]),
        Kind::DaemonSet => counts([
            "/status/desiredNumberScheduled",
            "/status/currentNumberScheduled",
            "/status/numberReady",
        ]),
        Kind::Job => {
            workload(&[json!("Running"), json!(format!("0/{}", number(object, "/spec/completions")))])
        }
    }
}

fn service_ports(service: &Value) -> String {
    let ports = service["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ports: Vec<_> =
        ports.iter().map(|port| format!("{}/{}", number(port, "/port"), text(port, "/protocol"))).collect();
    ports.join(",")
}

fn addresses(endpoints: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for subset in list(&endpoints["subsets"]) {
        for port in list(&subset["ports"]) {
            for address in list(&subset["addresses"]) {
                all.push(format!("{}:{}", text(&address, "/ip"), number(&port, "/port")));
            }
        }
    }
    if all.is_empty() { "<none>".to_owned() } else { all.join(",") }
}

/// How old something is, as `kubectl` writes durations (apimachinery `duration.HumanDuration`, shortened).
fn age(created: &str) -> String {
    let Ok(created) = created.parse::<Timestamp>() else { return "<unknown>".to_owned() };
    human_duration(identity::unix_seconds().saturating_sub(created.as_second()))
}

fn human_duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..120 => format!("{seconds}s"),
        120..600 if seconds % 60 != 0 => format!("{minutes}m{}s", seconds % 60),
        120..10_800 => format!("{minutes}m"),
        10_800..28_800 if minutes % 60 != 0 => format!("{hours}h{}m", minutes % 60),
        10_800..172_800 => format!("{hours}h"),
        _ => format!("{days}d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_kubectl_writes_them() {
        for (seconds, expected) in [
            (-3, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (7200, "120m"),
            (10_800, "3h"),
            (10_860, "3h1m"),
            (90_000, "25h"),
            (172_800, "2d"),
        ] {
            assert_eq!(human_duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn every_row_has_as_many_cells_as_there_are_columns() {
        for kind in Kind::ALL {
            let object = json!({"metadata": {"name": "x"}});
            assert_eq!(cells(kind, &object).len(), columns(kind).len(), "{kind:?}");
        }
    }
}
