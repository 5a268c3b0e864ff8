//! What listeners hear, and that they miss nothing.

use std::time::Duration;

use super::*;
use crate::{
    event::Update,
    profile::tests::profile,
    statistics::Statistics,
    timeline::TimelineCode,
    view::{ConnectStep, ForwardState},
};

fn journal() -> Arc<Journal> {
    Arc::new(Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Stopped, None))
}

fn view(name: &str) -> ForwardView {
    ForwardView::off(profile(name))
}

async fn number_of(listener: &mut Listener) -> u64 {
    match listener.next().await.unwrap() {
        Update::Snapshot { snapshot } => snapshot.number,
        Update::Event { event } => event.number,
    }
}

#[tokio::test]
async fn a_snapshot_is_followed_by_the_very_next_event() {
    let journal = journal();
    journal.forward_changed(view("a"));
    let mut listener = journal.listen();
    journal.forward_changed(view("b"));
    journal.demo_changed(DemoState::Running);
    assert_eq!(number_of(&mut listener).await, 1);
    assert_eq!(number_of(&mut listener).await, 2);
    assert_eq!(number_of(&mut listener).await, 3);
    let snapshot = journal.snapshot();
    assert_eq!((snapshot.number, snapshot.forwards.len(), snapshot.demo), (3, 2, DemoState::Running));
}

#[tokio::test]
async fn what_does_not_change_is_no_event() {
    let journal = journal();
    journal.demo_changed(DemoState::Stopped);
    journal.contexts_changed(ContextCatalog::default());
    journal.report_traffic();
    assert_eq!(journal.snapshot().number, 0);
}

#[tokio::test]
async fn a_listener_that_falls_behind_gets_a_snapshot_and_no_gap_after_it() {
    let journal = journal();
    let mut listener = journal.listen();
    assert_eq!(number_of(&mut listener).await, 0);
    for _ in 0..=BEHIND {
        journal.forward_changed(view("a"));
    }
    let Some(Update::Snapshot { snapshot }) = listener.next().await else { panic!("no snapshot") };
    assert_eq!(snapshot.number, BEHIND as u64 + 1);
    journal.forward_changed(view("b"));
    assert_eq!(number_of(&mut listener).await, snapshot.number + 1);
}

#[tokio::test]
async fn bytes_are_told_when_they_moved_and_are_in_every_snapshot() {
    let journal = journal();
    let meter = Arc::new(Gauge::default());
    journal.forward_started(view("a"), Arc::clone(&meter));
    let mut listener = journal.listen();
    listener.next().await.unwrap();
    meter.add_received(5);
    meter.add_sent(3);
    assert_eq!(journal.snapshot().forwards[0].bytes_in, 5);
    journal.report_traffic();
    journal.report_traffic();
    journal.close();
    let Some(Update::Event { event }) = listener.next().await else { panic!("no event") };
    let id = profile("a").id;
    let on_since_ms = meter.statistics().on_since_ms;
    assert!(on_since_ms.is_some());
    let statistics = Statistics { on_since_ms, peak_in: 5, peak_out: 3, ..Statistics::default() };
    assert_eq!(event.event, Event::Traffic { id, bytes_in: 5, bytes_out: 3, statistics });
    assert_eq!(listener.next().await, None);
}

