//! The clusters that are in use, each connected once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cluster::{Cluster, ContextCatalog, Credentials, KubeconfigSources, connect_own};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use portforward::{Tunnel, TunnelOptions};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    book::OwnCluster,
    cluster_list::{ClusterList, secret_key},
    pins::Learned,
    problem::{Problem, ProblemCode},
    profile::{ContextRef, Profile},
    view::DemoState,
    words,
};

/// Clusters that are kept. More than anybody uses at a time; beyond it all are dropped and made anew as they are needed.
const KEPT: usize = 64;

/// Where the demo cluster comes from; started when it is first needed.
pub trait DemoSource: Send + Sync + 'static {
    /// Starts it unless it runs, and answers its kubeconfig as YAML. The error is a sentence.
    fn start(&self) -> BoxFuture<'_, Result<String, String>>;
}

/// Connections to clusters, by context.
pub(crate) struct Clusters {
    origin: Arc<Origin>,
    kept: Arc<Kept>,
}

/// Where clusters are described.
struct Origin {
    sources: KubeconfigSources,
    demo: Option<Arc<dyn DemoSource>>,
    list: Arc<ClusterList>,
}

/// Connections and attempts at them.
#[derive(Default)]
struct Kept(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    by_context: BTreeMap<ContextRef, Entry>,
    /// The number of the latest entry.
    numbers: u64,
}

struct Entry {
    /// Different from that of every other entry.
    number: u64,
    connecting: Connecting,
}

type Outcome = Result<Arc<Connected>, Problem>;

/// A task, and then what came of it. Those who ask at the same time share one sign-in, and one who asks again after having
/// given up joins the one that is under way: a login helper that takes its time is never started twice.
type Connecting = Shared<BoxFuture<'static, Outcome>>;

/// A cluster, and what was learned about it.
pub(crate) struct Connected {
    pub(crate) cluster: Cluster,
    /// Signed in with what Culvert keeps, not with what a kubeconfig says.
    by_kept: bool,
    learned: Mutex<Learned>,
}

impl Clusters {
    pub(crate) fn new(
        sources: KubeconfigSources,
        demo: Option<Arc<dyn DemoSource>>,
        list: Arc<ClusterList>,
    ) -> Self {
        Self { origin: Arc::new(Origin { sources, demo, list }), kept: Arc::default() }
    }

    /// The cluster of a context, connected now if it was not.
    pub(crate) async fn get(&self, context: &ContextRef) -> Outcome {
        let (number, connecting) = {
            let mut entries = self.kept.lock();
            let Entries { by_context, numbers } = &mut *entries;
            if by_context.len() >= KEPT && !by_context.contains_key(context) {
                by_context.clear();
            }
            let entry = by_context.entry(context.clone()).or_insert_with(|| {
                *numbers += 1;
                Entry { number: *numbers, connecting: self.connect(context.clone(), *numbers) }
            });
            (entry.number, entry.connecting.clone())
        };
        let outcome = connecting.await;
        if outcome.is_err() {
            self.kept.remove(context, number);
        }
        outcome
    }

    /// The cluster of this context answered as it does to those who are signed in.
    pub(crate) fn reached(&self, context: &ContextRef) {
        self.origin.list.reached(context);
    }

    /// Whatever connection there is to this context is of no use any more: it is signed in to in another way now.
    pub(crate) fn disconnect(&self, context: &ContextRef) {
        self.kept.lock().by_context.remove(context);
    }

    /// Where kubeconfigs are.
    pub(crate) fn sources(&self) -> &KubeconfigSources {
        &self.origin.sources
    }

    /// This connection is of no use any more: the context is connected anew when it is next needed, unless somebody else
    /// has done so already.
    pub(crate) fn forget(&self, context: &ContextRef, connected: &Arc<Connected>) {
        let mut entries = self.kept.lock();
        let is_it = |entry: &Entry| matches!(entry.connecting.peek(), Some(Ok(known)) if Arc::ptr_eq(known, connected));
        if entries.by_context.get(context).is_some_and(is_it) {
            entries.by_context.remove(context);
        }
    }

