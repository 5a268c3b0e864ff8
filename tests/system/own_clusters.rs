//! Clusters that the person adds, and signing in while forwards are on.

use std::time::Duration;

use cluster::{KubeconfigSources, SecretKeeper, SecretText};
use democluster::DemoCluster;
use engine::{
    ClusterDraft, ClusterView, Command, ContextRef, Engine, EngineOptions, Event, ForwardState, ForwardView,
    KeepSecret, ProblemCode, ProfileDraft, RemedyAction, Reply, SignIn, Snapshot, Standing, Subject, Trust,
};

use crate::lab::{
    Lab, TOO_LONG, Watcher, connect, demo_context, echo, echoes_at, local, read_all, says_the_same,
};

/// A lab without kubeconfig, whose engine keeps secrets by this.
pub(crate) async fn lab_with(secrets: SecretKeeper) -> Lab {
    let Lab { demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let options =
        EngineOptions { secrets, ..EngineOptions::in_memory(KubeconfigSources::from_files(Vec::new())) };
    let engine = Engine::start(options).await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    Lab { demo, engine, watcher }
}

pub(crate) fn by_token(token: String) -> SignIn {
    SignIn::Token { token: SecretText::new(token) }
}

pub(crate) async fn snapshot(engine: &Engine) -> Snapshot {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn view_of(engine: &Engine, context: &ContextRef) -> ClusterView {
    let views = snapshot(engine).await.clusters;
    views
        .into_iter()
        .find(|view| view.context == *context)
        .unwrap_or_else(|| panic!("{context:?} is not shown"))
}

/// The demo cluster as a person would add it who has looked at its certificate.
pub(crate) async fn draft_of(engine: &Engine, demo: &DemoCluster) -> ClusterDraft {
    let server = demo.server_url().to_owned();
    let probe = Command::ProbeServer { server: server.clone(), trust: Trust::System, context: None };
    let Ok(Reply::Server { report }) = engine.execute(probe).await else { panic!("no report") };
    let certificate = report.certificate.unwrap();
    assert!(certificate.distrust.is_some(), "nobody but its kubeconfig knows its authority");
    ClusterDraft {
        name: " Mine ".into(),
        server,
        trust: Trust::Pinned { sha256: certificate.sha256 },
        namespace: None,
    }
}

pub(crate) async fn add(lab: &Lab, keep: KeepSecret) -> ContextRef {
    let draft = draft_of(&lab.engine, &lab.demo).await;
    let command = Command::AddCluster { draft, sign_in: by_token(lab.demo.token()), keep };
    match lab.engine.execute(command).await {
        Ok(Reply::ClusterAdded { context }) => context,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn id_of(context: &ContextRef) -> String {
    match context {
        ContextRef::Own { id } => id.clone(),
        other => panic!("{other:?}"),
    }
}

fn needs_sign_in(view: &ForwardView) -> Option<&RemedyAction> {
    match &view.state {
        ForwardState::NeedsAttention { problem } if problem.code == ProblemCode::Unauthorized => {
            problem.action.as_ref()
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_serves_by_the_same_listener() {
    let mut lab = lab_with(SecretKeeper::memory()).await;
    let context = add(&lab, KeepSecret::Keyring).await;
    let view = lab.forward(ProfileDraft { context: context.clone(), ..echo() }).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    echoes_at(&view, 0).await;

    lab.demo.revoke_token(&lab.demo.token());
    let view = lab.cut_until(&id, |view| needs_sign_in(view).is_some()).await;
    assert_eq!(needs_sign_in(&view), Some(&RemedyAction::SignIn { context: context.clone().into() }));
    assert!(matches!(view_of(&lab.engine, &context).await.standing, Standing::NeedsSignIn { .. }));
    // Accepted by the listener of before, and held.
    let mut held = connect(port).await;

    let sign_in = by_token(lab.demo.issue_token());
    lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Keyring }).await;
    let message = b"held until somebody had signed in";
    says_the_same(&mut held, message).await.unwrap();
    let live = |view: &ForwardView| matches!(view.state, ForwardState::Live { .. });
    let view = lab.watcher.forward_that(&id, live).await;
    assert_eq!(local(&view, 0), port);
    assert_eq!(view_of(&lab.engine, &context).await.standing, Standing::Reachable);
    lab.shutdown().await;
}

/// A listener that was closed and bound again would have reset who was accepted before.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_removing_a_cluster_leave_the_listener_and_whoever_is_held() {
    let mut lab = lab_with(SecretKeeper::memory()).await;
    let context = add(&lab, KeepSecret::Session).await;
    let view = lab.forward(ProfileDraft { context: context.clone(), ..echo() }).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    let mut carried = connect(port).await;
    says_the_same(&mut carried, b"carried").await.unwrap();
    #[cfg(target_os = "linux")]
    let socket = listening_socket(port);

    lab.do_it(Command::SignOut { context: context.clone() }).await;
    lab.watcher.forward_that(&id, |view| needs_sign_in(view).is_some()).await;
    assert!(read_all(&mut carried).await.is_err(), "who was signed out carries nothing any more");
    // The tunnel of before too.
    let no_links = async {
        while lab.demo.open_links() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TOO_LONG, no_links).await.expect("a tunnel is left");
    let mut held = connect(port).await;
    lab.do_it(Command::RemoveCluster { id: id_of(&context) }).await;
    let gone = |view: &ForwardView| match &view.state {
        ForwardState::NeedsAttention { problem } => problem.code == ProblemCode::Kubeconfig,
        _ => false,
    };
    lab.watcher.forward_that(&id, gone).await;
    lab.do_it(Command::RestoreCluster { id: id_of(&context) }).await;
    let sign_in = by_token(lab.demo.token());
    lab.do_it(Command::SignIn { context, sign_in, keep: KeepSecret::Session }).await;
    says_the_same(&mut held, b"held all the time").await.unwrap();
    #[cfg(target_os = "linux")]
    assert_eq!(listening_socket(port), socket, "the same socket, and not another one at the same port");
    lab.shutdown().await;
}

/// The number that the system gives the socket which listens at this port of 127.0.0.1.
#[cfg(target_os = "linux")]
fn listening_socket(port: u16) -> String {
    const LISTENS: &str = "0A";
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!("0100007F:{port:04X}");
    let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = rows.find(|row| row.get(1) == Some(&local.as_str()) && row.get(3) == Some(&LISTENS));
    row.expect("somebody listens there")[9].to_owned()
}

/// Somebody signs in by the kubeconfig while Culvert does not run, or while it does: that counts, and not what was kept
/// before. Another namespace is no other sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_kubeconfig_that_changed_between_two_runs_counts_again() {
    let Lab { mut demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let original = demo.kubeconfig();
    // As GNOME's would, it stays while Culvert comes and goes.
    let secrets = SecretKeeper::memory();
    let context = demo_context();
    let elsewhere = original.replace("namespace: demo", "namespace: shop");
    assert_ne!(elsewhere, original);
    for (changed, kept) in [("namespace", Some(KeepSecret::Keyring)), ("token", None)] {
        std::fs::write(&file, &original).unwrap();
        let start = || async {
            let options = EngineOptions {
                secrets: secrets.clone(),
                ..EngineOptions::in_memory(KubeconfigSources::from_files(vec![file.clone()]))
            };
            let engine = Engine::start(options).await.unwrap();
            let watcher = Watcher::new(engine.listen()).await;
            (engine, watcher)
        };
        let (engine, watcher) = start().await;
        let lab = Lab { demo, engine, watcher };
        let sign_in = by_token(lab.demo.issue_token());
        lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Keyring }).await;
        lab.engine.shutdown().await;
        let fresh = lab.demo.issue_token();
        let signed_in = lab.demo.kubeconfig();
        assert!(signed_in.contains(&fresh) && signed_in != original);
        std::fs::write(&file, if changed == "token" { &signed_in } else { &elsewhere }).unwrap();
        let (engine, watcher) = start().await;
        let mut lab = Lab { demo: lab.demo, engine, watcher };
        let view = lab.forward(echo()).await;
        echoes_at(&view, 0).await;
        assert_eq!(view_of(&lab.engine, &context).await.kept, kept, "changed: {changed}");
        for (now, kept) in [(&original, kept), (&elsewhere, kept), (&signed_in, None)] {
            std::fs::write(&file, now).unwrap();
            lab.engine.execute(Command::ReloadContexts).await.unwrap();
            if changed == "namespace" {
                assert_eq!(view_of(&lab.engine, &context).await.kept, kept, "{now}");
            }
        }
        lab.engine.shutdown().await;
        demo = lab.demo;
    }
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_saved_only_if_signing_in_works_and_its_secret_goes_with_it() {
    let mut lab = lab_with(SecretKeeper::memory()).await;
    let draft = draft_of(&lab.engine, &lab.demo).await;
    let wrong = Command::AddCluster { draft, sign_in: by_token("wrong".into()), keep: KeepSecret::Keyring };
    assert_eq!(lab.refuse(wrong).await.code, ProblemCode::Unauthorized);
    let before = snapshot(&lab.engine).await;
    assert_eq!((before.clusters.len(), before.secrets), (0, 0));

    let context = add(&lab, KeepSecret::Session).await;
    let view = view_of(&lab.engine, &context).await;
    assert_eq!((view.name.as_str(), view.kept), ("Mine", Some(KeepSecret::Session)));
    assert_eq!(view.standing, Standing::Reachable);
    let view = lab.forward(ProfileDraft { context: context.clone(), ..echo() }).await;
    let id = id_of(&context);

    lab.do_it(Command::RemoveCluster { id: id.clone() }).await;
    assert_eq!(lab.problem_of(&view.profile.id).await.code, ProblemCode::Kubeconfig);
    assert_eq!(snapshot(&lab.engine).await.secrets, 0);
    lab.do_it(Command::RestoreCluster { id: id.clone() }).await;
    echoes_at(&lab.ready(&view.profile.id).await, 0).await;
    assert_eq!(snapshot(&lab.engine).await.secrets, 1);
    assert_eq!(lab.refuse(Command::RestoreCluster { id: id.clone() }).await.code, ProblemCode::Kubeconfig);

    lab.do_it(Command::SignOut { context: context.clone() }).await;
    let view = lab.watcher.forward_that(&view.profile.id, |view| needs_sign_in(view).is_some()).await;
    assert_eq!(snapshot(&lab.engine).await.secrets, 0);

    let sign_in = by_token(lab.demo.token());
    lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Session }).await;
    lab.ready(&view.profile.id).await;
    lab.do_it(Command::ForgetSecrets).await;
    lab.watcher.forward_that(&view.profile.id, |view| needs_sign_in(view).is_some()).await;
    assert_eq!(snapshot(&lab.engine).await.secrets, 0);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_never_gets_the_secret_of_the_one_before() {
    let lab = lab_with(SecretKeeper::memory()).await;
    let context = add(&lab, KeepSecret::Keyring).await;
    let mut draft = draft_of(&lab.engine, &lab.demo).await;
    draft.name = "Renamed".into();
    lab.do_it(Command::UpdateCluster { id: id_of(&context), draft: draft.clone() }).await;
    let view = view_of(&lab.engine, &context).await;
    assert_eq!((view.name.as_str(), view.kept), ("Renamed", Some(KeepSecret::Keyring)));
    draft.server = "https://elsewhere.example:6443".into();
    lab.do_it(Command::UpdateCluster { id: id_of(&context), draft }).await;
    let view = view_of(&lab.engine, &context).await;
    assert_eq!((view.server.as_str(), view.kept), ("https://elsewhere.example:6443", None));
    assert_eq!(snapshot(&lab.engine).await.secrets, 0);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pasted_goes_to_no_other_server() {
    let lab = lab_with(SecretKeeper::memory()).await;
    let draft = draft_of(&lab.engine, &lab.demo).await;
    let text = format!("oc login --token={} --server=https://elsewhere.example.com:6443", lab.demo.token());
    let sign_in = SignIn::Pasted { text: SecretText::new(text), context: None, password: None };
    let problem = lab.refuse(Command::AddCluster { draft, sign_in, keep: KeepSecret::Keyring }).await;
    assert_eq!(
        problem.code,
        ProblemCode::BadInput,
        "the demo cluster would have taken the token: {problem:?}"
    );
    assert!(problem.why.contains("https://elsewhere.example.com:6443"), "{problem:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_beside_the_kubeconfig_counts_until_it_is_refused() {
    let mut lab = Lab::start().await;
    let first = lab.demo.token();
    let second = lab.demo.issue_token();
    let context = demo_context();
    let sign_in = by_token(second.clone());
    lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Keyring }).await;
    assert_eq!(view_of(&lab.engine, &context).await.kept, Some(KeepSecret::Keyring));
    // Only the one that Culvert keeps is good.
    lab.demo.revoke_token(&first);
    let view = lab.forward(echo()).await;
    echoes_at(&view, 0).await;
    let gone = |event: &Event| match event {
        Event::ClustersChanged { clusters } => clusters.iter().all(|view| view.kept.is_none()).then_some(()),
        _ => None,
    };
    lab.demo.revoke_token(&second);
    let id = view.profile.id;
    lab.cut_until(&id, |view| needs_sign_in(view).is_some()).await;
    assert_eq!(
        view_of(&lab.engine, &context).await.kept,
        Some(KeepSecret::Keyring),
        "it may be a bad moment"
    );
    let connecting = async {
        loop {
            lab.engine.execute(Command::Connect { id: id.clone(), confirmed: false }).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = connecting => unreachable!(),
        () = lab.watcher.event(gone) => {}
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_cluster_is_not_signed_in_to() {
    let lab = lab_with(SecretKeeper::memory()).await;
    let command =
        Command::SignIn { context: ContextRef::Demo, sign_in: SignIn::Browser, keep: KeepSecret::Session };
    assert_eq!(lab.refuse(command).await.code, ProblemCode::BadInput);
    lab.shutdown().await;
}

/// Every real contact says how the cluster is: looking around in it and asking why, not forwards alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_standing_of_a_cluster_comes_from_whatever_reached_it() {
    let lab = Lab::start().await;
    let context = demo_context();
    let namespace = "demo".to_owned();
    let list = Command::ListTargets { context: context.clone(), namespace };
    let why = Command::Diagnose { subject: Subject::Cluster { context: context.clone() }, run: 1 };
    assert_eq!(view_of(&lab.engine, &context).await.standing, Standing::Unknown);
    lab.engine.execute(list.clone()).await.unwrap();
    assert_eq!(view_of(&lab.engine, &context).await.standing, Standing::Reachable);
    lab.demo.revoke_token(&lab.demo.token());
    lab.engine.execute(why.clone()).await.unwrap();
    let standing = view_of(&lab.engine, &context).await.standing;
    assert!(matches!(standing, Standing::NeedsSignIn { .. }), "{standing:?}");
    lab.shutdown().await;

    let Lab { demo, engine, .. } = Lab::start().await;
    engine.execute(why.clone()).await.unwrap();
    assert_eq!(view_of(&engine, &context).await.standing, Standing::Reachable);
    demo.shutdown().await;
    engine.execute(why).await.unwrap();
    let standing = view_of(&engine, &context).await.standing;
    assert!(matches!(standing, Standing::Unreachable { .. }), "{standing:?}");
    engine.shutdown().await;
}

/// Whether a kubeconfig's server is trusted is for the kubeconfig to say.
#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_a_kubeconfigs_cluster_is_judged_by_the_kubeconfig() {
    let lab = Lab::start().await;
    let probe = |context| Command::ProbeServer {
        server: lab.demo.server_url().to_owned(),
        trust: Trust::System,
        context,
    };
    for (context, trusted) in [(None, false), (Some(demo_context()), true)] {
        let Ok(Reply::Server { report }) = lab.engine.execute(probe(context)).await else {
            panic!("no report")
        };
        assert_eq!(report.certificate.unwrap().distrust.is_none(), trusted);
    }
    lab.shutdown().await;
}
