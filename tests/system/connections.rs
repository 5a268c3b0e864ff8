//! The open connections of a forward: what is shown of them, and closing one.

use std::io;

use engine::{
    Command, ConnectionState, ConnectionView, Connections, Event, ForwardState, ProblemCode, ProfileId,
};
use support::pattern::{self, Fingerprint};
use tokio::{net::TcpStream, task::JoinHandle, time::timeout};

use crate::lab::{Lab, TOO_LONG, connect, echo, echoes_at, local, read_all, says_the_same};

const MEBIBYTE: u64 = 1 << 20;

/// More than every buffer on the way.
const ENDLESS: u64 = 1 << 40;

/// Which of the three connections is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Idle,
    Streaming,
    Stuck,
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_one_connection_ends_that_one_alone() {
    for victim in [Victim::Idle, Victim::Streaming, Victim::Stuck] {
        let mut lab = Lab::start().await;
        let view = lab.forward(echo()).await;
        let (id, port) = (view.profile.id.clone(), local(&view, 0));
        lab.do_it(Command::WatchConnections { id: id.clone() }).await;

        let mut idle = connect(port).await;
        says_the_same(&mut idle, b"before").await.unwrap();
        let streaming = connect(port).await;
        let from_streaming = address(&streaming);
        // Long enough to be in the middle of it when another one is closed, if it is to end by itself.
        let length = if victim == Victim::Streaming { ENDLESS } else { 256 * MEBIBYTE };
        let streaming = both_ways(streaming, length);
        let stuck = connect(port).await;
        let from_stuck = address(&stuck);
        let (mut stuck_reader, mut stuck_writer) = stuck.into_split();
        // What comes back is not read: it stands still.
        let length = if victim == Victim::Stuck { ENDLESS } else { 64 * MEBIBYTE };
        let stuck = tokio::spawn(async move { pattern::write(&mut stuck_writer, 3, length).await });

        let from = match victim {
            Victim::Idle => address(&idle),
            Victim::Streaming => from_streaming,
            Victim::Stuck => from_stuck,
        };
        let all_moved = |connections: &Connections| {
            let moved = connections.listed.iter().filter(|one| one.bytes_out > 0 && is_open(one));
            moved.count() == 3
        };
        let listed = connections_that(&mut lab, &id, all_moved).await.listed;
        let number = listed.iter().find(|one| one.from == from).unwrap().number;
        close(&lab, &id, number).await;

        connections_that(&mut lab, &id, |now| now.listed.iter().all(|one| one.number != number)).await;

        match victim {
            Victim::Idle => assert_reset(read_all(&mut idle).await.map(|_| ())),
            _ => says_the_same(&mut idle, b"after").await.unwrap(),
        }
        let (read, sent) = finished(streaming).await;
        if victim == Victim::Streaming {
            assert_one_is_reset([read.map(|_| ()), sent.map(|_| ())]);
        } else {
            assert_eq!(read.unwrap(), sent.unwrap(), "other bytes came back");
        }
        if victim == Victim::Stuck {
            // Whichever half of the socket looks first is told, and only that one.
            let read = timeout(TOO_LONG, tokio::io::copy(&mut stuck_reader, &mut tokio::io::sink())).await;
            let sent = finished(stuck).await.expect_err("what is sent has nowhere to go");
            assert_one_is_reset([read.unwrap().map(|_| ()), Err(sent)]);
        } else {
            // It goes on as soon as somebody reads.
            let back = pattern::read(&mut stuck_reader, 64 * MEBIBYTE).await.unwrap();
            assert_eq!(finished(stuck).await.unwrap(), back);
        }
        // The tunnel takes new ones, and nothing has failed.
        echoes_at(&view, 0).await;
        let Some(now) = lab.watcher.forwards.get(&id) else { panic!("it is gone") };
        assert_eq!((now.pod.clone(), now.last_failure.clone()), (view.pod.clone(), None));
        assert!(matches!(now.state, ForwardState::Live { .. } | ForwardState::Ready), "{:?}", now.state);
        assert_eq!(now.statistics.failed, 0);
        lab.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_waits_for_a_tunnel_can_be_closed() {
    let mut lab = Lab::start().await;
    lab.demo.refuse_all(503, u32::MAX);
    let id = lab.create(echo()).await;
    lab.do_it(Command::WatchConnections { id: id.clone() }).await;
    let view = lab.watcher.forward_that(&id, |view| view.ports[0].local.is_some()).await;
    let mut callers = Vec::new();
    for _ in 0..3 {
        callers.push(connect(local(&view, 0)).await);
    }
    let waiting = |connections: &Connections| {
        connections.listed.len() == 3
            && connections.listed.iter().all(|one| one.state == ConnectionState::Waiting)
    };
    let listed = connections_that(&mut lab, &id, waiting).await.listed;
    assert!(listed.is_sorted_by(|a, b| a.number > b.number), "the latest first: {listed:?}");
    let from = address(&callers[1]);
    close(&lab, &id, listed.iter().find(|one| one.from == from).unwrap().number).await;
    assert_reset(read_all(&mut callers[1]).await.map(|_| ()));

    lab.demo.refuse_nothing();
    for at in [0, 2] {
        says_the_same(&mut callers[at], b"held and served").await.unwrap();
    }
    let served = |connections: &Connections| {
        connections.listed.len() == 2
            && connections.listed.iter().all(|one| is_open(one) && one.bytes_in == 15)
    };
    connections_that(&mut lab, &id, served).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_told_while_somebody_looks_and_not_else() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    let mut program = connect(port).await;
    says_the_same(&mut program, b"nobody looks").await.unwrap();
    lab.watcher.event(traffic_of(&id, 12)).await;
    lab.do_it(Command::WatchConnections { id: id.clone() }).await;
    let seen = connections_that(&mut lab, &id, |_| true).await;
    let [one] = &*seen.listed else { panic!("{seen:?}") };
    assert_eq!((one.bytes_in, one.bytes_out, one.port, seen.left_off), (12, 12, 0, 0));
    assert_eq!(one.from, address(&program));
    assert_eq!(one.state, ConnectionState::Open { pod: view.pod.clone().unwrap() });

    lab.do_it(Command::StopWatchingConnections { id: id.clone() }).await;
    says_the_same(&mut program, b"nobody").await.unwrap();
    let mut heard = traffic_of(&id, 18);
    lab.watcher
        .event(|event| {
            assert!(!matches!(event, Event::Connections { .. }), "nobody looks: {event:?}");
            heard(event)
        })
        .await;

    // What is off has none, and what is on again has new ones.
    lab.do_it(Command::WatchConnections { id: id.clone() }).await;
    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    connections_that(&mut lab, &id, |connections| connections.listed.is_empty()).await;
    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    let view = lab.ready(&id).await;
    let mut program = connect(local(&view, 0)).await;
    says_the_same(&mut program, b"again").await.unwrap();
    let again = |connections: &Connections| connections.listed.iter().any(|now| now.bytes_in == 5);
    let again = connections_that(&mut lab, &id, again).await;
    // What is closed by its old number is none of the new ones.
    close(&lab, &id, one.number).await;
    assert!(again.listed[0].number > one.number);
    says_the_same(&mut program, b"still here").await.unwrap();
    lab.do_it(Command::Delete { id: id.clone() }).await;
    assert_eq!(
        lab.refuse(Command::WatchConnections { id: id.clone() }).await.code,
        ProblemCode::UnknownProfile
    );
    lab.shutdown().await;
}

/// The first list of connections that is as wanted.
async fn connections_that(
    lab: &mut Lab,
    id: &ProfileId,
    wanted: impl Fn(&Connections) -> bool,
) -> Connections {
    lab.watcher
        .event(|event| match event {
            Event::Connections { id: of, connections } if of == id && wanted(connections) => {
                Some(connections.clone())
            }
            _ => None,
        })
        .await
}

async fn close(lab: &Lab, id: &ProfileId, connection: u64) {
    lab.do_it(Command::CloseConnection { id: id.clone(), connection }).await;
}

/// Sends a pattern and reads it back; what came and what was sent.
fn both_ways(
    stream: TcpStream,
    length: u64,
) -> JoinHandle<(io::Result<Fingerprint>, io::Result<Fingerprint>)> {
    let (mut reader, mut writer) = stream.into_split();
    let writing = tokio::spawn(async move { pattern::write(&mut writer, 1, length).await });
    tokio::spawn(async move { (pattern::read(&mut reader, length).await, writing.await.unwrap()) })
}

async fn finished<T>(task: JoinHandle<T>) -> T {
    timeout(TOO_LONG, task).await.expect("an end").unwrap()
}

fn assert_reset(outcome: io::Result<()>) {
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}

/// One half of a socket is told of the reset; the other sees but an end.
fn assert_one_is_reset(halves: [io::Result<()>; 2]) {
    let is_reset = |half: &io::Result<()>| {
        half.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
    };
    assert!(halves.iter().any(is_reset), "{halves:?}");
}

fn is_open(connection: &ConnectionView) -> bool {
    matches!(connection.state, ConnectionState::Open { .. })
}

fn traffic_of(id: &ProfileId, bytes: u64) -> impl FnMut(&Event) -> Option<()> {
    move |event| match event {
        Event::Traffic { id: of, bytes_in, .. } if of == id && *bytes_in == bytes => Some(()),
        _ => None,
    }
}

fn address(stream: &TcpStream) -> String {
    stream.local_addr().unwrap().to_string()
}
