//! What can be forwarded to in a namespace.

use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

use futures::future::{BoxFuture, join_all};
use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
        batch::v1::Job,
        core::v1::{Namespace, Pod, Service},
    },
};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use wording::{Text, text};

use crate::{
    Cluster, Error, TargetKind, TargetSummary,
    browse::{Objects, Offered},
};

/// What was found in a namespace, and which kinds could not be listed.
#[derive(Clone, Debug, Default)]
pub struct TargetListing {
    /// Services first, then deployments, stateful sets, daemon sets, replica sets, jobs and pods, each by name. A replica
    /// set that something else keeps is left out: that is a deployment nearly always, which leads to the same pods and
    /// stays.
    pub targets: Vec<TargetSummary>,
    /// Kinds that could not be listed, or not in full, each with the reason.
    pub failures: Vec<(TargetKind, Error)>,
}

impl Cluster {
    /// The names of all namespaces, sorted.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where only some namespaces may be seen: one can still be named. Otherwise as
    /// [`serving_pod`](Self::serving_pod).
    pub async fn namespaces(&self) -> Result<Vec<String>, Error> {
        let api: Api<Namespace> = Api::all(self.client());
        let mut names: Vec<String> = Vec::new();
        let note = |_, page: &[Namespace]| {
            names.extend(page.iter().filter_map(|object| object.metadata.name.clone()));
        };
        self.pages(&api, &Text::verbatim("list namespaces"), note).await?;
        names.sort_unstable();
        Ok(names)
    }

    /// Everything in the namespace that can be forwarded to. A kind that cannot be listed does not hide the others.
    pub async fn targets(&self, namespace: &str) -> TargetListing {
        let found = Mutex::default();
        // On the heap, for so many requests at once are large.
        let failures = join_all([
            Box::pin(self.list_kind::<Service>(namespace, &found)) as BoxFuture<'_, _>,
            Box::pin(self.list_kind::<Deployment>(namespace, &found)),
            Box::pin(self.list_kind::<StatefulSet>(namespace, &found)),
            Box::pin(self.list_kind::<DaemonSet>(namespace, &found)),
            Box::pin(self.list_kind::<ReplicaSet>(namespace, &found)),
            Box::pin(self.list_kind::<Job>(namespace, &found)),
            Box::pin(self.list_kind::<Pod>(namespace, &found)),
        ]);
        let failures = failures.await.into_iter().flatten().collect();
        let mut found: Objects = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.settle();
        TargetListing { targets: found.into_targets(), failures }
    }

    /// Reads all objects of a kind; what went wrong, if anything.
    async fn list_kind<K>(&self, namespace: &str, found: &Mutex<Objects>) -> Option<(TargetKind, Error)>
    where
        K: Offered
            + Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + DeserializeOwned
            + Debug,
    {
        if let Err(error) = Self::check_namespace(namespace) {
            return Some((K::OFFERED_AS, error));
        }
        let api: Api<K> = Api::namespaced(self.client(), namespace);
        let action = text!("list {kinds} in namespace {namespace}", "{kinds} im Namespace {namespace} auflisten"; kinds = K::OFFERED_AS.plural());
        let mut shown = 0;
        let listed = self.pages(&api, &action, |_, page| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            shown += page.len();
            page.iter().for_each(|object| {
                found.put(object);
            });
        });
        match listed.await {
            Ok(listed) => {
                listed.cut.then_some((K::OFFERED_AS, Error::ListCut { kind: K::OFFERED_AS, shown }))
            }
            Err(error) => Some((K::OFFERED_AS, error)),
        }
    }
}
