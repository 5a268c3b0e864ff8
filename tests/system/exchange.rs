//! Forwards go to a file and come back from one: looked at first, taken over all at once or not at all, and undone at once.

use std::path::Path;

use cluster::{KubeconfigSources, SecretKeeper, TargetKind};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    ClusterDraft, ClusterStore, Command, ContextRef, Engine, EngineOptions, ForwardState, ImportChoice,
    ImportClusterChoice, ImportDeed, ImportFound, ImportKind, ImportPreview, ImportStanding, KeepSecret,
    ProblemCode, ProfileDraft, ProfileStore, Reply, SignIn, Snapshot, Trust,
};

use crate::lab::{Lab, draft, echoes_at, start_engine};

const KUBE_FORWARDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/imports/kube-forwarder.json");

async fn snapshot(engine: &Engine) -> Snapshot {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot,
        other => panic!("{other:?}"),
    }
}

async fn create(engine: &Engine, draft: ProfileDraft) {
    let made = engine.execute(Command::Create { draft, connect: false }).await;
    assert!(matches!(made, Ok(Reply::Created { .. })), "{made:?}");
}

async fn export(engine: &Engine, path: &Path) -> u32 {
    let path = path.to_str().unwrap().to_owned();
    match engine.execute(Command::ExportProfiles { ids: None, path, replace: true }).await {
        Ok(Reply::Exported { count, .. }) => count,
        other => panic!("{other:?}"),
    }
}

async fn look(engine: &Engine, path: &Path, clusters: Vec<ImportClusterChoice>) -> ImportPreview {
    let path = path.to_str().unwrap().to_owned();
    match engine.execute(Command::ReadImport { path, clusters }).await {
        Ok(Reply::ImportPreview { preview }) => preview,
        other => panic!("{other:?}"),
    }
}

fn all(preview: &ImportPreview, deed: ImportDeed) -> Command {
    let rows = 0..u32::try_from(preview.rows.len()).unwrap();
    let choices = rows.map(|row| ImportChoice { row, deed, free_ports: false }).collect();
    Command::Import { import: preview.import, choices }
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.forwards.iter().map(|forward| forward.profile.name.as_str()).collect()
}

#[tokio::test]
async fn what_one_engine_writes_another_takes_over_and_carries_bytes_with() {
    let mut here = Lab::start().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forwards.json");
    create(&here.engine, draft("demo", TargetKind::Deployment, "echo", &[":5000"])).await;
    create(
        &here.engine,
        ProfileDraft { group: "Shop".into(), ..draft("demo", TargetKind::Service, "web-shop", &[":http"]) },
    )
    .await;
    assert_eq!(export(&here.engine, &file).await, 2);

    // Here nothing of it is new.
    let preview = look(&here.engine, &file, Vec::new()).await;
    assert_eq!(preview.kind, ImportKind::Culvert);
    assert!(
        preview.rows.iter().all(|row| matches!(row.standing, ImportStanding::Same { .. })),
        "{preview:?}"
    );

    // Another computer, with the same kubeconfig.
    let there = start_engine(here.demo.kubeconfig(), ProfileStore::memory()).await;
    let preview = look(&there, &file, Vec::new()).await;
    assert!(preview.rows.iter().all(|row| row.standing == ImportStanding::New), "{preview:?}");
    let done = there.execute(all(&preview, ImportDeed::Add)).await;
    assert_eq!(done, Ok(Reply::Imported { import: preview.import, count: 2 }));
    let (mine, theirs) = (snapshot(&here.engine).await, snapshot(&there).await);
    for (mine, theirs) in mine.forwards.iter().zip(&theirs.forwards) {
        assert_eq!((&mine.profile.name, &mine.profile.group), (&theirs.profile.name, &theirs.profile.group));
        assert_eq!(
            (&mine.profile.target, &mine.profile.context),
            (&theirs.profile.target, &theirs.profile.context)
        );
        assert_ne!(mine.profile.id, theirs.profile.id);
        assert_eq!(theirs.state, ForwardState::Off, "nothing is turned on by an import");
    }
    there.shutdown().await;

    let id = mine.forwards[0].profile.id.clone();
    here.do_it(Command::Connect { id: id.clone(), confirmed: false }).await;
    let view = here.ready(&id).await;
    echoes_at(&view, 0).await;
    here.shutdown().await;
}

