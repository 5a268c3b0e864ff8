//! Clusters that the person adds, and signing in while forwards are on.

use cluster::{KubeconfigSources, SecretKeeper, SecretText};
use democluster::DemoCluster;
use engine::{
    ClusterDraft, ClusterView, Command, ContextRef, Engine, EngineOptions, Event, ForwardState, ForwardView,
    KeepSecret, ProblemCode, ProfileDraft, RemedyAction, Reply, SignIn, Snapshot, Standing, Trust,
};

use crate::lab::{Lab, Watcher, connect, demo_context, echo, echoes_at, local, says_the_same};

/// A lab without kubeconfig, whose engine keeps secrets by this.
async fn lab_with(secrets: SecretKeeper) -> Lab {
    let Lab { demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let options =
        EngineOptions { secrets, ..EngineOptions::in_memory(KubeconfigSources::from_files(Vec::new())) };
    let engine = Engine::start(options).await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    Lab { demo, engine, watcher }
}

fn by_token(token: String) -> SignIn {
    SignIn::Token { token: SecretText::new(token) }
}

async fn snapshot(engine: &Engine) -> Snapshot {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot,
        other => panic!("{other:?}"),
    }
}

async fn view_of(engine: &Engine, context: &ContextRef) -> ClusterView {
    let views = snapshot(engine).await.clusters;
    views
        .into_iter()
        .find(|view| view.context == *context)
        .unwrap_or_else(|| panic!("{context:?} is not shown"))
}

/// The demo cluster as a person would add it who has looked at its certificate.
async fn draft_of(engine: &Engine, demo: &DemoCluster) -> ClusterDraft {
    let server = demo.server_url().to_owned();
    let probe = Command::ProbeServer { server: server.clone(), trust: Trust::System };
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

async fn add(lab: &Lab, keep: KeepSecret) -> ContextRef {
    let draft = draft_of(&lab.engine, &lab.demo).await;
    let command = Command::AddCluster { draft, sign_in: by_token(lab.demo.token()), keep };
    match lab.engine.execute(command).await {
        Ok(Reply::ClusterAdded { context }) => context,
        other => panic!("{other:?}"),
    }
}

fn id_of(context: &ContextRef) -> String {
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
    lab.demo.drop_links();
    let view = lab.watcher.forward_that(&id, |view| needs_sign_in(view).is_some()).await;
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
    lab.demo.drop_links();
    lab.watcher.event(gone).await;
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
