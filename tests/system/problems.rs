//! What goes wrong, and what a person is told.

use cluster::TargetKind;
use engine::{Command, Event, ForwardState, ProblemCode, ProfileStore};
use tokio::net::TcpStream;

use crate::lab::{
    Lab, Watcher, connect, demo_context, draft, echo, echoes_at, local, read_all, start_engine,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_port_costs_one_connection_and_nothing_else() {
    let mut lab = Lab::start().await;
    let view = lab.forward(draft("demo", TargetKind::Deployment, "echo", &[":5000", ":5999"])).await;
    let id = view.profile.id.clone();
    // The reset may come before this side has noticed that it is connected.
    let error = match TcpStream::connect(("127.0.0.1", local(&view, 1))).await {
        Ok(mut refused) => read_all(&mut refused).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);

    let (port, remote, problem) = lab
        .watcher
        .event(|event| match event {
            Event::ConnectionFailed { local, remote, problem, .. } => {
                Some((*local, remote.clone(), problem.clone()))
            }
            _ => None,
        })
        .await;
    assert_eq!((port, remote.as_str(), problem.port), (local(&view, 1), "5999", Some(1)));
    assert_eq!(problem.code, ProblemCode::PortNotListening);
    let failed = lab.watcher.forward_that(&id, |view| view.last_failure.is_some()).await;
    assert_eq!((failed.state, &failed.pod), (ForwardState::Ready, &view.pod));

    // The next one that works is better news.
    echoes_at(&view, 0).await;
    lab.watcher.forward_that(&id, |view| view.last_failure.is_none()).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_in_the_pod_is_a_reset_here() {
    let mut lab = Lab::start().await;
    let view = lab.forward(draft("lab", TargetKind::Deployment, "reset", &[":7002"])).await;
    let mut stream = connect(local(&view, 0)).await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"x").await.unwrap();
    let error = read_all(&mut stream).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let ready_again =
        |view: &engine::ForwardView| view.state == ForwardState::Ready && view.last_failure.is_some();
    lab.watcher.forward_that(&view.profile.id, ready_again).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_needs_the_person() {
    let mut lab = Lab::start().await;
    for (target, code) in [
        (draft("demo", TargetKind::Deployment, "nothing", &[":1"]), ProblemCode::TargetNotFound),
        (draft("lab", TargetKind::Service, "external", &[":1"]), ProblemCode::TargetUnsuitable),
        (draft("demo", TargetKind::Service, "web", &[":81"]), ProblemCode::PortNotDeclared),
    ] {
        let id = lab.create(target).await;
        assert_eq!(lab.problem_of(&id).await.code, code);
        // The port that was promised is there all the same.
        assert!(lab.watcher.forwards[&id].ports[0].local.is_some());
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_has_expired_needs_the_person() {
    let lab = Lab::start().await;
    let kubeconfig = lab.demo.kubeconfig();
    let (before, after) = kubeconfig.split_once("token: \"").unwrap();
    let engine = start_engine(format!("{before}token: \"expired{after}"), ProfileStore::memory()).await;
    let watcher = Watcher::new(engine.listen()).await;
    let mut other = Lab { demo: lab.demo, engine, watcher };
    let id = other.create(echo()).await;
    assert_eq!(other.problem_of(&id).await.code, ProblemCode::Unauthorized);
    let listed = other.refuse(Command::ListNamespaces { context: demo_context() }).await;
    assert_eq!(listed.code, ProblemCode::Unauthorized);
    other.shutdown().await;
    lab.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_away_is_waited_for() {
    let lab = Lab::start().await;
    let Lab { demo, engine, watcher } = lab;
    demo.shutdown().await;
    let mut lab =
        Lab { demo: democluster::DemoCluster::start(Default::default()).await.unwrap(), engine, watcher };
    let id = lab.create(echo()).await;
    let waiting = |view: &engine::ForwardView| {
        matches!(&view.state, ForwardState::Reconnecting { retry_at_ms: Some(_), .. })
    };
    let view = lab.watcher.forward_that(&id, waiting).await;
    let ForwardState::Reconnecting { reason, .. } = &view.state else { panic!("{view:?}") };
    assert_eq!(reason.code, ProblemCode::Unreachable);
    // The local port listens all the while; whoever comes is held, but not for ever.
    let mut caller = connect(local(&view, 0)).await;
    let failed = |event: &Event| match event {
        Event::ConnectionFailed { problem, .. } => Some(problem.code),
        _ => None,
    };
    assert_eq!(lab.watcher.event(failed).await, ProblemCode::Unreachable);
    assert_eq!(read_all(&mut caller).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_drafts_and_unknown_profiles_are_refused() {
    let lab = Lab::start().await;
    let bad = draft("demo", TargetKind::Deployment, "echo", &[":5000", "70000"]);
    let problem = lab.refuse(Command::Create { draft: bad, connect: true }).await;
    assert_eq!((problem.code, problem.port), (ProblemCode::BadInput, Some(1)));
    let id = lab.create(echo()).await;
    lab.do_it(Command::Delete { id: id.clone() }).await;
    for command in [
        Command::Connect { id: id.clone(), confirmed: false },
        Command::Disconnect { id: id.clone() },
        Command::Delete { id: id.clone() },
        Command::UseFreePort { id: id.clone(), port: 0 },
        Command::Update { id, draft: echo() },
    ] {
        assert_eq!(lab.refuse(command).await.code, ProblemCode::UnknownProfile);
    }
    lab.shutdown().await;
}