    /// Puts a failure in plain words, and forgets the connection if another sign-in may help.
    pub(crate) fn explain(
        &self,
        context: &ContextRef,
        connected: &Arc<Connected>,
        error: &cluster::Error,
    ) -> Problem {
        self.noted(context, connected, words::cluster_problem(error))
    }

    /// As [`Clusters::explain`], for a failure of a tunnel of this profile.
    pub(crate) fn explain_tunnel(
        &self,
        profile: &Profile,
        connected: &Arc<Connected>,
        error: &portforward::Error,
    ) -> Problem {
        let problem = words::tunnel_problem(error, &connected.cluster, profile);
        self.noted(&profile.context, connected, problem)
    }

    /// A person wants another try after this problem: whatever they may have changed is read again.
    pub(crate) fn try_again(&self, context: &ContextRef, connected: &Arc<Connected>, code: ProblemCode) {
        // A permission, a proxy's URL or an authority may have been added, which a new sign-in or the file may know.
        if needs_login(code)
            || matches!(code, ProblemCode::Forbidden | ProblemCode::Proxy | ProblemCode::Untrusted)
        {
            self.forget(context, connected);
        }
    }

    /// All connections may be dead without a word: requests and watches get new ones.
    pub(crate) fn renew(&self) {
        for entry in self.kept.lock().by_context.values() {
            if let Some(Ok(connected)) = entry.connecting.peek() {
                connected.cluster.renew_connections();
                connected.cluster.restart_watches();
            }
        }
    }

    /// Reads the kubeconfig files again. Connections to contexts of which they say something else now are forgotten.
    pub(crate) async fn reload(&self) -> ContextCatalog {
        let (catalog, definitions) = self.origin.sources.definitions().await;
        let mut changed = Vec::new();
        self.kept.lock().by_context.retain(|context, entry| {
            let (ContextRef::Kubeconfig { name, .. }, Some(Ok(connected))) =
                (context, entry.connecting.peek())
            else {
                return true;
            };
            match definitions.get(name) {
                Some(definition) => {
                    let same = *definition == connected.cluster.definition();
                    if !same {
                        changed.push(context.clone());
                    }
                    same
                }
                // It may be in a file that is being written.
                None => !catalog.problems.is_empty(),
            }
        });
        for context in changed {
            // Who changed the file signed in there: it counts again.
            self.origin.drop_kept(&context).await;
        }
        self.origin.list.journal.contexts_changed(catalog.clone());
        self.origin.list.tell();
        catalog
    }

    /// Starts the demo cluster if it does not run.
    pub(crate) async fn start_demo(&self) -> Result<(), Problem> {
        self.origin.start_demo().await.map(|_| ())
    }

    fn noted(&self, context: &ContextRef, connected: &Arc<Connected>, problem: Problem) -> Problem {
        if needs_login(problem.code) {
            self.forget(context, connected);
        }
        if problem.code == ProblemCode::Unauthorized && connected.by_kept && is_kubeconfig(context) {
            let (origin, context) = (Arc::clone(&self.origin), context.clone());
            // The next try waits for the keyring's turn, so it finds it gone.
            tokio::spawn(async move { origin.drop_kept(&context).await });
        }
        // A network that fails says nothing against the sign-in: what was signed in to stays so.
        if problem.code == ProblemCode::Unreachable {
            connected.cluster.renew_connections();
        }
        self.origin.list.failed(context, problem)
    }

    /// Starts to connect. The task belongs to its entry and ends with it.
    fn connect(&self, context: ContextRef, number: u64) -> Connecting {
        let (origin, kept) = (Arc::clone(&self.origin), Arc::downgrade(&self.kept));
        let task = AbortOnDropHandle::new(tokio::spawn(async move {
            let outcome = origin.connect(&context).await;
            if outcome.is_err()
                && let Some(kept) = kept.upgrade()
            {
                // Though nobody may wait any more, who comes next must not get old news.
                kept.remove(&context, number);
            }
            outcome
        }));
        async move { task.await.unwrap_or_else(|_| Err(words::connecting_stopped())) }.boxed().shared()
    }
}