#[tokio::test]
async fn a_replaced_forward_that_is_on_goes_on_and_one_undo_takes_all_back() {
    let mut lab = Lab::start().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forwards.json");
    let mut echo = draft("demo", TargetKind::Deployment, "echo", &[":5000"]);
    echo.name = "echo".into();
    create(&lab.engine, ProfileDraft { name: "second".into(), ..echo.clone() }).await;
    let view = lab.forward(ProfileDraft { group: "in the file".into(), ..echo.clone() }).await;
    let (id, local) = (view.profile.id.clone(), view.ports[0].local);
    export(&lab.engine, &file).await;
    // Meanwhile it is changed here, and the other one is gone.
    lab.do_it(Command::Update { id: id.clone(), draft: ProfileDraft { group: "here".into(), ..echo } }).await;
    let second = snapshot(&lab.engine)
        .await
        .forwards
        .iter()
        .find(|forward| forward.profile.name == "second")
        .unwrap()
        .profile
        .id
        .clone();
    lab.do_it(Command::Delete { id: second }).await;

    let preview = look(&lab.engine, &file, Vec::new()).await;
    assert_eq!(preview.rows[0].standing, ImportStanding::New);
    assert!(
        matches!(&preview.rows[1].standing, ImportStanding::Changed { id: changed, .. } if *changed == id)
    );
    let choices = vec![
        ImportChoice { row: 0, deed: ImportDeed::Add, free_ports: false },
        ImportChoice { row: 1, deed: ImportDeed::Replace, free_ports: false },
    ];
    let import = preview.import;
    let done = lab.engine.execute(Command::Import { import, choices: choices.clone() }).await;
    assert_eq!(done, Ok(Reply::Imported { import, count: 2 }));
    let now = snapshot(&lab.engine).await;
    assert_eq!(names(&now), ["echo", "second"]);
    assert_eq!(now.forwards[0].profile.group, "in the file");
    assert_eq!(now.forwards[0].ports[0].local, local, "the local port is a promise");
    echoes_at(&now.forwards[0], 0).await;
    // The same file is not taken twice by one look at it.
    let again = lab.refuse(Command::Import { import, choices }).await;
    assert_eq!(again.code, ProblemCode::BadInput);

    lab.do_it(Command::UndoImport { import }).await;
    let now = snapshot(&lab.engine).await;
    assert_eq!(names(&now), ["echo"]);
    assert_eq!(now.forwards[0].profile.group, "here");
    assert_eq!(now.forwards[0].ports[0].local, local);
    echoes_at(&now.forwards[0], 0).await;
    assert_eq!(lab.refuse(Command::UndoImport { import }).await.code, ProblemCode::BadInput);
    lab.shutdown().await;
}

#[tokio::test]
async fn all_or_nothing() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (file, store) =
        (directory.path().join("forwards.json"), directory.path().join("store/profiles.json"));
    let engine = start_engine(demo.kubeconfig(), ProfileStore::file(&store)).await;
    for name in ["a", "b"] {
        let draft = draft("demo", TargetKind::Deployment, "echo", &[":5000"]);
        create(&engine, ProfileDraft { name: name.into(), ..draft }).await;
    }
    export(&engine, &file).await;
    for forward in snapshot(&engine).await.forwards {
        engine.execute(Command::Delete { id: forward.profile.id }).await.unwrap();
    }
    let preview = look(&engine, &file, Vec::new()).await;
    // One that does not exist, one twice, and a store that cannot be written.
    let choice = |row| ImportChoice { row, deed: ImportDeed::Add, free_ports: false };
    for choices in [
        vec![choice(0), choice(7)],
        vec![choice(0), choice(0)],
        vec![choice(0), ImportChoice { deed: ImportDeed::Replace, ..choice(1) }],
    ] {
        let refused = engine.execute(Command::Import { import: preview.import, choices }).await;
        assert_eq!(refused.unwrap_err().code, ProblemCode::BadInput);
        assert!(snapshot(&engine).await.forwards.is_empty());
    }
    std::fs::remove_dir_all(store.parent().unwrap()).unwrap();
    std::fs::write(store.parent().unwrap(), "in the way").unwrap();
    let refused = engine.execute(all(&preview, ImportDeed::Add)).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::ProfileStore);
    assert!(snapshot(&engine).await.forwards.is_empty());
    std::fs::remove_file(store.parent().unwrap()).unwrap();
    let done = engine.execute(all(&preview, ImportDeed::Add)).await;
    assert!(matches!(done, Ok(Reply::Imported { count: 2, .. })), "{done:?}");
    engine.shutdown().await;
    let again = start_engine(demo.kubeconfig(), ProfileStore::file(&store)).await;
    assert_eq!(names(&snapshot(&again).await), ["a", "b"]);
    again.shutdown().await;
    demo.shutdown().await;
}

