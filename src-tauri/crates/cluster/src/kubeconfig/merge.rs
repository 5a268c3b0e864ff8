//! Several kubeconfigs as one.

use std::collections::HashMap;

use kube::config::{Context, Kubeconfig, NamedAuthInfo, NamedContext};

use super::{definition::Definition, file::Trouble};
use crate::{ContextCatalog, ContextEntry, Credentials, Error, KubeconfigProblem, redaction::plain_url};

/// What all files say together: the first to name a thing wins, as in kubectl.
#[derive(Default)]
pub(crate) struct Merged {
    pub(crate) config: Kubeconfig,
    /// The file of each context.
    origins: HashMap<String, String>,
    problems: Vec<KubeconfigProblem>,
}

impl Merged {
    /// Broken files become problems and do not hide the others.
    pub(super) fn of(files: impl Iterator<Item = (String, Result<Kubeconfig, Trouble>)>) -> Self {
        let mut merged = Self::default();
        for (file, content) in files {
            let added = content.and_then(|content| {
                for context in &content.contexts {
                    merged.origins.entry(context.name.clone()).or_insert_with(|| file.clone());
                }
                std::mem::take(&mut merged.config)
                    .merge(content)
                    .map_err(|error| Trouble { line: None, reason: error.to_string() })
            });
            match added {
                Ok(config) => merged.config = config,
                Err(Trouble { line, reason }) => {
                    merged.problems.push(KubeconfigProblem { file, line, reason });
                }
            }
        }
        merged
    }

    pub(super) fn catalog(self) -> ContextCatalog {
        let mut contexts: Vec<ContextEntry> = Vec::new();
        for NamedContext { name, context, .. } in &self.config.contexts {
            let Some(context) = context else { continue };
            if contexts.iter().all(|known| known.name != *name) {
                contexts.push(self.describe(name, context));
            }
        }
        let current =
            self.config.current_context.filter(|name| contexts.iter().any(|entry| entry.name == *name));
        ContextCatalog { contexts, current, problems: self.problems, files: Vec::new() }
    }

    /// The context to use: `wanted`, or the current one.
    ///
    /// # Errors
    /// As of [`choose`](Self::choose).
    pub(super) fn entry(&self, wanted: Option<&str>) -> Result<ContextEntry, Error> {
        let name = self.choose(wanted)?;
        let named = self.config.contexts.iter().find(|named| named.name == name);
        let context = named.and_then(|named| named.context.clone()).unwrap_or_default();
        Ok(self.describe(&name, &context))
    }

    fn describe(&self, name: &str, context: &Context) -> ContextEntry {
        let cluster = self.config.clusters.iter().find(|named| named.name == context.cluster);
        let server = cluster.and_then(|named| named.cluster.as_ref()?.server.as_deref());
        ContextEntry {
            name: name.to_owned(),
            cluster: context.cluster.clone(),
            server: plain_url(server.unwrap_or_default()),
            user: context.user.clone(),
            namespace: context.namespace.clone(),
            file: self.file_of(name),
            shadowed: false,
        }
    }

    /// The name of the context to use: `wanted`, or the current one.
    ///
    /// # Errors
    /// [`Error::NoContext`]; [`Error::Kubeconfig`] where it may be in a file that is broken.
    pub(crate) fn choose(&self, wanted: Option<&str>) -> Result<String, Error> {
        let chosen = wanted.or(self.config.current_context.as_deref());
        let exists = |name: &str| {
            self.config.contexts.iter().any(|named| named.name == name && named.context.is_some())
        };
        match chosen {
            Some(name) if exists(name) => Ok(name.to_owned()),
            _ => Err(match self.problems.first() {
                Some(problem) => Error::Kubeconfig {
                    file: problem.file.clone(),
                    line: problem.line,
                    reason: problem.reason.clone(),
                },
                None => Error::NoContext {
                    wanted: chosen.map(str::to_owned),
                    known: self.config.contexts.iter().map(|named| named.name.clone()).collect(),
                },
            }),
        }
    }

    /// Only this.
    pub(crate) fn just(config: Kubeconfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// Puts credentials in the place of a context's user; whom it impersonates stays.
    pub(crate) fn sign_in(&mut self, name: &str, credentials: &Credentials) {
        let config = &mut self.config;
        let Some(context) = config.contexts.iter_mut().find(|named| named.name == name) else { return };
        let Some(context) = &mut context.context else { return };
        let before = config.auth_infos.iter().find(|named| Some(&named.name) == context.user.as_ref());
        let before = before.and_then(|named| named.auth_info.clone()).unwrap_or_default();
        let mut user = credentials.as_user();
        user.impersonate = before.impersonate;
        user.impersonate_groups = before.impersonate_groups;
        // In front of the one of the same name: the first counts.
        let name = context.user.clone().unwrap_or_default();
        config.auth_infos.insert(
            0,
            NamedAuthInfo { name: name.clone(), auth_info: Some(user), other: Default::default() },
        );
        context.user = Some(name);
    }

    /// What is said of a context.
    pub(crate) fn definition(&self, name: &str) -> Definition {
        let config = &self.config;
        let context = config.contexts.iter().find(|named| named.name == name);
        let context = context.and_then(|named| named.context.as_ref());
        let cluster =
            context.and_then(|context| config.clusters.iter().find(|named| named.name == context.cluster));
        let user = context.and_then(|context| {
            config.auth_infos.iter().find(|named| Some(&named.name) == context.user.as_ref())
        });
        Definition::of((context, cluster, user))
    }

    pub(super) fn definitions(&self) -> HashMap<String, Definition> {
        let names = self.config.contexts.iter().map(|named| &named.name);
        names.map(|name| (name.clone(), self.definition(name))).collect()
    }

    /// The file that a context comes from.
    pub(crate) fn file_of(&self, context: &str) -> String {
        self.origins.get(context).cloned().unwrap_or_default()
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
                ("prod", "https://two", two.as_str()),
                ("lost", "", two.as_str()),
            ]
        );
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
        let sources = Files::new(&[FIRST, SECOND]);
        let sources = sources.by_variable();
        let catalog = sources.catalog().await;
        assert_eq!(sources.context(None).await.as_ref(), Ok(&catalog.contexts[0]));
        assert_eq!(sources.context(Some("prod")).await.as_ref(), Ok(&catalog.contexts[2]));
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
}
