//! Clusters of the person's own that are changed or removed, and what they are signed in to with.

use cluster::{KubeconfigSources, SecretKeeper};
use democluster::DemoCluster;
use engine::{
    ClusterDraft, ClusterStore, Command, ContextRef, Engine, EngineOptions, KeepSecret, ProblemCode, Reply,
    SignIn,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use crate::{
    lab::{Lab, TOO_LONG, Watcher},
    own_clusters::{add, by_token, draft_of, id_of, lab_with, snapshot, view_of},
};

const ELSEWHERE: &str = "https://elsewhere.example:6443";

/// A way to a demo cluster that can be blocked.
struct Way {
    url: String,
    open: watch::Sender<bool>,
    blocked: watch::Receiver<usize>,
}

impl Way {
    async fn to(demo: &DemoCluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let server = demo.server_url().strip_prefix("https://").unwrap().to_owned();
        let (open, is_open) = watch::channel(true);
        let (came, blocked) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (server, mut is_open) = (server.clone(), is_open.clone());
                if !*is_open.borrow() {
                    came.send_modify(|count| *count += 1);
                }
                tokio::spawn(async move {
                    let _ = is_open.wait_for(|open| *open).await;
                    let mut onwards = TcpStream::connect(server).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut onwards).await;
                });
            }
        });
        Self { url, open, blocked }
    }

    /// Until somebody stands before it.
    async fn blocks(&mut self) {
        timeout(TOO_LONG, self.blocked.wait_for(|count| *count > 0)).await.expect("nobody came").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_comes_late_is_kept_for_no_other_server() {
    for removed in [false, true] {
        let lab = lab_with(SecretKeeper::memory()).await;
        let mut way = Way::to(&lab.demo).await;
        let draft = ClusterDraft { server: way.url.clone(), ..draft_of(&lab.engine, &lab.demo).await };
        let sign_in = by_token(lab.demo.token());
        let context = added(&lab.engine, draft.clone(), sign_in, KeepSecret::Session).await;
        let id = id_of(&context);
        lab.do_it(Command::SignOut { context: context.clone() }).await;

        way.open.send_replace(false);
        let sign_in = by_token(lab.demo.token());
        let command = Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Keyring };
        let engine = lab.engine.clone();
        let late = tokio::spawn(async move { engine.execute(command).await });
        way.blocks().await;
        lab.do_it(match removed {
            false => {
                let draft = ClusterDraft { server: ELSEWHERE.into(), ..draft };
                Command::UpdateCluster { id, draft }
            }
            true => Command::RemoveCluster { id },
        })
        .await;
        way.open.send_replace(true);
        let problem = late.await.unwrap().unwrap_err();
        assert_eq!(problem.code, ProblemCode::BadLogin, "{problem:?}");
        assert_eq!(snapshot(&lab.engine).await.secrets, 0);
        lab.shutdown().await;
    }
}

async fn added(engine: &Engine, draft: ClusterDraft, sign_in: SignIn, keep: KeepSecret) -> ContextRef {
    match engine.execute(Command::AddCluster { draft, sign_in, keep }).await {
        Ok(Reply::ClusterAdded { context }) => context,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_saved_leaves_the_sign_in() {
    let Lab { demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clusters.json");
    let options = EngineOptions {
        clusters: ClusterStore::file(&file),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(Vec::new()))
    };
    let engine = Engine::start(options).await.unwrap();
    let watcher = Watcher::new(engine.listen()).await;
    let lab = Lab { demo, engine, watcher };
    for keep in [KeepSecret::Keyring, KeepSecret::Session] {
        let context = add(&lab, keep).await;
        // A directory in its place cannot be replaced by a file.
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        let draft = ClusterDraft { server: ELSEWHERE.into(), ..draft_of(&lab.engine, &lab.demo).await };
        let problem = lab.refuse(Command::UpdateCluster { id: id_of(&context), draft }).await;
        assert_eq!(problem.code, ProblemCode::ProfileStore, "{problem:?}");
        let view = view_of(&lab.engine, &context).await;
        assert_eq!((view.server.as_str(), view.kept), (lab.demo.server_url(), Some(keep)));
        std::fs::remove_dir(&file).unwrap();
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_the_person_stops_keeps_nothing() {
    let lab = lab_with(SecretKeeper::memory()).await;
    let mut way = Way::to(&lab.demo).await;
    way.open.send_replace(false);
    let draft = ClusterDraft { server: way.url.clone(), ..draft_of(&lab.engine, &lab.demo).await };
    let sign_in = by_token(lab.demo.token());
    let engine = lab.engine.clone();
    let adding = tokio::spawn(async move {
        engine.execute(Command::AddCluster { draft, sign_in, keep: KeepSecret::Keyring }).await
    });
    way.blocks().await;
    lab.do_it(Command::CancelSignIn { context: None }).await;
    let problem = adding.await.unwrap().unwrap_err();
    assert_eq!(problem.what.to_string(), "Signing in was stopped.", "{problem:?}");
    way.open.send_replace(true);
    let now = snapshot(&lab.engine).await;
    assert_eq!((now.secrets, now.clusters.iter().any(|view| view.own.is_some())), (0, false));
    lab.shutdown().await;
}
