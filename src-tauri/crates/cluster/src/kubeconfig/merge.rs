//! Several kubeconfigs beside each other.

use std::{collections::HashMap, time::SystemTime};

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
    /// When the credentials end, where it is known of them otherwise than by themselves.
    pub(crate) expires_at: Option<SystemTime>,
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
            expires_at: None,
        }
    }

    /// The same for who has these credentials; whom the user impersonates stays.
    pub(crate) fn signed_in(mut self, credentials: &Credentials) -> Self {
        let before = std::mem::replace(&mut self.user, credentials.as_user());
        self.user.impersonate = before.impersonate;
        self.user.impersonate_groups = before.impersonate_groups;
        self.expires_at = credentials.expires_at();
        self
    }
}

/// What is said of each context: see [`KubeconfigSources::definitions`](crate::KubeconfigSources::definitions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions(HashMap<(String, Option<String>), Said>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    all: Definition,
    access: Access,
}

/// What decides where a request goes and as whom: cluster and user, whatever they are called and whatever else is noted
/// beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) definition: Definition,
    /// Nothing is broken or absent that may say something else.
    pub(super) settled: bool,
}

impl Access {
    fn of(cluster: Option<&Cluster>, user: Option<&AuthInfo>, settled: bool) -> Self {
        let cluster = cluster.map(|cluster| Cluster {
            disable_compression: None,
            extensions: None,
            other: Default::default(),
            ..cluster.clone()
        });
        let user = user.map(|user| AuthInfo { extensions: None, other: Default::default(), ..user.clone() });
        Self { definition: Definition::of((cluster, user)), settled }
    }
}

impl Definitions {
    /// What is said of the context of this name in this file; without a file, in the first one that has such a context.
    pub fn get(&self, name: &str, file: Option<&str>) -> Option<Definition> {
        self.said(name, file).map(|said| said.all)
    }

    /// The same, but where this reading leaves open where a context leads, that is as it was before.
    #[must_use]
    pub fn with_access_of(mut self, before: &Self) -> Self {
        for (key, said) in self.0.iter_mut().filter(|(_, said)| !said.access.settled) {
            said.access = before.0.get(key).map_or(said.access, |before| before.access);
        }
        self
    }

    /// The contexts, by name and file, that lead elsewhere or as somebody else than they did before, for sure.
    pub fn with_other_access<'a>(
        &'a self,
        before: &'a Self,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let differs = |&(key, said): &(&'a _, &Said)| {
            let known = before.0.get(key).map(|before| before.access).filter(|access| access.settled);
            known.is_some_and(|known| said.access.settled && known != said.access)
        };
        self.0.iter().filter(differs).map(|((name, file), _)| (name.as_str(), file.as_deref()))
    }

    fn said(&self, name: &str, file: Option<&str>) -> Option<Said> {
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
            expires_at: None,
        })
    }

    /// Where the context to use leads.
    ///
    /// # Errors
    /// As of [`entry`](Self::entry).
    pub(super) fn access_of(&self, wanted: ContextChoice<'_>) -> Result<Access, Error> {
        self.find(wanted).map(|found| self.access(found))
    }

    pub(super) fn definitions(&self) -> Definitions {
        let mut definitions = HashMap::new();
        for found in self.contexts() {
            let said = Said { all: self.definition(found), access: self.access(found) };
            for file in [None, Some(found.file.name.clone())] {
                definitions.entry((found.name.to_owned(), file)).or_insert(said);
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

    fn access(&self, found: Found<'_>) -> Access {
        let cluster = self.cluster_of(found).and_then(|named| named.cluster.as_ref());
        let user = self.user_of(found).and_then(|named| named.auth_info.as_ref());
        let all_there = cluster.is_some() && (user.is_some() || found.context.user.is_none());
        Access::of(cluster, user, all_there && self.problems.is_empty())
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
#[path = "merge_tests.rs"]
mod tests;
