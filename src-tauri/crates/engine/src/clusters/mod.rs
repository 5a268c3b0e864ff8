//! The clusters that are in use, each connected once.

mod attempts;
mod origin;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cluster::{Cluster, ContextCatalog, Definitions, KubeconfigSources, SecretText};
use futures::future::BoxFuture;
use portforward::{Tunnel, TunnelOptions};

use self::{attempts::Attempts, origin::Origin};
use crate::{
    cluster_list::ClusterList,
    guard::{Guard, identity_of},
    pins::Learned,
    problem::{Problem, ProblemCode},
    profile::{ClusterIdentity, ContextRef, Profile, ProfileId},
    words,
};

/// Where the demo cluster comes from; started when it is first needed.
pub trait DemoSource: Send + Sync + 'static {
    /// Starts it unless it runs, and answers its kubeconfig as YAML. The error is a sentence.
    fn start(&self) -> BoxFuture<'_, Result<String, String>>;
}

/// Connections to clusters, by context.
pub(crate) struct Clusters {
    origin: Arc<Origin>,
    attempts: Arc<Attempts>,
    guard: Guard,
}

type Outcome = Result<Arc<Connected>, Problem>;

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

    /// As [`Reloaded::changed`], unless it may be in a file that is being written.
    pub(crate) fn leads_elsewhere(&self, context: &ContextRef) -> bool {
        let ContextRef::Kubeconfig { name, file } = context else { return false };
        let is_there = self.now.get(name, file.as_deref()).is_some();
        self.changed(context) && (is_there || self.catalog.problems.is_empty())
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
            origin: Arc::new(Origin::new(sources, demo, list)),
            attempts: Arc::default(),
            guard: Guard::default(),
        }
    }

    /// The cluster of a context, connected now if it was not.
    pub(crate) async fn get(&self, context: &ContextRef) -> Outcome {
        let attempt = || {
            let (origin, context) = (Arc::clone(&self.origin), context.clone());
            async move { origin.connect(&context).await }
        };
        self.attempts.get(context, attempt).await
    }

    /// As [`Clusters::get`], for a forward of this profile: where its context leads to another cluster than the person
    /// knows of, nothing is connected and nobody is signed in.
    pub(crate) async fn get_for(&self, profile: &Profile) -> Outcome {
        if let Some(known) = &profile.cluster
            && !self.attempts.is_connected(&profile.context)
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

    /// The cluster of this context answered as it does to those who are signed in.
    pub(crate) fn reached(&self, context: &ContextRef) {
        self.origin.takes(context);
        self.origin.list.reached(context);
    }

    /// As [`Clusters::reached`], by this connection, which counts only as long as it is kept.
    pub(crate) fn reached_by(&self, context: &ContextRef, connected: &Arc<Connected>) {
        if self.attempts.keeps(context, connected) {
            self.reached(context);
        }
    }

    /// Whatever connection there is to this context is of no use any more: it is signed in to in another way now.
    pub(crate) fn disconnect(&self, context: &ContextRef) {
        self.origin.takes(context);
        self.attempts.remove(context);
    }

    /// This connection is of no use any more: the context is connected anew when it is next needed, unless somebody else
    /// has done so already.
    pub(crate) fn forget(&self, context: &ContextRef, connected: &Arc<Connected>) {
        if self.attempts.remove_this(context, connected) {
            connected.cluster.forget_login();
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
        if code == ProblemCode::Unauthorized {
            self.origin.wanted_again(context);
        }
        // A permission, a proxy's URL or an authority may have been added, which a new sign-in or the file may know.
        if needs_login(code)
            || matches!(code, ProblemCode::Forbidden | ProblemCode::Proxy | ProblemCode::Untrusted)
        {
            self.forget(context, connected);
        }
    }

    /// All connections may be dead without a word: requests and watches get new ones.
    pub(crate) fn renew(&self) {
        for connected in self.attempts.connected() {
            connected.cluster.renew_connections();
            connected.cluster.restart_watches();
        }
    }

    /// Where kubeconfigs come from now.
    pub(crate) fn sources(&self) -> KubeconfigSources {
        self.origin.sources()
    }

    /// From now on these files are looked at too, in place of those that were added before. Nothing is read yet.
    pub(crate) fn set_added(&self, files: &[PathBuf]) {
        self.origin.set_added(files);
    }

    /// Reads the kubeconfig files again. Connections to contexts of which they say something else now are forgotten, and
    /// attempts at them begin anew.
    pub(crate) async fn reload(&self) -> Reloaded {
        let _alone = self.origin.reading.lock().await;
        let (catalog, definitions) = self.origin.sources().definitions().await;
        let (before, now) = self.origin.redefine(definitions);
        self.attempts.retain(|context, connected| {
            let ContextRef::Kubeconfig { name, file } = context else { return true };
            let definition = |of: &Definitions| of.get(name, file.as_deref());
            match (definition(&now), connected) {
                (Some(definition), Some(connected)) => definition == connected.cluster.definition(),
                (Some(now), None) => definition(&before) == Some(now),
                // It may be in a file that is being written.
                (None, _) => !catalog.problems.is_empty(),
            }
        });
        for (name, file) in now.with_other_access(&before) {
            // Who changed the file signed in there: it counts again.
            let context = ContextRef::Kubeconfig { name: name.to_owned(), file: file.map(str::to_owned) };
            self.origin.drop_kept(&context).await;
        }
        let reloaded = Reloaded { catalog, before, now };
        self.origin.list.redescribed(|context| reloaded.changed(context));
        self.origin.list.journal.contexts_changed(reloaded.catalog.clone());
        self.origin.list.tell();
        reloaded
    }

    /// Ends all connections, what keeps lists of theirs up to date, and login helpers.
    pub(crate) fn end(&self) {
        self.attempts.clear();
    }

    /// Starts the demo cluster if it does not run.
    pub(crate) async fn start_demo(&self) -> Result<(), Problem> {
        self.origin.start_demo().await.map(|_| ())
    }

    fn noted(&self, context: &ContextRef, connected: &Arc<Connected>, problem: Problem) -> Problem {
        if needs_login(problem.code) {
            self.forget(context, connected);
        }
        if problem.code == ProblemCode::Unauthorized && is_kubeconfig(context) {
            self.origin.refuse(context, connected);
        }
        // A network that fails says nothing against the sign-in: what was signed in to stays so.
        if problem.code == ProblemCode::Unreachable {
            connected.cluster.renew_connections();
        }
        self.origin.list.failed(context, problem)
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
pub(crate) mod tests;
