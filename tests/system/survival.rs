//! What a forward lives through: pods that go, links that break.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use democluster::DemoOptions;
use engine::{Command, Event, ForwardState, ForwardView, ProblemCode, ProfileStore};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::lab::{Lab, connect, echo, echoes_at, local, read_all, says_the_same};

#[tokio::test(flavor = "multi_thread")]
async fn the_next_pod_takes_over_behind_the_same_port_and_nobody_is_turned_away() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    let mut old_pod = view.pod.unwrap();
    for _ in 0..3 {
        let mut open = connect(port).await;
        says_the_same(&mut open, b"before").await.unwrap();
        assert!(lab.demo.delete_pod("demo", &old_pod));
        // One caller after the other while the pod goes and the next one comes: each is served by one of them.
        let next = |view: &ForwardView| {
            view.pod.as_ref().is_some_and(|pod| *pod != old_pod)
                && matches!(view.state, ForwardState::Ready | ForwardState::Live { .. })
        };
        let mut calls = 0;
        let callers = async {
            loop {
                let mut stream = connect(port).await;
                says_the_same(&mut stream, b"is anybody there").await.unwrap();
                calls += 1;
            }
        };
        let view = tokio::select! {
            () = callers => unreachable!(),
            view = lab.watcher.forward_that(&id, next) => view,
        };
        echoes_at(&view, 0).await;
        assert_eq!(local(&view, 0), port);
        // The connection that was there ends with its pod, in whichever way the program in it ends.
        match read_all(&mut open).await {
            Ok(rest) => assert_eq!(rest, b""),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        }
        old_pod = view.pod.unwrap();
    }
    lab.shutdown().await;
}

/// In one thread: the callers are there before anybody can hear that the pod is gone.
#[tokio::test]
async fn callers_who_are_faster_than_the_news_of_a_dead_pod_are_served_by_the_next() {
    let at_once = DemoOptions { termination: Duration::ZERO, ..DemoOptions::default() };
    let mut lab = Lab::with(at_once, ProfileStore::memory()).await;
    let view = lab.forward(echo()).await;
    let port = local(&view, 0);
    let mut pod = view.pod.unwrap();
    for _ in 0..3 {
        assert!(lab.demo.delete_pod("demo", &pod));
        let callers: Vec<_> = (0..4).map(|_| call_at_once(port, b"quick")).collect();
        for caller in callers {
            let mut caller = TcpStream::from_std(caller).unwrap();
            let mut answer = [0; 5];
            caller.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"quick");
        }
        let next = |view: &ForwardView| view.pod.as_ref().is_some_and(|next| *next != pod);
        let view = lab.watcher.forward_that(&view.profile.id, next).await;
        pod = view.pod.unwrap();
        lab.ready(&view.profile.id).await;
    }
    lab.shutdown().await;
}

/// Connects and sends without giving anybody else in this thread a turn.
fn call_at_once(port: u16, message: &[u8]) -> std::net::TcpStream {
    let mut caller = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    caller.write_all(message).unwrap();
    caller.set_nonblocking(true).unwrap();
    caller
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_links_are_replaced_and_callers_are_held_meanwhile() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    for _ in 0..3 {
        let mut open = connect(port).await;
        says_the_same(&mut open, b"before").await.unwrap();
        let lost = |view: &ForwardView| matches!(view.state, ForwardState::Reconnecting { .. });
        let view = lab.cut_until(&id, lost).await;
        assert_eq!(read_all(&mut open).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let ForwardState::Reconnecting { reason, .. } = view.state else { panic!() };
        assert_eq!(reason.code, ProblemCode::TunnelLost);
        assert_eq!(view.ports[0].local, Some(port));
        let mut held = connect(port).await;
        says_the_same(&mut held, b"held and served").await.unwrap();
        drop(held);
        lab.ready(&id).await;
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_under_one_connection_is_told_once() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    let mut open = connect(local(&view, 0)).await;
    says_the_same(&mut open, b"before").await.unwrap();
    lab.demo.drop_links();
    assert!(read_all(&mut open).await.is_err());
    // The next caller is served, then the forward is turned off: what could be told about the first one is told by then.
    let mut next = connect(local(&view, 0)).await;
    says_the_same(&mut next, b"after").await.unwrap();
    drop(next);
    lab.do_it(Command::Disconnect { id }).await;
    let mut failures = Vec::new();
    let until_off = |event: &Event| match event {
        Event::ConnectionFailed { problem, .. } => {
            failures.push(problem.code);
            None
        }
        Event::ForwardChanged { forward } => (forward.state == ForwardState::Off).then_some(()),
        _ => None,
    };
    lab.watcher.event(until_off).await;
    assert_eq!(failures, [ProblemCode::TunnelLost]);
    lab.shutdown().await;
}
