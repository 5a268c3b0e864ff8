//! Forwards whose context leads elsewhere than before, and contexts that are marked as production.

use std::{fs, path::PathBuf};

use cluster::KubeconfigSources;
use democluster::DemoCluster;
use engine::{
    AtStart, ClusterStore, Colour, Command, ContextMark, ContextRef, Engine, EngineOptions, ForwardState,
    ForwardView, OffReason, ProblemCode, ProfileDraft, ProfileId, ProfileStore, RemedyAction, Reply,
};
use serde_json::json;
use support::faulty_ways::{CONTEXT, cluster_of, kubeconfig};
use tokio::net::TcpListener;

use crate::lab::{Lab, TOO_LONG, Watcher, connect, echo, echoes_at, local, says_the_same};

/// A lab whose kubeconfig, profiles and clusters are files.
struct Desk {
    directory: tempfile::TempDir,
    lab: Lab,
}

impl Desk {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let demo = DemoCluster::start(Default::default()).await.unwrap();
        fs::write(directory.path().join("config"), text_of(&demo)).unwrap();
        let engine = engine_in(&directory).await;
        let watcher = Watcher::new(engine.listen()).await;
        Self { directory, lab: Lab { demo, engine, watcher } }
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("config")
    }

    /// Edits the kubeconfig, and has it read.
    async fn edit(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
        self.lab.engine.execute(Command::ReloadContexts).await.unwrap();
    }

    async fn restart(&mut self, change: impl Fn(&mut serde_json::Value)) {
        self.lab.engine.shutdown().await;
        let path = self.directory.path().join("profiles.json");
        let mut saved: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        saved["profiles"].as_array_mut().unwrap().iter_mut().for_each(change);
        fs::write(path, saved.to_string()).unwrap();
        self.lab.engine = engine_in(&self.directory).await;
        self.lab.watcher = Watcher::new(self.lab.engine.listen()).await;
    }

    async fn mark(&self, mark: ContextMark) {
        let context = ContextRef::kubeconfig(CONTEXT);
        self.lab.do_it(Command::MarkContext { context, mark }).await;
    }

    async fn asked(&mut self, id: &ProfileId) -> (ForwardView, engine::Problem) {
        let asks = |view: &ForwardView| matches!(&view.state, ForwardState::NeedsAttention { problem } if problem.code == ProblemCode::ClusterChanged);
        let view = self.lab.watcher.forward_that(id, asks).await;
        let ForwardState::NeedsAttention { problem } = view.state.clone() else { unreachable!() };
        let Some(RemedyAction::AcceptCluster { cluster: now }) = &problem.action else {
            panic!("{problem:?}")
        };
        assert_ne!(Some(&**now), view.profile.cluster.as_ref(), "both are told, to be compared");
        (view, problem)
    }
}

fn text_of(demo: &DemoCluster) -> String {
    kubeconfig(&cluster_of(demo), &json!({"token": demo.token()}))
}

async fn engine_in(directory: &tempfile::TempDir) -> Engine {
    let path = |name: &str| directory.path().join(name);
    Engine::start(EngineOptions {
        store: ProfileStore::file(path("profiles.json")),
        clusters: ClusterStore::file(path("clusters.json")),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(vec![path("config")]))
    })
    .await
    .unwrap()
}

