//! A client of the port-forward of a pod, frame by frame, and the cluster it is tried on.

use std::time::Duration;

use bytes::Bytes;
use spdy::{Event, Headers, Limits, Session, StreamId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::testing::{Answer, ask, connect};
use crate::{DemoCluster, DemoOptions};

/// How long something may take that takes milliseconds, on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

pub(super) const SPDY: &str =
    "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n";
pub(super) const TUNNEL: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                                 Sec-WebSocket-Key: EgHKHtf0CqpY6/PIc5YCEQ==\r\n\
                                 Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n";

pub(super) async fn start() -> DemoCluster {
    start_with(DemoOptions::default()).await
}

/// A cluster whose pods end at once when they are deleted.
pub(super) async fn start_with(options: DemoOptions) -> DemoCluster {
    let options = DemoOptions { termination: Duration::ZERO, ..options };
    DemoCluster::start(options).await.expect("the cluster starts")
}

/// The name of a pod of a deployment.
pub(super) fn pod_of(cluster: &DemoCluster, namespace: &str, deployment: &str) -> String {
    let pods = cluster.pods(namespace);
    pods.into_iter().find(|pod| pod.starts_with(deployment)).expect("the deployment has a pod")
}

/// A link to a pod, seen from the client.
pub(super) struct ClientLink {
    pub(super) connection: TlsStream<TcpStream>,
    pub(super) session: Session,
}

impl ClientLink {
    /// Opens one to the subresource of a pod, by SPDY.
    pub(super) async fn open(cluster: &DemoCluster, namespace: &str, pod: &str) -> Self {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/portforward");
        Self::open_at(cluster, "POST", &path, SPDY).await
    }

    /// Opens one by SPDY at a path.
    pub(super) async fn open_at(cluster: &DemoCluster, method: &str, path: &str, headers: &str) -> Self {
        let (connection, answer) = upgrade(cluster, method, path, headers).await;
        assert_eq!(answer.status, 101, "{path}: {answer:?}");
        Self { connection, session: Session::client(Limits::default()) }
    }

    /// Opens a pair, answers its error and data stream.
    pub(super) fn dial(&mut self, port: u16) -> [StreamId; 2] {
        let request = self.session.next_id().to_string();
        let headers = Headers::new().with("port", port.to_string()).with("requestid", request);
        let error = headers.clone().with("streamtype", "error");
        let error = self.session.open(&error, true).expect("a free stream");
        let data = self.session.open(&headers.with("streamtype", "data"), false).expect("a free stream");
        [error, data]
    }

    /// The next thing that happens; `None` when the link is gone.
    pub(super) async fn next(&mut self) -> Option<Event> {
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

    pub(super) async fn next_but_replies(&mut self) -> Option<Event> {
        loop {
            match self.next().await {
                Some(Event::Replied { .. }) => {}
                other => return other,
            }
        }
    }
}

/// Asks for an upgrade.
pub(super) async fn upgrade(
    cluster: &DemoCluster,
    method: &str,
    path: &str,
    headers: &str,
) -> (TlsStream<TcpStream>, Answer) {
    let mut connection = connect(cluster).await;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: demo\r\nContent-Length: 0\r\n{headers}\r\n");
    let answer = ask(cluster, &mut connection, &head).await;
    (connection, answer)
}
