//! A person who may `get pods` and open port-forwards in one namespace, and nothing else at all.

use cluster::TargetKind;
use democluster::{DemoOptions, ServerVersion};
use engine::{
    Command, Outcome, ProblemCode, ProfileDraft, ProfileStore, Reply, Rung, Subject, TransportName,
    TransportPin,
};

use crate::lab::{Lab, demo_context, draft, echoes_at};

const GET_PODS: (&str, &str, &str) = ("get", "pods", "demo");
const CREATE: (&str, &str, &str) = ("create", "pods/portforward", "demo");
const GET: (&str, &str, &str) = ("get", "pods/portforward", "demo");

async fn lab(server: ServerVersion, rights: &[(&str, &str, &str)]) -> (Lab, ProfileDraft) {
    let lab = Lab::with(DemoOptions::of(server), ProfileStore::memory()).await;
    lab.demo.allow_only(rights);
    let pod = lab.demo.pod_of("demo", "echo").unwrap();
    (lab, draft("demo", TargetKind::Pod, &pod, &[":5000"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_by_its_name_is_served_by_whichever_way_is_allowed() {
    use ServerVersion::{V1_9, V1_22, V1_29, V1_34, V1_36};
    let spdy: &[_] = &[GET_PODS, CREATE];
    let websocket: &[_] = &[GET_PODS, GET];
    let both: &[_] = &[GET_PODS, GET, CREATE];
    for (server, rights, pin, expected) in [
        (V1_9, spdy, TransportPin::Automatic, TransportName::Spdy),
        (V1_22, spdy, TransportPin::Automatic, TransportName::Spdy),
        (V1_29, spdy, TransportPin::Automatic, TransportName::Spdy),
        (V1_29, websocket, TransportPin::Automatic, TransportName::Channel),
        (V1_34, spdy, TransportPin::Automatic, TransportName::Spdy),
        (V1_34, websocket, TransportPin::Automatic, TransportName::WebSocketTunnel),
        (V1_34, spdy, TransportPin::Spdy, TransportName::Spdy),
        (V1_36, spdy, TransportPin::Automatic, TransportName::Spdy),
        (V1_36, both, TransportPin::WebSocketTunnel, TransportName::WebSocketTunnel),
    ] {
        let (mut lab, draft) = lab(server, rights).await;
        let view = lab.forward(ProfileDraft { transport: pin, ..draft }).await;
        assert_eq!(view.transport, Some(expected), "{server:?} with {rights:?}");
        echoes_at(&view, 0).await;
        // What is learned late is said to be.
        let late = lab.watcher.forward_that(&view.profile.id, |view| view.asks_for_pods).await;
        assert_eq!(late.pod, view.pod);

        let subject = Subject::Forward { id: view.profile.id.clone() };
        let Ok(Reply::Ladder { ladder }) = lab.engine.execute(Command::Diagnose { subject, run: 1 }).await
        else {
            panic!("no ladder")
        };
        for step in &ladder.steps {
            let is_warned = matches!(step.outcome, Outcome::Warned { .. });
            assert_eq!(is_warned, step.rung == Rung::Permission, "{server:?}: {}", ladder.text);
            assert!(!matches!(step.outcome, Outcome::Failed { .. }), "{server:?}: {}", ladder.text);
        }
        lab.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_to_a_new_server_needs_both_and_that_is_said() {
    let (mut lab, draft) = lab(ServerVersion::V1_36, &[GET_PODS, GET]).await;
    let id = lab.create(draft).await;
    let problem = lab.problem_of(&id).await;
    assert_eq!(problem.code, ProblemCode::Forbidden);
    let Ok(Reply::Ladder { ladder }) =
        lab.engine.execute(Command::Diagnose { subject: Subject::Forward { id }, run: 1 }).await
    else {
        panic!("no ladder")
    };
    let failed = ladder.steps.iter().find(|step| matches!(step.outcome, Outcome::Failed { .. })).unwrap();
    assert_eq!(failed.rung, Rung::Permission, "{}", ladder.text);
    assert!(ladder.text.contains("create pods/portforward"), "{}", ladder.text);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_are_forbidden_say_so_and_stand_in_nobodys_way() {
    let (mut lab, draft) = lab(ServerVersion::V1_34, &[GET_PODS, CREATE]).await;
    let listed = lab.engine.execute(Command::ListNamespaces { context: demo_context() }).await;
    let Ok(Reply::Namespaces { names, preferred, notice: Some(notice) }) = listed else {
        panic!("{listed:?}")
    };
    assert_eq!((names.len(), preferred.as_str(), notice.code), (0, "demo", ProblemCode::Forbidden));
    let namespace = "demo".to_owned();
    let listed = lab.engine.execute(Command::ListTargets { context: demo_context(), namespace }).await;
    let Ok(Reply::Targets { targets, notices }) = listed else { panic!("{listed:?}") };
    assert!(targets.is_empty());
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0].code, ProblemCode::Forbidden);
    let view = lab.forward(draft).await;
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_is_replaced_under_its_name_is_found_again_by_asking() {
    let (mut lab, _) = lab(ServerVersion::V1_34, &[GET_PODS, CREATE]).await;
    // Of a stateful set: the next pod has the same name.
    let view = lab.forward(draft("demo", TargetKind::Pod, "cache-0", &[":6379"])).await;
    assert!(lab.demo.delete_pod("demo", "cache-0"));
    let id = view.profile.id.clone();
    let lost = |view: &engine::ForwardView| view.state != engine::ForwardState::Ready;
    lab.watcher.forward_that(&id, lost).await;
    let view = lab.ready(&id).await;
    assert_eq!(view.pod.as_deref(), Some("cache-0"));
    lab.shutdown().await;
}
