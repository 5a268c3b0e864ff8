//! From a command to bytes.

use cluster::TargetKind;
use engine::{Command, ConnectStep, Event, ForwardState, TransportName};
use tokio::io::AsyncWriteExt as _;

use crate::lab::{Lab, connect, draft, echo, echoes_at, local, read_all, says_the_same};

#[tokio::test(flavor = "multi_thread")]
async fn a_free_port_is_told_and_carries_bytes() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    assert!(view.pod.as_deref().is_some_and(|pod| pod.starts_with("echo-")), "{view:?}");
    assert_eq!(view.transport, Some(TransportName::WebSocketTunnel));
    assert_eq!((view.ports[0].remote.as_str(), view.ports[0].pod_port), ("5000", Some(5000)));
    assert_eq!(view.profile.ports[0].last_local, Some(local(&view, 0)));
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_states_are_told_in_order_and_a_caller_who_is_early_is_served() {
    let mut lab = Lab::start().await;
    let id = lab.create(echo()).await;
    let mut states = Vec::new();
    let mut early = None;
    loop {
        let Event::ForwardChanged { forward } = lab.watcher.next().await else { continue };
        // As soon as the port is told there is somebody who cannot wait.
        if early.is_none()
            && let Some(port) = forward.ports[0].local
        {
            early = Some(connect(port).await);
        }
        if states.last() != Some(&forward.state) {
            states.push(forward.state.clone());
        }
        if matches!(forward.state, ForwardState::Ready | ForwardState::Live { .. }) {
            break;
        }
    }
    states.pop();
    let connecting = |step| ForwardState::Connecting { step };
    assert_eq!(
        states,
        [
            ForwardState::Off,
            connecting(ConnectStep::BindingPorts),
            connecting(ConnectStep::FindingPod),
            connecting(ConnectStep::OpeningTunnel)
        ]
    );
    let mut early = early.unwrap();
    says_the_same(&mut early, b"at last").await.unwrap();
    lab.watcher.forward_that(&id, |view| view.state == ForwardState::Live { connections: 1 }).await;
    drop(early);
    lab.ready(&id).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_counted() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    let mut open = Vec::new();
    for count in 1..=3 {
        let mut stream = connect(local(&view, 0)).await;
        says_the_same(&mut stream, b"one more").await.unwrap();
        open.push(stream);
        lab.watcher.forward_that(&id, |view| view.state == ForwardState::Live { connections: count }).await;
    }
    drop(open);
    lab.ready(&id).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_callers_at_once() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let port = local(&view, 0);
    let callers = (0..50u8).map(|caller| async move {
        let mut stream = connect(port).await;
        for round in 0..10 {
            says_the_same(&mut stream, &[caller ^ round; 10_000]).await.unwrap();
        }
        // Its own end is answered by the other one.
        stream.shutdown().await.unwrap();
        assert_eq!(read_all(&mut stream).await.unwrap(), b"");
    });
    futures::future::join_all(callers).await;
    lab.ready(&view.profile.id).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_leads_to_the_web_shop() {
    let mut lab = Lab::start().await;
    let view = lab.forward(draft("demo", TargetKind::Service, "web", &[":80"])).await;
    assert_eq!((view.ports[0].remote.as_str(), view.ports[0].pod_port), ("80", Some(8080)));
    let mut stream = connect(local(&view, 0)).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let page = String::from_utf8(read_all(&mut stream).await.unwrap()).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("</html>"), "{page}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_target_serves() {
    let mut lab = Lab::start().await;
    let pod = lab.demo.pods("demo").into_iter().find(|pod| pod.starts_with("echo-")).unwrap();
    for (kind, name) in
        [(TargetKind::Pod, pod.as_str()), (TargetKind::Service, "echo"), (TargetKind::Deployment, "echo")]
    {
        let view = lab.forward(draft("demo", kind, name, &[":5000"])).await;
        assert_eq!(view.pod.as_deref(), Some(pod.as_str()));
        echoes_at(&view, 0).await;
    }
    let view = lab.forward(draft("demo", TargetKind::StatefulSet, "cache", &[":6379"])).await;
    assert_eq!(view.pod.as_deref(), Some("cache-0"));

    let replica_set = pod.rsplit_once('-').unwrap().0;
    for (namespace, kind, name, serving) in [
        ("demo", TargetKind::ReplicaSet, replica_set, "echo-"),
        ("demo", TargetKind::Selector, "app=echo", "echo-"),
        ("lab", TargetKind::DaemonSet, "agent", "agent-"),
        ("lab", TargetKind::Job, "report", "report-"),
    ] {
        let view = lab.forward(draft(namespace, kind, name, &[":echo"])).await;
        assert!(view.pod.as_ref().unwrap().starts_with(serving), "{kind:?}: {:?}", view.pod);
        echoes_at(&view, 0).await;
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_closes_the_port_and_breaks_off_connections_and_on_gets_the_same_port() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    let port = local(&view, 0);
    let mut open = connect(port).await;
    says_the_same(&mut open, b"still here").await.unwrap();

    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    let refused = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert_eq!(read_all(&mut open).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    let off = lab.watcher.forward_that(&id, |view| view.state == ForwardState::Off).await;
    assert_eq!((off.ports[0].local, off.profile.on, off.pod, off.transport), (None, false, None, None));

    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    let view = lab.ready(&id).await;
    assert_eq!(local(&view, 0), port);
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}
