//! What a profile settles beside where it leads: when it is turned off, what a start does, whether it asks first, how long
//! callers are held, and how it is listed.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use engine::{
    AtStart, Colour, Command, Event, ForwardState, ForwardView, OffReason, ProblemCode, ProfileDraft,
    ProfileId, ProfileStore, Reply,
};

use crate::{
    lab::{Lab, Watcher, connect, echo, echoes_at, local, read_all, says_the_same, start_engine},
    on_demand::pass,
};

const HOUR: u64 = 3_600_000;

fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Ends the engine and starts it anew with what is saved, in which `change` may change each profile.
async fn restart(lab: &mut Lab, path: &Path, change: impl Fn(&mut serde_json::Value)) {
    lab.engine.shutdown().await;
    let mut saved: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    saved["profiles"].as_array_mut().unwrap().iter_mut().for_each(change);
    std::fs::write(path, saved.to_string()).unwrap();
    lab.engine = start_engine(lab.demo.kubeconfig(), ProfileStore::file(path)).await;
    lab.watcher = Watcher::new(lab.engine.listen()).await;
}

fn off(view: &ForwardView) -> bool {
    view.state == ForwardState::Off && !view.profile.on
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_is_turned_off_when_its_time_is_up_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles.json");
    let mut lab = Lab::with_store(ProfileStore::file(&path)).await;
    let view = lab.forward(ProfileDraft { turn_off_after_minutes: 60, ..echo() }).await;
    let id = view.profile.id.clone();
    assert!(view.profile.off_at_ms.unwrap() > now_ms() + HOUR / 2, "{view:?}");

    let soon = now_ms() + 3000;
    restart(&mut lab, &path, |profile| profile["offAtMs"] = soon.into()).await;
    let reason = Some(OffReason::TimeIsUp { minutes: 60 });
    let view = lab.watcher.forward_that(&id, |view| view.profile.off_because == reason).await;
    assert!(off(&view) && view.ports[0].local.is_none(), "{view:?}");
    assert_eq!(view.profile.off_at_ms, None);
    // It does not come back by itself, and still says why.
    restart(&mut lab, &path, |_| ()).await;
    assert_eq!(lab.watcher.forwards[&id].profile, view.profile);

    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    let view = lab.ready(&id).await;
    assert_eq!(view.profile.off_because, None);
    assert!(view.profile.off_at_ms.unwrap() > now_ms() + HOUR / 2, "its time begins again: {view:?}");
    // While Culvert did not run.
    restart(&mut lab, &path, |profile| profile["offAtMs"] = 1.into()).await;
    let view = &lab.watcher.forwards[&id];
    assert!(off(view) && view.profile.off_because == reason, "{view:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_forward_is_renewed_without_touching_its_connections() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles.json");
    let mut lab = Lab::with_store(ProfileStore::file(&path)).await;
    let id = lab.forward(ProfileDraft { turn_off_after_minutes: 60, ..echo() }).await.profile.id;
    let in_ten_minutes = now_ms() + HOUR / 6;
    restart(&mut lab, &path, |profile| profile["offAtMs"] = in_ten_minutes.into()).await;
    let view = lab.ready(&id).await;
    assert_eq!(view.profile.off_at_ms, Some(in_ten_minutes));
    let mut open = connect(local(&view, 0)).await;
    says_the_same(&mut open, b"before").await.unwrap();

    lab.do_it(Command::KeepOn { id: id.clone() }).await;
    let renewed = |view: &ForwardView| view.profile.off_at_ms > Some(in_ten_minutes);
    let at = lab.watcher.forward_that(&id, renewed).await.profile.off_at_ms;
    says_the_same(&mut open, b"after").await.unwrap();
    drop(open);
    // What the forward tells of itself later does not bring back the old time.
    lab.watcher.forward_that(&id, |view| matches!(view.state, ForwardState::Live { .. })).await;
    assert_eq!(lab.ready(&id).await.profile.off_at_ms, at);

    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    let view = lab.watcher.forward_that(&id, |view| off(view) && view.profile.off_at_ms.is_none()).await;
    assert_eq!(view.profile.off_because, None, "the person did it");
    lab.do_it(Command::KeepOn { id: id.clone() }).await;
    assert!(off(&lab.watcher.forwards[&id]));
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_forward_is_listed_changes_while_it_is_used() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    let mut open = connect(local(&view, 0)).await;
    says_the_same(&mut open, b"before").await.unwrap();
    let listed = ProfileDraft {
        name: "renamed".into(),
        group: "shop".into(),
        tags: vec!["db".into()],
        colour: Some(Colour::Red),
        at_start: AtStart::Off,
        ask_first: true,
        turn_off_after_minutes: 60,
        ..echo()
    };
    lab.do_it(Command::Update { id: id.clone(), draft: listed.clone() }).await;
    let view = lab.watcher.forward_that(&id, |view| view.profile.name == "renamed").await;
    assert_eq!((view.profile.group.as_str(), view.profile.colour), ("shop", Some(Colour::Red)));
    assert!(view.profile.off_at_ms.is_some() && view.ports[0].local.is_some(), "{view:?}");
    says_the_same(&mut open, b"after").await.unwrap();
    // Anything else makes it start anew.
    lab.do_it(Command::Update { id: id.clone(), draft: ProfileDraft { hold_seconds: Some(5), ..listed } })
        .await;
    assert!(read_all(&mut open).await.is_err());
    lab.ready(&id).await;
    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    let view = lab.watcher.forward_that(&id, off).await;
    assert_eq!(view.profile.name, "renamed");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarded_forward_is_turned_on_only_by_somebody_who_was_asked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles.json");
    let mut lab = Lab::with_store(ProfileStore::file(&path)).await;
    let guarded = ProfileDraft { ask_first: true, ..echo() };
    // Whoever makes it knows where it leads.
    let id = lab.forward(guarded).await.profile.id;
    let connect = |confirmed| Command::Connect { id: id.clone(), confirmed };
    lab.do_it(connect(false)).await;
    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    lab.watcher.forward_that(&id, off).await;

    let number = |reply| match reply {
        Ok(Reply::Snapshot { snapshot }) => snapshot.number,
        other => panic!("{other:?}"),
    };
    let before = number(lab.engine.execute(Command::Snapshot).await);
    for command in [connect(false), Command::UseFreePort { id: id.clone(), port: 0 }] {
        let problem = lab.refuse(command).await;
        assert_eq!(problem.code, ProblemCode::ConfirmFirst);
        assert!(problem.what.contains("echo") && problem.why.contains("culvert-demo"), "{problem:?}");
    }
    assert_eq!(number(lab.engine.execute(Command::Snapshot).await), before, "something has changed");
    lab.do_it(connect(true)).await;
    echoes_at(&lab.ready(&id).await, 0).await;

    restart(&mut lab, &path, |_| ()).await;
    let view = &lab.watcher.forwards[&id];
    assert!(off(view) && view.profile.off_because == Some(OffReason::AsksFirst), "{view:?}");
    lab.do_it(connect(true)).await;
    let view = lab.ready(&id).await;
    assert_eq!(view.profile.off_because, None);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_does_what_each_profile_says() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles.json");
    let mut lab = Lab::with_store(ProfileStore::file(&path)).await;
    let stays_off = lab.create(ProfileDraft { at_start: AtStart::Off, ..echo() }).await;
    let comes_on = lab.create(ProfileDraft { at_start: AtStart::On, ask_first: true, ..echo() }).await;
    lab.do_it(Command::Disconnect { id: comes_on.clone() }).await;
    restart(&mut lab, &path, |_| ()).await;
    let view = &lab.watcher.forwards[&stays_off];
    assert!(off(view) && view.profile.off_because == Some(OffReason::OffAtStart), "{view:?}");
    echoes_at(&lab.ready(&comes_on).await, 0).await;
    lab.shutdown().await;
}