fn without_contexts(clusters: ClusterStore) -> EngineOptions {
    EngineOptions {
        clusters,
        secrets: SecretKeeper::memory(),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(Vec::new()))
    }
}

#[tokio::test]
async fn an_own_cluster_comes_along_signed_out_and_goes_with_the_undo() {
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("forwards.json");
    let here = Engine::start(without_contexts(ClusterStore::memory())).await.unwrap();
    let token = demo.issue_token_to("developer", None);
    let draft_of = ClusterDraft {
        name: "lab".into(),
        server: demo.server_url().to_owned(),
        trust: Trust::Pem { pem: demo.authority().to_owned() },
        namespace: Some("demo".into()),
    };
    let sign_in = SignIn::Token { token: cluster::SecretText::new(token.clone()) };
    let added =
        here.execute(Command::AddCluster { draft: draft_of, sign_in, keep: KeepSecret::Session }).await;
    let Ok(Reply::ClusterAdded { context }) = added else { panic!("{added:?}") };
    create(&here, ProfileDraft { context, ..draft("demo", TargetKind::Deployment, "echo", &[":5000"]) })
        .await;
    export(&here, &file).await;
    here.shutdown().await;
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("BEGIN CERTIFICATE") && !text.contains(&token));

    let there = Engine::start(without_contexts(ClusterStore::memory())).await.unwrap();
    let preview = look(&there, &file, Vec::new()).await;
    assert_eq!(preview.clusters[0].found, ImportFound::Added);
    assert!(snapshot(&there).await.clusters.iter().all(|view| view.own.is_none()), "a look changes nothing");
    there.execute(all(&preview, ImportDeed::Add)).await.unwrap();
    let now = snapshot(&there).await;
    let lab = now.clusters.iter().find(|view| view.own.is_some()).unwrap();
    assert_eq!((lab.name.as_str(), lab.server.as_str(), lab.kept), ("lab", demo.server_url(), None));
    assert_eq!(now.forwards[0].profile.context, lab.context);
    there.execute(Command::UndoImport { import: preview.import }).await.unwrap();
    let now = snapshot(&there).await;
    assert!(now.forwards.is_empty() && now.clusters.iter().all(|view| view.own.is_none()), "{now:?}");
    there.shutdown().await;
    demo.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_nobody_knows_is_chosen() {
    let lab = Lab::start().await;
    let file = Path::new(KUBE_FORWARDER);
    let preview = look(&lab.engine, file, Vec::new()).await;
    assert_eq!(preview.kind, ImportKind::KubeForwarder);
    assert!(preview.clusters[0].has_sign_in && preview.clusters[0].context.is_none());
    let refused = lab.refuse(all(&preview, ImportDeed::Add)).await;
    assert!(refused.why.contains("web shop"), "{refused:?}");
    for context in
        [snapshot(&lab.engine).await.clusters[0].context.clone(), ContextRef::kubeconfig("to come")]
    {
        let choice = ImportClusterChoice { key: preview.clusters[0].key.clone(), context: context.clone() };
        let preview = look(&lab.engine, file, vec![choice]).await;
        assert_eq!(preview.clusters[0].found, ImportFound::Chosen);
        assert!(preview.rows.iter().all(|row| row.draft.as_ref().unwrap().context == context));
        let done = lab.engine.execute(all(&preview, ImportDeed::Add)).await;
        assert!(matches!(done, Ok(Reply::Imported { count: 3, .. })), "{done:?}");
    }
    assert_eq!(snapshot(&lab.engine).await.forwards.len(), 6);
    // Two contexts of one name are told apart.
    let kftray = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/imports/kftray.json"));
    let files: Vec<_> =
        look(&lab.engine, kftray, Vec::new()).await.clusters.into_iter().map(|one| one.file).collect();
    assert_eq!(files, [None, None, Some("/home/ada/.kube/other".to_owned()), None]);
    lab.shutdown().await;
}
