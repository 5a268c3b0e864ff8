//! Kubeconfig files: which there are, what they say together, and what is wrong with them.

mod definition;
mod file;
mod merge;
mod reason;

use std::{
    collections::HashSet,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use kube::config::AuthInfo;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Cluster, ContextCatalog, ContextEntry, Credentials, Error, KubeconfigFile, ProxyEnvironment, Server,
    client::{self, Logins},
    login_helper::Helpers,
};

pub use definition::Definition;
pub(crate) use file::parse;
pub(crate) use merge::Chosen;
pub use merge::Definitions;
use merge::{Merged, Reading};

/// Where kubeconfigs come from. Read anew at each use, so that changes on disk are seen.
#[derive(Clone, Debug)]
pub struct KubeconfigSources {
    sources: Arc<Vec<Source>>,
    proxies: Arc<ProxyEnvironment>,
    /// Shared by all clones.
    logins: Logins,
}

/// Which context is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContextChoice<'a> {
    /// Its name; absent: the current one.
    pub name: Option<&'a str>,
    /// The file it is in; absent: the first one that has a context of that name.
    pub file: Option<&'a str>,
}

/// What came of [`KubeconfigSources::connect_as`].
#[derive(Debug)]
pub enum ConnectedAs {
    /// The cluster, for who has these credentials.
    Connected(Box<Cluster>),
    /// The context leads elsewhere, or as somebody else, than when the credentials were kept beside it.
    Outdated {
        /// Nothing is broken or absent that may say something else.
        settled: bool,
    },
}

impl<'a> From<Option<&'a str>> for ContextChoice<'a> {
    fn from(name: Option<&'a str>) -> Self {
        Self { name, file: None }
    }
}

#[derive(Clone)]
enum Source {
    /// A missing file is skipped unless it `must_exist`.
    File {
        path: PathBuf,
        must_exist: bool,
        /// By the person, in Culvert.
        added: bool,
    },
    Inline {
        label: String,
        yaml: SecretString,
    },
}

impl KubeconfigSources {
    /// What kubectl reads: the files of `KUBECONFIG`, else `~/.kube/config`. Missing files are skipped.
    pub fn from_environment() -> Self {
        Self::from_variable(std::env::var_os("KUBECONFIG"), std::env::home_dir())
    }

    /// These files and no others. One that is missing is a problem.
    pub fn from_files(files: Vec<PathBuf>) -> Self {
        Self::of_paths(files, true)
    }

    /// A kubeconfig in memory; `label` stands where a file name would.
    pub fn inline(label: &str, yaml: String) -> Self {
        Self::of(vec![Source::Inline { label: label.to_owned(), yaml: SecretString::from(yaml) }])
    }

    /// The same, with these environment variables about proxies in place of those that the process had when the
    /// sources were made.
    #[must_use]
    pub fn with_proxies(self, proxies: ProxyEnvironment) -> Self {
        Self { proxies: Arc::new(proxies), ..self }
    }

    /// The same for a command at a terminal: a login helper that may (`interactiveMode`) asks the person there. Otherwise none
    /// does, so that what it says of a failure can be told where the person looks.
    #[must_use]
    pub fn at_terminal(self) -> Self {
        Self { logins: Logins { helpers: Helpers::at_terminal(), ..self.logins }, ..self }
    }

    /// The same, with these files after the others, in place of any that were added before. One that is among the others
    /// already is not looked at twice.
    #[must_use]
    pub fn with_added(&self, files: &[PathBuf]) -> Self {
        let is_added = |source: &Source| matches!(source, Source::File { added: true, .. });
        let mut sources: Vec<Source> =
            self.sources.iter().filter(|source| !is_added(source)).cloned().collect();
        for path in files {
            let is_it = |source: &Source| matches!(source, Source::File { path: known, .. } if known == path);
            if !sources.iter().any(is_it) {
                sources.push(Source::File { path: path.clone(), must_exist: true, added: true });
            }
        }
        Self { sources: Arc::new(sources), ..self.clone() }
    }

