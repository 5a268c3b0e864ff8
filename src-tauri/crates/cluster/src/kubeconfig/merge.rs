//! Several kubeconfigs beside each other.

use std::collections::HashMap;

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};

use super::{ContextChoice, definition::Definition, file::Trouble};
use crate::{
    ContextCatalog, ContextEntry, Credentials, Error, KubeconfigFile, KubeconfigProblem, redaction::plain_url,
};

/// What all files say. Of what is named without its file the first one counts, as in kubectl; but a context means what its
/// own file says.
#[derive(Default)]
pub(crate) struct Merged {
    /// Those that could be read.
    files: Vec<ReadFile>,
    problems: Vec<KubeconfigProblem>,
    /// All of them.
    looked_at: Vec<KubeconfigFile>,
}

/// What came of looking at one source.
pub(super) struct Reading {
    pub(super) name: String,
    /// Absent where it is in memory.
    pub(super) file: Option<KubeconfigFile>,
    /// Absent where there is nothing and need not be.
    pub(super) content: Option<Result<Kubeconfig, Trouble>>,
}

struct ReadFile {
    name: String,
    config: Kubeconfig,
}

/// A context, and the file it comes from.
#[derive(Clone, Copy)]
struct Found<'a> {
    file: &'a ReadFile,
    name: &'a str,
    context: &'a Context,
}

/// A context with its cluster and its user.
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) definition: Definition,
    pub(crate) context: Context,
    /// Absent where no file describes it.
    pub(crate) cluster: Option<Cluster>,
    /// One that is missing counts as one without credentials, as in kubectl.
    pub(crate) user: AuthInfo,
}

impl Chosen {
    /// A cluster that no kubeconfig describes, for nobody yet.
    pub(crate) fn own(name: &str, cluster: Cluster, namespace: Option<String>) -> Self {
        let context = Context { cluster: name.to_owned(), namespace, ..Context::default() };
        let definition = Definition::of((&context, &cluster));
        let name = name.to_owned();
        Self {
            name,
            file: String::new(),
            definition,
            context,
            cluster: Some(cluster),
            user: AuthInfo::default(),
        }
    }

    /// The same for who has these credentials; whom the user impersonates stays.
    pub(crate) fn signed_in(mut self, credentials: &Credentials) -> Self {
        let before = std::mem::replace(&mut self.user, credentials.as_user());
        self.user.impersonate = before.impersonate;
        self.user.impersonate_groups = before.impersonate_groups;
        self
    }
}

/// What is said of each context: see [`KubeconfigSources::definitions`](crate::KubeconfigSources::definitions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions(HashMap<(String, Option<String>), Definition>);

impl Definitions {
    /// What is said of the context of this name in this file; without a file, in the first one that has such a context.
    pub fn get(&self, name: &str, file: Option<&str>) -> Option<Definition> {
        self.0.get(&(name.to_owned(), file.map(str::to_owned))).copied()
    }
}

impl Merged {
    /// Broken files become problems and do not hide the others.
    pub(super) fn of(sources: impl Iterator<Item = Reading>) -> Self {
        let mut merged = Self::default();
        for Reading { name, file, content } in sources {
            match content {
                Some(Ok(config)) => merged.files.push(ReadFile { name, config }),
                Some(Err(Trouble { line, reason })) => {
                    merged.problems.push(KubeconfigProblem { file: name, line, reason });
                }
                None => {}
            }
            merged.looked_at.extend(file);
        }
        merged
    }

    pub(super) fn catalog(self) -> ContextCatalog {
        let mut contexts: Vec<ContextEntry> = Vec::new();
        for found in self.contexts() {
            let of_name = || contexts.iter().filter(|known| known.name == found.name);
            // Within one file the first of a name counts, and no other can be reached.
            if of_name().any(|known| known.file == found.file.name) {
                continue;
            }
            let shadowed = of_name().next().is_some();
            contexts.push(ContextEntry { shadowed, ..self.describe(found) });
        }
        let current =
            self.current().filter(|name| contexts.iter().any(|entry| entry.name == *name)).map(str::to_owned);
        ContextCatalog { contexts, current, problems: self.problems, files: self.looked_at }
    }

