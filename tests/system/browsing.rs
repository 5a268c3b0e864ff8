//! Looks by way of the engine: what whoever listens is told, and that nothing goes on when nobody does.

use std::collections::BTreeMap;

use cluster::{KubeconfigSources, SecretKeeper, TargetKind, TargetSummary};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    Browsed, ClusterDraft, Command, ContextRef, Engine, EngineOptions, Event, KeepSecret, Problem,
    ProblemCode, RemedyAction, Standing, Trust,
};

use crate::{
    lab::{Lab, TOO_LONG, Watcher, demo_context},
    own_clusters::{add, by_token, draft_of, id_of, lab_with, view_of},
};

fn look(look: u32, namespace: Option<&str>) -> Command {
    Command::Look { look, context: demo_context(), namespace: namespace.map(str::to_owned) }
}

/// What a window knows of the targets of a namespace.
#[derive(Default)]
struct Known {
    targets: BTreeMap<String, TargetSummary>,
    complete: bool,
    notices: Vec<Problem>,
    events: usize,
}

impl Known {
    async fn hear(&mut self, watcher: &mut Watcher, id: u32) {
        let browsed = watcher
            .event(|event| match event {
                Event::Browsed { look, browsed } if *look == id => Some(browsed.clone()),
                Event::LookEnded { look, problem } if *look == id => panic!("{problem:?}"),
                _ => None,
            })
            .await;
        let Browsed::Targets { put, gone, complete, notices } = browsed else { panic!("{browsed:?}") };
        assert!(put.len() + gone.len() <= 500, "a batch is bounded");
        self.targets.extend(put.into_iter().map(|summary| (summary.target.to_string(), summary)));
        for target in gone {
            self.targets.remove(&target.to_string());
        }
        (self.complete, self.notices) = (complete, notices);
        self.events += 1;
    }

    async fn until(&mut self, watcher: &mut Watcher, id: u32, wanted: impl Fn(&Self) -> bool) {
        while !wanted(self) {
            self.hear(watcher, id).await;
        }
    }
}

async fn ended(watcher: &mut Watcher, id: u32) -> Problem {
    let ended = |event: &Event| match event {
        Event::LookEnded { look, problem } if *look == id => Some(problem.clone()),
        _ => None,
    };
    watcher.event(ended).await
}

