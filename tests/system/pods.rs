//! Which pods serve: one, all in turns, or a certain one; and how the engine hears of them.

use std::time::Duration;

use cluster::TargetKind;
use engine::{Command, ForwardState, ForwardView, PodChoice, ProblemCode, ProfileDraft};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::lab::{Lab, connect, demo_context, draft, echo, echoes_at, local, says_the_same};

/// Within which the first connection after waking is served.
const SERVED_AFTER_WAKING: Duration = Duration::from_secs(3);

fn pods(view: &ForwardView) -> Vec<&String> {
    view.pod.iter().chain(&view.other_pods).collect()
}

/// Connections that have been served, and are open.
async fn some_connections(port: u16, count: usize) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut stream = connect(port).await;
        says_the_same(&mut stream, b"here").await.unwrap();
        open.push(stream);
    }
    open
}

/// How many of these still carry bytes.
async fn count_alive(open: &mut [TcpStream]) -> usize {
    let mut alive = 0;
    for stream in open {
        let answer = async {
            stream.write_all(b"still").await?;
            stream.read_exact(&mut [0; 5]).await
        };
        alive += usize::from(timeout(Duration::from_secs(30), answer).await.unwrap().is_ok());
    }
    alive
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_spread_over_all_ready_pods() {
    let mut lab = Lab::start().await;
    lab.demo.scale("demo", "echo", 3);
    let view = lab.forward(ProfileDraft { pods: PodChoice::Spread, ..echo() }).await;
    let id = view.profile.id.clone();
    let view = lab.watcher.forward_that(&id, |view| pods(view).len() == 3).await;
    let port = local(&view, 0);
    let mut open = some_connections(port, 6).await;

    // One of three pods goes: a third of the connections with it, and nobody new is turned away.
    let gone = view.pod.clone().unwrap();
    lab.demo.kill_pod("demo", &gone);
    assert_eq!(count_alive(&mut open).await, 4);
    for _ in 0..6 {
        some_connections(port, 1).await;
    }
    // The one that takes its place joins the others.
    let replaced = |view: &ForwardView| pods(view).len() == 3 && !pods(view).contains(&&gone);
    let view = lab.watcher.forward_that(&id, replaced).await;
    let mut open = some_connections(port, 6).await;
    lab.demo.kill_pod("demo", &view.other_pods[1]);
    assert_eq!(count_alive(&mut open).await, 4);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_pod_is_waited_for_though_there_are_others() {
    let mut lab = Lab::start().await;
    let set = || draft("demo", TargetKind::StatefulSet, "cache", &[":6379"]);
    let pinned = ProfileDraft { pods: PodChoice::Pinned { name: "cache-0".into() }, ..set() };
    let view = lab.forward(pinned).await;
    let id = view.profile.id.clone();
    assert_eq!(view.pod.as_deref(), Some("cache-0"));
    lab.demo.kill_pod("demo", "cache-0");
    let waits = |view: &ForwardView| matches!(&view.state, ForwardState::Reconnecting { .. });
    lab.watcher.forward_that(&id, waits).await;
    let view = lab.ready(&id).await;
    assert_eq!(view.pod.as_deref(), Some("cache-0"));

    let nowhere = ProfileDraft { pods: PodChoice::Pinned { name: "cache-7".into() }, ..set() };
    let id = lab.create(nowhere).await;
    let view = lab.watcher.forward_that(&id, waits).await;
    let ForwardState::Reconnecting { reason, .. } = view.state else { panic!() };
    assert_eq!(reason.code, ProblemCode::NoPod);
    assert!(reason.why.contains("cache-7"), "{reason:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_watching_is_forbidden_it_says_so_and_serves() {
    let mut lab = Lab::start().await;
    lab.demo.forbid("watch", "pods");
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    let view = lab.watcher.forward_that(&id, |view| view.asks_for_pods).await;
    // The pod goes, and nobody is told: whoever calls finds out and is served by the next.
    lab.demo.kill_pod("demo", &view.pod.clone().unwrap());
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sleep_the_first_connection_is_served_soon() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let port = local(&view, 0);
    let _open = some_connections(port, 3).await;
    for _ in 0..2 {
        // Connections that requests have left, for the next ones to use.
        let list = Command::ListTargets { context: demo_context(), namespace: "demo".into() };
        lab.engine.execute(list).await.unwrap();
        // An hour later: whatever was connected is dead, and nobody was told.
        lab.demo.freeze_connections();
        lab.engine.doubt_connections();
        timeout(SERVED_AFTER_WAKING, echoes_at(&view, 0)).await.expect("not served in time");
    }
    // Without connections there is nothing to open again.
    let id = view.profile.id.clone();
    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    lab.watcher.forward_that(&id, |view| view.state == ForwardState::Off).await;
    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    lab.watcher.forward_that(&id, |view| view.pod.is_some()).await;
    lab.engine.doubt_connections();
    let rests = |view: &ForwardView| view.state == ForwardState::Ready && view.pod.is_none();
    lab.watcher.forward_that(&id, rests).await;
    lab.shutdown().await;
}
