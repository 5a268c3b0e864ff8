//! What several files say together.

use std::path::PathBuf;

use super::*;
use crate::KubeconfigSources;

struct Files {
    directory: tempfile::TempDir,
    paths: Vec<PathBuf>,
}

impl Files {
    fn new(contents: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        for (index, content) in contents.iter().enumerate() {
            let path = directory.path().join(format!("config{index}"));
            std::fs::write(&path, content).unwrap();
            paths.push(path);
        }
        Self { directory, paths }
    }

    fn name(&self, index: usize) -> String {
        self.paths[index].display().to_string()
    }

    fn by_variable(&self) -> KubeconfigSources {
        let list = std::env::join_paths(&self.paths).unwrap();
        KubeconfigSources::from_variable(Some(list), None)
    }
}

const FIRST: &str = "
apiVersion: v1
kind: Config
current-context: dev
contexts:
- {name: dev, context: {cluster: c1, user: u1, namespace: team}}
- {name: shared, context: {cluster: c1}}
clusters: [{name: c1, cluster: {server: 'https://me:pw@one:6443'}}]
users: [{name: u1, user: {token: t}}]
";
const SECOND: &str = "
kind: config
current-context: prod
contexts:
- {name: shared, context: {cluster: c2}}
- {name: prod, context: {cluster: c2}}
- {name: lost, context: {cluster: nowhere}}
- {name: hollow}
clusters: [{name: c1, cluster: {server: 'https://other'}}, {name: c2, cluster: {server: https://two}}]
";
const BROKEN: &str = "contexts: [\nusers: oops\n";

#[tokio::test]
async fn the_first_file_to_name_a_thing_wins() {
    let files = Files::new(&[FIRST, SECOND]);
    let catalog = files.by_variable().catalog().await;
    let rows: Vec<(&str, &str, &str)> = catalog
        .contexts
        .iter()
        .map(|entry| (entry.name.as_str(), entry.server.as_str(), entry.file.as_str()))
        .collect();
    let (one, two) = (files.name(0), files.name(1));
    assert_eq!(
        rows,
        [
            ("dev", "https://one:6443", one.as_str()),
            ("shared", "https://one:6443", one.as_str()),
            ("shared", "https://two", two.as_str()),
            ("prod", "https://two", two.as_str()),
            ("lost", "", two.as_str()),
        ]
    );
    assert_eq!(catalog.contexts.iter().filter(|entry| entry.shadowed).count(), 1);
    assert!(catalog.contexts[2].shadowed);
    assert_eq!(catalog.current.as_deref(), Some("dev"));
    assert_eq!(catalog.contexts[0].namespace.as_deref(), Some("team"));
    assert_eq!(catalog.contexts[0].user.as_deref(), Some("u1"));
    assert!(catalog.problems.is_empty(), "{:?}", catalog.problems);
}

#[tokio::test]
async fn a_broken_file_hides_no_other() {
    let files = Files::new(&[BROKEN, FIRST]);
    let catalog = files.by_variable().catalog().await;
    assert_eq!(catalog.contexts.len(), 2);
    assert_eq!(catalog.current.as_deref(), Some("dev"));
    let [problem] = catalog.problems.as_slice() else { panic!("{:?}", catalog.problems) };
    assert_eq!(problem.file, files.name(0));
    assert_eq!(problem.line, Some(1), "{problem:?}");

    // A context that is nowhere else may be in the broken file.
    let error = files.by_variable().connect(Some("other")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Kubeconfig { file, line: Some(1), .. } if *file == files.name(0)),
        "{error:?}"
    );
}

#[tokio::test]
async fn missing_files_are_skipped_only_when_listed_in_the_variable() {
    let mut files = Files::new(&[FIRST]);
    files.paths.insert(0, files.directory.path().join("absent"));
    let catalog = files.by_variable().catalog().await;
    assert_eq!((catalog.contexts.len(), catalog.problems.len()), (2, 0));
    let catalog = KubeconfigSources::from_files(files.paths.clone()).catalog().await;
    assert_eq!((catalog.contexts.len(), catalog.problems.len()), (2, 1));
}

#[tokio::test]
async fn a_current_context_that_does_not_exist_is_none() {
    let files = Files::new(&["current-context: gone", FIRST]);
    assert_eq!(files.by_variable().catalog().await.current, None);
    let error = files.by_variable().connect(None).await.unwrap_err();
    assert_eq!(error.to_string(), "context \"gone\" does not exist; there are: dev, shared");
    let error = KubeconfigSources::from_files(Vec::new()).connect(None).await.unwrap_err();
    assert_eq!(error.to_string(), "no current context is set; no kubeconfig file has a context");
}

#[tokio::test]
async fn one_context_is_described_as_in_the_catalog() {
    let files = Files::new(&[FIRST, SECOND]);
    let sources = files.by_variable();
    let catalog = sources.catalog().await;
    assert_eq!(sources.context(None).await.as_ref(), Ok(&catalog.contexts[0]));
    assert_eq!(sources.context(Some("prod")).await.as_ref(), Ok(&catalog.contexts[3]));
    // The first of a name, and each by its file.
    assert_eq!(sources.context(Some("shared")).await.as_ref(), Ok(&catalog.contexts[1]));
    for index in [1, 2] {
        let entry = &catalog.contexts[index];
        let choice = ContextChoice { name: Some("shared"), file: Some(&entry.file) };
        assert_eq!(sources.context(choice).await.as_ref(), Ok(entry));
    }
    let elsewhere = ContextChoice { name: Some("prod"), file: Some(&catalog.contexts[0].file) };
    assert!(matches!(sources.context(elsewhere).await, Err(Error::NoContext { .. })));
    assert!(matches!(sources.context(Some("hollow")).await, Err(Error::NoContext { .. })));
}

#[tokio::test]
async fn a_context_without_its_cluster_says_so() {
    let files = Files::new(&[SECOND]);
    let error = files.by_variable().connect(Some("lost")).await.unwrap_err();
    let Error::Kubeconfig { file, reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*file, files.name(0));
    assert_eq!(reason, "context \"lost\" names the cluster \"nowhere\", which no file describes");
}

#[tokio::test]
async fn a_context_means_what_its_own_file_says() {
    let files = Files::new(&[
        "contexts: [{name: a, context: {cluster: c, user: u}}]\n\
         clusters: [{name: c, cluster: {server: https://one}}]\n\
         users: [{name: u, user: {token: abc}}, {name: only-here, user: {token: abc}}]",
        "contexts: [{name: b, context: {cluster: c, user: u}}, {name: a, context: {cluster: c, user: u}}, \
         {name: d, context: {cluster: elsewhere, user: only-here}}]\n\
         clusters: [{name: c, cluster: {server: https://two}}]",
        "clusters: [{name: elsewhere, cluster: {server: https://three}}]",
    ]);
    let sources = files.by_variable();
    let (catalog, definitions) = sources.definitions().await;
    let rows: Vec<(&str, &str, bool)> = catalog
        .contexts
        .iter()
        .map(|entry| (entry.name.as_str(), entry.server.as_str(), entry.shadowed))
        .collect();
    assert_eq!(
        rows,
        [
            ("a", "https://one", false),
            ("b", "https://two", false),
            ("a", "https://two", true),
            ("d", "https://three", false)
        ]
    );
    let [one, two] = [0, 1].map(|index| files.name(index));
    let (first, second) = (definitions.get("a", Some(&one)), definitions.get("a", Some(&two)));
    assert!(first.is_some() && second.is_some() && first != second);
    assert_eq!(definitions.get("a", None), first);
    assert_eq!(definitions.get("b", Some(&one)), None);
}

#[tokio::test]
async fn files_that_are_added_come_last_and_all_files_are_named() {
    let files = Files::new(&[FIRST, SECOND]);
    let absent = files.directory.path().join("absent");
    let usual = KubeconfigSources::from_variable(
        Some(std::env::join_paths([&files.paths[0], &absent]).unwrap()),
        None,
    );
    let added = usual.with_added(&[files.paths[1].clone(), files.paths[0].clone()]);
    let catalog = added.catalog().await;
    let rows: Vec<(String, bool, bool)> =
        catalog.files.into_iter().map(|file| (file.path, file.added, file.exists)).collect();
    assert_eq!(
        rows,
        [
            (files.name(0), false, true),
            (absent.display().to_string(), false, false),
            (files.name(1), true, true)
        ]
    );
    assert_eq!(added.with_added(&[]).catalog().await, usual.catalog().await);
}

/// A context in one file, and its cluster and user in another.
const APART: [&str; 2] = [
    "contexts: [{name: dev, context: {cluster: c, user: u, namespace: one}}]",
    "clusters: [{name: c, cluster: {server: 'https://one', extensions: [{name: e, extension: {at: 1}}]}}]\n\
     users: [{name: u, user: {token: a}}]",
];

#[tokio::test]
async fn a_context_leads_elsewhere_only_for_sure_and_is_compared_with_what_was_sure_before() {
    let files = Files::new(&APART);
    let sources = files.by_variable();
    let (_, mut known) = sources.definitions().await;
    for (file, text, leads_elsewhere) in [
        (0, APART[0].replace("namespace: one", "namespace: two"), false),
        (1, APART[1].replace("at: 1", "at: 2"), false),
        (1, APART[1].replace("{name: u,", "{name: unlike,"), false),
        (1, APART[1].replace("name: c,", "name: unlike,"), false),
        // Being written.
        (1, String::new(), false),
        (1, BROKEN.to_owned(), false),
        // Whole again.
        (1, APART[1].to_owned(), false),
        (1, BROKEN.to_owned(), false),
        // Mended, and another place than before it was broken.
        (1, APART[1].replace("https://one", "https://two"), true),
        (1, APART[1].replace("https://one", "https://two").replace("token: a", "token: b"), true),
    ] {
        std::fs::write(&files.paths[file], &text).unwrap();
        let now = sources.definitions().await.1.with_access_of(&known);
        let found: Vec<_> = now.with_other_access(&known).map(|(name, _)| name.to_owned()).collect();
        assert_eq!(found.contains(&"dev".to_owned()), leads_elsewhere, "{text}");
        known = now;
    }
}

#[tokio::test]
async fn what_is_kept_beside_a_context_goes_only_where_that_leads() {
    let files = Files::new(&APART);
    let sources = files.by_variable();
    let choice = || Some("dev");
    let (server, access) = sources.sign_in_place(choice()).await.unwrap();
    assert_eq!(server.url, "https://one");
    let token = Credentials::token(crate::SecretText::new("kept")).unwrap().kept_beside(Some(access));
    let (one, two) = (APART[1], APART[1].replace("https://one", "https://two"));
    // No reload comes between the change and the connection.
    for (text, expected) in [(one, None), (&two, Some(true)), (BROKEN, Some(false)), (one, None)] {
        std::fs::write(&files.paths[1], text).unwrap();
        match sources.connect_as(choice(), &token).await.unwrap() {
            crate::ConnectedAs::Connected(_) => assert_eq!(expected, None, "{text}"),
            crate::ConnectedAs::Outdated { settled } => assert_eq!(expected, Some(settled), "{text}"),
        }
    }
}