    /// All files that are looked at, those that are missing too.
    pub fn files(&self) -> Vec<PathBuf> {
        let path = |source: &Source| match source {
            Source::File { path, .. } => Some(path.clone()),
            Source::Inline { .. } => None,
        };
        self.sources.iter().filter_map(path).collect()
    }

    /// All contexts, and what is wrong with files that cannot be read. Never fails.
    pub async fn catalog(&self) -> ContextCatalog {
        self.load().await.catalog()
    }

    /// As [`catalog`](Self::catalog), with what is said of each context: one whose [`Cluster::definition`] is another one
    /// by now is best connected anew.
    pub async fn definitions(&self) -> (ContextCatalog, Definitions) {
        let merged = self.load().await;
        let definitions = merged.definitions();
        (merged.catalog(), definitions)
    }

    /// What the kubeconfigs say of a context, or of the current one: the one that [`connect`](Self::connect) would use.
    ///
    /// # Errors
    /// [`Error::NoContext`]; [`Error::Kubeconfig`] where the context may be in a file that is broken.
    pub async fn context(&self, context: impl Into<ContextChoice<'_>>) -> Result<ContextEntry, Error> {
        let context = context.into();
        self.load().await.entry(context)
    }

    /// Connects to the cluster of a context, or of the current one.
    ///
    /// Runs the login helper if the context has one and no credentials of it are left from before. When what this gives is
    /// dropped, a helper that still runs is ended. No request is made to the API server yet, so a server that is down or
    /// refuses shows at the first request.
    ///
    /// # Errors
    /// [`Error::NoContext`], [`Error::Kubeconfig`], [`Error::LoginHelper`]; [`Error::Proxy`] where an environment variable
    /// names a proxy that cannot be used.
    pub async fn connect(&self, context: impl Into<ContextChoice<'_>>) -> Result<Cluster, Error> {
        let context = context.into();
        let chosen = self.load().await.choose(context)?;
        client::connect(chosen, &self.proxies, &self.logins, None).await
    }

    /// As [`connect`](Self::connect), with these credentials in place of the kubeconfig's user; unless they were
    /// [kept beside](Credentials::kept_beside) one that led elsewhere than it does now: then nothing is made that could
    /// send them.
    ///
    /// # Errors
    /// As of [`connect`](Self::connect), but no [`Error::LoginHelper`].
    pub async fn connect_as(
        &self,
        context: impl Into<ContextChoice<'_>>,
        credentials: &Credentials,
    ) -> Result<ConnectedAs, Error> {
        let context = context.into();
        // Of one reading: what the file says a moment later is another place.
        let merged = self.load().await;
        let access = merged.access_of(context)?;
        if credentials.beside().is_some_and(|then| then != access.definition) {
            return Ok(ConnectedAs::Outdated { settled: access.settled });
        }
        let chosen = merged.choose(context)?.signed_in(credentials);
        let cluster = client::connect(chosen, &self.proxies, &self.logins, None).await?;
        Ok(ConnectedAs::Connected(Box::new(cluster)))
    }

    /// As [`connect`](Self::connect), but as nobody: no login helper is run, no credentials are read, and what this gives
    /// sends none. For looking at where a context leads and whether anybody is there.
    ///
    /// # Errors
    /// As of [`connect`](Self::connect), but never [`Error::LoginHelper`].
    pub async fn connect_anonymously(&self, context: impl Into<ContextChoice<'_>>) -> Result<Cluster, Error> {
        let context = context.into();
        let mut chosen = self.load().await.choose(context)?;
        chosen.user = AuthInfo::default();
        client::connect(chosen, &self.proxies, &self.logins, None).await
    }

    /// The proxies of the environment, as of when these sources were made.
    pub fn proxies(&self) -> &ProxyEnvironment {
        &self.proxies
    }

