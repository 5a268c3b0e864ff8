//! OpenShift's own ways of signing in, through the engine's commands: a name and a password, and the browser.

use std::time::Duration;

use cluster::{KubeconfigSources, SecretText};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    ClusterDraft, Command, ContextRef, Engine, EngineOptions, Event, ForwardState, ForwardView, KeepSecret,
    Outcome, Pasted, ProblemCode, ProfileDraft, RemedyAction, Reply, Rung, ServerReport, SignIn, Standing,
    Subject, Trust,
};
use support::{browser, requirement::require};

use crate::lab::{Lab, TOO_LONG, Watcher, connect, echo, echoes_at, local, says_the_same};

/// An OpenShift cluster, and an engine that knows no cluster.
async fn lab(own_oauth_server: bool) -> Lab {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = DemoOptions { openshift: true, own_oauth_server, ..DemoOptions::default() };
    let demo = DemoCluster::start(options).await.unwrap();
    let sources = KubeconfigSources::from_files(Vec::new());
    let engine = Engine::start(EngineOptions::in_memory(sources)).await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    Lab { demo, engine, watcher }
}

async fn report(lab: &Lab, trust: &Trust) -> ServerReport {
    let probe = Command::ProbeServer {
        server: lab.demo.server_url().to_owned(),
        trust: trust.clone(),
        context: None,
    };
    match lab.engine.execute(probe).await {
        Ok(Reply::Server { report }) => report,
        other => panic!("{other:?}"),
    }
}

/// What the person trusts who has looked at all that is shown.
async fn pins(lab: &Lab) -> [Trust; 2] {
    let own = report(lab, &Trust::System).await.certificate.unwrap().sha256;
    let pinned = Trust::Pinned { sha256: own.clone() };
    let both = match report(lab, &pinned).await.sign_in_server {
        Some(other) => Trust::Pinned { sha256: format!("{own},{}", other.certificate.sha256) },
        None => pinned.clone(),
    };
    [pinned, both]
}

fn draft(lab: &Lab, trust: Trust) -> ClusterDraft {
    ClusterDraft { name: "Mine".into(), server: lab.demo.server_url().to_owned(), trust, namespace: None }
}

fn by_password() -> SignIn {
    SignIn::Password { user: "developer".into(), password: SecretText::new("developer") }
}

/// Does what ends with a person at the sign-in page, and is that person. Gives what came of it.
async fn with_a_person(lab: &mut Lab, command: Command) -> Reply {
    let engine = lab.engine.clone();
    let doing = tokio::spawn(async move { engine.execute(command).await });
    let page = |event: &Event| match event {
        Event::ClustersChanged { clusters } => clusters.iter().find_map(|view| match &view.standing {
            Standing::SigningIn { address } => Some(address.clone()),
            _ => None,
        }),
        _ => None,
    };
    let address = lab.watcher.event(page).await;
    let mut person = tokio::process::Command::new(browser::PROGRAM);
    person.args(browser::arguments("developer", "developer")).arg(address).kill_on_drop(true);
    let shown = tokio::time::timeout(TOO_LONG, person.output()).await.unwrap().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("You are signed in."), "{shown}");
    doing.await.unwrap().unwrap()
}

fn context_in(reply: Reply) -> ContextRef {
    match reply {
        Reply::ClusterAdded { context } => context,
        other => panic!("{other:?}"),
    }
}

