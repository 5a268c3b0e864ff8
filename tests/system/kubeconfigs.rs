//! Kubeconfig files that change, come, go and are added while the engine runs.

use std::{fs, path::Path};

use cluster::{ContextCatalog, KubeconfigSources};
use engine::{ClusterStore, Command, ContextRef, Engine, EngineOptions, Event, ProfileStore, Reply};

use crate::lab::{Lab, Watcher, echo, echoes_at};

async fn engine_of(files: Vec<std::path::PathBuf>, clusters: ClusterStore) -> Engine {
    let kubeconfigs = KubeconfigSources::from_files(files);
    let options =
        EngineOptions { store: ProfileStore::memory(), clusters, ..EngineOptions::in_memory(kubeconfigs) };
    Engine::start(options).await.unwrap()
}

fn with_contexts(path: &Path, names: &[&str]) {
    let contexts: Vec<String> =
        names.iter().map(|name| format!("{{name: {name}, context: {{cluster: c}}}}")).collect();
    fs::write(path, format!("contexts: [{}]", contexts.join(", "))).unwrap();
}

async fn catalog_that(watcher: &mut Watcher, wanted: impl Fn(&ContextCatalog) -> bool) -> ContextCatalog {
    watcher
        .event(|event| match event {
            Event::ContextsChanged { catalog } if wanted(catalog) => Some(catalog.clone()),
            _ => None,
        })
        .await
}

fn names(catalog: &ContextCatalog) -> Vec<&str> {
    catalog.contexts.iter().map(|entry| entry.name.as_str()).collect()
}

/// Somebody runs `oc login` in a terminal: nobody needs to tell Culvert.
#[tokio::test]
async fn a_forward_goes_on_by_itself_when_somebody_has_signed_in_elsewhere() {
    let Lab { mut demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let good = demo.kubeconfig();
    let (before, rest) = good.split_once("    token: \"").unwrap();
    let (_, after) = rest.split_once("\"\n").unwrap();
    // Neither a token that is over, nor a broken file, nor one without the context is the end.
    for bad in
        [format!("{before}    token: \"expired\"\n{after}"), "contexts: [".into(), "contexts: []".into()]
    {
        fs::write(&file, bad).unwrap();
        let engine = engine_of(vec![file.clone()], ClusterStore::memory()).await;
        let watcher = Watcher::new(engine.listen()).await;
        let mut lab = Lab { demo, engine, watcher };
        let id = lab.create(echo()).await;
        lab.problem_of(&id).await;
        // As `oc` and `kubectl` do it.
        fs::write(directory.path().join("new"), &good).unwrap();
        fs::rename(directory.path().join("new"), &file).unwrap();
        let view = lab.ready(&id).await;
        echoes_at(&view, 0).await;
        lab.engine.shutdown().await;
        demo = lab.demo;
    }
    demo.shutdown().await;
}

#[tokio::test]
async fn files_that_are_added_are_looked_at_watched_and_remembered() {
    let directory = tempfile::tempdir().unwrap();
    let (first, second) = (directory.path().join("first"), directory.path().join("second"));
    with_contexts(&first, &["one", "same"]);
    with_contexts(&second, &["same"]);
    let clusters = ClusterStore::file(directory.path().join("clusters.json"));
    let engine = engine_of(vec![first.clone()], clusters.clone()).await;
    let mut watcher = Watcher::new(engine.listen()).await;
    let path = second.display().to_string();
    let add = Command::AddKubeconfigFile { path: path.clone() };
    for _ in 0..2 {
        let Ok(Reply::Contexts { catalog }) = engine.execute(add.clone()).await else { panic!("not added") };
        assert_eq!(names(&catalog), ["one", "same", "same"]);
        assert!(catalog.contexts[2].shadowed && catalog.contexts[2].file == path);
        assert_eq!(catalog.files.len(), 2);
        assert!(catalog.files[1].added);
    }
    with_contexts(&second, &["same", "late"]);
    catalog_that(&mut watcher, |catalog| names(catalog).contains(&"late")).await;
    // A broken file hides no other.
    fs::write(&second, "contexts: [").unwrap();
    let catalog = catalog_that(&mut watcher, |catalog| !catalog.problems.is_empty()).await;
    assert_eq!(names(&catalog), ["one", "same"]);
    assert_eq!((catalog.problems[0].file.as_str(), catalog.problems[0].line), (path.as_str(), Some(1)));
    engine.shutdown().await;

    with_contexts(&second, &["again"]);
    let engine = engine_of(vec![first], clusters).await;
    let Ok(Reply::Snapshot { snapshot }) = engine.execute(Command::Snapshot).await else { panic!("nothing") };
    assert_eq!(names(&snapshot.catalog), ["one", "same", "again"]);
    let Ok(Reply::Contexts { catalog }) = engine.execute(Command::RemoveKubeconfigFile { path }).await else {
        panic!("not removed")
    };
    assert_eq!(names(&catalog), ["one", "same"]);
    assert!(second.exists(), "files are never touched");
    let relative = Command::AddKubeconfigFile { path: "config".into() };
    assert_eq!(engine.execute(relative).await.unwrap_err().what, "The file was not added.");
    engine.shutdown().await;
}

#[tokio::test]
async fn a_context_of_a_name_that_another_file_has_is_reached_by_its_file() {
    let Lab { demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let (first, second) = (directory.path().join("first"), directory.path().join("second"));
    // Of the same names throughout, as tools write them.
    fs::write(&first, demo.kubeconfig().replace("127.0.0.1", "127.0.0.9")).unwrap();
    fs::write(&second, demo.kubeconfig()).unwrap();
    let engine = engine_of(vec![first, second.clone()], ClusterStore::memory()).await;
    let context = |file: Option<&Path>| ContextRef::Kubeconfig {
        name: "culvert-demo".into(),
        file: file.map(|file| file.display().to_string()),
    };
    let ask = |context| engine.execute(Command::ListNamespaces { context });
    assert!(ask(context(Some(&second))).await.is_ok());
    assert!(ask(context(None)).await.is_err());
    engine.shutdown().await;
    demo.shutdown().await;
}
