//! What tests do to a cluster does what it says.

use bytes::Bytes;
use futures::FutureExt as _;
use spdy::{Event, StreamId};
use tokio::net::TcpStream;

use super::client_link::{ClientLink, PATIENCE, SPDY, pod_of, start, upgrade};
use crate::testing::connect;
use crate::{DemoCluster, ports};

async fn link_to_echo(cluster: &DemoCluster) -> (ClientLink, StreamId) {
    let mut link = ClientLink::open(cluster, "demo", &pod_of(cluster, "demo", "echo")).await;
    let [_, data] = link.dial(ports::ECHO);
    assert!(echoes(&mut link, data).await);
    (link, data)
}

/// Whether something sent comes back before the link ends.
async fn echoes(link: &mut ClientLink, data: StreamId) -> bool {
    link.session.send(data, Bytes::from_static(b"x"), false).expect("an open stream");
    match link.next_but_replies().await {
        Some(Event::Data { stream, .. }) => stream == data,
        _ => false,
    }
}

/// Waits for what follows from something else in its own time.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("in time");
}

#[tokio::test]
async fn frozen_links_are_silent_until_they_thaw_and_new_ones_work() {
    let cluster = start().await;
    let (mut frozen, data) = link_to_echo(&cluster).await;
    cluster.freeze_links();
    frozen.session.send(data, Bytes::from_static(b"y"), false).expect("an open stream");
    assert_eq!(frozen.next().now_or_never(), None);
    // A whole exchange on a new link is time enough for the old one to answer, if it did.
    let _new = link_to_echo(&cluster).await;
    assert_eq!(frozen.next().now_or_never(), None);
    cluster.thaw();
    let late = Event::Data { stream: data, data: Bytes::from_static(b"y"), end: false };
    assert_eq!(frozen.next().await, Some(late));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_frozen_cluster_accepts_and_says_nothing() {
    let cluster = start().await;
    let (mut link, data) = link_to_echo(&cluster).await;
    cluster.freeze_all();
    let address = cluster.server_url().trim_start_matches("https://");
    TcpStream::connect(address).await.expect("a listening socket");
    let mut connecting = Box::pin(connect(&cluster));
    for _ in 0..10 {
        assert!(connecting.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    link.session.send(data, Bytes::from_static(b"y"), false).expect("an open stream");
    assert_eq!(link.next().now_or_never(), None);
    cluster.thaw();
    drop(connecting.await);
    assert!(matches!(link.next().await, Some(Event::Data { .. })));
    cluster.shutdown().await;
}

#[tokio::test]
async fn after_a_goodbye_what_runs_is_finished_and_the_link_ends() {
    let cluster = start().await;
    let mut link = ClientLink::open(&cluster, "lab", &pod_of(&cluster, "lab", "source")).await;
    let [_, data] = link.dial(ports::SOURCE);
    link.session.send(data, Bytes::from_static(b"4M\n"), false).expect("an open stream");
    let (mut received, mut goodbye) = (0, false);
    while let Some(event) = link.next_but_replies().await {
        match event {
            Event::Data { data, .. } => {
                if received == 0 {
                    cluster.go_away_links();
                }
                received += data.len();
            }
            Event::GoAway { .. } => goodbye = true,
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert!(goodbye);
    assert_eq!(received, 4 * 1024 * 1024);
    until(|| cluster.open_links() == 0).await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn refusals_are_answered_as_often_as_asked_for() {
    let cluster = start().await;
    cluster.refuse(429, 1);
    cluster.refuse(503, 1);
    let path = format!("/api/v1/namespaces/demo/pods/{}/portforward", pod_of(&cluster, "demo", "echo"));
    let mut got = Vec::new();
    for _ in 0..3 {
        let (_, answer) = upgrade(&cluster, "POST", &path, SPDY).await;
        got.push((answer.status, answer.header("retry-after").map(str::to_owned)));
    }
    assert_eq!(got, [(429, Some("1".to_owned())), (503, None), (101, None)]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_is_open_is_counted_and_nothing_stays() {
    let cluster = start().await;
    let count = || (cluster.open_links(), cluster.open_streams(), cluster.open_pod_connections());
    assert_eq!(count(), (0, 0, 0));
    let (mut link, data) = link_to_echo(&cluster).await;
    let [error, _] = link.dial(ports::ECHO);
    while !matches!(link.next().await, Some(Event::Replied { stream, .. }) if stream == error) {}
    until(|| count() == (1, 4, 2)).await;
    // The client ends one connection; the link lives on with the other.
    link.session.send(data, Bytes::new(), true).expect("an open stream");
    while !matches!(link.next_but_replies().await, Some(Event::Data { stream, end: true, .. }) if stream == data)
    {
    }
    until(|| count() == (1, 2, 1)).await;
    drop(link);
    until(|| count() == (0, 0, 0)).await;
    cluster.shutdown().await;
}
