//! The clusters that are in use, each connected once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cluster::{Cluster, ContextCatalog, KubeconfigSources};
use futures::future::BoxFuture;
use portforward::{Transport, TunnelOptions};
use tokio::sync::OnceCell;

use crate::{
    journal::Journal,
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
    sources: KubeconfigSources,
    demo: Option<Arc<dyn DemoSource>>,
    journal: Arc<Journal>,
    /// The cell lets those who ask at the same time share one sign-in.
    kept: Mutex<BTreeMap<ContextRef, Arc<OnceCell<Arc<Connected>>>>>,
}

/// A cluster, and what was learned about it.
pub(crate) struct Connected {
    pub(crate) cluster: Cluster,
    /// The transport that worked last.
    transport: Mutex<Option<Transport>>,
}

impl Clusters {
    pub(crate) fn new(
        sources: KubeconfigSources,
        demo: Option<Arc<dyn DemoSource>>,
        journal: Arc<Journal>,
    ) -> Self {
        Self { sources, demo, journal, kept: Mutex::default() }
    }

    /// The cluster of a context, connected now if it was not.
    pub(crate) async fn get(&self, context: &ContextRef) -> Result<Arc<Connected>, Problem> {
        let cell = {
            let mut kept = self.lock();
            if kept.len() >= KEPT && !kept.contains_key(context) {
                kept.clear();
            }
            Arc::clone(kept.entry(context.clone()).or_default())
        };
        cell.get_or_try_init(|| self.connect(context)).await.cloned()
    }

    /// What is known about the cluster does not hold any more: it is connected anew when next needed.
    pub(crate) fn forget(&self, context: &ContextRef) {
        self.lock().remove(context);
    }

    /// Puts a failure in plain words, and forgets the cluster if the failure may come from stale credentials or connections.
    pub(crate) fn explain(&self, context: &ContextRef, error: &cluster::Error) -> Problem {
        let problem = words::cluster_problem(error);
        self.forget_after(context, problem.code);
        problem
    }

    /// As [`Clusters::explain`], for a problem that is in words already.
    pub(crate) fn forget_after(&self, context: &ContextRef, code: ProblemCode) {
        if matches!(code, ProblemCode::Unauthorized | ProblemCode::Unreachable | ProblemCode::Untrusted) {
            self.forget(context);
        }
    }

    /// As [`Clusters::explain`], for a failure of a tunnel of this profile.
    pub(crate) fn explain_tunnel(
        &self,
        profile: &Profile,
        connected: &Connected,
        error: &portforward::Error,
    ) -> Problem {
        let problem = words::tunnel_problem(error, &connected.cluster, &profile.namespace);
        self.forget_after(&profile.context, problem.code);
        problem
    }

    /// Reads the kubeconfig files again; what was read from them before is forgotten.
    pub(crate) async fn reload(&self) -> ContextCatalog {
        self.lock().retain(|context, _| *context == ContextRef::Demo);
        let catalog = self.sources.catalog().await;
        self.journal.contexts_changed(catalog.clone());
        catalog
    }

    /// Starts the demo cluster if it does not run; its kubeconfig.
    pub(crate) async fn start_demo(&self) -> Result<String, Problem> {
        let Some(demo) = &self.demo else {
            return Err(words::demo_problem("this program has none"));
        };
        let kubeconfig = demo.start().await.map_err(|reason| words::demo_problem(&reason))?;
        self.journal.demo_changed(DemoState::Running);
        Ok(kubeconfig)
    }

    async fn connect(&self, context: &ContextRef) -> Result<Arc<Connected>, Problem> {
        let cluster = match context {
            ContextRef::Kubeconfig { name } => self.sources.connect(Some(name)).await,
            ContextRef::Demo => {
                KubeconfigSources::inline("the demo cluster", self.start_demo().await?).connect(None).await
            }
        };
        let cluster = cluster.map_err(|error| words::cluster_problem(&error))?;
        Ok(Arc::new(Connected { cluster, transport: Mutex::new(None) }))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ContextRef, Arc<OnceCell<Arc<Connected>>>>> {
        // Nothing under the lock can leave it half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected {
    /// Options for a tunnel: the transport that worked last is tried first.
    pub(crate) fn tunnel_options(&self) -> TunnelOptions {
        let mut options = TunnelOptions::default();
        if let Some(worked) = *self.transport.lock().unwrap_or_else(PoisonError::into_inner) {
            options.transports.sort_by_key(|transport| *transport != worked);
        }
        options
    }

    /// Notes which transport worked.
    pub(crate) fn learn(&self, transport: Transport) {
        *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = Some(transport);
    }
}
