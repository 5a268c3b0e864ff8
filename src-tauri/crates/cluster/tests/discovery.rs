//! Questions to an API server: what there is, which pod serves, what is allowed.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use cluster::{Error, PortRequest, Target, TargetKind};
use serde_json::{Value, json};
use support::{
    Server,
    objects::{PODS, cluster, forbidden, list, pod},
};
use wording::Spoken;

#[tokio::test]
async fn a_forbidden_kind_does_not_hide_the_others() {
    let server = Server::start().await;
    server.answer(PODS, 200, list(json!([pod("b", true), pod("a", false)])));
    server.answer(
        "/api/v1/namespaces/demo/services",
        200,
        list(json!([{"metadata": {"name": "echo"}, "spec": {"selector": {"app": "echo"}, "ports": [{"port": 80}]}}])),
    );
    server.answer("/apis/apps/v1/namespaces/demo/deployments", 403, forbidden());
    server.answer("/apis/apps/v1/namespaces/demo/statefulsets", 200, list(json!([])));
    server.answer("/apis/apps/v1/namespaces/demo/daemonsets", 200, list(json!([])));
    let set = |name: &str, owners: Value| json!({"metadata": {"name": name, "ownerReferences": owners}, "spec": {"selector": {}}});
    let owner = json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": "echo", "uid": "1"}]);
    let sets = list(json!([set("alone", json!([])), set("of-echo", owner)]));
    server.answer("/apis/apps/v1/namespaces/demo/replicasets", 200, sets);
    server.answer("/apis/batch/v1/namespaces/demo/jobs", 200, list(json!([])));
    let listing = cluster(&server).await.targets("demo").await;
    let names: Vec<String> = listing.targets.iter().map(|summary| summary.target.to_string()).collect();
    assert_eq!(names, ["service/echo", "replicaset/alone", "pod/a", "pod/b"]);
    assert_eq!((listing.targets[0].ready, listing.targets[0].wanted), (1, 2));
    let [(TargetKind::Deployment, Error::Forbidden { action, .. })] = listing.failures.as_slice() else {
        panic!("{:?}", listing.failures)
    };
    assert_eq!(action.of(Spoken::German), "Deployments im Namespace demo auflisten");
    assert_eq!(action, "list deployments in namespace demo");
}

#[tokio::test]
async fn long_lists_are_read_page_by_page() {
    let server = Server::start().await;
    let page = |next: &str, names: &[&str]| {
        let items: Vec<Value> = names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
        json!({"metadata": {"continue": next}, "items": items})
    };
    server.answer("/api/v1/namespaces?&limit=500", 200, page("more", &["b"]));
    server.answer("/api/v1/namespaces?&limit=500&continue=more", 200, page("", &["a"]));
    let found = cluster(&server).await.namespaces().await;
    assert_eq!(found.unwrap(), ["a", "b"], "{:?}", server.seen());
}

