//! The clusters that are in use, each connected once.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cluster::{
    Cluster, ContextCatalog, ContextChoice, Credentials, Definition, Definitions, KubeconfigSources,
    SecretText, connect_own,
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use portforward::{Tunnel, TunnelOptions};
use tokio::{sync::watch, time::timeout};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    book::OwnCluster,
    cluster_list::{ClusterList, secret_key},
    guard::{Guard, identity_of},
    pins::Learned,
    problem::{Problem, ProblemCode},
    profile::{ClusterIdentity, ContextRef, Profile, ProfileId},
    view::DemoState,
    words,
};

/// Clusters that are kept. More than anybody uses at a time; beyond it all are dropped and made anew as they are needed.
const KEPT: usize = 64;

/// How long a sign-in goes on that nobody waits for: whoever looked elsewhere meanwhile need not begin again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the demo cluster comes from; started when it is first needed.
pub trait DemoSource: Send + Sync + 'static {
    /// Starts it unless it runs, and answers its kubeconfig as YAML. The error is a sentence.
    fn start(&self) -> BoxFuture<'_, Result<String, String>>;
}

/// Connections to clusters, by context.
pub(crate) struct Clusters {
    origin: Arc<Origin>,
    kept: Arc<Kept>,
    guard: Guard,
}

/// Where clusters are described.
struct Origin {
    sources: Mutex<KubeconfigSources>,
    /// What the kubeconfigs said last.
    definitions: Mutex<Definitions>,
    /// Held while they are read: what is read later counts.
    reading: tokio::sync::Mutex<()>,
    demo: Option<Arc<dyn DemoSource>>,
    list: Arc<ClusterList>,
    /// Kept sign-ins that a cluster has refused, where the kubeconfig has one of its own. The next try drops them.
    refused: Mutex<BTreeMap<ContextRef, SecretText>>,
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
    /// How many wait for it.
    waiting: watch::Sender<usize>,
    connecting: Connecting,
}

type Outcome = Result<Arc<Connected>, Problem>;

/// A task, and then what came of it. Those who ask at the same time share one sign-in, and one who asks again after having
/// given up joins the one that is under way: a login helper that takes its time is never started twice.
type Connecting = Shared<BoxFuture<'static, Outcome>>;

/// What came of reading the kubeconfig files again.
pub(crate) struct Reloaded {
    pub(crate) catalog: ContextCatalog,
    before: Definitions,
    now: Definitions,
}

impl Reloaded {
    /// Whether they say something else of this context than when they were read before.
    pub(crate) fn changed(&self, context: &ContextRef) -> bool {
        match context {
            ContextRef::Kubeconfig { name, file } => {
                self.before.get(name, file.as_deref()) != self.now.get(name, file.as_deref())
            }
            ContextRef::Own { .. } | ContextRef::Demo => false,
        }
    }
}

/// A cluster, and what was learned about it.
pub(crate) struct Connected {
    pub(crate) cluster: Cluster,
    /// What Culvert keeps, where it is signed in with that and not with what a kubeconfig says.
    kept: Option<SecretText>,
    learned: Mutex<Learned>,
}

impl Clusters {
    pub(crate) fn new(
        sources: KubeconfigSources,
        demo: Option<Arc<dyn DemoSource>>,
        list: Arc<ClusterList>,
    ) -> Self {
        Self {
            origin: Arc::new(Origin {
                sources: Mutex::new(sources),
                definitions: Mutex::default(),
                reading: tokio::sync::Mutex::default(),
                demo,
                list,
                refused: Mutex::default(),
            }),
            kept: Arc::default(),
            guard: Guard::default(),
        }
    }

    /// The cluster of a context, connected now if it was not.
    pub(crate) async fn get(&self, context: &ContextRef) -> Outcome {
        let (number, connecting, _waiting) = {
            let mut entries = self.kept.lock();
            let Entries { by_context, numbers } = &mut *entries;
            if by_context.len() >= KEPT && !by_context.contains_key(context) {
                by_context.clear();
            }
            let entry = by_context.entry(context.clone()).or_insert_with(|| {
                *numbers += 1;
                let waiting = watch::Sender::default();
                let connecting = self.connect(context.clone(), *numbers, waiting.subscribe());
                Entry { number: *numbers, waiting, connecting }
            });
            (entry.number, entry.connecting.clone(), Waiting::new(&entry.waiting))
        };
        let outcome = connecting.await;
        if outcome.is_err() {
            self.kept.remove(context, number);
        }
        outcome
    }

    /// As [`Clusters::get`], for a forward of this profile: where its context leads to another cluster than the person
    /// knows of, nothing is connected and nobody is signed in.
    pub(crate) async fn get_for(&self, profile: &Profile) -> Outcome {
        if let Some(known) = &profile.cluster
            && !self.is_connected(&profile.context)
        {
            // Before a login helper runs for a cluster that nobody agreed to.
            let anonymous = self.connect_anonymously(&profile.context).await;
            let anonymous = anonymous.map_err(|problem| self.failed(&profile.context, problem))?;
            self.check(profile, known, &anonymous)?;
        }
        let connected = self.get(&profile.context).await?;
        if let Some(known) = &profile.cluster
            && let Err(problem) = self.check(profile, known, &connected.cluster)
        {
            // The next try looks at the files again.
            self.forget(&profile.context, &connected);
            return Err(problem);
        }
        Ok(connected)
    }

