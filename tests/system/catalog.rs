//! What there is to choose from, and the demo cluster inside the application.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cluster::{KubeconfigSources, TargetKind};
use democluster::{DemoCluster, DemoOptions};
use engine::{Command, ContextRef, DemoSource, DemoState, Engine, EngineOptions, Event, ProfileDraft, Reply};
use futures::{FutureExt as _, future::BoxFuture};

use crate::lab::{Lab, Watcher, demo_context, echo, echoes_at};

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_and_targets_are_listed() {
    let lab = Lab::start().await;
    let reply = lab.engine.execute(Command::ListNamespaces { context: demo_context() }).await.unwrap();
    let Reply::Namespaces { names, preferred, notice } = reply else { panic!("{reply:?}") };
    assert!(
        names.is_sorted() && ["default", "demo", "lab"].iter().all(|name| names.contains(&(*name).into()))
    );
    assert_eq!((preferred.as_str(), notice), ("demo", None));

    let list = Command::ListTargets { context: demo_context(), namespace: "demo".into() };
    let reply = lab.engine.execute(list).await.unwrap();
    let Reply::Targets { targets, notices } = reply else { panic!("{reply:?}") };
    assert!(notices.is_empty(), "{notices:?}");
    assert!(targets.is_sorted_by_key(|target| match target.target.kind {
        TargetKind::Service => 0,
        TargetKind::Deployment => 1,
        TargetKind::StatefulSet => 2,
        TargetKind::DaemonSet => 3,
        TargetKind::ReplicaSet => 4,
        TargetKind::Job => 5,
        TargetKind::Pod => 6,
        TargetKind::Selector => panic!("a selector is typed"),
    }));
    let web = targets.iter().find(|target| target.target.to_string() == "deployment/web").unwrap();
    assert_eq!((web.ready, web.wanted), (2, 2));
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_listed_is_said_once_and_hides_nothing_else() {
    let lab = Lab::start().await;
    for kind in ["deployments", "daemonsets", "replicasets", "jobs"] {
        lab.demo.forbid("list", kind);
    }
    let list = Command::ListTargets { context: demo_context(), namespace: "demo".into() };
    let reply = lab.engine.execute(list).await.unwrap();
    let Reply::Targets { targets, notices } = reply else { panic!("{reply:?}") };
    assert!(targets.iter().any(|target| target.target.to_string() == "service/web"));
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!(
        notice.what,
        "You are not allowed to list deployments, daemon sets, replica sets and jobs in the namespace demo."
    );
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_are_checked_while_they_are_typed() {
    let lab = Lab::start().await;
    let ports = [":5000", "70000", "http", "1:2:3"].map(str::to_owned).to_vec();
    let reply = lab.engine.execute(Command::CheckPorts { ports }).await.unwrap();
    let Reply::PortCheck { errors } = reply else { panic!("{reply:?}") };
    let wrong: Vec<bool> = errors.iter().map(Option::is_some).collect();
    assert_eq!(wrong, [false, true, false, true]);
    lab.shutdown().await;
}

#[derive(Default)]
struct Demo {
    cluster: tokio::sync::OnceCell<DemoCluster>,
    asked: AtomicUsize,
}

impl DemoSource for Demo {
    fn start(&self) -> BoxFuture<'_, Result<String, String>> {
        async {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let start = || async { DemoCluster::start(DemoOptions::default()).await };
            let cluster = self.cluster.get_or_try_init(start).await.map_err(|error| error.to_string())?;
            Ok(cluster.kubeconfig())
        }
        .boxed()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_cluster_starts_when_it_is_first_needed() {
    let demo = Arc::new(Demo::default());
    let options = EngineOptions {
        demo: Some(Arc::clone(&demo) as Arc<dyn DemoSource>),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(Vec::new()))
    };
    let engine = Engine::start(options).await.unwrap();
    let mut watcher = Watcher::new(engine.listen()).await;
    assert_eq!(demo.asked.load(Ordering::Relaxed), 0);
    let draft = ProfileDraft { context: ContextRef::Demo, ..echo() };
    let created = engine.execute(Command::Create { draft, connect: true }).await;
    let Ok(Reply::Created { id }) = created else { panic!("{created:?}") };
    watcher.event(|event| (*event == Event::DemoChanged { demo: DemoState::Running }).then_some(())).await;
    let view = watcher.forward_that(&id, |view| view.state == engine::ForwardState::Ready).await;
    echoes_at(&view, 0).await;
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_a_demo_cluster_says_so() {
    let lab = Lab::start().await;
    let problem = lab.refuse(Command::StartDemo).await;
    assert_eq!(problem.code, engine::ProblemCode::Demo);
    lab.shutdown().await;
}
