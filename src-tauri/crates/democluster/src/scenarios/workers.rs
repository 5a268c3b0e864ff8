//! Slow and late: what one stream of a link does to the others, as in a real server's five workers.

use bytes::Bytes;
use spdy::{Event, PingId, ResetStatus, StreamId};

use super::client_link::{ClientLink, pod_of, start, start_with};
use crate::{DemoCluster, DemoOptions, Runtime};

/// A frame's worth of data.
const FRAME: Bytes = Bytes::from_static(&[b'x'; 1024]);

async fn link_to(cluster: &DemoCluster, namespace: &str, deployment: &str) -> ClientLink {
    ClientLink::open(cluster, namespace, &pod_of(cluster, namespace, deployment)).await
}

/// The first text or end of a data stream.
async fn heard(link: &mut ClientLink, stream: StreamId) -> Bytes {
    loop {
        match link.next_but_replies().await.expect("an open link") {
            Event::Data { stream: from, data, .. } if from == stream => return data,
            Event::Reset { stream: from, .. } if from == stream => panic!("{stream} was reset"),
            _ => {}
        }
    }
}

/// Pings all workers, of which so many are `deaf`, and says which answered, by the order of pings.
async fn answering(link: &mut ClientLink, deaf: usize) -> Vec<usize> {
    let pings: Vec<PingId> = (0..5).map(|_| link.session.ping()).collect();
    let mut answered = Vec::new();
    while answered.len() < 5 - deaf {
        // Echoes of earlier rounds do not count.
        if let Event::Pong { id } = link.next().await.expect("an open link") {
            answered.extend(pings.iter().position(|ping| *ping == id));
        }
    }
    answered.sort_unstable();
    answered
}

#[tokio::test]
async fn a_half_pair_with_data_holds_its_own_worker_only() {
    let cluster = start().await;
    let mut link = link_to(&cluster, "demo", "echo").await;
    let stream = StreamId::new(3).expect("a valid number");
    let headers = spdy::Headers::new().with("port", "5000").with("streamtype", "data").with("requestid", "a");
    link.session.open_with_id(stream, &headers, false).expect("a free stream");
    link.session.send(stream, FRAME, false).expect("an open stream");
    // The fourth ping meets the fourth worker, which holds the data.
    assert_eq!(answering(&mut link, 1).await, [0, 1, 2, 4]);
    // The other half frees it: the echo comes, and the echo of the ping that waited.
    let error = StreamId::new(5).expect("a valid number");
    let headers =
        spdy::Headers::new().with("port", "5000").with("streamtype", "error").with("requestid", "a");
    link.session.open_with_id(error, &headers, true).expect("a free stream");
    let (mut echoed, mut pong) = (0, false);
    while echoed < FRAME.len() || !pong {
        match link.next_but_replies().await.expect("an open link") {
            Event::Data { data, .. } => echoed += data.len(),
            Event::Pong { .. } => pong = true,
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert_eq!(answering(&mut link, 0).await, [0, 1, 2, 3, 4]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn two_late_frames_wedge_a_worker_for_good_and_one_does_not() {
    let cluster = start().await;
    let mut link = link_to(&cluster, "lab", "source").await;
    // Streams 1 and 3: the data stream belongs to the fourth worker.
    let [_, data] = link.dial(7001);
    link.session.send(data, Bytes::from_static(b"1\n"), false).expect("an open stream");
    assert_eq!(heard(&mut link, data).await.len(), 1);
    while !matches!(link.next_but_replies().await, Some(Event::Data { stream, end: true, .. }) if stream == data)
    {
    }
    link.session.send(data, FRAME, false).expect("an open side");
    assert_eq!(answering(&mut link, 0).await, [0, 1, 2, 3, 4]);
    link.session.send(data, FRAME, false).expect("an open side");
    assert_eq!(answering(&mut link, 1).await, [0, 1, 2, 4]);
    // A reset waits behind, so it does not help; streams of other workers do not care.
    link.session.reset(data, ResetStatus::Cancel);
    assert_eq!(answering(&mut link, 1).await, [0, 1, 2, 4]);
    let [_, other] = link.dial(7001);
    assert_eq!(other.get() % 5, 2);
    link.session.send(other, Bytes::from_static(b"3\n"), false).expect("an open stream");
    assert_eq!(heard(&mut link, other).await.len(), 3);
    cluster.shutdown().await;
}

#[tokio::test]
async fn data_for_a_refused_port_wedges_old_runtimes_only() {
    for (runtime, deaf) in [(Runtime::Containerd16, 1), (Runtime::Containerd21, 0)] {
        let cluster = start_with(DemoOptions { runtime, ..DemoOptions::default() }).await;
        let mut link = link_to(&cluster, "demo", "echo").await;
        let [error, data] = link.dial(5999);
        link.session.send(data, FRAME, false).expect("an open stream");
        let mut text = Bytes::new();
        while text.is_empty() {
            if let Some(Event::Data { stream, data, .. }) = link.next_but_replies().await
                && stream == error
            {
                text = data;
            }
        }
        assert!(text.starts_with(b"error forwarding port 5999"), "{text:?}");
        assert_eq!(answering(&mut link, deaf).await.len(), 5 - deaf, "{runtime:?}");
        cluster.shutdown().await;
    }
}