    fn check(&self, profile: &Profile, known: &ClusterIdentity, now: &Cluster) -> Result<(), Problem> {
        let name = self.origin.list.book.name_of(&profile.context);
        self.guard.check(profile, &name, known, &identity_of(now))
    }

    /// The cluster that the person was last asked about for this profile, which they agree to now.
    pub(crate) fn accepted(&self, id: &ProfileId) -> Option<ClusterIdentity> {
        self.guard.accepted(id)
    }

    /// A new connection to the cluster of a context, which nobody else uses.
    pub(crate) async fn connect_anew(&self, context: &ContextRef) -> Outcome {
        self.origin.connect(context).await
    }

    /// As [`Clusters::connect_anew`], without credentials.
    pub(crate) async fn connect_anonymously(&self, context: &ContextRef) -> Result<Cluster, Problem> {
        self.origin.connect_anonymously(context).await
    }

    fn is_connected(&self, context: &ContextRef) -> bool {
        let entries = self.kept.lock();
        entries.by_context.get(context).is_some_and(|entry| matches!(entry.connecting.peek(), Some(Ok(_))))
    }

    /// The cluster of this context answered as it does to those who are signed in.
    pub(crate) fn reached(&self, context: &ContextRef) {
        self.origin.list.reached(context);
    }

    /// Whatever connection there is to this context is of no use any more: it is signed in to in another way now.
    pub(crate) fn disconnect(&self, context: &ContextRef) {
        self.kept.lock().by_context.remove(context);
    }

    /// This connection is of no use any more: the context is connected anew when it is next needed, unless somebody else
    /// has done so already.
    pub(crate) fn forget(&self, context: &ContextRef, connected: &Arc<Connected>) {
        let mut entries = self.kept.lock();
        let is_it = |entry: &Entry| matches!(entry.connecting.peek(), Some(Ok(known)) if Arc::ptr_eq(known, connected));
        if entries.by_context.get(context).is_some_and(is_it) {
            entries.by_context.remove(context);
            connected.cluster.forget_login();
        }
    }

