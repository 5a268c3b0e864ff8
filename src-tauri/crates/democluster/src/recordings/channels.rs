//! The recorded v4 channels, played again: the same messages in the same order, to the byte but for what differs between
//! clusters in texts.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::recording::{PATIENCE, Recording};
use super::traffic::{frame, without_ids};
use crate::pods::programs::Program;
use crate::testing::{cluster_with, connect};

/// The opcode and the payload of each whole frame.
fn messages(raw: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let (mut messages, mut at) = (Vec::new(), 0);
    while let Some((opcode, payload, size)) = frame(&raw[at..]) {
        at += size;
        let error = payload.get(1..).filter(|text| text.starts_with(b"error "));
        let payload = match error.map(String::from_utf8_lossy) {
            Some(text) => [&payload[..1], without_ids(&text).as_bytes()].concat(),
            None => payload,
        };
        messages.push((opcode, payload));
    }
    messages
}

async fn replay(name: &str) {
    let recording = Recording::load(name);
    let cluster = cluster_with(Program::Echo, 5000).await;
    let mut connection = connect(&cluster).await;
    let (client_head, server_head) = recording.upgrade(&cluster, &mut connection).await;
    let (mut sent, mut heard, mut ours) = (0, 0, Vec::new());
    for &(from_client, length) in &recording.timeline {
        if !from_client {
            heard += length;
            continue;
        }
        let wanted = messages(&recording.server[server_head..heard.max(server_head)]).len();
        let come_as_far = async {
            while messages(&ours).len() < wanted {
                assert!(connection.read_buf(&mut ours).await.expect("an open link") > 0, "{name}");
            }
        };
        tokio::time::timeout(PATIENCE, come_as_far).await.expect("as far as the recorded server");
        let start = sent.max(client_head);
        sent += length;
        connection.write_all(&recording.client[start..sent.max(start)]).await.expect("an open link");
    }
    let rest = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut ours));
    // The server closes; whether it says so in TLS too does not matter.
    let _ = rest.await.expect("an end");
    assert_eq!(messages(&ours), messages(&recording.server[server_head..]), "{name}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn one_connection() {
    replay("v4-channel-echo").await;
}

#[tokio::test]
async fn a_refused_port() {
    replay("v4-channel-refused").await;
}
