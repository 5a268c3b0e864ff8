//! What happens to open links: pods that go, cuts, relays.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use spdy::{Event, Headers, Limits, ResetStatus, Session, StreamId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;

use crate::testing::{ask, connect};
use crate::{DemoCluster, DemoOptions, StreamingServer, source_bytes};

/// How long something may take that takes milliseconds, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const SPDY: &str =
    "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n";
const TUNNEL: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                      Sec-WebSocket-Key: EgHKHtf0CqpY6/PIc5YCEQ==\r\n\
                      Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n";

async fn start() -> DemoCluster {
    let options = DemoOptions { termination: Duration::ZERO, ..DemoOptions::default() };
    DemoCluster::start(options).await.expect("the cluster starts")
}

/// The name of a pod of a deployment.
fn pod_of(cluster: &DemoCluster, namespace: &str, deployment: &str) -> String {
    let pods = cluster.pods(namespace);
    pods.into_iter().find(|pod| pod.starts_with(deployment)).expect("the deployment has a pod")
}

/// A link to a pod, seen from the client.
struct ClientLink {
    connection: TlsStream<TcpStream>,
    session: Session,
}

impl ClientLink {
    async fn open(cluster: &DemoCluster, namespace: &str, pod: &str) -> Self {
        let mut connection = connect(cluster).await;
        let head = format!(
            "POST /api/v1/namespaces/{namespace}/pods/{pod}/portforward HTTP/1.1\r\nHost: demo\r\n\
             Content-Length: 0\r\n{SPDY}\r\n"
        );
        assert_eq!(ask(cluster, &mut connection, &head).await.status, 101);
        Self { connection, session: Session::client(Limits::default()) }
    }

    /// Opens a pair, answers its error and data stream.
    fn dial(&mut self, port: u16) -> [StreamId; 2] {
        let request = self.session.next_id().to_string();
        let headers = Headers::new().with("port", port.to_string()).with("requestid", request);
        let error = headers.clone().with("streamtype", "error");
        let error = self.session.open(&error, true).expect("a free stream");
        let data = self.session.open(&headers.with("streamtype", "data"), false).expect("a free stream");
        [error, data]
    }

    /// The next thing that happens; `None` when the link is gone.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(bytes) = self.session.poll_output() {
                self.connection.write_all(&bytes).await.ok()?;
            }
            if let Some(event) = self.session.poll_event() {
                return Some(event);
            }
            let mut buffer = vec![0; 64 * 1024];
            let read = tokio::time::timeout(PATIENCE, self.connection.read(&mut buffer)).await;
            match read.expect("something in time") {
                Ok(count) if count > 0 => {
                    buffer.truncate(count);
                    self.session.receive(Bytes::from(buffer)).expect("a sound server");
                }
                _ => return None,
            }
        }
    }

    async fn next_but_replies(&mut self) -> Option<Event> {
        loop {
            match self.next().await {
                Some(Event::Replied { .. }) => {}
                other => return other,
            }
        }
    }
}

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
