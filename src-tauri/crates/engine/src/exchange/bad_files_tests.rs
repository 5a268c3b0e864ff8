//! Files that cannot be used, wholly or in part: each says why in its own words, and quotes nothing that may be secret.

use serde_json::{Value, json};

use super::{paper::LARGEST, *};
use crate::import::ImportStanding;

/// Whatever stands in a file must not come back in what is said about it.
const SECRET: &str = "Planted-MustNotShow";

fn refusal(text: &[u8]) -> String {
    let problem = read(text).expect_err("a refusal");
    assert_eq!(problem.code, crate::problem::ProblemCode::BadFile);
    let said = format!("{} {} {}", problem.what, problem.why, problem.remedy);
    assert!(!said.contains("MustNotShow"), "{said}");
    said
}

#[test]
fn files_that_are_none() {
    let culvert = |schema: Value, rest: Value| {
        let mut file = json!({"culvert": "forwards", "schema": schema, "clusters": [], "forwards": []});
        for (name, value) in rest.as_object().unwrap() {
            file[name] = value.clone();
        }
        file.to_string()
    };
    let cluster = |kind: &str| json!({"clusters": [{"key": "a", "kind": kind}]});
    let forwarder = |value: Value| value.to_string();
    let mut told = std::collections::BTreeSet::new();
    for (text, says) in [
        (String::new(), "is empty"),
        (" \n".into(), "is empty"),
        (format!("token: {SECRET}"), "line 1, column"),
        (format!("[{{\"service\": \"{SECRET}\","), "cut off: line 1"),
        ("[1, 2]".into(), "not a list of forwards"),
        (format!("\"{SECRET}\""), "not a list of forwards"),
        (json!({"apiVersion": "v1", "kind": "Config", "users": [SECRET]}).to_string(), "Add cluster"),
        (json!({"culvert": SECRET, "schema": 1}).to_string(), "not a list of forwards"),
        ("[]".into(), "of kftray"),
        (culvert(json!(1), json!({})), "No forwards are in this file of Culvert"),
        (culvert(json!(2), json!({})), "newer version of Culvert wrote it: it has the format 2"),
        (culvert(json!(SECRET), json!({})), "damaged: The field schema is not understood"),
        (culvert(json!(0), json!({})), "damaged: The field schema is not understood"),
        (culvert(json!(null), json!({})), "damaged: The field schema is not understood"),
        (culvert(json!(1), json!({"forwards": SECRET})), "The field forwards is not a list"),
        (culvert(json!(1), json!({"clusters": null})), "The field clusters is missing"),
        (culvert(json!(1), json!({"clusters": [SECRET]})), "not an object"),
        (culvert(json!(1), cluster(SECRET)), "The field clusters is not understood"),
        (
            culvert(
                json!(1),
                json!({"clusters": [{"key": "a", "kind": "demo"}, {"key": "a", "kind": "demo"}]}),
            ),
            "the same key",
        ),
        (forwarder(json!({"clusters": []})), "old version of kube-forwarder"),
        (forwarder(json!({"version": 3, "clusters": []})), "newer version of kube-forwarder"),
        (forwarder(json!({"version": SECRET, "clusters": []})), "damaged: The field version"),
        (forwarder(json!({"version": 2, "clusters": []})), "of kube-forwarder"),
        (forwarder(json!({"version": 2, "clusters": [{"name": 1}]})), "The field name is not text"),
        (forwarder(json!({"version": 2, "clusters": [{"name": "a", "config": SECRET}]})), "The field config"),
        (forwarder(json!({"version": 2, "clusters": [{"name": "a"}]})), "The field _services is missing"),
    ] {
        let said = refusal(text.as_bytes());
        assert!(said.contains(says), "{text}: {said}");
        told.insert(said);
    }
    assert!(told.len() > 18, "reasons are told apart");
    assert!(refusal(&[0xff, 0xfe, 0x00]).contains("not a text file"));
    assert!(refusal(b"\xef\xbb\xbf[]").contains("of kftray"), "a byte order mark is no matter");
    let many = serde_json::to_string(&vec![json!({"service": "a"}); MOST_FORWARDS + 1]).unwrap();
    assert!(refusal(many.as_bytes()).contains("at most 5000"));
}

#[test]
fn files_that_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("huge"), vec![b' '; usize::try_from(LARGEST).unwrap() + 1]).unwrap();
    for (path, says) in [
        (String::new(), "No file is named"),
        ("forwards.json".into(), "does not say where it is"),
        (at("missing"), "no such file"),
        (at(""), "is a directory"),
        (at("huge"), "larger than 8 MiB"),
    ] {
        let problem = read_file(&path).unwrap_err();
        assert!(problem.why.contains(says), "{path}: {problem:?}");
    }
}

fn reason(text: &Value) -> String {
    let paper = read(text.to_string().as_bytes()).unwrap();
    let clusters = [foreign_tests::context("c", "")];
    let here = Surroundings { clusters: &clusters, current: Some("c") };
    let resolved: Vec<_> = paper.clusters.iter().map(|named| resolve(named, &here, None)).collect();
    let compared = compare(&paper, &resolved, &[]);
    let last = compared.rows.last().unwrap();
    assert!(compared.prepared.last().unwrap().is_none() && last.draft.is_none());
    let ImportStanding::Unusable { reason } = &last.standing else { panic!("{text}: {last:?}") };
    assert!(!reason.contains("MustNotShow"), "{reason}");
    reason.to_string()
}

