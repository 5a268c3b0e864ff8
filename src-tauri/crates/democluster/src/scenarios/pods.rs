//! What happens to open links when pods or links go.

use bytes::Bytes;
use spdy::{Event, ResetStatus, StreamId};

use super::client_link::{ClientLink, pod_of, start};
use crate::source_bytes;

#[tokio::test]
async fn a_link_outlives_its_pod_and_new_streams_find_no_sandbox() {
    let cluster = start().await;
    let pod = pod_of(&cluster, "demo", "echo");
    let mut link = ClientLink::open(&cluster, "demo", &pod).await;
    let [_, data] = link.dial(5000);
    link.session.send(data, Bytes::from_static(b"hello"), false).expect("an open stream");
    assert_eq!(
        link.next_but_replies().await,
        Some(Event::Data { stream: data, data: Bytes::from_static(b"hello"), end: false })
    );
    assert!(cluster.delete_pod("demo", &pod));
    // The pod's end of the connection closes, and a second later the streams do.
    assert_eq!(
        link.next_but_replies().await,
        Some(Event::Data { stream: data, data: Bytes::new(), end: true })
    );
    let [error, data] = loop {
        // The sandbox goes just after the sockets.
        let streams = link.dial(5000);
        match text_on(&mut link, streams[0]).await {
            text if text.contains("failed to find sandbox") => break streams,
            _ => {}
        }
    };
    let mut resets = Vec::new();
    while resets.len() < 2 {
        match link.next_but_replies().await {
            Some(Event::Reset { stream, status }) => resets.push((stream, status)),
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert_eq!(resets, [(error, ResetStatus::Cancel), (data, ResetStatus::Cancel)]);
    cluster.shutdown().await;
}

/// The first text on an error stream, or nothing if it ends without.
async fn text_on(link: &mut ClientLink, error: StreamId) -> String {
    loop {
        match link.next_but_replies().await.expect("an open link") {
            Event::Data { stream, data, .. } if stream == error => {
                return String::from_utf8(data.to_vec()).expect("text");
            }
            Event::Reset { stream, .. } if stream == error => return String::new(),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_reset_by_the_pod_resets_both_streams_without_a_text() {
    let cluster = start().await;
    let mut link = ClientLink::open(&cluster, "lab", &pod_of(&cluster, "lab", "reset")).await;
    let [error, data] = link.dial(7002);
    link.session.send(data, Bytes::from_static(b"x"), true).expect("an open stream");
    let mut resets = Vec::new();
    while resets.len() < 2 {
        match link.next_but_replies().await {
            Some(Event::Reset { stream, .. }) => resets.push(stream),
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert_eq!(resets, [data, error]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_a_pod_sends_comes_whole() {
    let cluster = start().await;
    let mut link = ClientLink::open(&cluster, "lab", &pod_of(&cluster, "lab", "source")).await;
    let [_, data] = link.dial(7001);
    let size = 3_000_000_usize;
    link.session.send(data, Bytes::from(format!("{size}\n")), false).expect("an open stream");
    let mut received = Vec::new();
    loop {
        match link.next_but_replies().await {
            Some(Event::Data { stream, data: bytes, end }) if stream == data => {
                received.extend_from_slice(&bytes);
                if end {
                    break;
                }
            }
            Some(_) => {}
            None => panic!("the link ended"),
        }
    }
    let mut expected = vec![0; size];
    source_bytes(0, &mut expected);
    assert!(received == expected, "{} bytes came", received.len());
    cluster.shutdown().await;
}

#[tokio::test]
async fn dropped_links_are_gone_and_new_ones_work() {
    let cluster = start().await;
    let pod = pod_of(&cluster, "demo", "echo");
    let mut link = ClientLink::open(&cluster, "demo", &pod).await;
    link.dial(5000);
    assert!(matches!(link.next().await, Some(Event::Replied { .. })));
    cluster.drop_links();
    while let Some(event) = link.next().await {
        assert!(matches!(event, Event::Replied { .. }), "{event:?}");
    }
    let mut link = ClientLink::open(&cluster, "demo", &pod).await;
    link.dial(5000);
    assert!(matches!(link.next().await, Some(Event::Replied { .. })));
    cluster.shutdown().await;
}