async fn no_watch(lab: &Lab, left: usize) {
    let wait = async {
        while lab.demo.open_watches() != left {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(TOO_LONG, wait).await.expect("watches stay open");
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_and_targets_are_told_and_what_changes() {
    let mut lab = Lab::start().await;
    lab.do_it(look(1, None)).await;
    let (names, first) = lab
        .watcher
        .event(|event| match event {
            Event::Browsed {
                look: 1,
                browsed: Browsed::Namespaces { names, preferred, complete, notice },
            } => {
                assert_eq!((preferred.as_str(), notice), ("demo", &None));
                complete.then(|| (names.clone(), preferred.clone()))
            }
            _ => None,
        })
        .await;
    assert!(names.is_sorted() && names.contains(&first));
    lab.do_it(look(2, Some("demo"))).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 2, |known| known.complete).await;
    assert_eq!(known.targets["service/web"].ready, 2);
    let pod = lab.demo.pod_of("demo", "web").unwrap();
    assert!(lab.demo.kill_pod("demo", &pod));
    let pod = format!("pod/{pod}");
    known.until(&mut lab.watcher, 2, |known| !known.targets.contains_key(&pod)).await;
    known.until(&mut lab.watcher, 2, |known| known.targets["service/web"].ready == 2).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_last_word_there_is_silence() {
    let mut lab = Lab::start().await;
    lab.demo.add_pods("crowd", 100);
    lab.do_it(look(7, Some("crowd"))).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 7, |known| known.complete).await;
    lab.do_it(Command::StopLooking { look: 7 }).await;
    lab.do_it(Command::StopLooking { look: 7 }).await;
    for number in 0..100 {
        lab.demo.set_ready("crowd", number, false);
    }
    // Another look at the same is told of it all, the first of nothing.
    lab.do_it(look(8, Some("crowd"))).await;
    let mut known = Known::default();
    let not_ready =
        |known: &Known| known.targets.len() == 100 && known.targets.values().all(|pod| pod.ready == 0);
    while !not_ready(&known) {
        let event = lab.watcher.next().await;
        let Event::Browsed { look, browsed: Browsed::Targets { put, .. } } = event else { continue };
        assert_eq!(look, 8);
        known.targets.extend(put.into_iter().map(|summary| (summary.target.to_string(), summary)));
    }
    // A sign-in that is over ends it.
    no_watch(&lab, 7).await;
    lab.demo.revoke_token(&lab.demo.token());
    lab.demo.drop_watches();
    assert_eq!(ended(&mut lab.watcher, 8).await.code, ProblemCode::Unauthorized);
    no_watch(&lab, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_end_where_nobody_is_signed_in_any_more() {
    let mut lab = lab_with(SecretKeeper::memory()).await;
    let context = add(&lab, KeepSecret::Session).await;
    let elsewhere = "https://elsewhere.example:6443".to_owned();
    let draft = ClusterDraft { server: elsewhere, ..draft_of(&lab.engine, &lab.demo).await };
    for end in [
        Command::SignOut { context: context.clone() },
        Command::ForgetSecrets,
        Command::UpdateCluster { id: id_of(&context), draft },
    ] {
        let sign_in = by_token(lab.demo.token());
        lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Session }).await;
        let namespace = Some("demo".to_owned());
        lab.do_it(Command::Look { look: 1, context: context.clone(), namespace }).await;
        lab.do_it(Command::Look { look: 2, context: context.clone(), namespace: None }).await;
        let mut known = Known::default();
        known.until(&mut lab.watcher, 1, |known| known.complete).await;
        lab.do_it(end.clone()).await;
        let mut problems = [None, None];
        while problems.contains(&None) {
            if let Event::LookEnded { look, problem } = lab.watcher.next().await {
                problems[look as usize - 1] = Some(problem);
            }
        }
        for problem in problems.into_iter().flatten() {
            assert_eq!(problem.code, ProblemCode::Unauthorized, "{end:?}: {problem:?}");
            assert_eq!(problem.action, Some(RemedyAction::SignIn { context: context.clone().into() }));
        }
        no_watch(&lab, 0).await;
        let standing = view_of(&lab.engine, &context).await.standing;
        assert!(matches!(standing, Standing::NeedsSignIn { .. }), "{end:?}: {standing:?}");
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_goes_where_the_kubeconfig_leads() {
    let lab = Lab::start().await;
    let other = DemoCluster::start(DemoOptions::default()).await.unwrap();
    lab.demo.add_pods("crowd", 1);
    other.add_pods("crowd", 2);
    lab.engine.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    std::fs::write(&file, lab.demo.kubeconfig()).unwrap();
    let engine = Engine::start(EngineOptions::in_memory(KubeconfigSources::from_files(vec![file.clone()])));
    let engine = engine.await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    let mut lab = Lab { demo: lab.demo, engine, watcher };
    lab.do_it(look(1, Some("crowd"))).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 1, |known| known.complete).await;
    assert_eq!(known.targets.len(), 1);
    std::fs::write(&file, other.kubeconfig()).unwrap();
    known.until(&mut lab.watcher, 1, |known| known.complete && known.targets.len() == 2).await;
    no_watch(&lab, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_go_on_with_another_sign_in() {
    let mut lab = lab_with(SecretKeeper::memory()).await;
    let context = add(&lab, KeepSecret::Session).await;
    let namespace = Some("demo".to_owned());
    lab.do_it(Command::Look { look: 1, context: context.clone(), namespace }).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 1, |known| known.complete).await;

    // Who signs in now may see less.
    lab.demo.forbid("list", "deployments");
    let first = lab.demo.token();
    let sign_in = by_token(lab.demo.issue_token());
    lab.do_it(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Session }).await;
    lab.demo.revoke_token(&first);
    lab.demo.drop_watches();
    let less = |known: &Known| known.complete && !known.targets.contains_key("deployment/echo");
    known.until(&mut lab.watcher, 1, less).await;
    let pod = lab.demo.pod_of("demo", "web").unwrap();
    assert!(lab.demo.kill_pod("demo", &pod));
    let pod = format!("pod/{pod}");
    known.until(&mut lab.watcher, 1, |known| !known.targets.contains_key(&pod)).await;

    // The same sign-in, and somebody else's word for the server's certificate.
    let draft = draft_of(&lab.engine, &lab.demo).await;
    let trust = Trust::Pem { pem: lab.demo.authority().to_owned() };
    lab.do_it(Command::UpdateCluster { id: id_of(&context), draft: ClusterDraft { trust, ..draft } }).await;
    known.until(&mut lab.watcher, 1, |known| known.targets.is_empty()).await;
    known
        .until(&mut lab.watcher, 1, |known| known.complete && known.targets.contains_key("service/web"))
        .await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_when_the_engine_ends() {
    let mut lab = Lab::start().await;
    lab.do_it(look(1, Some("demo"))).await;
    Known::default().until(&mut lab.watcher, 1, |known| known.complete).await;
    no_watch(&lab, 7).await;
    lab.engine.shutdown().await;
    no_watch(&lab, 0).await;
    lab.demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_bounded_and_the_oldest_ends() {
    let mut lab = Lab::start().await;
    for id in 1..=17 {
        lab.do_it(look(id, None)).await;
    }
    let problem = ended(&mut lab.watcher, 1).await;
    assert!(problem.what.contains("not kept up to date"), "{problem:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_what_is_not_there_ends_with_the_reason() {
    let mut lab = Lab::start().await;
    let context = ContextRef::kubeconfig("missing");
    lab.do_it(Command::Look { look: 1, context, namespace: None }).await;
    assert_eq!(ended(&mut lab.watcher, 1).await.code, ProblemCode::Kubeconfig);
    lab.do_it(look(2, Some("../etc"))).await;
    let problem = ended(&mut lab.watcher, 2).await;
    assert!(problem.why.contains("../etc") || problem.what.contains("../etc"), "{problem:?}");
    lab.demo.forbid("list", "pods");
    lab.demo.forbid("list", "jobs");
    lab.do_it(look(3, Some("demo"))).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 3, |known| known.complete).await;
    let [notice] = known.notices.as_slice() else { panic!("{:?}", known.notices) };
    assert_eq!(notice.what, "You are not allowed to list pods and jobs in the namespace demo.");
    assert!(known.targets.contains_key("service/web"));
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_pods_are_few_events_and_burden_nobody() {
    let mut lab = Lab::start().await;
    lab.demo.add_pods("crowd", 5000);
    lab.demo.add_services("crowd", 200);
    let mut slow = lab.engine.listen();
    let begun = std::time::Instant::now();
    lab.do_it(look(1, Some("crowd"))).await;
    let mut known = Known::default();
    known.until(&mut lab.watcher, 1, |known| known.complete).await;
    assert_eq!(known.targets.len(), 5200);
    println!("5,200 targets in {} events, {:?}", known.events, begun.elapsed());
    assert!(known.events <= 60, "{}", known.events);
    let before = known.events;
    for round in 0..40 {
        for number in 0..500 {
            lab.demo.set_ready("crowd", number, round % 2 == 0);
        }
        tokio::task::yield_now().await;
    }
    lab.demo.remove_pod("crowd", 4999);
    known
        .until(&mut lab.watcher, 1, |known| {
            !known.targets.contains_key("pod/crowd-04999") && known.targets["service/crowd-0"].ready == 0
        })
        .await;
    println!("20,001 changes in {} events", known.events - before);
    // One that did not hear for all that time gets no second snapshot.
    assert!(matches!(slow.next().await, Some(engine::Update::Snapshot { .. })));
    assert!(matches!(slow.next().await, Some(engine::Update::Event { .. })));
    assert_eq!(known.targets["pod/crowd-00000"].target.kind, TargetKind::Pod);
    lab.shutdown().await;
}
