//! Where clusters are described, and with what each is signed in to.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use cluster::{
    Cluster, ConnectedAs, ContextChoice, Credentials, Definitions, KubeconfigSources, SecretText, connect_own,
};

use super::{Connected, DemoSource, Outcome};
use crate::{
    book::OwnCluster,
    cluster_list::{ClusterList, secret_key},
    problem::Problem,
    profile::ContextRef,
    view::DemoState,
    words,
};

/// Where clusters are described.
pub(super) struct Origin {
    sources: Mutex<KubeconfigSources>,
    /// What the kubeconfigs said last.
    definitions: Mutex<Definitions>,
    /// Held while they are read: what is read later counts.
    pub(super) reading: tokio::sync::Mutex<()>,
    demo: Option<Arc<dyn DemoSource>>,
    pub(super) list: Arc<ClusterList>,
    /// Kept sign-ins that a cluster has refused, where the kubeconfig has one of its own.
    refused: Mutex<BTreeMap<ContextRef, Refusal>>,
}

/// A kept sign-in that a cluster has refused. It may have been a bad moment: OpenShift refuses everybody while its own
/// server of sign-ins is away.
struct Refusal {
    secret: SecretText,
    /// The connection that was refused first.
    first: Weak<Connected>,
    /// The person wanted another try, some time after that.
    wanted_again: bool,
    /// Another one was refused too: the next try drops it.
    again: bool,
}

impl Origin {
    pub(super) fn new(
        sources: KubeconfigSources,
        demo: Option<Arc<dyn DemoSource>>,
        list: Arc<ClusterList>,
    ) -> Self {
        Self {
            sources: Mutex::new(sources),
            definitions: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            demo,
            list,
            refused: Mutex::default(),
        }
    }

    pub(super) async fn connect(&self, context: &ContextRef) -> Outcome {
        self.try_to_connect(context).await.map_err(|problem| self.list.failed(context, problem))
    }

    async fn try_to_connect(&self, context: &ContextRef) -> Outcome {
        let server_of = |id: &str| self.list.book.own(id).map(|own| own.draft.server());
        let before = if let ContextRef::Own { id } = context { server_of(id) } else { None };
        let kept = self.kept(context).await?;
        let (cluster, kept) = match context {
            ContextRef::Kubeconfig { name, file } => {
                let choice = ContextChoice { name: Some(name), file: file.as_deref() };
                let as_kept = match &kept {
                    Some((credentials, _)) => self.connect_as(context, choice, credentials).await?,
                    None => None,
                };
                match as_kept {
                    Some(cluster) => (Ok(cluster), kept),
                    None => (self.sources().connect(choice).await, None),
                }
            }
            ContextRef::Own { id } => {
                let OwnCluster { draft, .. } = self.list.book.own(id).ok_or_else(words::unknown_cluster)?;
                // What was loaded may be of the one before.
                if before != Some(draft.server()) {
                    return Err(words::server_changed_meanwhile(&draft.name));
                }
                let (credentials, _) = kept.as_ref().ok_or_else(|| words::not_signed_in(&draft.name))?;
                self.list.uses(context, credentials);
                let (server, namespace, sources) =
                    (draft.server(), draft.namespace.as_deref(), self.sources());
                (connect_own(&server, Some(credentials), namespace, sources.proxies()).await, kept)
            }
            ContextRef::Demo => {
                let sources = KubeconfigSources::inline("the demo cluster", self.start_demo().await?);
                (sources.connect(ContextChoice::default()).await, None)
            }
        };
        let cluster = cluster.map_err(|error| words::cluster_problem(&error))?;
        let kept = kept.map(|(_, secret)| secret);
        Ok(Arc::new(Connected { cluster, kept, learned: Mutex::default() }))
    }

    /// The cluster of a kubeconfig's context, signed in to with what Culvert keeps; nothing where the kubeconfig leads
    /// elsewhere than when that was kept, so that its own way counts.
    async fn connect_as(
        &self,
        context: &ContextRef,
        choice: ContextChoice<'_>,
        credentials: &Credentials,
    ) -> Result<Option<Cluster>, Problem> {
        let outcome = self.sources().connect_as(choice, credentials).await;
        match outcome.map_err(|error| words::cluster_problem(&error))? {
            ConnectedAs::Connected(cluster) => {
                self.list.uses(context, credentials);
                Ok(Some(*cluster))
            }
            ConnectedAs::Outdated { settled } => {
                // Who changed the file, also while Culvert did not run, signed in there. One that is broken may be mended.
                if settled {
                    self.drop_kept(context).await;
                }
                Ok(None)
            }
        }
    }

