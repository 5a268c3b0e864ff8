//! Permissions by verb: the two ways to a pod need different ones, and which depends on the server.

use super::client_link::{SPDY, TUNNEL, pod_of, start_with, upgrade};
use crate::{DemoOptions, ServerVersion};

#[tokio::test]
async fn websockets_need_get_and_later_create_too() {
    for (server, forbidden, websocket, spdy) in [
        (ServerVersion::V1_34, "create", 101, 403),
        (ServerVersion::V1_34, "get", 403, 101),
        (ServerVersion::V1_36, "create", 403, 403),
        (ServerVersion::V1_36, "get", 403, 101),
    ] {
        let cluster = start_with(DemoOptions::of(server)).await;
        let path = format!("/api/v1/namespaces/demo/pods/{}/portforward", pod_of(&cluster, "demo", "echo"));
        cluster.forbid(forbidden, "pods/portforward");
        let (_, by_websocket) = upgrade(&cluster, "GET", &path, TUNNEL).await;
        let (_, by_spdy) = upgrade(&cluster, "POST", &path, SPDY).await;
        assert_eq!(
            (by_websocket.status, by_spdy.status),
            (websocket, spdy),
            "{server:?} without {forbidden}"
        );
        cluster.allow_all();
        let (_, by_spdy) = upgrade(&cluster, "POST", &path, SPDY).await;
        assert_eq!(by_spdy.status, 101);
        cluster.shutdown().await;
    }
}

#[tokio::test]
async fn nodes_have_permissions_of_their_own() {
    let cluster = start_with(DemoOptions::of(ServerVersion::V1_36)).await;
    let pod = pod_of(&cluster, "demo", "echo");
    let path = format!("/api/v1/nodes/demo-node-1/proxy/portForward/demo/{pod}");
    cluster.forbid("create", "nodes/proxy");
    let (_, by_spdy) = upgrade(&cluster, "POST", &path, SPDY).await;
    assert_eq!(by_spdy.status, 403);
    let text = "nodes \\\"demo-node-1\\\" is forbidden: User \\\"demo-user\\\" cannot create resource \
                \\\"nodes/proxy\\\" in API group \\\"\\\" at the cluster scope";
    assert!(by_spdy.body.contains(text), "{}", by_spdy.body);
    let (_, by_websocket) = upgrade(&cluster, "GET", &path, TUNNEL).await;
    assert_eq!(by_websocket.status, 101);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_role_in_one_namespace_is_good_for_that_one() {
    let cluster = start_with(DemoOptions::of(ServerVersion::V1_34)).await;
    cluster.allow_only(&[("get", "pods", "demo"), ("create", "pods/portforward", "demo")]);
    let pod = pod_of(&cluster, "demo", "echo");
    let path = format!("/api/v1/namespaces/demo/pods/{pod}/portforward");
    let (_, by_spdy) = upgrade(&cluster, "POST", &path, SPDY).await;
    let (_, by_websocket) = upgrade(&cluster, "GET", &path, TUNNEL).await;
    assert_eq!((by_spdy.status, by_websocket.status), (101, 403));
    let elsewhere = format!("/api/v1/namespaces/lab/pods/{}/portforward", pod_of(&cluster, "lab", "discard"));
    let (_, by_spdy) = upgrade(&cluster, "POST", &elsewhere, SPDY).await;
    assert_eq!(by_spdy.status, 403);
    cluster.allow_all();
    let (_, by_spdy) = upgrade(&cluster, "POST", &elsewhere, SPDY).await;
    assert_eq!(by_spdy.status, 101);
    cluster.shutdown().await;
}
