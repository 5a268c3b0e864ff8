//! What a person prefers: told, saved, and followed at once by forwards that say nothing else.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use engine::{
    Command, Engine, EngineOptions, Event, ForwardState, ForwardView, LoginItem, PreferenceStore,
    Preferences, ProblemCode, ProfileDraft, Reply, Snapshot, StartAtLogin, Theme,
};
use futures::{FutureExt as _, future::BoxFuture};

use crate::{
    lab::{Lab, connect, echo, local, read_all},
    on_demand::pass,
};

async fn snapshot(engine: &Engine) -> Snapshot {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot,
        other => panic!("{other:?}"),
    }
}

async fn prefer(lab: &Lab, preferences: Preferences) {
    lab.do_it(Command::SetPreferences { preferences }).await;
}

#[tokio::test]
async fn what_is_preferred_is_told_and_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("preferences.json");
    let options = || EngineOptions {
        preferences: PreferenceStore::file(&path),
        ..EngineOptions::in_memory(cluster::KubeconfigSources::from_files(Vec::new()))
    };
    let engine = Engine::start(options()).await.unwrap();
    assert_eq!(snapshot(&engine).await.preferences, Preferences::default());
    let mut watcher = crate::lab::Watcher::new(engine.listen()).await;
    let dark = Preferences { theme: Theme::Dark, bind_address: "127.0.0.2".into(), ..Preferences::default() };
    let command = Command::SetPreferences { preferences: dark.clone() };
    assert_eq!(engine.execute(command.clone()).await, Ok(Reply::Done));
    assert_eq!(watcher.next().await, Event::PreferencesChanged { preferences: dark.clone() });
    let nowhere = Preferences { bind_address: "here".into(), ..Preferences::default() };
    let refused = engine.execute(Command::SetPreferences { preferences: nowhere }).await;
    assert_eq!(refused.unwrap_err().code, ProblemCode::BadInput);
    engine.shutdown().await;

    let engine = Engine::start(options()).await.unwrap();
    assert_eq!(snapshot(&engine).await.preferences, dark);
    engine.shutdown().await;

    // Of a later version: left alone, and said.
    let newer = r#"{"schema":2,"theme":{"name":"purple"}}"#;
    std::fs::write(&path, newer).unwrap();
    let engine = Engine::start(options()).await.unwrap();
    let found = snapshot(&engine).await;
    assert_eq!(found.preferences, Preferences::default());
    assert!(found.notice.unwrap().what.contains("settings"));
    assert_eq!(engine.execute(command).await.unwrap_err().code, ProblemCode::ProfileStore);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);
    engine.shutdown().await;
}

#[tokio::test]
async fn new_forwards_listen_where_is_preferred_and_others_stay_where_they_are() {
    let mut lab = Lab::start().await;
    let before = lab.forward(echo()).await;
    prefer(&lab, Preferences { bind_address: "127.0.0.2".into(), ..Preferences::default() }).await;
    let after = lab.forward(echo()).await;
    assert_eq!(after.ports[0].addresses, ["127.0.0.2"]);
    assert_eq!(after.profile.bind_address, "127.0.0.2");
    let said = lab.forward(ProfileDraft { bind_address: "127.0.0.1".into(), ..echo() }).await;
    assert_eq!(said.ports[0].addresses, ["127.0.0.1"]);
    assert_eq!(lab.watcher.forwards[&before.profile.id], before);
    lab.shutdown().await;
}

