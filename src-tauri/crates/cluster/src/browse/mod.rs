//! Looks at what there is in a cluster, as it arrives and as it changes.

mod interest;
mod known;
mod namespaces;
mod objects;
mod upkeep;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::select_all;
use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
        batch::v1::Job,
        core::v1::{Pod, Service},
    },
};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use tokio::{sync::Notify, task::AbortHandle};
use wording::text;

pub use self::namespaces::{NamespaceLook, NamespaceNews};
pub(crate) use self::objects::{Objects, Offered};
use self::{known::Known, namespaces::NamespaceList, upkeep::List};
use crate::{Cluster, Error, Target, TargetKind, TargetSummary};

/// Kinds that are listed in a namespace.
const KINDS: usize = 7;

/// Namespaces of one cluster of which what was learned is kept: those that a person goes to and fro between. It bounds memory,
/// together with 10,000 objects of a kind.
const MOST_NAMESPACES: usize = 8;

/// What has changed among the targets of a namespace since the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetNews {
    /// New or changed.
    pub put: Vec<TargetSummary>,
    /// Gone.
    pub gone: Vec<Target>,
    /// Whether all lists have come, or are known not to, and all of it has been told.
    pub complete: bool,
    /// Kinds that cannot be listed or followed for now, or not in full, each with the reason: all of them.
    pub failures: Vec<(TargetKind, Error)>,
}

/// A look at the targets of a namespace. All who look at it share its lists and watches, which are kept for a minute after
/// the last of them.
pub struct TargetLook {
    list: Arc<TargetList>,
    number: u64,
    news: Arc<Notify>,
}

/// What is looked at, or was a moment ago.
#[derive(Default)]
pub(crate) struct Looks(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    namespaces: Option<Arc<NamespaceList>>,
    /// By namespace, the one that was looked at last at the end.
    targets: Vec<(String, Arc<TargetList>)>,
}

/// The lists of one namespace, as long as somebody holds it.
struct TargetList {
    known: Arc<Known>,
    task: AbortHandle,
}

impl Cluster {
    /// Looks at the namespaces. Must be called within a Tokio runtime.
    pub fn look_at_namespaces(&self) -> NamespaceLook {
        let mut kept = self.looks().lock();
        let known = kept.namespaces.take().filter(|list| !list.is_over());
        let list = known.unwrap_or_else(|| Arc::new(NamespaceList::start(self.without_looks())));
        kept.namespaces = Some(Arc::clone(&list));
        NamespaceLook::new(list)
    }

    /// Looks at the targets of a namespace; those of [`targets`](Self::targets). Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`Error::BadTarget`] where there can be no namespace of this name.
    pub fn look_at_targets(&self, namespace: &str) -> Result<TargetLook, Error> {
        Self::check_namespace(namespace)?;
        let mut kept = self.looks().lock();
        kept.targets.retain(|(_, list)| !list.known.is_over());
        let known = kept.targets.iter().position(|(name, _)| name == namespace);
        let entry = known.map_or_else(
            || (namespace.to_owned(), Arc::new(TargetList::start(self.without_looks(), namespace))),
            |at| kept.targets.remove(at),
        );
        let list = Arc::clone(&entry.1);
        if kept.targets.len() >= MOST_NAMESPACES {
            // Whoever looks at it still holds it.
            kept.targets.remove(0);
        }
        kept.targets.push(entry);
        Ok(TargetLook::new(list))
    }
}

impl Looks {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TargetLook {
    fn new(list: Arc<TargetList>) -> Self {
        let news = Arc::new(Notify::new());
        let number = list.known.enter(Arc::clone(&news));
        Self { list, number, news }
    }

    /// Resolves when there may be something to [take](Self::take); may be dropped and called again without missing
    /// anything.
    pub async fn changed(&self) {
        while !self.list.known.has_news(self.number) {
            self.news.notified().await;
        }
    }

    /// At most so many changes, pods last; `None` when there are none. What is left is for the next time. What changed
    /// more than once meanwhile comes once, as it is now.
    ///
    /// # Errors
    /// What ends the look: [`Error::Unauthorized`], [`Error::LoginHelper`] and whatever else only another sign-in mends.
    pub fn take(&self, most: usize) -> Result<Option<TargetNews>, Error> {
        self.list.known.take(self.number, most)
    }
}

impl Drop for TargetLook {
    fn drop(&mut self) {
        self.list.known.leave(self.number);
    }
}

impl TargetList {
    fn start(cluster: Cluster, namespace: &str) -> Self {
        let known = Arc::new(Known::default());
        let task = tokio::spawn(run(cluster, namespace.to_owned(), Arc::clone(&known))).abort_handle();
        Self { known, task }
    }
}

impl Drop for TargetList {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps the lists true until nobody has looked for a minute, or signing in is necessary.
async fn run(cluster: Cluster, namespace: String, known: Arc<Known>) {
    // On the heap, for so many requests at once are large.
    let lists = select_all([
        Box::pin(keep::<Service>(&cluster, &namespace, &known)) as futures::future::BoxFuture<'_, Error>,
        Box::pin(keep::<Deployment>(&cluster, &namespace, &known)),
        Box::pin(keep::<StatefulSet>(&cluster, &namespace, &known)),
        Box::pin(keep::<DaemonSet>(&cluster, &namespace, &known)),
        Box::pin(keep::<ReplicaSet>(&cluster, &namespace, &known)),
        Box::pin(keep::<Job>(&cluster, &namespace, &known)),
        Box::pin(keep::<Pod>(&cluster, &namespace, &known)),
    ]);
    let error = tokio::select! {
        (error, ..) = lists => Some(error),
        () = known.interest.lost() => None,
    };
    known.end(error);
}

async fn keep<K>(cluster: &Cluster, namespace: &str, known: &Known) -> Error
where
    K: Offered
        + Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + DeserializeOwned
        + std::fmt::Debug
        + Send
        + 'static,
{
    let list = List {
        cluster,
        api: Api::<K>::namespaced(cluster.client(), namespace),
        what: text!("{kinds} in namespace {namespace}", "{kinds} im Namespace {namespace}"; kinds = K::OFFERED_AS.plural()),
        interest: &known.interest,
        renewed: cluster.renewed(),
    };
    list.keep(known).await
}
