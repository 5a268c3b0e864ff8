//! What data that nobody takes does to the workers of containerd's streaming server: the demo cluster acts the same.

use bytes::Bytes;
use democluster::StreamingServer;
use spdy::{Event, Headers, Limits, ResetStatus, Session, StreamId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::pod::Pod;
use super::upgrade::upgrade;

/// An upgraded connection to the streaming server itself.
struct Link {
    connection: BufReader<TcpStream>,
    session: Session,
}

/// Data for a port that nobody listens on, sent with the streams as by a client that does not wait, is never taken:
/// its worker is lost. The others go on.
pub(super) async fn data_for_a_refused_port_costs_a_worker(server: &dyn StreamingServer, pod: &Pod) {
    let mut link = Link::open(server).await;
    let [error, data] = link.dial(pod.closed);
    link.session.send(data, Bytes::from_static(b"x"), false).expect("an open stream");
    let mut text = Bytes::new();
    while text.is_empty() {
        if let Some(Event::Data { stream, data, .. }) = link.next().await
            && stream == error
        {
            text = data;
        }
    }
    // The data stream has number 3.
    assert_eq!(link.echoing(1).await, [0, 1, 2, 4]);
    assert_eq!(link.echoing(1).await, [0, 1, 2, 4]);
}

/// After the pod has closed and the server has said so, one more frame is taken and the second never.
pub(super) async fn the_second_late_frame_costs_a_worker(server: &dyn StreamingServer, pod: &Pod) {
    let mut link = Link::open(server).await;
    let [_, data] = link.dial(pod.source);
    link.session.send(data, Bytes::copy_from_slice(&1_u64.to_be_bytes()), false).expect("an open stream");
    while !matches!(link.next().await, Some(Event::Data { stream, end: true, .. }) if stream == data) {}
    link.session.send(data, Bytes::from_static(b"x"), false).expect("an open side");
    assert_eq!(link.echoing(0).await, [0, 1, 2, 3, 4]);
    link.session.send(data, Bytes::from_static(b"x"), false).expect("an open side");
    assert_eq!(link.echoing(1).await, [0, 1, 2, 4]);
    // A reset waits behind the data.
    link.session.reset(data, ResetStatus::Cancel);
    assert_eq!(link.echoing(1).await, [0, 1, 2, 4]);
}

impl Link {
    async fn open(server: &dyn StreamingServer) -> Self {
        let url = server.port_forward_url(&[]).await.expect("a streaming URL");
        let (connection, status, _) = upgrade(&url).await;
        assert_eq!(status, "HTTP/1.1 101 Switching Protocols");
        Self { connection, session: Session::client(Limits::default()) }
    }

    /// Opens the error and the data stream of a connection.
    fn dial(&mut self, port: u16) -> [StreamId; 2] {
        let request = self.session.next_id().to_string();
        let headers = Headers::new().with("port", port.to_string()).with("requestid", request);
        let error = headers.clone().with("streamtype", "error");
        let error = self.session.open(&error, true).expect("a free stream");
        let data = self.session.open(&headers.with("streamtype", "data"), false).expect("a free stream");
        [error, data]
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(bytes) = self.session.poll_output() {
                self.connection.write_all(&bytes).await.expect("an open connection");
            }
            if let Some(event) = self.session.poll_event() {
                return Some(event);
            }
            let mut buffer = vec![0; 64 * 1024];
            let count = self.connection.read(&mut buffer).await.expect("an open connection");
            if count == 0 {
                return None;
            }
            buffer.truncate(count);
            self.session.receive(Bytes::from(buffer)).expect("a sound server");
        }
    }

    /// Pings the five workers, of which so many are `deaf`, and answers which echo, by the order of pings.
    async fn echoing(&mut self, deaf: usize) -> Vec<usize> {
        let pings: Vec<_> = (0..5).map(|_| self.session.ping()).collect();
        let mut echoing = Vec::new();
        while echoing.len() < pings.len() - deaf {
            if let Event::Pong { id } = self.next().await.expect("an open connection") {
                // Late echoes of earlier rounds do not count.
                echoing.extend(pings.iter().position(|ping| *ping == id));
            }
        }
        echoing.sort_unstable();
        echoing
    }
}
