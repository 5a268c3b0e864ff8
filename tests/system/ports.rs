//! Local ports: several, named, taken, on other addresses.

use cluster::TargetKind;
use engine::{Command, ForwardState, ProblemCode, ProfileDraft, RemedyAction};
use tokio::net::{TcpListener, TcpStream};

use crate::lab::{Lab, draft, echo, echoes_at, local, says_the_same};

#[tokio::test(flavor = "multi_thread")]
async fn several_ports_at_once_by_number_and_by_name() {
    let mut lab = Lab::start().await;
    let view =
        lab.forward(draft("demo", TargetKind::Deployment, "echo", &[":5000", "0:5000", ":echo"])).await;
    for index in 0..3 {
        assert_eq!(view.ports[index].pod_port, Some(5000));
        echoes_at(&view, index).await;
    }
    assert_eq!(view.ports[2].remote, "echo");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_gives_the_local_number() {
    let mut lab = Lab::start().await;
    // An address of its own: nobody else has port 5000 there.
    let bind_address = "127.77.3.1".to_owned();
    let ports = vec![":5000".to_owned(), "echo".to_owned()];
    let id = lab.create(ProfileDraft { bind_address, ports, ..echo() }).await;
    let view = lab.ready(&id).await;
    assert_eq!((local(&view, 1), view.ports[1].addresses.as_slice()), (5000, &["127.77.3.1".to_owned()][..]));
    echoes_at(&view, 0).await;
    echoes_at(&view, 1).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_addresses_share_one_number() {
    let mut lab = Lab::start().await;
    let bind_address = "localhost, 127.77.3.2".to_owned();
    let view = lab.forward(ProfileDraft { bind_address, ..echo() }).await;
    assert!(view.ports[0].addresses.contains(&"127.0.0.1".to_owned()));
    assert!(view.ports[0].addresses.contains(&"127.77.3.2".to_owned()));
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_says_so_and_one_click_finds_another() {
    let mut lab = Lab::start().await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = other.local_addr().unwrap().port();
    let mapping = format!("{taken}:5000");
    let id = lab.create(draft("demo", TargetKind::Deployment, "echo", &[":5000", &mapping])).await;
    let problem = lab.problem_of(&id).await;
    assert_eq!((problem.code, problem.port), (ProblemCode::LocalPortTaken, Some(1)));
    assert_eq!(problem.action, Some(RemedyAction::UseFreePort { port: 1 }));
    assert!(problem.what.contains(&taken.to_string()), "{problem:?}");
    if cfg!(target_os = "linux") {
        // The listener is in this very process.
        assert!(problem.why.contains("Culvert"), "{problem:?}");
    }
    // All or nothing: the other port is not left half open.
    assert!(lab.watcher.forwards[&id].ports.iter().all(|port| port.local.is_none()));

    lab.do_it(Command::UseFreePort { id: id.clone(), port: 1 }).await;
    let view = lab.ready(&id).await;
    assert_ne!(local(&view, 1), taken);
    assert_eq!(view.profile.ports[1].mapping.to_string(), ":5000");
    echoes_at(&view, 0).await;
    echoes_at(&view, 1).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_becomes_free_is_taken_at_the_next_try() {
    let mut lab = Lab::start().await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mapping = format!("{}:5000", other.local_addr().unwrap().port());
    let id = lab.create(draft("demo", TargetKind::Deployment, "echo", &[&mapping])).await;
    assert_eq!(lab.problem_of(&id).await.code, ProblemCode::LocalPortTaken);
    drop(other);
    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    echoes_at(&lab.ready(&id).await, 0).await;
    lab.shutdown().await;
}

/// What the port's view says about who may be reached instead under the name `localhost`.
async fn shadow_of(lab: &mut Lab, bind_address: &str, port: u16) -> Option<(String, Option<String>, String)> {
    let mapping = format!("{port}:5000");
    let view =
        lab.forward(ProfileDraft { bind_address: bind_address.into(), ports: vec![mapping], ..echo() }).await;
    echoes_at(&view, 0).await;
    let shadow = view.ports[0].shadow.clone().map(|shadow| {
        (shadow.address, shadow.program.map(|program| program.to_string()), shadow.sentence.to_string())
    });
    lab.do_it(Command::Delete { id: view.profile.id }).await;
    shadow
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_reached_instead_is_told() {
    let mut lab = Lab::start().await;
    // In this very process, so it may be another forward.
    let ours = cfg!(target_os = "linux").then(|| "another forward of Culvert".to_owned());
    for (other, bind_address, instead) in [
        ("[::1]:0", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:0", "::1", "[::1]"),
        ("[::1]:0", "0.0.0.0", "127.0.0.1"),
    ] {
        let other = TcpListener::bind(other).await.unwrap();
        let at = other.local_addr().unwrap();
        let (address, program, sentence) = shadow_of(&mut lab, bind_address, at.port()).await.unwrap();
        assert_eq!((address, &program), (at.ip().to_string(), &ours));
        assert!(sentence.starts_with(&format!("localhost:{} may lead to another ", at.port())), "{sentence}");
        assert!(sentence.ends_with(&format!("Use {instead}:{}.", at.port())), "{sentence}");
        drop(other);
        assert_eq!(shadow_of(&mut lab, bind_address, at.port()).await, None, "it is gone");
        assert_eq!(shadow_of(&mut lab, "", at.port()).await, None, "both are ours");
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_forwards_that_share_a_number_warn_of_each_other() {
    let mut lab = Lab::start().await;
    let first = lab.forward(ProfileDraft { bind_address: "::1".into(), ..echo() }).await;
    assert_eq!(first.ports[0].shadow, None);
    let (address, ..) = shadow_of(&mut lab, "127.0.0.1", local(&first, 0)).await.unwrap();
    assert_eq!(address, "::1");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_port_is_asked_for_again_by_each_profile() {
    let mut lab = Lab::start().await;
    let (one, other) = (lab.forward(echo()).await, lab.forward(echo()).await);
    for view in [one, other] {
        let (id, port) = (view.profile.id.clone(), local(&view, 0));
        lab.do_it(Command::Disconnect { id: id.clone() }).await;
        lab.watcher.forward_that(&id, |view| view.ports[0].local.is_none()).await;
        lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
        assert_eq!(local(&lab.ready(&id).await, 0), port);
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_forwards_cannot_have_one_port() {
    let mut lab = Lab::start().await;
    let first = lab.forward(echo()).await;
    let mapping = format!("{}:5000", local(&first, 0));
    let second = lab.create(draft("demo", TargetKind::Deployment, "echo", &[&mapping])).await;
    let problem = lab.problem_of(&second).await;
    assert_eq!(problem.code, ProblemCode::LocalPortTaken);
    echoes_at(&first, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_the_target_does_not_declare_is_answered_with_those_it_does() {
    let mut lab = Lab::start().await;
    let id = lab.create(draft("demo", TargetKind::Deployment, "web", &[":8080", "abc"])).await;
    let problem = lab.problem_of(&id).await;
    assert_eq!((problem.code, problem.port), (ProblemCode::PortNotDeclared, Some(1)));
    assert!(problem.why.contains("abc") && problem.why.contains("8080 (http)"), "{problem:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_profile_moves_to_its_new_ports() {
    let mut lab = Lab::start().await;
    let before = lab.forward(echo()).await;
    let id = before.profile.id.clone();
    let changed =
        ProfileDraft { name: "renamed".into(), ports: vec![":5000".into(), ":echo".into()], ..echo() };
    lab.do_it(Command::Update { id: id.clone(), draft: changed }).await;
    let after = lab
        .watcher
        .forward_that(&id, |view| view.profile.name == "renamed" && view.state == ForwardState::Ready)
        .await;
    assert_eq!(local(&after, 0), local(&before, 0), "a port that stays keeps its number");
    let mut stream = TcpStream::connect(("127.0.0.1", local(&after, 1))).await.unwrap();
    says_the_same(&mut stream, b"moved").await.unwrap();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pod_that_gave_a_taken_port_its_number_is_asked_for_anew() {
    let mut lab = Lab::start().await;
    let other = TcpListener::bind("127.77.3.4:5000").await.unwrap();
    let bind_address = "127.77.3.4".to_owned();
    let id = lab.create(ProfileDraft { bind_address, ports: vec!["echo".to_owned()], ..echo() }).await;
    assert_eq!(lab.problem_of(&id).await.code, ProblemCode::LocalPortTaken);
    assert_eq!(lab.watcher.forwards[&id].ports[0].pod_port, None, "nothing is known while nothing is tried");
    drop(other);
    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    echoes_at(&lab.ready(&id).await, 0).await;
    lab.shutdown().await;
}
