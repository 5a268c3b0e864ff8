//! The answer to "why?": each prepared fault is found on its own rung, all below is well, and nothing above is touched.

use std::{fs, path::PathBuf, time::Duration};

use cluster::{KubeconfigSources, TargetKind};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    Command, ContextRef, Engine, EngineOptions, Event, Ladder, Outcome, ProblemCode, ProfileDraft, ProfileId,
    Reply, Rung, Subject,
};
use serde_json::{Value, json};
use support::faulty_ways::{CONTEXT, Server, authority_of, closed_port, cluster_of, kubeconfig};

use crate::lab::{Lab, TOO_LONG, Watcher, connect, draft, local, says_the_same};

const RUNGS: [Rung; 11] = [
    Rung::Configuration,
    Rung::Name,
    Rung::Connection,
    Rung::Proxy,
    Rung::Certificate,
    Rung::SignIn,
    Rung::Permission,
    Rung::Target,
    Rung::Pod,
    Rung::DeclaredPort,
    Rung::ListeningPort,
];

/// What no diagnosis may tell.
const PLANTED: &str = "Planted-MustNotShow";

/// A demo cluster, and an engine whose kubeconfig may lead there.
struct Bench {
    demo: DemoCluster,
    directory: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
        let demo = DemoCluster::start(Default::default()).await.unwrap();
        Self { demo, directory: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("config")
    }

    fn user(&self) -> Value {
        json!({"token": self.demo.token()})
    }