    /// What is said of the context to use: the one that is wanted, or the current one.
    ///
    /// # Errors
    /// [`Error::NoContext`]; [`Error::Kubeconfig`] where it may be in a file that is broken.
    pub(super) fn entry(&self, wanted: ContextChoice<'_>) -> Result<ContextEntry, Error> {
        let found = self.find(wanted)?;
        let shadowed = self.first(found.name, None).is_some_and(|first| first.file.name != found.file.name);
        Ok(ContextEntry { shadowed, ..self.describe(found) })
    }

    /// The context to use, with its cluster and user.
    ///
    /// # Errors
    /// As of [`entry`](Self::entry).
    pub(crate) fn choose(&self, wanted: ContextChoice<'_>) -> Result<Chosen, Error> {
        let found = self.find(wanted)?;
        Ok(Chosen {
            name: found.name.to_owned(),
            file: found.file.name.clone(),
            definition: self.definition(found),
            context: found.context.clone(),
            cluster: self.cluster_of(found).and_then(|named| named.cluster.clone()),
            user: self.user_of(found).and_then(|named| named.auth_info.clone()).unwrap_or_default(),
        })
    }

    pub(super) fn definitions(&self) -> Definitions {
        let mut definitions = HashMap::new();
        for found in self.contexts() {
            let definition = self.definition(found);
            for file in [None, Some(found.file.name.clone())] {
                definitions.entry((found.name.to_owned(), file)).or_insert(definition);
            }
        }
        Definitions(definitions)
    }

    /// All of them, in the order of the files and then of each file. One without content is none.
    fn contexts(&self) -> impl Iterator<Item = Found<'_>> {
        self.files.iter().flat_map(|file| {
            file.config.contexts.iter().filter_map(move |NamedContext { name, context, .. }| {
                Some(Found { file, name, context: context.as_ref()? })
            })
        })
    }

    fn first(&self, name: &str, file: Option<&str>) -> Option<Found<'_>> {
        self.contexts().find(|found| found.name == name && file.is_none_or(|file| found.file.name == file))
    }

    /// The name of the current context: the first one that a file sets.
    fn current(&self) -> Option<&str> {
        self.files.iter().find_map(|file| file.config.current_context.as_deref())
    }

    fn find(&self, wanted: ContextChoice<'_>) -> Result<Found<'_>, Error> {
        let name = wanted.name.or_else(|| self.current());
        if let Some(found) = name.and_then(|name| self.first(name, wanted.file)) {
            return Ok(found);
        }
        let may_hide_it = |problem: &&KubeconfigProblem| wanted.file.is_none_or(|file| problem.file == file);
        Err(match self.problems.iter().find(may_hide_it) {
            Some(problem) => Error::Kubeconfig {
                file: problem.file.clone(),
                line: problem.line,
                reason: problem.reason.clone(),
            },
            None => {
                let mut known: Vec<String> = Vec::new();
                for found in self.contexts() {
                    if !known.iter().any(|known| known == found.name) {
                        known.push(found.name.to_owned());
                    }
                }
                Error::NoContext { wanted: name.map(str::to_owned), known }
            }
        })
    }

    fn describe(&self, found: Found<'_>) -> ContextEntry {
        let server = self.cluster_of(found).and_then(|named| named.cluster.as_ref()?.server.as_deref());
        ContextEntry {
            name: found.name.to_owned(),
            cluster: found.context.cluster.clone(),
            server: plain_url(server.unwrap_or_default()),
            user: found.context.user.clone(),
            namespace: found.context.namespace.clone(),
            file: found.file.name.clone(),
            shadowed: false,
        }
    }

    fn definition(&self, found: Found<'_>) -> Definition {
        Definition::of((Some(found.context), self.cluster_of(found), self.user_of(found)))
    }

    fn cluster_of(&self, found: Found<'_>) -> Option<&NamedCluster> {
        let is_it = |named: &&NamedCluster| named.name == found.context.cluster;
        self.beginning_with(found.file).find_map(|config| config.clusters.iter().find(is_it))
    }

    fn user_of(&self, found: Found<'_>) -> Option<&NamedAuthInfo> {
        let is_it = |named: &&NamedAuthInfo| Some(&named.name) == found.context.user.as_ref();
        self.beginning_with(found.file).find_map(|config| config.auth_infos.iter().find(is_it))
    }

    /// What the files say, that one's first.
    fn beginning_with<'a>(&'a self, file: &ReadFile) -> impl Iterator<Item = &'a Kubeconfig> {
        let own = self.files.iter().filter(|other| other.name == file.name);
        own.chain(&self.files).map(|file| &file.config)
    }
}

#[cfg(test)]
mod tests {
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
}