/// In one thread: the time moves for all at once.
#[tokio::test]
async fn callers_are_held_as_long_as_the_profile_says() {
    let Lab { demo, engine, watcher } = Lab::start().await;
    demo.shutdown().await;
    let demo = democluster::DemoCluster::start(Default::default()).await.unwrap();
    let mut lab = Lab { demo, engine, watcher };
    let mut callers = BTreeMap::new();
    for hold_seconds in [0, 90, 600] {
        let id = lab.create(ProfileDraft { hold_seconds: Some(hold_seconds), ..echo() }).await;
        let waits = |view: &ForwardView| matches!(view.state, ForwardState::Reconnecting { .. });
        let view = lab.watcher.forward_that(&id, waits).await;
        let caller = connect(local(&view, 0)).await;
        let accepted = |event: &Event| matches!(event, Event::ConnectionAccepted { .. }).then_some(());
        lab.watcher.event(accepted).await;
        callers.insert(id, (hold_seconds, caller));
    }
    for (minutes, expected) in [(1, 0), (1, 90), (9, 600)] {
        pass(minutes).await;
        let failed = |event: &Event| match event {
            Event::ConnectionFailed { id, .. } => Some(id.clone()),
            _ => None,
        };
        let id: ProfileId = lab.watcher.event(failed).await;
        let (hold_seconds, mut caller) = callers.remove(&id).unwrap();
        assert_eq!(hold_seconds, expected);
        assert_eq!(read_all(&mut caller).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }
    lab.shutdown().await;
}
