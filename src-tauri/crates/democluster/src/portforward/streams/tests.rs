use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::workers::QUEUE;
use super::*;
use crate::pods::sandbox::FarEnd;

/// The streams of a link to a pod where nothing listens, and their client; no sockets.
struct Bench {
    client: Session,
    streams: Streams,
    input: BytesMut,
    arriving: mpsc::Receiver<Order<StreamId>>,
}

impl Bench {
    fn new(runtime: Runtime) -> Self {
        let addresses = OnceLock::from(HashMap::new());
        let sandbox = Arc::new(Sandbox::new(FarEnd::Programs(addresses)));
        let (orders, arriving) = mpsc::channel(4);
        let manners = Manners { runtime, pairs_by_port: false };
        let streams = Streams::new(sandbox, manners, orders, Arc::default());
        Self { client: Session::client(Limits::default()), streams, input: BytesMut::new(), arriving }
    }

    fn open(&mut self, stream: u32, kind: &str) -> StreamId {
        let stream = StreamId::new(stream).expect("a valid number");
        let headers = Headers::new().with("port", "80").with("streamtype", kind).with("requestid", "a");
        self.client.open_with_id(stream, &headers, kind == "error").expect("a free stream");
        stream
    }

    fn send(&mut self, stream: StreamId, frames: usize) {
        for _ in 0..frames {
            self.client.send(stream, Bytes::from_static(b"x"), false).expect("an open stream");
        }
    }

    /// Carries everything there and back.
    fn exchange(&mut self) {
        while let Some(bytes) = self.client.poll_output() {
            self.input.extend_from_slice(&bytes);
        }
        self.streams.advance(&mut self.input).expect("a sound client");
        while let Some(bytes) = self.streams.session.poll_output() {
            self.client.receive(bytes).expect("a sound server");
        }
    }

    /// Pings all workers, and answers which echo.
    fn echoing(&mut self) -> Vec<usize> {
        let pings: Vec<_> = (0..5).map(|_| self.client.ping()).collect();
        self.exchange();
        let mut echoing = Vec::new();
        while let Some(event) = self.client.poll_event() {
            if let Event::Pong { id } = event {
                echoing.extend(pings.iter().position(|ping| *ping == id));
            }
        }
        echoing.sort_unstable();
        echoing
    }
}

#[test]
fn a_full_queue_stops_the_reader_for_all() {
    let mut bench = Bench::new(Runtime::Containerd21);
    let data = bench.open(3, "data");
    // The worker holds one and fifty wait.
    bench.send(data, 1 + QUEUE);
    bench.exchange();
    assert!(bench.streams.can_read());
    assert!(bench.streams.waits_for_pods());
    // The reader holds one more, and nothing behind it is looked at.
    bench.send(data, 1);
    assert!(bench.echoing().is_empty());
    assert!(!bench.streams.can_read());
    assert!(!bench.input.is_empty());
}

#[test]
fn a_wedged_worker_does_not_echo_and_the_others_do() {
    let mut bench = Bench::new(Runtime::Containerd21);
    assert_eq!(bench.echoing(), [0, 1, 2, 3, 4]);
    let data = bench.open(3, "data");
    bench.send(data, 1);
    assert_eq!(bench.echoing(), [0, 1, 2, 4]);
    // Its reset waits behind the data.
    bench.client.reset(data, ResetStatus::Cancel);
    assert_eq!(bench.echoing(), [0, 1, 2, 4]);
}

#[test]
fn data_on_an_error_stream_is_never_taken() {
    let mut bench = Bench::new(Runtime::Containerd21);
    let error = StreamId::new(7).expect("a valid number");
    let headers = Headers::new().with("port", "80").with("streamtype", "error").with("requestid", "a");
    bench.client.open_with_id(error, &headers, false).expect("a free stream");
    bench.send(error, 1);
    assert_eq!(bench.echoing(), [0, 1, 3, 4]);
}

#[tokio::test]
async fn data_of_a_refused_port_is_freed_by_the_reset_of_new_runtimes_only() {
    for (runtime, echoing) in [(Runtime::Containerd16, 4), (Runtime::Containerd21, 5)] {
        let mut bench = Bench::new(runtime);
        bench.open(1, "error");
        let data = bench.open(3, "data");
        bench.send(data, 1);
        bench.exchange();
        let order = bench.arriving.recv().await.expect("an end");
        bench.streams.obey(order);
        assert_eq!(bench.echoing().len(), echoing, "{runtime:?}");
    }
}

#[tokio::test]
async fn a_goodbye_is_the_end() {
    let mut bench = Bench::new(Runtime::Containerd21);
    bench.client.go_away(spdy::GoAwayStatus::Ok);
    while let Some(bytes) = bench.client.poll_output() {
        bench.input.extend_from_slice(&bytes);
    }
    assert_eq!(bench.streams.advance(&mut bench.input), Ok(false));
}