    /// The server of a context, to be signed in to. Where the kubeconfig wants its certificate unchecked, the system's
    /// authorities count: nobody signs in to whoever answers.
    ///
    /// # Errors
    /// [`Error::NoContext`], [`Error::Kubeconfig`].
    pub async fn server(&self, context: impl Into<ContextChoice<'_>>) -> Result<Server, Error> {
        let context = context.into();
        client::server(self.load().await.choose(context)?)
    }

    /// As [`server`](Self::server), with what credentials for it are [kept beside](Credentials::kept_beside).
    ///
    /// # Errors
    /// As of [`server`](Self::server).
    pub async fn sign_in_place(
        &self,
        context: impl Into<ContextChoice<'_>>,
    ) -> Result<(Server, Definition), Error> {
        let context = context.into();
        let merged = self.load().await;
        Ok((client::server(merged.choose(context)?)?, merged.access_of(context)?.definition))
    }

    async fn load(&self) -> Merged {
        let sources = Arc::clone(&self.sources);
        let load = move || Merged::of(sources.iter().map(read));
        // An error only when the runtime is being shut down: nobody is left to see the answer.
        tokio::task::spawn_blocking(load).await.unwrap_or_default()
    }

    fn from_variable(variable: Option<OsString>, home: Option<PathBuf>) -> Self {
        let paths = match variable {
            Some(list) if !list.is_empty() => {
                let mut seen = HashSet::new();
                std::env::split_paths(&list)
                    .filter(|path| !path.as_os_str().is_empty() && seen.insert(path.clone()))
                    .collect()
            }
            _ => home.map(|home| home.join(".kube").join("config")).into_iter().collect(),
        };
        Self::of_paths(paths, false)
    }

    fn of_paths(paths: Vec<PathBuf>, must_exist: bool) -> Self {
        Self::of(paths.into_iter().map(|path| Source::File { path, must_exist, added: false }).collect())
    }

    fn of(sources: Vec<Source>) -> Self {
        Self {
            sources: Arc::new(sources),
            proxies: Arc::new(ProxyEnvironment::of_process()),
            logins: Logins::default(),
        }
    }
}

fn read(source: &Source) -> Reading {
    match source {
        Source::File { path, must_exist, added } => {
            let (name, exists) = (path.display().to_string(), !is_missing(path));
            Reading {
                file: Some(KubeconfigFile { path: name.clone(), added: *added, exists }),
                name,
                content: (exists || *must_exist).then(|| file::read(path)),
            }
        }
        Source::Inline { label, yaml } => {
            Reading { name: label.clone(), file: None, content: Some(parse(yaml.expose_secret(), None)) }
        }
    }
}

fn is_missing(path: &Path) -> bool {
    matches!(path.metadata(), Err(error) if error.kind() == std::io::ErrorKind::NotFound)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => write!(f, "File({})", path.display()),
            Self::Inline { label, .. } => write!(f, "Inline({label})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(sources: &KubeconfigSources) -> String {
        format!("{:?}", sources.sources)
    }

    #[test]
    fn the_variable_wins_over_the_home_directory() {
        let home = || Some(PathBuf::from("/home/me"));
        let of = |variable: Option<&str>| {
            paths(&KubeconfigSources::from_variable(variable.map(OsString::from), home()))
        };
        assert_eq!(of(None), "[File(/home/me/.kube/config)]");
        assert_eq!(of(Some("")), "[File(/home/me/.kube/config)]");
        assert_eq!(of(Some(":/a::/b:/a:")), "[File(/a), File(/b)]");
        assert_eq!(of(Some(":")), "[]", "kubectl then has no configuration either");
        assert_eq!(paths(&KubeconfigSources::from_variable(None, None)), "[]");
    }

    #[tokio::test]
    async fn an_inline_kubeconfig_does_not_show_in_debug() {
        let sources =
            KubeconfigSources::inline("pasted", "users: [{name: a, user: {token: t0ps3cret}}]".into());
        assert!(!format!("{sources:?}").contains("t0ps3cret"));
        assert_eq!(sources.catalog().await, ContextCatalog::default());
    }
}
