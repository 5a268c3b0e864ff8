//! Pods that are served by somebody else's runtime.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;

use super::client_link::{SPDY, TUNNEL, start};
use crate::testing::{ask, connect};
use crate::{DemoCluster, StreamingServer};

/// A streaming server that upgrades and then sends back every byte, or refuses.
struct EchoServer {
    url: String,
}

impl EchoServer {
    async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/portforward/token", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(connection.read_u8().await.expect("a request"));
                }
                let head = String::from_utf8(head).expect("text");
                assert!(head.starts_with("POST /portforward/token HTTP/1.1\r\n"), "{head}");
                assert!(
                    head.to_lowercase().contains("x-stream-protocol-version: portforward.k8s.io"),
                    "{head}"
                );
                assert!(!head.to_lowercase().contains("authorization"), "{head}");
                connection.write_all(answer.as_bytes()).await.expect("the relay reads");
                let (mut reader, mut writer) = connection.split();
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
            }
        });
        Self { url }
    }
}

impl StreamingServer for EchoServer {
    fn port_forward_url(&self) -> BoxFuture<'_, Result<String, String>> {
        futures::future::ready(Ok(self.url.clone())).boxed()
    }
}

async fn relayed(
    answer: &'static str,
    headers: &str,
) -> (DemoCluster, TlsStream<TcpStream>, crate::testing::Answer) {
    let cluster = start().await;
    cluster.add_relay_pod("lab", "far", &[80], Arc::new(EchoServer::start(answer).await));
    let mut connection = connect(&cluster).await;
    let method = if headers == SPDY { "POST" } else { "GET" };
    let head = format!(
        "{method} /api/v1/namespaces/lab/pods/far/portforward HTTP/1.1\r\nHost: demo\r\n{headers}\r\n"
    );
    let answer = ask(&cluster, &mut connection, &head).await;
    (cluster, connection, answer)
}

const ACCEPTED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\
                        X-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n";

#[tokio::test]
async fn a_relay_carries_the_bytes_of_an_upgrade_as_they_are() {
    let (cluster, mut connection, answer) = relayed(ACCEPTED, SPDY).await;
    assert_eq!(answer.status, 101);
    connection.write_all(b"anything at all").await.expect("an open link");
    let mut back = [0; 15];
    connection.read_exact(&mut back).await.expect("an open link");
    assert_eq!(&back, b"anything at all");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_relay_unwraps_a_tunnel() {
    let (cluster, mut connection, answer) = relayed(ACCEPTED, TUNNEL).await;
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("sec-websocket-protocol"), Some("SPDY/3.1+portforward.k8s.io"));
    // A binary message, masked with zeros.
    connection.write_all(&[0x82, 0x83, 0, 0, 0, 0, b'a', b'b', b'c']).await.expect("an open link");
    let mut back = [0; 5];
    connection.read_exact(&mut back).await.expect("an open link");
    assert_eq!(back, [0x82, 3, b'a', b'b', b'c']);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_relay_passes_refusals_on() {
    let refusal =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\nno such sandbox\n";
    for headers in [SPDY, TUNNEL] {
        let (cluster, _, answer) = relayed(refusal, headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "no such sandbox\n"));
        cluster.shutdown().await;
    }
}
