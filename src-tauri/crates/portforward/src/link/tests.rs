//! Links over a pipe, with the far end in the test's hands.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::future::poll_fn;
use spdy::{Event, Headers, Limits, Session, StreamId};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    time::timeout,
};

use super::{DataEvent, Link, LinkFlow, LinkState, Pairing};
use crate::{Error, Observer};

const HANG: Duration = Duration::from_secs(30);

struct FarEnd {
    io: DuplexStream,
    session: Session,
}

impl FarEnd {
    /// What one read brings.
    async fn read(&mut self) -> Vec<Event> {
        let mut buffer = BytesMut::with_capacity(1 << 20);
        let read = timeout(HANG, self.io.read_buf(&mut buffer)).await.expect("nothing comes").unwrap();
        assert_ne!(read, 0, "the link ended");
        self.session.receive(buffer.freeze()).unwrap();
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    async fn write(&mut self) {
        while let Some(bytes) = self.session.poll_output() {
            self.io.write_all(&bytes).await.unwrap();
        }
    }
}

fn link() -> (Arc<Link>, FarEnd) {
    let (near, far) = duplex(1 << 20);
    let link = Arc::new(Link::drive(near, Pairing::ById, Observer::default()));
    (link, FarEnd { io: far, session: Session::server(Limits::default()) })
}

fn id(number: u32) -> StreamId {
    StreamId::new(number).unwrap()
}

async fn next(flow: &LinkFlow) -> Result<DataEvent, Error> {
    timeout(HANG, poll_fn(|cx| flow.inbox().poll_data(cx))).await.expect("nothing comes")
}

#[tokio::test]
async fn opening_and_first_data_leave_at_once_and_wait_for_nothing() {
    let (link, mut far) = link();
    let _flow = link.open(5000, Bytes::from_static(b"GET /")).await.unwrap();
    let events = far.read().await;
    let [
        Event::Opened { stream: error, headers: error_headers, end: true },
        Event::Opened { stream: data, headers, end: false },
        Event::Data { stream, data: payload, end: false },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*error, *stream), (id(5), *data));
    assert_eq!(&payload[..], b"GET /");
    for (headers, streamtype) in [(error_headers, "error"), (headers, "data")] {
        assert_eq!(headers.get("streamtype"), Some(streamtype));
        assert_eq!(headers.get("port"), Some("5000"));
        assert_eq!(headers.get("requestid"), error_headers.get("requestid"));
        assert_eq!(headers.len(), 3);
    }
}

