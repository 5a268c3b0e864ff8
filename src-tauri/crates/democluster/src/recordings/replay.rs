//! Each recorded link is played again: the client's bytes as they were, each part as soon as the server has come as far
//! as it had when the part was recorded. Then both directions of the server are compared.

use spdy::{Event, Limits, Session};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::recording::{PATIENCE, Recording};
use super::traffic::{Happening, Traffic};
use crate::pods::programs::Program;
use crate::testing::{cluster_with, connect};

/// The streams of each request: error and data.
fn pairs(client: &[u8]) -> Vec<[u32; 2]> {
    let mut session = Session::server(Limits::default());
    session.receive(bytes::Bytes::copy_from_slice(client)).expect("a real client");
    let mut streams = Vec::new();
    while let Some(event) = session.poll_event() {
        if let Event::Opened { stream, headers, .. } = event {
            let word = |name| headers.get(name).expect("a real client").to_owned();
            streams.push((word("requestid"), word("streamtype"), stream.get()));
        }
    }
    streams.sort();
    streams.chunks(2).map(|pair| [pair[1].2, pair[0].2]).collect()
}

async fn replay(name: &str, program: Program, port: u16, same_bytes: bool) {
    let recording = Recording::load(name);
    let cluster = cluster_with(program, port).await;
    let mut connection = connect(&cluster).await;
    let (client_head, server_head) = recording.upgrade(&cluster, &mut connection).await;

    let (mut sent, mut heard) = (0, 0);
    let (mut raw_recorded, mut raw_ours) = (Vec::new(), Vec::new());
    let (mut recorded, mut ours) = (Traffic::default(), Traffic::default());
    for &(from_client, length) in &recording.timeline {
        if !from_client {
            let start = heard.max(server_head);
            heard += length;
            raw_recorded.extend_from_slice(&recording.server[start..heard.max(start)]);
            recorded.add(&recording.unwrap(&mut raw_recorded));
            continue;
        }
        let wanted = recorded.progress();
        let come_as_far = async {
            let mut buffer = vec![0; 64 * 1024];
            while wanted.iter().any(|(stream, far)| ours.progress().get(stream).is_none_or(|here| here < far))
            {
                let count = connection.read(&mut buffer).await.expect("an open link");
                assert!(count > 0, "{name}: the server closed the link after {:?}", ours.events);
                raw_ours.extend_from_slice(&buffer[..count]);
                ours.add(&recording.unwrap(&mut raw_ours));
            }
        };
        tokio::time::timeout(PATIENCE, come_as_far)
            .await
            .unwrap_or_else(|_| panic!("{name}: not as far as {wanted:?}"));
        let start = sent.max(client_head);
        sent += length;
        connection.write_all(&recording.client[start..sent.max(start)]).await.expect("an open link");
        connection.flush().await.expect("an open link");
    }

    let mut raw_client = recording.client[client_head..].to_vec();
    for pair in pairs(&recording.unwrap(&mut raw_client)) {
        let (mut ours, mut recorded) = (ours.of(pair), recorded.of(pair));
        if !same_bytes {
            for (_, happening) in ours.iter_mut().chain(&mut recorded) {
                if let Happening::Data(bytes) = happening {
                    bytes.fill(0);
                }
            }
        }
        assert_eq!(ours, recorded, "{name}: streams {pair:?}");
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn one_connection() {
    replay("spdy-echo", Program::Echo, 5000, true).await;
    replay("wstunnel-echo", Program::Echo, 5000, true).await;
    replay("oc-wstunnel-echo", Program::Echo, 5000, true).await;
}

#[tokio::test]
async fn two_connections_interleaved() {
    replay("spdy-two-connections", Program::Echo, 5000, true).await;
    replay("wstunnel-two-connections", Program::Echo, 5000, true).await;
}

#[tokio::test]
async fn a_refused_port() {
    replay("spdy-port-refused", Program::Echo, 5000, true).await;
    replay("wstunnel-port-refused", Program::Echo, 5000, true).await;
}

#[tokio::test]
async fn a_reset_by_the_pod() {
    replay("spdy-pod-reset", Program::Reset, 5005, true).await;
}

#[tokio::test]
async fn much_data() {
    // The recorded pod sent random bytes; ours sends its pattern.
    replay("spdy-bulk-200k", Program::Source, 5002, false).await;
    replay("wstunnel-bulk-200k", Program::Source, 5002, false).await;
}

#[tokio::test]
async fn a_half_close_that_gets_no_answer() {
    replay("spdy-half-close", Program::Discard, 5003, true).await;
}
