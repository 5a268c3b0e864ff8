//! Looks at the names of a cluster's namespaces.

use std::{collections::BTreeSet, sync::Arc};

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use tokio::{sync::watch, task::AbortHandle};
use wording::text;

use super::{
    interest::Interest,
    upkeep::{List, MOST, Sink},
};
use crate::{Cluster, Error};

/// The namespaces that are known, as they are known now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceNews {
    /// Sorted.
    pub names: Vec<String>,
    /// Whether the list is whole, or known not to come.
    pub complete: bool,
    /// Why it is empty, partial or old.
    pub failure: Option<Error>,
}

/// A look at the namespaces of a cluster. All who look share one list and one watch, which are kept for a minute after the
/// last of them.
pub struct NamespaceLook {
    list: Arc<NamespaceList>,
    news: watch::Receiver<Content>,
}

/// The list, as long as somebody holds it.
pub(super) struct NamespaceList {
    known: Arc<Known>,
    task: AbortHandle,
}

#[derive(Default)]
struct Known {
    content: watch::Sender<Content>,
    interest: Interest,
}

#[derive(Clone, Default)]
struct Content {
    names: BTreeSet<String>,
    incoming: BTreeSet<String>,
    complete: bool,
    /// There are more than are kept.
    cut: bool,
    failure: Option<Error>,
    over: Option<Option<Error>>,
}

impl NamespaceList {
    pub(super) fn start(cluster: Cluster) -> Self {
        let known = Arc::new(Known::default());
        let task = tokio::spawn(run(cluster, Arc::clone(&known))).abort_handle();
        Self { known, task }
    }

    pub(super) fn is_over(&self) -> bool {
        self.known.content.borrow().over.is_some()
    }
}

impl Drop for NamespaceList {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl NamespaceLook {
    pub(super) fn new(list: Arc<NamespaceList>) -> Self {
        list.known.interest.enter();
        let mut news = list.known.content.subscribe();
        // What is known already is news.
        news.mark_changed();
        Self { list, news }
    }

    /// Resolves when there is something to [take](Self::take); may be dropped and called again without missing anything.
    pub async fn changed(&mut self) {
        // The sender lives as long as this does, so waiting does not fail.
        let _ = self.news.changed().await;
    }

    /// What is known now; `None` when that is nothing yet.
    ///
    /// # Errors
    /// What ends the look: [`Error::Unauthorized`], [`Error::LoginHelper`] and whatever else only another sign-in mends.
    pub fn take(&mut self) -> Result<Option<NamespaceNews>, Error> {
        let content = self.news.borrow_and_update();
        if let Some(Some(error)) = &content.over {
            return Err(error.clone());
        }
        if !content.complete && content.names.is_empty() && content.failure.is_none() {
            return Ok(None);
        }
        let cut = content.cut.then(|| Error::Other {
            message: text!(
                "only the first {MOST} namespaces are listed",
                "nur die ersten {MOST} Namespaces werden aufgeführt"
            ),
        });
        Ok(Some(NamespaceNews {
            names: content.names.iter().cloned().collect(),
            complete: content.complete,
            failure: content.failure.clone().or(cut),
        }))
    }
}

impl Drop for NamespaceLook {
    fn drop(&mut self) {
        self.list.known.interest.leave();
    }
}

impl Sink<Namespace> for Known {
    fn page(&self, first: bool, objects: &[Namespace]) {
        self.content.send_modify(|content| {
            if first {
                content.incoming.clear();
            }
            let names = objects.iter().filter_map(|object| object.metadata.name.clone());
            content.incoming.extend(names.clone());
            content.names.extend(names);
        });
    }

    fn listed(&self, cut: bool) {
        self.content.send_modify(|content| {
            content.names = std::mem::take(&mut content.incoming);
            content.complete = true;
            content.cut = cut;
            content.failure = None;
        });
    }

    fn put(&self, object: &Namespace) {
        let Some(name) = &object.metadata.name else { return };
        self.content.send_if_modified(|content| {
            if content.names.len() >= MOST && !content.names.contains(name) {
                return !std::mem::replace(&mut content.cut, true);
            }
            content.names.insert(name.clone())
        });
    }

    fn remove(&self, object: &Namespace) {
        let Some(name) = &object.metadata.name else { return };
        self.content.send_if_modified(|content| content.names.remove(name));
    }

    fn failed(&self, error: Error) {
        self.content.send_modify(|content| {
            content.complete = true;
            if matches!(error, Error::Forbidden { .. }) {
                content.names.clear();
            }
            content.failure = Some(error);
        });
    }

    fn followed(&self) {
        self.content.send_if_modified(|content| content.failure.take().is_some());
    }
}

async fn run(cluster: Cluster, known: Arc<Known>) {
    let list = List {
        cluster: &cluster,
        api: Api::<Namespace>::all(cluster.client()),
        what: text!("namespaces", "Namespaces"),
        interest: &known.interest,
        renewed: cluster.renewed(),
    };
    let error = tokio::select! {
        error = list.keep(&*known) => Some(error),
        () = known.interest.lost() => None,
    };
    known.content.send_modify(|content| *content = Content { over: Some(error), ..Content::default() });
}
