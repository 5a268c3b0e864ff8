//! Ways to a pod that only some servers have.

use bytes::Bytes;
use spdy::{Event, ResetStatus};

use super::client_link::{ClientLink, SPDY, TUNNEL, pod_of, start_with, upgrade};
use crate::{DemoCluster, DemoOptions, ServerVersion};

const NODE: &str = "demo-node-1";
/// An upgrade as clients before 1.1 asked for it.
const NAMELESS: &str = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";

async fn start_old(server: ServerVersion) -> (DemoCluster, String) {
    let cluster = start_with(DemoOptions::of(server)).await;
    let pod = pod_of(&cluster, "demo", "echo");
    (cluster, pod)
}

/// Sends something to the echo pod and waits for it.
async fn echoes(link: &mut ClientLink) {
    let [_, data] = link.dial(5000);
    link.session.send(data, Bytes::from_static(b"hello"), false).expect("an open stream");
    let echo = Event::Data { stream: data, data: Bytes::from_static(b"hello"), end: false };
    assert_eq!(link.next_but_replies().await, Some(echo));
}

#[tokio::test]
async fn the_kubelet_is_reached_through_its_node() {
    for server in [ServerVersion::V1_9, ServerVersion::V1_34] {
        let (cluster, pod) = start_old(server).await;
        for path in [
            format!("/api/v1/nodes/{NODE}/proxy/portForward/demo/{pod}"),
            format!("/api/v1/nodes/{NODE}/proxy/portForward/demo/{pod}/any-uid"),
        ] {
            echoes(&mut ClientLink::open_at(&cluster, "POST", &path, SPDY).await).await;
        }
        let path = format!("/api/v1/nodes/other/proxy/portForward/demo/{pod}");
        let (_, answer) = upgrade(&cluster, "POST", &path, SPDY).await;
        assert_eq!(answer.status, 404);
        assert!(answer.body.contains("nodes \\\"other\\\" not found"), "{}", answer.body);
        let path = format!("/api/v1/nodes/{NODE}/proxy/portForward/demo/nope");
        let (_, answer) = upgrade(&cluster, "POST", &path, SPDY).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "pod does not exist\n"));
        cluster.shutdown().await;
    }
}

#[tokio::test]
async fn tunnels_end_in_the_kubelet_since_1_36_only() {
    for (server, status) in [(ServerVersion::V1_34, 400), (ServerVersion::V1_36, 101)] {
        let (cluster, pod) = start_old(server).await;
        let path = format!("/api/v1/nodes/{NODE}/proxy/portForward/demo/{pod}");
        let (_, answer) = upgrade(&cluster, "GET", &path, TUNNEL).await;
        assert_eq!(answer.status, status, "{answer:?}");
        cluster.shutdown().await;
    }
}

#[tokio::test]
async fn before_1_10_there_was_a_proxy_and_the_name_of_the_protocol_was_not_needed() {
    let (cluster, pod) = start_old(ServerVersion::V1_9).await;
    let path = format!("/api/v1/proxy/nodes/{NODE}/portForward/demo/{pod}");
    echoes(&mut ClientLink::open_at(&cluster, "POST", &path, SPDY).await).await;
    let path = format!("/api/v1/namespaces/demo/pods/{pod}/portforward");
    let (_, answer) = upgrade(&cluster, "GET", &path, NAMELESS).await;
    assert_eq!((answer.status, answer.header("x-stream-protocol-version")), (101, None));
    cluster.shutdown().await;
}

#[tokio::test]
async fn in_the_time_of_the_minions_streams_had_to_wait_for_each_other() {
    let (cluster, pod) = start_old(ServerVersion::V1_0).await;
    for (path, headers) in [
        (format!("/api/v1/namespaces/demo/pods/{pod}/portforward"), SPDY),
        (format!("/api/v1/nodes/{NODE}/proxy/portForward/demo/{pod}"), SPDY),
    ] {
        let (_, answer) = upgrade(&cluster, "POST", &path, headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "404 page not found\n"));
    }
    let path = format!("/proxy/minions/{NODE}/portForward/demo/{pod}");
    let (_, answer) = upgrade(&cluster, "GET", &path, TUNNEL).await;
    assert_eq!(answer.status, 400);
    for (method, headers) in [("PUT", NAMELESS), ("GET", SPDY)] {
        let (_, answer) = upgrade(&cluster, method, &path, headers).await;
        assert_eq!((answer.status, answer.header("x-stream-protocol-version")), (101, None));
    }

    let mut link = ClientLink::open_at(&cluster, "POST", &path, NAMELESS).await;
    // Both at once: the data stream comes too early.
    let [error, data] = link.dial(5000);
    let mut heard = [link.next().await, link.next().await];
    heard.sort_by_key(|event| matches!(event, Some(Event::Reset { .. })));
    assert!(matches!(heard[0], Some(Event::Replied { stream, .. }) if stream == error), "{heard:?}");
    assert_eq!(heard[1], Some(Event::Reset { stream: data, status: ResetStatus::Cancel }));
    // After the reply it is welcome, whatever the requests are called.
    let headers = spdy::Headers::new().with("port", "5000").with("streamtype", "data");
    let data = link.session.open(&headers, false).expect("a free stream");
    link.session.send(data, Bytes::from_static(b"hello"), false).expect("an open stream");
    let echo = Event::Data { stream: data, data: Bytes::from_static(b"hello"), end: false };
    assert_eq!(link.next_but_replies().await, Some(echo));
    // A second pair for the port is too much as long as there is the first.
    let [second, _] = link.dial(5000);
    assert_eq!(link.next().await, Some(Event::Reset { stream: second, status: ResetStatus::Cancel }));
    cluster.shutdown().await;
}

#[tokio::test]
async fn below_a_base_path_everything_works_and_elsewhere_nothing() {
    let base = "/k8s/clusters/c-abc";
    let cluster = start_with(DemoOptions { base_path: base.to_owned(), ..DemoOptions::default() }).await;
    assert!(cluster.server_url().ends_with(base));
    assert!(cluster.kubeconfig().contains(&format!("{base}\"")));
    let path = format!("/api/v1/namespaces/demo/pods/{}/portforward", pod_of(&cluster, "demo", "echo"));
    let (_, answer) = upgrade(&cluster, "POST", &path, SPDY).await;
    assert_eq!(answer.status, 404);
    echoes(&mut ClientLink::open_at(&cluster, "POST", &format!("{base}{path}"), SPDY).await).await;
    cluster.shutdown().await;
}