#[tokio::test]
async fn a_busy_server_is_asked_once() {
    let server = Server::start().await;
    let busy = json!({"kind": "Status", "status": "Failure", "reason": "TooManyRequests", "message": "later", "code": 429});
    server.answer("/api/v1/namespaces", 429, busy);
    let error = cluster(&server).await.namespaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::Api { status: 429, reason, .. } if reason == "TooManyRequests"),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_serving_pod_of_each_kind() {
    let server = Server::start().await;
    server.answer(PODS, 200, list(json!([pod("a", false), pod("b", true)])));
    server.answer(&format!("{PODS}/a"), 200, pod("a", false));
    server.answer(
        "/api/v1/namespaces/demo/services/echo",
        200,
        json!({"metadata": {"name": "echo"}, "spec": {"selector": {"app": "echo"},
            "ports": [{"port": 80, "targetPort": "echo"}]}}),
    );
    let workload = json!({"metadata": {"name": "echo"}, "spec": {"selector": {"matchLabels": {"app": "echo"},
        "matchExpressions": [{"key": "tier", "operator": "In", "values": ["x", "y"]}]},
        "serviceName": "", "template": {}}});
    server.answer("/apis/apps/v1/namespaces/demo/deployments/echo", 200, &workload);
    for kind in ["apps/v1/namespaces/demo/statefulsets", "apps/v1/namespaces/demo/daemonsets"] {
        server.answer(&format!("/apis/{kind}/echo"), 200, &workload);
    }
    server.answer("/apis/apps/v1/namespaces/demo/replicasets/echo", 200, &workload);
    server.answer("/apis/batch/v1/namespaces/demo/jobs/echo", 200, &workload);
    let cluster = cluster(&server).await;
    for (target, expected, pod_port) in [
        ("svc/echo", "b", 5000),
        ("deploy/echo", "b", 80),
        ("sts/echo", "b", 80),
        ("ds/echo", "b", 80),
        ("rs/echo", "b", 80),
        ("job/echo", "b", 80),
        ("selector/app=echo,tier", "b", 80),
        ("pod/a", "a", 80),
    ] {
        let target: Target = target.parse().unwrap();
        let pod = cluster.pods_of("demo", &target).await.unwrap().best().unwrap();
        assert_eq!((pod.name(), pod.namespace()), (expected, "demo"), "{target}");
        assert_eq!(pod.uid(), format!("uid-{expected}"));
        assert_eq!(pod.is_ready(), expected == "b");
        assert_eq!(pod.translate(PortRequest::Number(80)).unwrap().pod_port, pod_port, "{target}");
    }
    let seen: Vec<String> = server.seen().into_iter().map(|(path, _)| path).collect();
    assert!(seen.contains(&format!("{PODS}?&labelSelector=app%3Decho")), "{seen:?}");
    assert!(seen.contains(&format!("{PODS}?&labelSelector=app%3Decho%2Ctier")), "{seen:?}");
    assert!(seen.iter().any(|path| path.ends_with("app%3Decho%2Ctier+in+%28x%2Cy%29")), "{seen:?}");
}

#[tokio::test]
async fn why_no_pod_serves() {
    let server = Server::start().await;
    let mut pending = pod("p", false);
    pending["status"]["phase"] = json!("Pending");
    server.answer(&format!("{PODS}/p"), 200, pending);
    server.answer(PODS, 200, list(json!([])));
    server.answer(
        "/api/v1/namespaces/demo/services/ext",
        200,
        json!({"metadata": {"name": "ext"}, "spec": {}}),
    );
    server.answer(
        "/api/v1/namespaces/demo/services/empty",
        200,
        json!({"metadata": {"name": "empty"}, "spec": {"selector": {"app": "none"}}}),
    );
    server.answer(&format!("{PODS}/secret"), 403, forbidden());
    let cluster = cluster(&server).await;
    let of = async |target: &str| {
        let pods = cluster.pods_of("demo", &target.parse().unwrap()).await;
        pods.and_then(|pods| pods.best()).unwrap_err().to_string()
    };
    assert_eq!(
        of("pod/p").await,
        "unable to forward port because pod is not running. Current status=Pending (pod p)"
    );
    assert_eq!(of("svc/ext").await, "invalid service 'ext': Service is defined without a selector");
    assert_eq!(of("svc/empty").await, "service/empty has no pods");
    assert_eq!(of("sts/absent").await, "there is no statefulset/absent in namespace demo");
    assert_eq!(of("pod/secret").await, "not allowed to get pods in namespace demo: no");
    let sneaky = Target::new(TargetKind::Pod, "../services/ext");
    assert!(matches!(cluster.pods_of("demo", &sneaky).await, Err(Error::BadTarget { .. })));
    let anywhere = Target::new(TargetKind::Pod, "p");
    assert!(matches!(cluster.pods_of("a/b", &anywhere).await, Err(Error::BadTarget { .. })));
}
