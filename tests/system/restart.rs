//! What is there after Culvert was ended and started again.

use engine::{Command, Engine, ForwardState, ProblemCode, ProfileStore, Reply, Snapshot, Update};

use crate::lab::{Lab, Watcher, connect, echo, echoes_at, local, read_all, says_the_same, start_engine};

async fn snapshot(engine: &Engine) -> Snapshot {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_and_chosen_ports_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = || ProfileStore::file(directory.path().join("profiles.json"));
    let mut lab = Lab::with_store(store()).await;
    let on = lab.forward(echo()).await;
    let off = lab.forward(echo()).await;
    lab.do_it(Command::Disconnect { id: off.profile.id.clone() }).await;
    lab.engine.shutdown().await;
    let engine = start_engine(lab.demo.kubeconfig(), store()).await;
    let watcher = Watcher::new(engine.listen()).await;
    let mut lab = Lab { demo: lab.demo, engine, watcher };
    let back = lab.ready(&on.profile.id).await;
    assert_eq!(local(&back, 0), local(&on, 0));
    echoes_at(&back, 0).await;
    let now = snapshot(&lab.engine).await;
    assert_eq!(now.notice, None);
    assert_eq!(now.forwards.len(), 2);
    assert_eq!(now.forwards[1].state, ForwardState::Off);
    lab.do_it(Command::Connect { id: off.profile.id.clone(), confirmed: false }).await;
    assert_eq!(local(&lab.ready(&off.profile.id).await, 0), local(&off, 0));
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_frees_the_ports_and_ends_listeners() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let port = local(&view, 0);
    let mut open = connect(port).await;
    says_the_same(&mut open, b"hello").await.unwrap();
    let mut listener = lab.engine.listen();
    lab.engine.shutdown().await;
    drop(std::net::TcpListener::bind(("127.0.0.1", port)).unwrap());
    assert!(read_all(&mut open).await.is_err());
    let mut last = None;
    while let Some(update) = listener.next().await {
        last = Some(update);
    }
    let Some(Update::Event { event }) = last else { panic!("{last:?}") };
    let engine::Event::ForwardChanged { forward } = event.event else { panic!("{event:?}") };
    assert_eq!((forward.state, forward.profile.on), (ForwardState::Off, true));
    assert_eq!(
        lab.refuse(Command::Connect { id: view.profile.id, confirmed: false }).await.code,
        ProblemCode::Internal
    );
    lab.demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_dropped_leaves_nothing_behind() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let mut open = connect(local(&view, 0)).await;
    says_the_same(&mut open, b"hello").await.unwrap();
    drop(lab.engine);
    assert!(read_all(&mut open).await.is_err());
    lab.demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_profile_can_be_brought_back_as_it_was() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let id = view.profile.id.clone();
    lab.do_it(Command::Delete { id: id.clone() }).await;
    assert!(snapshot(&lab.engine).await.forwards.is_empty());
    lab.watcher.event(|event| matches!(event, engine::Event::ForwardRemoved { .. }).then_some(())).await;
    lab.do_it(Command::Restore { id: id.clone() }).await;
    let back = lab.ready(&id).await;
    assert_eq!(back.profile, view.profile);
    assert_eq!(local(&back, 0), local(&view, 0));
    assert_eq!(lab.refuse(Command::Restore { id }).await.code, ProblemCode::UnknownProfile);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_of_a_newer_version_are_left_alone_and_said_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles.json");
    let newer = "{\"schema\": 99, \"profiles\": \"unknown\"}";
    std::fs::write(&path, newer).unwrap();
    let lab = Lab::with_store(ProfileStore::file(&path)).await;
    let notice = snapshot(&lab.engine).await.notice.unwrap();
    assert_eq!(notice.code, ProblemCode::ProfileStore);
    let refused = lab.refuse(Command::Create { draft: echo(), connect: true }).await;
    assert_eq!(refused, notice);
    assert!(snapshot(&lab.engine).await.forwards.is_empty(), "what was refused is not there");
    lab.shutdown().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_save_is_told_until_one_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("profiles");
    let mut lab = Lab::with_store(ProfileStore::file(place.join("profiles.json"))).await;
    let Ok(Reply::Created { id }) =
        lab.engine.execute(Command::Create { draft: echo(), connect: false }).await
    else {
        panic!("not created")
    };
    std::fs::remove_dir_all(&place).unwrap();
    std::fs::write(&place, "in the way").unwrap();
    let told = |event: &engine::Event| match event {
        engine::Event::NoticeChanged { notice } => Some(notice.clone()),
        _ => None,
    };
    // Turning on works all the same.
    lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    assert_eq!(lab.watcher.event(told).await.unwrap().code, ProblemCode::ProfileStore);
    lab.ready(&id).await;
    std::fs::remove_file(&place).unwrap();
    lab.do_it(Command::Disconnect { id }).await;
    assert_eq!(lab.watcher.event(told).await, None);
    lab.shutdown().await;
}
