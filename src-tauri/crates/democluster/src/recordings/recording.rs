//! A recorded connection.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::traffic::unwrap_websocket;
use crate::DemoCluster;
use crate::testing::{Answer, ask};

/// How long the server may take to come as far as the recorded one: it lingers for a second at the end of a
/// connection, and the machine may be busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Recording {
    pub(super) client: Vec<u8>,
    pub(super) server: Vec<u8>,
    /// Who sent how many bytes, in order; `true` is the client.
    pub(super) timeline: Vec<(bool, usize)>,
    tunnel: bool,
}

impl Recording {
    pub(super) fn load(name: &str) -> Self {
        let directory: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "../../../tests/fixtures/recordings", name].iter().collect();
        let read =
            |file: &str| std::fs::read(directory.join(file)).expect("the recordings are in the repository");
        let timeline: Vec<Value> = serde_json::from_slice(&read("timeline.json")).expect("JSON");
        let timeline = timeline
            .iter()
            .map(|part| (part["from"] == "client", part["length"].as_u64().expect("a length") as usize))
            .collect();
        Self {
            client: read("client.bin"),
            server: read("server.bin"),
            timeline,
            tunnel: name.contains("wstunnel"),
        }
    }

    pub(super) fn unwrap(&self, raw: &mut Vec<u8>) -> Vec<u8> {
        if self.tunnel { unwrap_websocket(raw) } else { std::mem::take(raw) }
    }

    /// Asks for the upgrade as the recorded client did, and checks the answer. Answers the lengths of both heads.
    pub(super) async fn upgrade(
        &self,
        cluster: &DemoCluster,
        connection: &mut TlsStream<TcpStream>,
    ) -> (usize, usize) {
        let (client, server) = (head(&self.client), head(&self.server));
        let request = std::str::from_utf8(&self.client[..client]).expect("text");
        let answer = ask(cluster, connection, request).await;
        let expected = Answer::parse(std::str::from_utf8(&self.server[..server]).expect("text"));
        assert_eq!(answer.status, expected.status);
        for (header, value) in &expected.headers {
            assert_eq!(answer.header(header), Some(value.as_str()), "{header}");
        }
        (client, server)
    }
}

/// The length of the HTTP head.
fn head(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4
}