/// What is left of `whole` with these fields; `null` takes one away.
fn with(mut whole: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        whole[name] = value.clone();
    }
    whole
}

#[test]
fn configurations_of_kftray_that_are_none() {
    let config = json!({
        "service": "web", "namespace": "shop", "context": "c", "workload_type": "service", "protocol": "tcp",
        "local_port": 8080, "remote_port": 80,
    });
    for (change, says) in [
        (json!({"local_port": 70000}), "local_port is not a port"),
        (json!({"local_port": -1}), "local_port is not a port"),
        (json!({"local_port": 80.5}), "local_port is not a port"),
        (json!({"local_port": SECRET}), "local_port is not a number"),
        (json!({"remote_port": 0}), "remote_port is not a port"),
        (json!({"remote_port": null}), "remote_port is missing"),
        (json!({"service": ""}), "service is missing"),
        (json!({"service": "default-service"}), "service is missing"),
        (json!({"service": [SECRET]}), "service is not text"),
        (json!({"namespace": "default-namespace"}), "namespace is missing"),
        (json!({"workload_type": null}), "workload_type is missing"),
        (json!({"workload_type": SECRET}), "workload_type names a kind"),
        (json!({"workload_type": "pod"}), "target is missing"),
        (json!({"protocol": "UDP"}), "UDP"),
        (json!({"domain_enabled": SECRET}), "neither true nor false"),
        (json!({"context": 5}), "context is not text"),
        (json!({"local_address": "not an address"}), "local address"),
        (json!({"alias": "x".repeat(300)}), "name is too long"),
    ] {
        let said = reason(&json!([with(config.clone(), &change)]));
        assert!(said.contains(says), "{change}: {said}");
    }
    assert!(reason(&json!([config, config])).contains("the same forward already"));
    assert!(reason(&json!([config, SECRET])).contains("not an object"));
}

#[test]
fn resources_of_kube_forwarder_that_are_none() {
    let service = json!({
        "alias": "web", "namespace": "shop", "workloadType": "service", "workloadName": "web",
        "forwards": [{"localPort": 8080, "remotePort": 80}],
    });
    let forward =
        |local: Value, remote: Value| json!({"forwards": [{"localPort": local, "remotePort": remote}]});
    for (change, says) in [
        (json!({"workloadType": "statefulset"}), "workloadType names a kind"),
        (json!({"workloadName": null}), "workloadName is missing"),
        (json!({"namespace": 1}), "namespace is not text"),
        (json!({"forwards": []}), "No port is chosen"),
        (json!({"forwards": SECRET}), "forwards is not a list"),
        (json!({"forwards": [SECRET]}), "not an object"),
        (forward(json!(99999), json!(80)), "localPort is not a port"),
        (forward(json!(80), json!("80")), "remotePort is not a number"),
        (forward(json!(80), json!(null)), "remotePort is missing"),
        (
            json!({"forwards": [{"localPort": 1, "remotePort": 2}, {"localPort": 1, "remotePort": 3}]}),
            "used twice",
        ),
    ] {
        let services = [with(service.clone(), &change)];
        let said = reason(&json!({"version": 2, "clusters": [{"name": "c", "_services": services}]}));
        assert!(said.contains(says), "{change}: {said}");
    }
}

#[test]
fn forwards_of_culvert_that_are_none() {
    let forward = json!({
        "name": "web", "cluster": "c", "namespace": "shop", "target": {"kind": "service", "name": "web"},
        "ports": ["8080:80"],
    });
    for (change, says) in [
        (json!({"name": " "}), "name is missing"),
        (json!({"cluster": SECRET}), "not described in the file"),
        (json!({"namespace": null}), "namespace is missing"),
        (json!({"target": {"kind": SECRET, "name": "web"}}), "target is not understood"),
        (json!({"target": {"kind": "service", "name": ""}}), "Nothing is chosen to forward to"),
        (json!({"ports": null}), "ports is missing"),
        (json!({"ports": []}), "No port is chosen"),
        (json!({"ports": [80]}), "ports is not understood"),
        (json!({"ports": ["99999"]}), "not understood"),
        (json!({"atStart": SECRET}), "atStart is not understood"),
        (json!({"holdSeconds": -1}), "holdSeconds is not understood"),
        (json!({"tags": SECRET}), "tags is not understood"),
        (json!({"group": 7}), "group is not text"),
        (json!({"pods": {"kind": "pinned", "name": ""}}), "No pod is named"),
    ] {
        let clusters = json!([{"key": "c", "kind": "kubeconfig", "context": "c"}]);
        let file = json!({"culvert": "forwards", "schema": 1, "clusters": clusters, "forwards": [with(forward.clone(), &change)]});
        let said = reason(&file);
        assert!(said.contains(says), "{change}: {said}");
    }
}