#[tokio::test]
async fn no_data_follows_the_end_of_the_pod() {
    let (link, mut far) = link();
    let flow = link.open(5000, Bytes::new()).await.unwrap();
    far.read().await;
    for stream in [id(5), id(9)] {
        far.session.reply(stream, &Headers::new(), false).unwrap();
    }
    far.session.send(id(9), Bytes::from_static(b"all"), true).unwrap();
    far.write().await;
    assert!(matches!(next(&flow).await, Ok(DataEvent::Chunk(data)) if &data[..] == b"all"));
    assert!(matches!(next(&flow).await, Ok(DataEvent::End)));
    flow.send(Bytes::from_static(b"too late")).await.unwrap();
    far.session.send(id(5), Bytes::new(), true).unwrap();
    far.write().await;
    timeout(HANG, poll_fn(|cx| flow.inbox().poll_verdict(cx))).await.unwrap().unwrap();
    drop(flow);
    // Our own end, then the five pings before the link is used again.
    let mut events = far.read().await;
    far.write().await;
    assert_eq!(events.remove(0), Event::Data { stream: id(9), data: Bytes::new(), end: true });
    assert_eq!(events, []);
    let mut state = link.watch();
    timeout(HANG, state.wait_for(|state| matches!(state, LinkState::Checking))).await.unwrap().unwrap();
    assert_eq!(far.read().await, [], "pings are answered by the session");
    far.write().await;
    timeout(HANG, state.wait_for(|state| matches!(state, LinkState::Trusted))).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_far_end_that_is_going_away_gets_no_new_flows() {
    let (link, mut far) = link();
    let flow = link.open(5000, Bytes::new()).await.unwrap();
    far.read().await;
    far.session.go_away(spdy::GoAwayStatus::Ok);
    far.write().await;
    let mut state = link.watch();
    timeout(HANG, state.wait_for(|state| matches!(state, LinkState::Doubtful))).await.unwrap().unwrap();
    assert!(!timeout(HANG, link.check()).await.unwrap());
    let refused = link.open(5000, Bytes::new()).await.unwrap();
    assert!(matches!(next(&refused).await, Err(Error::NotOpened { .. })));
    drop(flow);
}

#[tokio::test]
async fn bytes_that_are_no_spdy_end_the_link() {
    let (link, mut far) = link();
    let flow = link.open(5000, Bytes::new()).await.unwrap();
    far.io.write_all(b"\x80\x02HTTP/1.1 500 Oops").await.unwrap();
    assert!(matches!(next(&flow).await, Err(Error::Protocol(_))));
    assert!(matches!(timeout(HANG, link.ended()).await.unwrap(), Error::Protocol(_)));
    assert!(link.open(5000, Bytes::new()).await.is_err());
}

#[tokio::test]
async fn a_flow_given_up_before_its_turn_is_never_opened() {
    let (link, mut far) = link();
    // The driver has not run yet, so it sees the end of the first flow before its beginning.
    drop(link.open(5000, Bytes::from_static(b"first")).await.unwrap());
    let _second = link.open(5001, Bytes::new()).await.unwrap();
    let events = far.read().await;
    let ports: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Opened { headers, .. } => headers.get("port"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ports, [Some("5001"), Some("5001")]);
}

/// The session of a server that answers pings in five workers, the one at this position excepted.
fn without_echoes_of(worker: u32, mut bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    while let [0x80, 3, 0, 6, 0, 0, 0, 4, a, b, c, d, rest @ ..] = bytes {
        // Ours are numbered 1, 3, 5 …, and take turns.
        let number = u32::from_be_bytes([*a, *b, *c, *d]);
        if number / 2 % 5 != worker {
            kept.extend_from_slice(&bytes[..12]);
        }
        bytes = rest;
    }
    assert!(bytes.is_empty(), "the far end of this test sends nothing but echoes");
    kept
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_never_answers_makes_the_link_doubtful_and_costs_no_flow() {
    let (link, mut far) = link();
    let mut flows = Vec::new();
    for _ in 0..4 {
        flows.push(link.open(5000, Bytes::from_static(b"first")).await.unwrap());
    }
    let received = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&received);
    let far_end = tokio::spawn(async move {
        let mut buffer = BytesMut::new();
        while let Ok(1..) = far.io.read_buf(&mut buffer).await {
            far.session.receive(buffer.split().freeze()).unwrap();
            while let Some(event) = far.session.poll_event() {
                if let Event::Data { data, .. } = event {
                    counted.fetch_add(data.len(), Ordering::SeqCst);
                }
            }
            let mut out = Vec::new();
            while let Some(bytes) = far.session.poll_output() {
                out.extend_from_slice(&bytes);
            }
            far.io.write_all(&without_echoes_of(2, &out)).await.unwrap();
        }
    });
    assert!(!link.check().await);
    assert!(matches!(link.state(), LinkState::Doubtful));

    // Keepalives go on until the worker is full of them, and other workers' flows beyond that.
    let mut sent = 0;
    for round in 0..600 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for flow in flows.iter().filter(|flow| worker(flow) != 2) {
            let chunk = Bytes::from(vec![7; 10_000]);
            sent += chunk.len();
            timeout(HANG, flow.send(chunk)).await.unwrap_or_else(|_| panic!("round {round}")).unwrap();
        }
        assert!(matches!(link.state(), LinkState::Doubtful | LinkState::Trusted), "{:?}", link.state());
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(received.load(Ordering::SeqCst) >= sent, "{received:?} of {sent}");
    drop((flows, link));
    far_end.await.unwrap();
}

/// Which worker the data stream of a flow is at: streams take turns (see `streams::pair`).
fn worker(flow: &LinkFlow) -> u64 {
    [2, 4, 1, 3][(flow.key.0 % 4) as usize]
}

/// Answers pings as long as the link is there.
async fn answer_all(mut far: FarEnd) {
    let mut buffer = BytesMut::new();
    while let Ok(1..) = far.io.read_buf(&mut buffer).await {
        far.session.receive(buffer.split().freeze()).unwrap();
        while far.session.poll_event().is_some() {}
        far.write().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_stopped_for_a_while_keeps_its_links() {
    let (link, far) = link();
    let flow = link.open(5000, Bytes::from_static(b"first")).await.unwrap();
    let far_end = tokio::spawn(answer_all(far));
    tokio::time::sleep(Duration::from_secs(6)).await;
    for _ in 0..3 {
        // Nothing runs meanwhile, as if the computer slept.
        tokio::time::advance(Duration::from_secs(3600)).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(timeout(HANG, link.check()).await.unwrap(), "{:?}", link.state());
    }
    drop((flow, link));
    far_end.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn silence_after_data_is_asked_about_and_doubted_in_time() {
    let (link, mut far) = link();
    let _flow = link.open(5000, Bytes::from_static(b"first")).await.unwrap();
    let mut state = link.watch();
    let sent = tokio::time::Instant::now();
    far.read().await;
    far.read().await;
    assert_eq!(sent.elapsed().as_secs(), 1, "five pings, which the far end never answers");
    timeout(HANG, state.wait_for(|state| matches!(state, LinkState::Doubtful))).await.unwrap().unwrap();
    assert_eq!(sent.elapsed().as_secs(), 4);
    timeout(HANG, link.ended()).await.unwrap();
    assert_eq!(sent.elapsed().as_secs(), 15);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_cannot_be_asked_gets_no_new_flows_until_it_can() {
    let (link, mut far) = link();
    let blocked = link.open(5000, Bytes::from_static(b"first")).await.unwrap();
    let mut kept = 0;
    let mut state = link.watch();
    // One worker keeps its echoes, of which keepalives alone make enough.
    while !matches!(*state.borrow_and_update(), LinkState::Doubtful) {
        far.read().await;
        let mut echoes = Vec::new();
        while let Some(bytes) = far.session.poll_output() {
            echoes.extend_from_slice(&bytes);
        }
        let others = without_echoes_of(3, &echoes);
        kept += (echoes.len() - others.len()) / 12;
        far.io.write_all(&others).await.unwrap();
        // Lets the link look at what came.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(kept >= 20, "a few missing echoes are no reason: {kept}");
    for number in 0..kept as u32 {
        // The worker goes on: number 7, 17, 27 … were for it.
        let ping = 2 * (5 * number + 3) + 1;
        far.io.write_all(&[0x80, 3, 0, 6, 0, 0, 0, 4]).await.unwrap();
        far.io.write_all(&ping.to_be_bytes()).await.unwrap();
    }
    let far_end = tokio::spawn(answer_all(far));
    timeout(HANG, state.wait_for(|state| matches!(state, LinkState::Trusted))).await.unwrap().unwrap();
    drop((blocked, link, state));
    far_end.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_quiet_before_a_half_close_begins_when_the_pod_can_have_it_all() {
    const QUIET: Duration = Duration::from_secs(2);
    // The last of three reads has no room at the worker.
    const SENT: usize = 180 * 1024;
    let (link, mut far) = link();
    let flow = link.open(5000, Bytes::new()).await.unwrap();
    let request = vec![7; SENT];
    let upload = tokio::spawn(async move {
        let meter = crate::Meter::default();
        let opening = crate::flow::Opening { first: Bytes::new(), ended: false };
        let tally = crate::flow::Tally::new(&meter, None);
        crate::flow::carry(flow, &mut &request[..], tokio::io::sink(), opening, tally, QUIET).await
    });
    // The line is slow: no echo comes, so not all of the request goes out, and no end of it.
    let (mut received, mut ended) = (0, false);
    let mut take = |events: Vec<Event>| {
        for event in events {
            if let Event::Data { data, end, .. } = event {
                received += data.len();
                ended |= end;
            }
        }
        (received, ended)
    };
    while take(far.read().await).0 < 128 * 1024 {}
    tokio::time::sleep(3 * QUIET).await;
    assert!(!take(far.read().await).1, "the end went out before the request did");
    far.write().await;
    while take(far.read().await).0 < SENT {
        far.write().await;
    }
    let whole = tokio::time::Instant::now();
    while !take(far.read().await).1 {
        far.write().await;
    }
    // By a clock that stands still while anything moves.
    assert!(whole.elapsed() >= QUIET - Duration::from_millis(100), "{:?}", whole.elapsed());
    upload.abort();
}
