//! A forward that is on listens; its tunnel comes with the first connection and goes when nobody uses it.

use std::time::Duration;

use engine::{Command, Event, ForwardState, ForwardView, ProfileDraft, ProfileStore};

use tokio::time::timeout;

use crate::lab::{Lab, TOO_LONG, Watcher, connect, echo, echoes_at, local, says_the_same, start_engine};

fn rests(view: &ForwardView) -> bool {
    view.state == ForwardState::Ready && view.pod.is_none() && view.ports[0].local.is_some()
}

/// Lets so many minutes pass at once, for everything in this process.
pub(crate) async fn pass(minutes: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(60 * minutes)).await;
    tokio::time::resume();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_listens_after_a_restart_and_opens_its_tunnel_for_the_first_caller() {
    let directory = tempfile::tempdir().unwrap();
    let store = || ProfileStore::file(directory.path().join("profiles.json"));
    let mut lab = Lab::with_store(store()).await;
    let port = local(&lab.forward(echo()).await, 0);
    lab.engine.shutdown().await;

    lab.engine = start_engine(lab.demo.kubeconfig(), store()).await;
    lab.watcher = Watcher::new(lab.engine.listen()).await;
    let id = lab.watcher.forwards.keys().next().unwrap().clone();
    let view = lab.watcher.forward_that(&id, rests).await;
    assert_eq!((local(&view, 0), view.transport), (port, None));
    assert_eq!(lab.demo.open_links(), 0);
    echoes_at(&view, 0).await;
    lab.watcher.forward_that(&id, |view| view.pod.is_some()).await;
    assert_ne!(lab.demo.open_links(), 0);
    lab.shutdown().await;
}

#[tokio::test]
async fn a_tunnel_that_nobody_uses_is_released_and_comes_back_when_it_is_needed() {
    let mut lab = Lab::start().await;
    let draft = ProfileDraft { keep_unused_minutes: Some(1), ..echo() };
    let view = lab.forward(draft).await;
    let id = view.profile.id.clone();
    let port = local(&view, 0);
    let mut used = connect(port).await;
    says_the_same(&mut used, b"in use").await.unwrap();
    pass(2).await;
    says_the_same(&mut used, b"still in use").await.unwrap();
    lab.watcher.forward_that(&id, |view| matches!(view.state, ForwardState::Live { .. })).await;
    drop(used);
    let unused = |view: &ForwardView| view.state == ForwardState::Ready && view.pod.is_some();
    lab.watcher.forward_that(&id, unused).await;
    pass(2).await;
    let view = lab.watcher.forward_that(&id, rests).await;
    assert_eq!(local(&view, 0), port);
    let released = async {
        while lab.demo.open_links() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(TOO_LONG, released).await.expect("the tunnel is still there");
    echoes_at(&view, 0).await;
    lab.watcher.forward_that(&id, |view| view.pod.is_some()).await;
    lab.shutdown().await;
}

#[tokio::test]
async fn one_that_is_always_open_stays_so() {
    let mut lab = Lab::start().await;
    let view = lab.forward(ProfileDraft { keep_unused_minutes: Some(0), ..echo() }).await;
    pass(24 * 60).await;
    let id = view.profile.id.clone();
    // Whatever is due after a day has its turn among these.
    for _ in 0..20 {
        lab.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    }
    echoes_at(&view, 0).await;
    lab.do_it(Command::Disconnect { id }).await;
    loop {
        let Event::ForwardChanged { forward } = lab.watcher.next().await else { continue };
        if forward.state == ForwardState::Off {
            break;
        }
        assert!(forward.pod.is_some(), "it was released: {forward:?}");
    }
    lab.shutdown().await;
}