#[tokio::test]
async fn a_notice_is_told_when_it_comes_changes_and_goes() {
    let problem = |reason: &str| crate::words::demo_problem(reason);
    let found = problem("found");
    let journal = Arc::new(Journal::new(
        Vec::new(),
        ContextCatalog::default(),
        DemoState::Stopped,
        Some(found.clone()),
    ));
    let mut listener = journal.listen();
    let Some(Update::Snapshot { snapshot }) = listener.next().await else { panic!("no snapshot") };
    assert_eq!(snapshot.notice, Some(found.clone()));
    for reason in ["full", "full", "gone"] {
        journal.saved(Err(problem(reason)));
    }
    journal.saved(Ok(()));
    journal.saved(Ok(()));
    assert_eq!(journal.snapshot().notice, Some(found.clone()));
    journal.close();
    for notice in [problem("full"), problem("gone"), found] {
        let Some(Update::Event { event }) = listener.next().await else { panic!("no event") };
        assert_eq!(event.event, Event::NoticeChanged { notice: Some(notice) });
    }
    assert_eq!(listener.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_want_traffic_is_no_reason_to_measure_it() {
    let journal = journal();
    let meter = Arc::new(Gauge::default());
    journal.forward_started(view("a"), Arc::clone(&meter));
    let mut quiet = journal.listen_without_traffic();
    quiet.next().await.unwrap();
    let watched = |journal: Arc<Journal>| async move {
        tokio::time::timeout(Duration::from_secs(1), journal.has_watcher()).await.is_ok()
    };
    assert!(!watched(Arc::clone(&journal)).await);
    let watcher = journal.listen();
    assert!(watched(Arc::clone(&journal)).await);
    drop(watcher);
    assert!(!watched(Arc::clone(&journal)).await);
    // Nor does it hear what is measured for others.
    meter.add_sent(1);
    journal.report_traffic();
    journal.demo_changed(DemoState::Running);
    assert_eq!(number_of(&mut quiet).await, 3);
}

#[tokio::test]
async fn counters_survive_a_change_of_state() {
    let journal = journal();
    let meter = Arc::new(Gauge::default());
    journal.forward_started(view("a"), Arc::clone(&meter));
    meter.add_received(5);
    journal.forward_changed(ForwardView { state: ForwardState::Ready, ..view("a") });
    let forward = journal.snapshot().forwards.remove(0);
    assert_eq!((forward.state, forward.bytes_in), (ForwardState::Ready, 5));
}

#[tokio::test]
async fn what_happened_is_told_and_can_be_asked_for() {
    let journal = journal();
    let id = profile("a").id;
    assert_eq!(journal.timeline(&id), None);
    journal.forward_started(view("a"), Arc::default());
    assert_eq!(journal.timeline(&id), Some(Vec::new()));
    let mut listener = journal.listen();
    listener.next().await.unwrap();
    let connecting = ForwardState::Connecting { step: ConnectStep::FindingPod };
    journal.forward_changed(ForwardView { state: connecting, ..view("a") });
    let problem = crate::words::demo_problem("no");
    journal.connection_failed(&id, 5000, "80".into(), problem.clone());
    journal.connection_failed(&id, 5000, "80".into(), problem);
    journal.close();
    let (mut told, mut number) = (Vec::new(), 1);
    while let Some(Update::Event { event }) = listener.next().await {
        number += 1;
        assert_eq!(event.number, number, "no gaps");
        if let Event::Happened { id: of, entry } = event.event {
            assert_eq!(of, id);
            told.push(entry);
        }
    }
    let codes: Vec<_> = told.iter().map(|entry| (entry.code, entry.count)).collect();
    use TimelineCode::{ConnectionFailed, FindingPod, TurnedOn};
    assert_eq!(codes, [(TurnedOn, 1), (FindingPod, 1), (ConnectionFailed, 1), (ConnectionFailed, 2)]);
    // The first failure is the second one by now.
    told.remove(2);
    assert_eq!(journal.timeline(&id), Some(told));
    let statistics = journal.snapshot().forwards[0].statistics;
    assert_eq!((statistics.connections, statistics.failed), (0, 2));
}

#[tokio::test]
async fn connections_are_counted_anew_when_it_is_turned_on() {
    let journal = journal();
    let id = profile("a").id;
    journal.connection_accepted(&id, 5000);
    for _ in 0..2 {
        journal.forward_started(view("a"), Arc::default());
        journal.connection_accepted(&id, 5000);
        assert_eq!(journal.snapshot().forwards[0].statistics.connections, 1);
    }
}

#[test]
fn what_changes_of_a_profile_outlives_what_its_forward_knows() {
    let journal = journal();
    journal.forward_off(profile("a"));
    journal.forward_started(view("a"), Arc::default());
    let shown = || journal.snapshot().forwards.remove(0);
    let changed = Profile { name: "renamed".into(), off_at_ms: Some(5), ..profile("a") };
    journal.profile_changed(changed.clone());
    assert_eq!(shown().profile, changed);
    // Its task knows the profile it was started with, and which port it got.
    let mut told = ForwardView { state: ForwardState::Ready, ..view("a") };
    told.profile.ports[0].last_local = Some(50_000);
    journal.forward_changed(told.clone());
    assert_eq!(shown().state, ForwardState::Ready);
    assert_eq!(shown().profile, Profile { ports: told.profile.ports, ..changed });
    journal.forward_off(profile("a"));
    assert_eq!(shown(), ForwardView { statistics: shown().statistics, ..view("a") });
    journal.profile_changed(profile("not there"));
    assert_eq!(journal.snapshot().forwards.len(), 1);
}

#[tokio::test]
async fn that_nobody_watches_is_told_when_the_last_one_leaves() {
    let journal = journal();
    let (first, second) = (journal.listen(), journal.listen());
    let _tray = journal.listen_without_traffic();
    let mut left = Box::pin(journal.has_no_watcher());
    assert!(futures::poll!(&mut left).is_pending());
    drop(first);
    assert!(futures::poll!(&mut left).is_pending(), "one still watches");
    drop(second);
    assert!(futures::poll!(&mut left).is_ready());
}

#[tokio::test]
async fn a_new_order_is_told_once_and_is_that_of_the_snapshot() {
    let journal = journal();
    for name in ["a", "b", "c"] {
        journal.forward_off(profile(name));
    }
    let order: Vec<_> = ["c", "a", "b"].map(|name| profile(name).id).into();
    let mut listener = journal.listen();
    journal.reordered(order.clone());
    journal.reordered(order.clone());
    assert!(matches!(listener.next().await, Some(Update::Snapshot { .. })));
    let Some(Update::Event { event }) = listener.next().await else { panic!("no event") };
    assert_eq!(event.event, Event::Reordered { ids: order.clone() });
    let snapshot = journal.snapshot();
    assert_eq!(snapshot.number, event.number, "the same order is no event");
    assert_eq!(snapshot.forwards.into_iter().map(|view| view.profile.id).collect::<Vec<_>>(), order);
}
