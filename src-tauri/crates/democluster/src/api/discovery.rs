//! What the server says about itself: version, health, groups and resources.
//!
//! Aggregated discovery is not spoken; clients that ask for it accept the plain documents too.

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Body, answer, plain};
use crate::ServerVersion;
use crate::objects::kind::Kind;

/// The document at a path, if there is one.
pub(crate) fn document(path: &str, server: ServerVersion) -> Option<Response<Body>> {
    let document = match path.trim_end_matches('/') {
        "/healthz" | "/livez" | "/readyz" => return Some(plain(StatusCode::OK, "ok")),
        "/version" => version(server),
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}),
        "/apis" => json!({
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": [group("apps"), group("batch"), group("authorization.k8s.io")],
        }),
        "/apis/apps" => with_type(group("apps"), "APIGroup"),
        "/apis/batch" => with_type(group("batch"), "APIGroup"),
        "/apis/authorization.k8s.io" => with_type(group("authorization.k8s.io"), "APIGroup"),
        "/api/v1" => resources("v1", core_resources(server)),
        "/apis/apps/v1" => resources("apps/v1", stored_resources("apps")),
        "/apis/batch/v1" => resources("batch/v1", stored_resources("batch")),
        "/apis/authorization.k8s.io/v1" => resources("authorization.k8s.io/v1", vec![access_review()]),
        _ => return None,
    };
    Some(answer::json(&document))
}

fn version(server: ServerVersion) -> Value {
    json!({
        "major": "1", "minor": server.minor(), "gitVersion": server.git_version(), "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "rustc", "platform": "linux/amd64",
    })
}

fn group(name: &str) -> Value {
    let version = json!({"groupVersion": format!("{name}/v1"), "version": "v1"});
    json!({"name": name, "versions": [version], "preferredVersion": version})
}

fn with_type(mut object: Value, kind: &str) -> Value {
    object["kind"] = json!(kind);
    object["apiVersion"] = json!("v1");
    object
}

fn resources(group_version: &str, resources: Vec<Value>) -> Value {
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources})
}

fn core_resources(server: ServerVersion) -> Vec<Value> {
    let mut resources = stored_resources("");
    if server.has_subresources() {
        resources.push(json!({
            "name": "pods/portforward", "singularName": "", "namespaced": true, "kind": "PodPortForwardOptions",
            "verbs": ["create", "get"],
        }));
        resources.push(json!({
            "name": "nodes/proxy", "singularName": "", "namespaced": false, "kind": "NodeProxyOptions",
            "verbs": ["create", "get"],
        }));
    }
    resources
}

fn stored_resources(group: &str) -> Vec<Value> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.facts().group == group);
    kinds
        .map(|kind| {
            let facts = kind.facts();
            let verbs: &[&str] = match kind {
                Kind::Pod => &["delete", "get", "list", "watch"],
                _ => &["get", "list", "watch"],
            };
            let mut resource = json!({
                "name": facts.plural, "singularName": facts.singular, "namespaced": facts.namespaced,
                "kind": facts.kind, "verbs": verbs,
            });
            if !facts.short_names.is_empty() {
                resource["shortNames"] = json!(facts.short_names);
            }
            if facts.in_all {
                resource["categories"] = json!(["all"]);
            }
            resource
        })
        .collect()
}

fn access_review() -> Value {
    json!({
        "name": "selfsubjectaccessreviews", "singularName": "selfsubjectaccessreview", "namespaced": false,
        "kind": "SelfSubjectAccessReview", "verbs": ["create"],
    })
}