/// In one thread: the time moves for all at once.
#[tokio::test]
async fn a_forward_that_is_on_follows_what_is_preferred_and_keeps_its_port() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let stays = lab.forward(ProfileDraft { keep_unused_minutes: Some(60), ..echo() }).await;
    prefer(&lab, Preferences { keep_unused_minutes: 2, hold_seconds: 90, ..Preferences::default() }).await;
    // More orders than can wait: the forward has heard of the preferences among them.
    for _ in 0..20 {
        lab.do_it(Command::Connect { id: view.profile.id.clone(), confirmed: false }).await;
    }
    pass(3).await;
    let rests = |view: &ForwardView| view.state == ForwardState::Ready && view.pod.is_none();
    let rested = lab.watcher.forward_that(&view.profile.id, rests).await;
    assert_eq!(local(&rested, 0), local(&view, 0));
    assert!(lab.watcher.forwards[&stays.profile.id].pod.is_some(), "it says an hour");

    // Nobody answers any more: callers are held as long as is preferred now.
    let Lab { demo, engine, watcher } = lab;
    demo.shutdown().await;
    let demo = democluster::DemoCluster::start(Default::default()).await.unwrap();
    let mut lab = Lab { demo, engine, watcher };
    let mut caller = connect(local(&view, 0)).await;
    let accepted = |event: &Event| matches!(event, Event::ConnectionAccepted { .. }).then_some(());
    lab.watcher.event(accepted).await;
    pass(1).await;
    prefer(&lab, Preferences { hold_seconds: 600, ..Preferences::default() }).await;
    // One who waits already waits as long as before.
    pass(1).await;
    let failed = |event: &Event| matches!(event, Event::ConnectionFailed { .. }).then_some(());
    lab.watcher.event(failed).await;
    assert_eq!(read_all(&mut caller).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    lab.shutdown().await;
}

/// A system's list that may refuse.
#[derive(Default)]
struct List {
    on: AtomicBool,
    fails: Mutex<Option<&'static str>>,
}

impl List {
    fn outcome<T>(&self, worked: impl FnOnce() -> T) -> Result<T, String> {
        match *self.fails.lock().unwrap() {
            Some(why) => Err(why.to_owned()),
            None => Ok(worked()),
        }
    }
}

impl LoginItem for List {
    fn read(&self) -> BoxFuture<'_, Result<bool, String>> {
        async { self.outcome(|| self.on.load(Ordering::Relaxed)) }.boxed()
    }

    fn set(&self, on: bool) -> BoxFuture<'_, Result<(), String>> {
        async move { self.outcome(|| self.on.store(on, Ordering::Relaxed)) }.boxed()
    }
}

#[tokio::test]
async fn whether_it_starts_at_login_is_what_the_system_says() {
    let list = Arc::new(List::default());
    let options = EngineOptions {
        login_item: Some(Arc::clone(&list) as Arc<dyn LoginItem>),
        ..EngineOptions::in_memory(cluster::KubeconfigSources::from_files(Vec::new()))
    };
    let engine = Engine::start(options).await.unwrap();
    assert_eq!(snapshot(&engine).await.start_at_login, StartAtLogin::Off);
    let mut watcher = crate::lab::Watcher::new(engine.listen()).await;
    assert_eq!(engine.execute(Command::SetStartAtLogin { on: true }).await, Ok(Reply::Done));
    assert_eq!(watcher.next().await, Event::StartAtLoginChanged { start_at_login: StartAtLogin::On });

    // The person took it off in the system's own settings.
    list.on.store(false, Ordering::Relaxed);
    assert_eq!(engine.execute(Command::ReadStartAtLogin).await, Ok(Reply::Done));
    assert_eq!(watcher.next().await, Event::StartAtLoginChanged { start_at_login: StartAtLogin::Off });

    *list.fails.lock().unwrap() = Some("the disk is full");
    let problem = engine.execute(Command::SetStartAtLogin { on: true }).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::StartAtLogin);
    assert!(problem.why.contains("the disk is full"), "{problem:?}");
    let Event::StartAtLoginChanged { start_at_login: StartAtLogin::Unknown { .. } } = watcher.next().await
    else {
        panic!("it is not known any more")
    };
    engine.shutdown().await;
}

#[tokio::test]
async fn a_program_that_cannot_be_started_so_says_so() {
    let lab = Lab::start().await;
    assert_eq!(snapshot(&lab.engine).await.start_at_login, StartAtLogin::Unavailable);
    assert_eq!(lab.refuse(Command::SetStartAtLogin { on: true }).await.code, ProblemCode::StartAtLogin);
    lab.shutdown().await;
}