    /// An engine with this kubeconfig, and what it says about a forward of this draft.
    async fn ladder(&self, kubeconfig: &str, draft: ProfileDraft) -> Ladder {
        fs::write(self.file(), kubeconfig).unwrap();
        let engine =
            Engine::start(EngineOptions::in_memory(KubeconfigSources::from_files(vec![self.file()])))
                .await
                .unwrap();
        let watcher = Watcher::new(engine.listen()).await;
        let id = create(&engine, draft).await;
        let ladder = diagnose(&engine, watcher, Subject::Forward { id }).await;
        // What it opened is closed, which the far end notices soon.
        let closed = async {
            while self.demo.open_links() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(TOO_LONG, closed).await.expect("links are left");
        engine.shutdown().await;
        let shown = format!("{ladder:?}");
        assert!(!shown.contains("MustNotShow"), "{shown}");
        assert!(!shown.contains(&self.demo.token()), "{shown}");
        ladder
    }
}

async fn create(engine: &Engine, draft: ProfileDraft) -> ProfileId {
    let draft = ProfileDraft { context: ContextRef::kubeconfig(CONTEXT), ..draft };
    match engine.execute(Command::Create { draft, connect: false }).await {
        Ok(Reply::Created { id }) => id,
        other => panic!("{other:?}"),
    }
}

/// Runs it, and checks that the events tell the same story.
async fn diagnose(engine: &Engine, mut watcher: Watcher, subject: Subject) -> Ladder {
    let ladder = match engine.execute(Command::Diagnose { subject, run: 7 }).await {
        Ok(Reply::Ladder { ladder }) => ladder,
        other => panic!("{other:?}"),
    };
    let mut ended = Vec::new();
    while ended.len() < ladder.steps.len() {
        let (index, step) = watcher
            .event(|event| match event {
                Event::LadderStep { run: 7, index, step } => Some((*index, step.clone())),
                _ => None,
            })
            .await;
        assert_eq!(index as usize, ended.len(), "{step:?}");
        assert_eq!(step.rung, RUNGS[ended.len()]);
        if step.outcome != Outcome::Running {
            ended.push(step);
        }
    }
    assert_eq!(ended, ladder.steps);
    for step in &ladder.steps {
        assert_eq!(step.took_ms.is_none(), matches!(step.outcome, Outcome::Skipped { .. }), "{step:?}");
    }
    ladder
}

fn echo() -> ProfileDraft {
    draft("demo", TargetKind::Deployment, "echo", &[":5000"])
}

/// The only rung that failed, after having seen that all is well below and that nothing above was looked at.
fn broken(ladder: &Ladder) -> (Rung, ProblemCode) {
    let at = ladder.steps.iter().position(|step| matches!(step.outcome, Outcome::Failed { .. }));
    let at = at.unwrap_or_else(|| panic!("nothing failed: {}", ladder.text));
    let Outcome::Failed { problem } = &ladder.steps[at].outcome else { unreachable!() };
    let blamed = format!(": {}.", ladder.steps[at].rung.title());
    assert_eq!(ladder.steps.iter().map(|step| step.rung).collect::<Vec<_>>(), RUNGS);
    for step in &ladder.steps[..at] {
        let no_proxy = step.rung == Rung::Proxy && matches!(step.outcome, Outcome::Skipped { .. });
        assert!(step.outcome == Outcome::Passed || no_proxy, "{}", ladder.text);
    }
    for step in &ladder.steps[at + 1..] {
        assert!(
            matches!(&step.outcome, Outcome::Skipped { why } if why.contains("because") && why.contains(&*blamed)),
            "{}",
            ladder.text
        );
    }
    for said in [&problem.what, &problem.why, &problem.remedy] {
        assert!(!said.is_empty(), "{problem:?}");
        assert!(ladder.text.contains(&**said), "{problem:?} is not in {}", ladder.text);
    }
    assert!(!problem.remedy.contains("keeps trying"), "{problem:?}");
    (ladder.steps[at].rung, problem.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_forward_passes_every_rung_and_is_not_touched() {
    let mut lab = Lab::start().await;
    let view = lab.forward(crate::lab::echo()).await;
    let mut stream = connect(local(&view, 0)).await;
    says_the_same(&mut stream, b"before").await.unwrap();
    let id = view.profile.id.clone();
    let before = snapshot(&lab.engine).await;

    let watcher = Watcher::new(lab.engine.listen()).await;
    let ladder = diagnose(&lab.engine, watcher, Subject::Forward { id }).await;
    for step in &ladder.steps {
        let no_proxy = step.rung == Rung::Proxy && matches!(step.outcome, Outcome::Skipped { .. });
        assert!(step.outcome == Outcome::Passed || no_proxy, "{}", ladder.text);
    }
    assert_eq!(ladder.steps.iter().map(|step| step.rung).collect::<Vec<_>>(), RUNGS);

    // Neither the forward nor what is saved of it has noticed.
    assert_eq!(snapshot(&lab.engine).await, before);
    says_the_same(&mut stream, b"after").await.unwrap();
    lab.shutdown().await;
}

async fn snapshot(engine: &Engine) -> Vec<engine::ForwardView> {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => {
            let mut forwards = snapshot.forwards;
            // Numbers of the way to the pod are measured all the time.
            forwards.iter_mut().for_each(|view| view.statistics = Default::default());
            forwards
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_looked_at_up_to_what_may_be_done_there() {
    let bench = Bench::start().await;
    fs::write(bench.file(), kubeconfig(&cluster_of(&bench.demo), &bench.user())).unwrap();
    let sources = KubeconfigSources::from_files(vec![bench.file()]);
    let engine = Engine::start(EngineOptions::in_memory(sources)).await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    let subject = Subject::Cluster { context: ContextRef::kubeconfig(CONTEXT) };
    let ladder = diagnose(&engine, watcher, subject.clone()).await;
    assert_eq!(ladder.steps.last().map(|step| step.rung), Some(Rung::Permission));
    assert_eq!(ladder.steps.last().map(|step| &step.outcome), Some(&Outcome::Passed), "{}", ladder.text);
    // Just this is asked for, where the context is.
    bench.demo.allow_only(&[("get", "pods", "demo"), ("create", "pods/portforward", "demo")]);
    let watcher = Watcher::new(engine.listen()).await;
    let ladder = diagnose(&engine, watcher, subject.clone()).await;
    assert_eq!(ladder.steps.last().map(|step| &step.outcome), Some(&Outcome::Passed), "{}", ladder.text);
    // What may not be done in one namespace may be allowed in another.
    bench.demo.allow_only(&[]);
    let watcher = Watcher::new(engine.listen()).await;
    let ladder = diagnose(&engine, watcher, subject).await;
    assert!(
        matches!(ladder.steps.last().map(|step| &step.outcome), Some(Outcome::Warned { .. })),
        "{}",
        ladder.text
    );
    assert!(
        ladder.text.contains("get pods, nor to create pods/portforward in the namespace demo"),
        "{}",
        ladder.text
    );
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_before_the_server_are_found_on_their_rungs() {
    let bench = Bench::start().await;
    let user = bench.user();
    let sound = cluster_of(&bench.demo);
    let with = |name: &str, value: Value| {
        let mut cluster = sound.clone();
        cluster[name] = value;
        kubeconfig(&cluster, &user)
    };
    let proxy = Server::refusing_proxy().await;
    let other = DemoCluster::start(Default::default()).await.unwrap();
    let (_expired, expired) = Server::expired().await;
    let refusing = format!("http://me:{PLANTED}@{}", proxy.address);
    let cases = [
        ("a broken file", "contexts: [".to_owned(), Rung::Configuration, ProblemCode::Kubeconfig),
        (
            "no such context",
            kubeconfig(&sound, &user).replace(CONTEXT, "elsewhere"),
            Rung::Configuration,
            ProblemCode::Kubeconfig,
        ),
        (
            "a name that nobody knows",
            with("server", json!("https://no-such-host.invalid:6443")),
            Rung::Name,
            ProblemCode::Unreachable,
        ),
        (
            "nothing listens",
            with("server", json!(format!("https://{}", closed_port().await))),
            Rung::Connection,
            ProblemCode::Unreachable,
        ),
        (
            "no proxy listens",
            with("proxy-url", json!(format!("http://{}", closed_port().await))),
            Rung::Connection,
            ProblemCode::Unreachable,
        ),
        ("the proxy refuses", with("proxy-url", json!(refusing)), Rung::Proxy, ProblemCode::Proxy),
        (
            "an authority that nobody trusts",
            with("certificate-authority-data", json!(authority_of(&other))),
            Rung::Certificate,
            ProblemCode::Untrusted,
        ),
        (
            "another name",
            with("tls-server-name", json!("other.example")),
            Rung::Certificate,
            ProblemCode::Untrusted,
        ),
        ("expired", kubeconfig(&expired, &user), Rung::Certificate, ProblemCode::Untrusted),
    ];
    for (what, text, rung, code) in cases {
        let ladder = bench.ladder(&text, echo()).await;
        assert_eq!(broken(&ladder), (rung, code), "{what}: {}", ladder.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_person_are_found_on_their_rungs() {
    let bench = Bench::start().await;
    let sound = cluster_of(&bench.demo);
    let old = bench.demo.token();
    let good = bench.demo.issue_token();
    bench.demo.revoke_token(&old);
    let ladder = bench.ladder(&kubeconfig(&sound, &json!({"token": old})), echo()).await;
    assert_eq!(broken(&ladder), (Rung::SignIn, ProblemCode::Unauthorized), "{}", ladder.text);
    assert!(!ladder.text.contains(&old), "{}", ladder.text);

    // It takes the token, for nobody's.
    let nobodys = bench.demo.issue_token_to("system:anonymous", None);
    let ladder = bench.ladder(&kubeconfig(&sound, &json!({"token": nobodys})), echo()).await;
    assert_eq!(broken(&ladder), (Rung::SignIn, ProblemCode::Unauthorized), "{}", ladder.text);
    assert!(ladder.text.contains("system:anonymous"), "{}", ladder.text);

    // Who shows nothing is somebody to a server, but nobody who is signed in.
    let ladder = bench.ladder(&kubeconfig(&sound, &json!({})), echo()).await;
    assert_eq!(broken(&ladder), (Rung::SignIn, ProblemCode::Unauthorized), "{}", ladder.text);
    bench.demo.admit_anonymous();
    let ladder = bench.ladder(&kubeconfig(&sound, &json!({})), echo()).await;
    assert_eq!(broken(&ladder), (Rung::SignIn, ProblemCode::Unauthorized), "{}", ladder.text);
    assert!(ladder.text.contains("system:anonymous"), "{}", ladder.text);

    // A helper that fails: everything below is looked at all the same.
    let helper = json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
        "args": ["-c", "echo no network for $HELPER_TOKEN >&2; exit 3"],
        "env": [{"name": "HELPER_TOKEN", "value": PLANTED}],
    }});
    if cfg!(unix) {
        let ladder = bench.ladder(&kubeconfig(&sound, &helper), echo()).await;
        assert_eq!(broken(&ladder), (Rung::SignIn, ProblemCode::LoginHelper), "{}", ladder.text);
        assert!(ladder.text.contains("no network for"), "{}", ladder.text);
    }

    bench.demo.forbid("create", "pods/portforward");
    bench.demo.forbid("get", "pods/portforward");
    let ladder = bench.ladder(&kubeconfig(&sound, &json!({"token": good})), echo()).await;
    assert_eq!(broken(&ladder), (Rung::Permission, ProblemCode::Forbidden), "{}", ladder.text);
    assert!(ladder.text.contains("create pods/portforward in the namespace demo"), "{}", ladder.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_target_are_found_on_their_rungs() {
    let bench = Bench::start().await;
    let text = kubeconfig(&cluster_of(&bench.demo), &bench.user());
    let deployment = |name: &str, ports: &[&str]| draft("demo", TargetKind::Deployment, name, ports);
    for (what, draft, rung, code) in [
        ("missing", deployment("nothing", &[":1"]), Rung::Target, ProblemCode::TargetNotFound),
        (
            "no selector",
            draft("lab", TargetKind::Service, "external", &[":1"]),
            Rung::Target,
            ProblemCode::TargetUnsuitable,
        ),
        (
            "no such port",
            deployment("echo", &[":5000", ":nope"]),
            Rung::DeclaredPort,
            ProblemCode::PortNotDeclared,
        ),
        (
            "nothing listens",
            deployment("echo", &[":5000", ":5999"]),
            Rung::ListeningPort,
            ProblemCode::PortNotListening,
        ),
    ] {
        let ladder = bench.ladder(&text, draft).await;
        assert_eq!(broken(&ladder), (rung, code), "{what}: {}", ladder.text);
        let of_ports = [Rung::DeclaredPort, Rung::ListeningPort].contains(&rung);
        assert_eq!(blamed_port(&ladder), of_ports.then_some(1), "{what}: {}", ladder.text);
    }
    // The first of several.
    let ladder = bench.ladder(&text, deployment("echo", &[":5998", ":5000", ":5999"])).await;
    assert_eq!(blamed_port(&ladder), Some(0), "{}", ladder.text);
    assert!(bench.demo.scale("demo", "echo", 0));
    while bench.demo.pod_of("demo", "echo").is_some() {
        tokio::task::yield_now().await;
    }
    let ladder = bench.ladder(&text, echo()).await;
    assert_eq!(broken(&ladder), (Rung::Pod, ProblemCode::NoPod), "{}", ladder.text);
}

/// What is found out about the cluster is shown of the cluster; what is found out about a target is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_clusters_tells_what_was_found() {
    let bench = Bench::start().await;
    let sound = kubeconfig(&cluster_of(&bench.demo), &bench.user());
    let away = json!({"server": format!("https://{}", closed_port().await)});
    let missing = draft("demo", TargetKind::Deployment, "nothing", &[":1"]);
    for (text, expected) in [(sound, "reachable"), (kubeconfig(&away, &bench.user()), "unreachable")] {
        fs::write(bench.file(), text).unwrap();
        let sources = KubeconfigSources::from_files(vec![bench.file()]);
        let engine = Engine::start(EngineOptions::in_memory(sources)).await.unwrap();
        let id = create(&engine, missing.clone()).await;
        let watcher = Watcher::new(engine.listen()).await;
        let ladder = diagnose(&engine, watcher, Subject::Forward { id }).await;
        let Ok(Reply::Snapshot { snapshot }) = engine.execute(Command::Snapshot).await else {
            panic!("none")
        };
        let standing = serde_json::to_value(&snapshot.clusters[0].standing).unwrap();
        assert_eq!(standing["type"], expected, "{standing}: {}", ladder.text);
        engine.shutdown().await;
    }
}

fn blamed_port(ladder: &Ladder) -> Option<u32> {
    ladder.steps.iter().find_map(|step| match &step.outcome {
        Outcome::Failed { problem } => problem.port,
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pod_that_would_serve_is_looked_at_and_no_other() {
    // One that is to end takes its time.
    let termination = Duration::from_secs(3600);
    let demo = DemoCluster::start(DemoOptions { termination, ..DemoOptions::default() }).await.unwrap();
    let bench = Bench { demo, directory: tempfile::tempdir().unwrap() };
    let text = kubeconfig(&cluster_of(&bench.demo), &bench.user());
    let of_pod = |ladder: &Ladder| ladder.steps.iter().find(|step| step.rung == Rung::Pod).unwrap().clone();

    let pods: Vec<String> =
        bench.demo.pods("demo").into_iter().filter(|name| name.starts_with("web-")).collect();
    assert_eq!(pods.len(), 2);
    for name in pods {
        let web = draft("demo", TargetKind::Deployment, "web", &[":80"]);
        let pinned = ProfileDraft { pods: engine::PodChoice::Pinned { name: name.clone() }, ..web };
        let step = of_pod(&bench.ladder(&text, pinned).await);
        assert_eq!((step.outcome, &*step.detail), (Outcome::Passed, &*format!("{name} is ready.")));
    }

    bench.demo.add_pods("crowd", 1);
    assert!(bench.demo.set_ready("crowd", 0, false));
    let unready = draft("crowd", TargetKind::Pod, "crowd-00000", &[":8080"]);
    let step = of_pod(&bench.ladder(&text, unready).await);
    let Outcome::Warned { problem } = &step.outcome else { panic!("{step:?}") };
    assert!(problem.why.contains("crowd-00000"), "{problem:?}");

    assert!(bench.demo.delete_pod("demo", "cache-0"));
    let leaving = draft("demo", TargetKind::Pod, "cache-0", &[":6379"]);
    let ladder = bench.ladder(&text, leaving).await;
    assert_eq!(broken(&ladder), (Rung::Pod, ProblemCode::NoPod), "{}", ladder.text);
    assert!(ladder.text.contains("The pod cache-0 is being stopped."), "{}", ladder.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_nobody_waits_for_ends_and_not_too_many_run() {
    let bench = Bench::start().await;
    let (silent, mut told) = Server::silent().await;
    let cluster = json!({"server": format!("https://{}", silent.address)});
    fs::write(bench.file(), kubeconfig(&cluster, &bench.user())).unwrap();
    let sources = KubeconfigSources::from_files(vec![bench.file()]);
    let engine = Engine::start(EngineOptions::in_memory(sources)).await.unwrap();
    let mut watcher = Watcher::new(engine.listen()).await;
    let command = |run| Command::Diagnose {
        subject: Subject::Cluster { context: ContextRef::kubeconfig(CONTEXT) },
        run,
    };
    let runs: Vec<_> = (0..8)
        .map(|run| {
            let (engine, command) = (engine.clone(), command(run));
            tokio::spawn(async move { engine.execute(command).await })
        })
        .collect();
    for _ in 0..8 {
        let heard = tokio::time::timeout(TOO_LONG, told.recv()).await.expect("nobody came");
        assert_eq!(heard, Some(true), "it ended though somebody waits for it");
    }
    let refused = engine.execute(command(8)).await.unwrap_err();
    assert!(refused.what.contains("Too many"), "{refused:?}");
    runs.iter().for_each(tokio::task::JoinHandle::abort);
    for run in runs {
        assert!(run.await.unwrap_err().is_cancelled());
    }
    for _ in 0..8 {
        let ended = tokio::time::timeout(TOO_LONG, told.recv()).await.expect("a connection is left");
        assert_eq!(ended, Some(false));
    }
    // And the end of the engine ends one that somebody waits for.
    let last = tokio::spawn({
        let (engine, command) = (engine.clone(), command(9));
        async move { engine.execute(command).await }
    });
    let stuck = |event: &Event| match event {
        Event::LadderStep { run: 9, index: 4, .. } => Some(()),
        _ => None,
    };
    watcher.event(stuck).await;
    engine.shutdown().await;
    assert!(last.await.unwrap().unwrap_err().what.contains("ending"));
}
