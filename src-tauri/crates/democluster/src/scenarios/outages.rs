//! The API server goes down, and comes back as it was.

use bytes::Bytes;
use spdy::Event;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::client_link::{ClientLink, PATIENCE, pod_of, start};
use crate::objects::is_ready_pod;
use crate::objects::kind::Kind;
use crate::ports;
use crate::testing::{ask, connect};

#[tokio::test]
async fn an_api_server_that_is_down_takes_all_connections_with_it_and_comes_back_at_the_same_place() {
    let cluster = start().await;
    let address = cluster.server_url().trim_start_matches("https://").to_owned();
    for _ in 0..2 {
        let pod = pod_of(&cluster, "demo", "echo");
        let mut link = ClientLink::open(&cluster, "demo", &pod).await;
        let [_, data] = link.dial(ports::ECHO);
        link.session.send(data, Bytes::from_static(b"x"), false).expect("an open stream");
        assert!(matches!(link.next_but_replies().await, Some(Event::Data { .. })));
        let mut idle = connect(&cluster).await;

        cluster.go_down().await;
        assert!(TcpStream::connect(&address).await.is_err());
        assert!(!matches!(idle.read(&mut [0; 1]).await, Ok(1)), "it is cut");
        while link.next().await.is_some() {}
        // Twice is as once.
        cluster.go_down().await;

        // Life goes on behind it.
        assert!(cluster.delete_pod("demo", &pod));
        let mut changes = cluster.context.store.subscribe();
        let replaced = async {
            while !cluster.context.store.list(Kind::Pod, Some("demo")).1.iter().all(|pod| is_ready_pod(pod)) {
                changes.changed().await.expect("the store lives as long as the cluster");
            }
        };
        tokio::time::timeout(PATIENCE, replaced).await.expect("in time");
        assert_ne!(pod_of(&cluster, "demo", "echo"), pod);

        cluster.come_back().await.expect("the port is free");
        cluster.come_back().await.expect("it is there");
        let mut connection = connect(&cluster).await;
        let head = "GET /api/v1/namespaces/demo/pods HTTP/1.1\r\nHost: demo\r\n\r\n";
        assert_eq!(ask(&cluster, &mut connection, head).await.status, 200);
    }
    cluster.shutdown().await;
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn a_dropped_watch_has_no_orderly_end() {
    let cluster = start().await;
    let mut connection = connect(&cluster).await;
    let head = "GET /api/v1/namespaces/demo/pods?watch=1 HTTP/1.1\r\nHost: demo\r\n\r\n";
    assert_eq!(ask(&cluster, &mut connection, head).await.status, 200);
    cluster.drop_watches();
    let mut rest = Vec::new();
    // Whether TLS is closed in order or not does not matter.
    let _ = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut rest)).await.expect("an end");
    assert!(!rest.ends_with(b"0\r\n\r\n"));
    cluster.shutdown().await;
}

#[tokio::test]
async fn one_that_is_frozen_or_down_can_be_shut_down() {
    let cluster = start().await;
    let _frozen = connect(&cluster).await;
    cluster.freeze_all();
    cluster.go_down().await;
    cluster.shutdown().await;
}