    /// Ends all connections, and what keeps lists of theirs up to date.
    pub(crate) fn forget_all(&self) {
        self.kept.lock().by_context.clear();
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

    /// Puts a failure in plain words that whoever met it gets over by themselves: the connection stays as it is.
    pub(crate) fn told(&self, context: &ContextRef, error: &cluster::Error) -> Problem {
        self.failed(context, words::cluster_problem(error))
    }

    /// Notes what this problem says of the cluster, and gives it with the button that helps there.
    pub(crate) fn failed(&self, context: &ContextRef, problem: Problem) -> Problem {
        self.origin.list.failed(context, problem)
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

    /// Where kubeconfigs come from now.
    pub(crate) fn sources(&self) -> KubeconfigSources {
        self.origin.sources()
    }

    /// From now on these files are looked at too, in place of those that were added before. Nothing is read yet.
    pub(crate) fn set_added(&self, files: &[PathBuf]) {
        let mut sources = self.origin.sources.lock().unwrap_or_else(PoisonError::into_inner);
        *sources = sources.with_added(files);
    }

    /// Reads the kubeconfig files again. Connections to contexts of which they say something else now are forgotten.
    pub(crate) async fn reload(&self) -> Reloaded {
        let _alone = self.origin.reading.lock().await;
        let (catalog, definitions) = self.origin.sources().definitions().await;
        let mut changed = Vec::new();
        self.kept.lock().by_context.retain(|context, entry| {
            let (ContextRef::Kubeconfig { name, file }, Some(Ok(connected))) =
                (context, entry.connecting.peek())
            else {
                return true;
            };
            match definitions.get(name, file.as_deref()) {
                Some(definition) => {
                    let same = definition == connected.cluster.definition();
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
        let mut known = self.origin.definitions.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *known, definitions.clone());
        Reloaded { catalog, before, now: definitions }
    }

    /// Nothing is connected any more, and no login helper goes on.
    pub(crate) fn end(&self) {
        self.kept.lock().by_context.clear();
    }

    /// What the kubeconfigs said last of this context.
    pub(crate) fn definition(&self, context: &ContextRef) -> Option<Definition> {
        self.origin.definition(context)
    }

    /// Starts the demo cluster if it does not run.
    pub(crate) async fn start_demo(&self) -> Result<(), Problem> {
        self.origin.start_demo().await.map(|_| ())
    }

    fn noted(&self, context: &ContextRef, connected: &Arc<Connected>, problem: Problem) -> Problem {
        if needs_login(problem.code) {
            self.forget(context, connected);
        }
        if problem.code == ProblemCode::Unauthorized
            && is_kubeconfig(context)
            && let Some(kept) = &connected.kept
        {
            self.origin.refused().insert(context.clone(), kept.clone());
        }
        // A network that fails says nothing against the sign-in: what was signed in to stays so.
        if problem.code == ProblemCode::Unreachable {
            connected.cluster.renew_connections();
        }
        self.origin.list.failed(context, problem)
    }

    /// Starts to connect. The task belongs to its entry and ends with it.
    fn connect(&self, context: ContextRef, number: u64, waiting: watch::Receiver<usize>) -> Connecting {
        let (origin, kept) = (Arc::clone(&self.origin), Arc::downgrade(&self.kept));
        let task = AbortOnDropHandle::new(tokio::spawn(async move {
            let outcome = tokio::select! {
                outcome = origin.connect(&context) => outcome,
                () = nobody_waits(waiting) => Err(words::connecting_stopped()),
            };
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
        let (kept, secret) = self.kept(context).await?.unzip();
        if let Some(credentials) = &kept {
            self.list.uses(context, credentials);
        }
        let cluster = match context {
            ContextRef::Kubeconfig { name, file } => {
                let choice = ContextChoice { name: Some(name), file: file.as_deref() };
                match &kept {
                    Some(credentials) => self.sources().connect_as(choice, credentials).await,
                    None => self.sources().connect(choice).await,
                }
            }
            ContextRef::Own { id } => {
                let OwnCluster { draft, .. } = self.list.book.own(id).ok_or_else(words::unknown_cluster)?;
                let credentials = kept.as_ref().ok_or_else(|| words::not_signed_in(&draft.name))?;
                let (server, sources) = (draft.server(), self.sources());
                connect_own(&server, Some(credentials), draft.namespace.as_deref(), sources.proxies()).await
            }
            ContextRef::Demo => {
                KubeconfigSources::inline("the demo cluster", self.start_demo().await?)
                    .connect(ContextChoice::default())
                    .await
            }
        };
        let cluster = cluster.map_err(|error| words::cluster_problem(&error))?;
        Ok(Arc::new(Connected { cluster, kept: secret, learned: Mutex::default() }))
    }

    /// What Culvert itself keeps for signing in to this context, unless the kubeconfig's own way counts again.
    async fn kept(&self, context: &ContextRef) -> Result<Option<(Credentials, SecretText)>, Problem> {
        let loaded = self.list.secrets.load(&secret_key(context)).await;
        self.list.tell();
        let refused = self.refused().remove(context);
        let Some(kept) = loaded.map_err(|error| words::cluster_problem(&error))? else { return Ok(None) };
        if refused.as_ref() == Some(&kept) {
            self.drop_kept(context).await;
            return Ok(None);
        }
        let credentials = Credentials::from_kept(&kept).map_err(|error| words::cluster_problem(&error))?;
        if let (Some(then), Some(now)) = (credentials.beside(), self.definition(context))
            && then != now
        {
            // Who changed the file, also while Culvert did not run, signed in there.
            self.drop_kept(context).await;
            return Ok(None);
        }
        Ok(Some((credentials, kept)))
    }

    /// What the kubeconfigs said last of this context.
    fn definition(&self, context: &ContextRef) -> Option<Definition> {
        let ContextRef::Kubeconfig { name, file } = context else { return None };
        let definitions = self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
        definitions.get(name, file.as_deref())
    }

    fn refused(&self) -> MutexGuard<'_, BTreeMap<ContextRef, SecretText>> {
        // Nothing under the lock can leave it half done.
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
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

    async fn connect_anonymously(&self, context: &ContextRef) -> Result<Cluster, Problem> {
        let cluster = match context {
            ContextRef::Kubeconfig { name, file } => {
                let choice = ContextChoice { name: Some(name), file: file.as_deref() };
                self.sources().connect_anonymously(choice).await
            }
            ContextRef::Own { id } => {
                let OwnCluster { draft, .. } = self.list.book.own(id).ok_or_else(words::unknown_cluster)?;
                let (server, sources) = (draft.server(), self.sources());
                connect_own(&server, None, draft.namespace.as_deref(), sources.proxies()).await
            }
            ContextRef::Demo => {
                let sources = KubeconfigSources::inline("the demo cluster", self.start_demo().await?);
                sources.connect_anonymously(ContextChoice::default()).await
            }
        };
        cluster.map_err(|error| words::cluster_problem(&error))
    }

    fn sources(&self) -> KubeconfigSources {
        // Nothing under the lock can leave it half done.
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The kubeconfig of the demo cluster, which runs then.
    async fn start_demo(&self) -> Result<String, Problem> {
        let Some(demo) = &self.demo else {
            return Err(words::no_demo());
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

/// Somebody who waits, as long as this lives.
struct Waiting(watch::Sender<usize>);

impl Waiting {
    fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Returns when nobody has waited for some time.
async fn nobody_waits(mut count: watch::Receiver<usize>) {
    loop {
        // Where nobody can come any more, nobody waits.
        let _ = count.wait_for(|count| *count == 0).await;
        let somebody = count.wait_for(|count| *count > 0);
        match timeout(PATIENCE, somebody).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) | Err(_) => return,
        }
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