    /// What Culvert itself keeps for signing in to this context, unless the kubeconfig's own way counts again.
    async fn kept(&self, context: &ContextRef) -> Result<Option<(Credentials, SecretText)>, Problem> {
        let loaded = self.list.secrets.load(&secret_key(context)).await;
        self.list.tell();
        let Some(kept) = loaded.map_err(|error| words::cluster_problem(&error))? else { return Ok(None) };
        let is_refused =
            self.refused().get(context).is_some_and(|refusal| refusal.again && refusal.secret == kept);
        if is_refused {
            self.drop_kept(context).await;
            return Ok(None);
        }
        let credentials = Credentials::from_kept(&kept).map_err(|error| words::cluster_problem(&error))?;
        Ok(Some((credentials, kept)))
    }

    /// The kubeconfigs say this now; gives what they said before, and what is known now.
    pub(super) fn redefine(&self, now: Definitions) -> (Definitions, Definitions) {
        // Nothing under the lock can leave it half done.
        let mut known = self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.with_access_of(&known);
        (std::mem::replace(&mut *known, now.clone()), now)
    }

    /// The cluster has refused the sign-in of this connection. Where Culvert keeps that and it is refused again after the
    /// person wanted another try, the kubeconfig's own way counts again. Tries that Culvert makes by itself follow too soon
    /// to tell a bad moment from an end.
    pub(super) fn refuse(&self, context: &ContextRef, connected: &Arc<Connected>) {
        let Some(secret) = &connected.kept else { return };
        let first = Arc::downgrade(connected);
        let mut refused = self.refused();
        match refused.get_mut(context).filter(|refusal| refusal.secret == *secret) {
            // All who use one connection are told.
            Some(refusal) => refusal.again |= refusal.wanted_again && !refusal.first.ptr_eq(&first),
            None => {
                let secret = secret.clone();
                let refusal = Refusal { secret, first, wanted_again: false, again: false };
                refused.insert(context.clone(), refusal);
            }
        }
    }

    /// The person wants another try.
    pub(super) fn wanted_again(&self, context: &ContextRef) {
        if let Some(refusal) = self.refused().get_mut(context) {
            refusal.wanted_again = true;
        }
    }

    /// The cluster takes what it is signed in to with.
    pub(super) fn takes(&self, context: &ContextRef) {
        self.refused().remove(context);
    }

    /// These files are looked at too from now on, in place of those that were added before.
    pub(super) fn set_added(&self, files: &[PathBuf]) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        *sources = sources.with_added(files);
    }

    fn refused(&self) -> MutexGuard<'_, BTreeMap<ContextRef, Refusal>> {
        // Nothing under the lock can leave it half done.
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kubeconfig's own way of signing in counts again.
    pub(super) async fn drop_kept(&self, context: &ContextRef) {
        let key = secret_key(context);
        self.refused().remove(context);
        if self.list.secrets.kept(&key).is_some() {
            if let Err(error) = self.list.secrets.forget(&key).await {
                tracing::warn!(%error, "a sign-in that does not count any more stays in the keyring");
            }
            self.list.forget(context);
        }
    }

    pub(super) async fn connect_anonymously(&self, context: &ContextRef) -> Result<Cluster, Problem> {
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

    pub(super) fn sources(&self) -> KubeconfigSources {
        // Nothing under the lock can leave it half done.
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The kubeconfig of the demo cluster, which runs then.
    pub(super) async fn start_demo(&self) -> Result<String, Problem> {
        let Some(demo) = &self.demo else {
            return Err(words::no_demo());
        };
        let kubeconfig = demo.start().await.map_err(|reason| words::demo_problem(&reason))?;
        self.list.journal.demo_changed(DemoState::Running);
        self.list.tell();
        Ok(kubeconfig)
    }
}