/// A forward of it works, and after the token has expired somebody who waits at the port is served once `again` is done.
async fn works_and_is_renewed(mut lab: Lab, context: ContextRef, again: SignIn) {
    let view = lab.forward(ProfileDraft { context: context.clone(), ..echo() }).await;
    let (id, port) = (view.profile.id.clone(), local(&view, 0));
    echoes_at(&view, 0).await;
    assert!(lab.demo.expire_tokens() > 0);
    let expired = |view: &ForwardView| matches!(&view.state, ForwardState::NeedsAttention { problem } if problem.code == ProblemCode::Unauthorized);
    lab.cut_until(&id, expired).await;
    let mut held = connect(port).await;
    let is_browser = matches!(again, SignIn::Browser);
    let command = Command::SignIn { context, sign_in: again, keep: KeepSecret::Keyring };
    if is_browser {
        assert_eq!(with_a_person(&mut lab, command).await, Reply::Done);
    } else {
        lab.do_it(command).await;
    }
    says_the_same(&mut held, b"held until somebody had signed in").await.unwrap();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_password_sign_in_and_again() {
    let lab = lab(false).await;
    let [pinned, both] = pins(&lab).await;
    assert_eq!(pinned, both, "there is one server");
    let draft = draft(&lab, pinned);
    let command = Command::AddCluster { draft, sign_in: by_password(), keep: KeepSecret::Keyring };
    let context = context_in(lab.engine.execute(command).await.unwrap());
    works_and_is_renewed(lab, context, by_password()).await;
}

/// Signed in by a token that lives so long.
async fn signed_in_for(lab: &Lab, lifetime: Duration) -> ContextRef {
    lab.demo.set_token_lifetime(lifetime);
    let [pinned, _] = pins(lab).await;
    let draft = draft(lab, pinned);
    let command = Command::AddCluster { draft, sign_in: by_password(), keep: KeepSecret::Keyring };
    context_in(lab.engine.execute(command).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ladder_tells_that_a_sign_in_ends_soon() {
    let lab = lab(false).await;
    for (lifetime, soon) in [(Duration::from_secs(30 * 60), true), (Duration::from_secs(86_400), false)] {
        let context = signed_in_for(&lab, lifetime).await;
        let diagnose = Command::Diagnose { subject: Subject::Cluster { context }, run: 1 };
        let Ok(Reply::Ladder { ladder }) = lab.engine.execute(diagnose).await else { panic!("no ladder") };
        let step = ladder.steps.iter().find(|step| step.rung == Rung::SignIn).unwrap();
        let warned = matches!(&step.outcome, Outcome::Warned { problem } if problem.what.contains("expires"));
        assert_eq!(warned, soon, "{}", ladder.text);
    }
    lab.shutdown().await;
}

/// Ten minutes before, and nothing else has to happen for it.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_sign_in_is_warned_of_in_time() {
    let mut lab = lab(false).await;
    let added = signed_in_for(&lab, Duration::from_secs(10 * 60 + 2)).await;
    let soon = |event: &Event| match event {
        Event::ClustersChanged { clusters } => {
            clusters.iter().any(|view| view.context == added && view.expires_soon).then_some(())
        }
        _ => None,
    };
    lab.watcher.event(soon).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_signs_in_and_again() {
    if !require(browser::PROGRAM) {
        return;
    }
    let mut lab = lab(true).await;
    let [_, both] = pins(&lab).await;
    let draft = draft(&lab, both);
    let command = Command::AddCluster { draft, sign_in: SignIn::Browser, keep: KeepSecret::Keyring };
    let context = context_in(with_a_person(&mut lab, command).await);
    works_and_is_renewed(lab, context, SignIn::Browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_a_sign_in_server_is_trusted_apart() {
    let lab = lab(true).await;
    let [pinned, both] = pins(&lab).await;
    assert_ne!(pinned, both, "there are two servers");
    let add = |trust| Command::AddCluster {
        draft: draft(&lab, trust),
        sign_in: by_password(),
        keep: KeepSecret::Keyring,
    };
    assert_eq!(lab.refuse(add(pinned.clone())).await.code, ProblemCode::Untrusted);
    // What a pasted kubeconfig says of its own server's certificate counts for that one only.
    let token = format!("token: \"{}\"", lab.demo.token());
    let kubeconfig = lab.demo.kubeconfig().replace(&token, "username: developer\n    password: developer");
    assert!(!kubeconfig.contains("token"), "{kubeconfig}");
    let read = Command::ReadPasted { text: SecretText::new(kubeconfig.as_str()) };
    let Ok(Reply::Pasted { pasted: Pasted::Kubeconfig { contexts } }) = lab.engine.execute(read).await else {
        panic!("it is a kubeconfig")
    };
    let told = report(&lab, &contexts[0].trust).await;
    assert_eq!(told.certificate.unwrap().distrust, None, "its own authority counts");
    assert!(told.sign_in_server.unwrap().certificate.distrust.is_some(), "that is the one to ask about");
    let paste = |trust| Command::AddCluster {
        draft: draft(&lab, trust),
        sign_in: SignIn::Pasted { text: SecretText::new(kubeconfig.as_str()), context: None, password: None },
        keep: KeepSecret::Keyring,
    };
    for trust in [Trust::System, pinned.clone()] {
        assert_eq!(lab.refuse(paste(trust)).await.code, ProblemCode::Untrusted);
    }
    context_in(lab.engine.execute(paste(both.clone())).await.unwrap());
    let context = context_in(lab.engine.execute(add(both.clone())).await.unwrap());

    // Where the trust was lost, it is the window's question that helps.
    let ContextRef::Own { id } = &context else { panic!("{context:?}") };
    lab.do_it(Command::UpdateCluster { id: id.clone(), draft: draft(&lab, pinned) }).await;
    let again =
        Command::SignIn { context: context.clone(), sign_in: by_password(), keep: KeepSecret::Keyring };
    let problem = lab.refuse(again).await;
    assert_eq!(problem.code, ProblemCode::Untrusted);
    assert_eq!(problem.action, Some(RemedyAction::TrustServer { context: context.clone().into() }));
    lab.do_it(Command::UpdateCluster { id: id.clone(), draft: draft(&lab, both) }).await;
    works_and_is_renewed(lab, context, by_password()).await;
}