fn work() -> ProfileDraft {
    ProfileDraft { context: ContextRef::kubeconfig(CONTEXT), ..echo() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_leads_elsewhere_is_asked_about_and_nothing_is_sent_there() {
    let mut desk = Desk::start().await;
    let view = desk.lab.forward(work()).await;
    let id = view.profile.id.clone();
    let view = desk.lab.watcher.forward_that(&id, |view| view.profile.cluster.is_some()).await;
    let known = view.profile.cluster.clone().unwrap();
    assert_eq!(known.server, desk.lab.demo.server_url());
    assert!(known.authority.is_some());
    let mut stream = connect(local(&view, 0)).await;
    says_the_same(&mut stream, b"before").await.unwrap();

    // Another server, which counts whoever comes.
    let spy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = format!("https://{}", spy.local_addr().unwrap());
    let mut cluster = cluster_of(&desk.lab.demo);
    cluster["server"] = json!(elsewhere);
    let marker = desk.directory.path().join("helper-ran");
    let helper = json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
        "args": ["-c", format!("touch {}; echo '{{\"status\": {{\"token\": \"x\"}}}}'", marker.display())],
    }});
    desk.edit(&kubeconfig(&cluster, &helper)).await;
    // What is open goes on where it is.
    says_the_same(&mut stream, b"after").await.unwrap();
    let live = |view: &ForwardView| view.state == ForwardState::Live { connections: 1 };
    desk.lab.watcher.forward_that(&id, live).await;

    desk.lab.cut_until(&id, |view| !live(view)).await;
    let (asked, problem) = desk.asked(&id).await;
    assert!(problem.why.contains(&known.server) && problem.why.contains(&elsewhere), "{problem:?}");
    assert_eq!(local(&asked, 0), local(&view, 0), "the port stays");
    // A caller, and another try, change nothing.
    let _held = connect(local(&view, 0)).await;
    desk.lab.do_it(Command::Connect { id: id.clone(), confirmed: true }).await;
    desk.asked(&id).await;
    let subject = engine::Subject::Forward { id: id.clone() };
    let Ok(Reply::Ladder { ladder }) = desk.lab.engine.execute(Command::Diagnose { subject, run: 1 }).await
    else {
        panic!("no ladder")
    };
    assert!(ladder.text.contains(&elsewhere), "{}", ladder.text);
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), spy.accept()).await;
    assert!(nobody.is_err(), "somebody connected to a cluster that nobody agreed to");
    assert!(!marker.exists(), "a login helper ran for a cluster that nobody agreed to");

    // Having agreed, the person goes there.
    desk.lab.do_it(Command::AcceptCluster { id: id.clone() }).await;
    tokio::time::timeout(TOO_LONG, spy.accept()).await.expect("nobody came").unwrap();
    assert!(marker.exists());
    let view = desk.lab.watcher.forward_that(&id, |view| view.profile.cluster != Some(known.clone())).await;
    assert_eq!(view.profile.cluster.unwrap().server, elsewhere);
    assert!(local(&desk.lab.watcher.forwards[&id], 0) == local(&asked, 0));
    desk.lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn having_agreed_the_same_local_port_serves_from_the_new_cluster_for_good() {
    let mut desk = Desk::start().await;
    let view = desk.lab.forward(work()).await;
    let id = view.profile.id.clone();
    let other = DemoCluster::start(Default::default()).await.unwrap();
    desk.edit(&text_of(&other)).await;
    let old = std::mem::replace(&mut desk.lab.demo, other);
    old.shutdown().await;
    desk.asked(&id).await;
    desk.lab.do_it(Command::AcceptCluster { id: id.clone() }).await;
    let again = desk.lab.ready(&id).await;
    assert_eq!(local(&again, 0), local(&view, 0));
    echoes_at(&again, 0).await;
    // It is remembered, and not asked again.
    desk.restart(|_| ()).await;
    let again = desk.lab.ready(&id).await;
    echoes_at(&again, 0).await;
    assert_eq!(again.profile.cluster.unwrap().server, desk.lab.demo.server_url());
    desk.lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_between_question_and_answer_is_asked_anew() {
    let mut desk = Desk::start().await;
    let view = desk.lab.forward(work()).await;
    let id = view.profile.id.clone();
    let mut cluster = cluster_of(&desk.lab.demo);
    let user = json!({"token": desk.lab.demo.token()});
    cluster["server"] = json!("https://127.0.0.1:2");
    desk.edit(&kubeconfig(&cluster, &user)).await;
    desk.lab.demo.drop_links();
    desk.asked(&id).await;
    cluster["server"] = json!("https://127.0.0.1:3");
    desk.edit(&kubeconfig(&cluster, &user)).await;
    desk.lab.do_it(Command::AcceptCluster { id: id.clone() }).await;
    let asked_of_third = |view: &ForwardView| matches!(&view.state, ForwardState::NeedsAttention { problem } if problem.why.contains("Now it leads to https://127.0.0.1:3."));
    let view = desk.lab.watcher.forward_that(&id, asked_of_third).await;
    let ForwardState::NeedsAttention { problem } = view.state else { unreachable!() };
    assert!(problem.why.contains("led to https://127.0.0.1:2 when"), "{problem:?}");
    desk.lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_authority_for_the_same_server_is_asked_about_in_those_words() {
    let mut desk = Desk::start().await;
    let view = desk.lab.forward(work()).await;
    let id = view.profile.id.clone();
    let user = json!({"token": desk.lab.demo.token()});
    let mut cluster = cluster_of(&desk.lab.demo);
    cluster.as_object_mut().unwrap().remove("certificate-authority-data");
    cluster["insecure-skip-tls-verify"] = json!(true);
    desk.edit(&kubeconfig(&cluster, &user)).await;
    desk.lab.demo.drop_links();
    let (_, problem) = desk.asked(&id).await;
    assert!(problem.why.contains("still leads to"), "{problem:?}");
    assert!(problem.why.contains("no certificate authority"), "{problem:?}");
    // It was a mistake, and is put right.
    desk.edit(&text_of(&desk.lab.demo)).await;
    desk.lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    echoes_at(&desk.lab.ready(&id).await, 0).await;
    desk.lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_to_production_asks_first_and_no_start_turns_it_on() {
    let mut desk = Desk::start().await;
    let production = ContextMark { production: true, colour: Some(Colour::Orange) };
    let view = desk.lab.forward(work()).await;
    let id = view.profile.id.clone();
    desk.mark(production).await;
    // What is on stays on.
    echoes_at(&view, 0).await;
    desk.lab.do_it(Command::Disconnect { id: id.clone() }).await;
    desk.lab.watcher.forward_that(&id, |view| view.state == ForwardState::Off).await;
    for command in [
        Command::Connect { id: id.clone(), confirmed: false },
        Command::UseFreePort { id: id.clone(), port: 0 },
        Command::AcceptCluster { id: id.clone() },
    ] {
        let problem = desk.lab.refuse(command).await;
        assert_eq!(problem.code, ProblemCode::ConfirmFirst);
        assert!(problem.why.contains("production"), "{problem:?}");
    }
    desk.lab.do_it(Command::Connect { id: id.clone(), confirmed: true }).await;
    echoes_at(&desk.lab.ready(&id).await, 0).await;

    // The mark is saved: neither what was on nor what is to be on at a start is.
    for at_start in [AtStart::AsItWas, AtStart::On] {
        let at_start = serde_json::to_value(at_start).unwrap();
        desk.restart(|profile| {
            profile["atStart"] = at_start.clone();
            profile["on"] = true.into();
        })
        .await;
        let view = &desk.lab.watcher.forwards[&id];
        assert_eq!((&view.state, view.profile.on), (&ForwardState::Off, false), "{at_start}");
        assert_eq!(view.profile.off_because, Some(OffReason::AsksFirst));
    }
    assert_eq!(desk.lab.demo.open_links(), 0);

    // Without the mark nothing asks.
    desk.mark(ContextMark::default()).await;
    desk.lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    desk.lab.ready(&id).await;
    desk.lab.shutdown().await;
}