impl Origin {
    async fn connect(&self, context: &ContextRef) -> Outcome {
        self.try_to_connect(context).await.map_err(|problem| self.list.failed(context, problem))
    }

    async fn try_to_connect(&self, context: &ContextRef) -> Outcome {
        let kept = self.kept(context).await?;
        if let Some(credentials) = &kept {
            self.list.uses(context, credentials);
        }
        let cluster = match context {
            ContextRef::Kubeconfig { name, .. } => match &kept {
                Some(credentials) => self.sources.connect_as(Some(name), credentials).await,
                None => self.sources.connect(Some(name)).await,
            },
            ContextRef::Own { id } => {
                let OwnCluster { draft, .. } = self.list.book.own(id).ok_or_else(words::unknown_cluster)?;
                let credentials = kept.as_ref().ok_or_else(|| words::not_signed_in(&draft.name))?;
                let server = draft.server();
                connect_own(&server, Some(credentials), draft.namespace.as_deref(), self.sources.proxies())
                    .await
            }
            ContextRef::Demo => {
                KubeconfigSources::inline("the demo cluster", self.start_demo().await?).connect(None).await
            }
        };
        let cluster = cluster.map_err(|error| words::cluster_problem(&error))?;
        Ok(Arc::new(Connected { cluster, by_kept: kept.is_some(), learned: Mutex::default() }))
    }

    /// What Culvert itself keeps for signing in to this context.
    async fn kept(&self, context: &ContextRef) -> Result<Option<Credentials>, Problem> {
        let loaded = self.list.secrets.load(&secret_key(context)).await;
        self.list.tell();
        let kept = loaded.map_err(|error| words::cluster_problem(&error))?;
        kept.map(|kept| Credentials::from_kept(&kept))
            .transpose()
            .map_err(|error| words::cluster_problem(&error))
    }

    /// The kubeconfig's own way of signing in counts again.
    async fn drop_kept(&self, context: &ContextRef) {
        let key = secret_key(context);
        if self.list.secrets.kept(&key).is_some() {
            if let Err(error) = self.list.secrets.forget(&key).await {
                tracing::warn!(%error, "a sign-in that does not count any more stays in the keyring");
            }
            self.list.forget(context);
        }
    }

    /// The kubeconfig of the demo cluster, which runs then.
    async fn start_demo(&self) -> Result<String, Problem> {
        let Some(demo) = &self.demo else {
            return Err(words::demo_problem("this program has none"));
        };
        let kubeconfig = demo.start().await.map_err(|reason| words::demo_problem(&reason))?;
        self.list.journal.demo_changed(DemoState::Running);
        self.list.tell();
        Ok(kubeconfig)
    }
}

impl Kept {
    fn remove(&self, context: &ContextRef, number: u64) {
        let mut entries = self.lock();
        if entries.by_context.get(context).is_some_and(|entry| entry.number == number) {
            entries.by_context.remove(context);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected {
    /// Options for a tunnel of this profile.
    pub(crate) fn tunnel_options(&self, profile: &Profile) -> TunnelOptions {
        self.learned().options(profile.transport, profile.route)
    }

    /// Notes by which way this tunnel of the profile was opened.
    pub(crate) fn learn(&self, profile: &Profile, tunnel: &Tunnel) {
        self.learned().learn(profile.transport, profile.route, tunnel);
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        // Nothing under the lock can leave it half done.
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the next try needs the kubeconfig read again and another sign-in.
fn needs_login(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Unauthorized | ProblemCode::LoginHelper | ProblemCode::Kubeconfig)
}

fn is_kubeconfig(context: &ContextRef) -> bool {
    matches!(context, ContextRef::Kubeconfig { .. })
}

#[cfg(test)]
#[path = "clusters_tests.rs"]
pub(crate) mod tests;
