//! What can be forwarded to in a namespace.

use std::fmt::Debug;

use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
        batch::v1::Job,
        core::v1::{Namespace, Pod, Service},
    },
};
use kube::{Api, Resource, api::ListParams};
use serde::de::DeserializeOwned;

use crate::{Cluster, Error, TargetKind, TargetSummary, summary};

/// Objects asked for at once: what kubectl asks for, small enough for an answer in one go.
const PAGE: u32 = 500;

/// Objects of one kind that are ever read: beyond this a list is of no use to a person, and it bounds memory.
const MOST: usize = 10_000;

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
        let (list, _) = self.list(&api, "list namespaces").await?;
        let mut names: Vec<String> = list.into_iter().filter_map(|object| object.metadata.name).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Everything in the namespace that can be forwarded to. A kind that cannot be listed does not hide the others.
    pub async fn targets(&self, namespace: &str) -> TargetListing {
        // On the heap, for so many requests at once are large.
        let lists = Box::pin(async {
            tokio::join!(
                self.list_kind::<Service>(TargetKind::Service, namespace),
                self.list_kind::<Deployment>(TargetKind::Deployment, namespace),
                self.list_kind::<StatefulSet>(TargetKind::StatefulSet, namespace),
                self.list_kind::<DaemonSet>(TargetKind::DaemonSet, namespace),
                self.list_kind::<ReplicaSet>(TargetKind::ReplicaSet, namespace),
                self.list_kind::<Job>(TargetKind::Job, namespace),
                self.list_kind::<Pod>(TargetKind::Pod, namespace),
            )
        });
        let (services, deployments, sets, daemons, replicas, jobs, pods) = lists.await;
        let mut listing = TargetListing::default();
        let pods = listing.note(TargetKind::Pod, pods);
        let services = listing.note(TargetKind::Service, services);
        listing.add(services.iter().map(|service| summary::of_service(service, &pods)));
        let deployments = listing.note(TargetKind::Deployment, deployments);
        listing.add(deployments.iter().map(summary::of_deployment));
        let sets = listing.note(TargetKind::StatefulSet, sets);
        listing.add(sets.iter().map(summary::of_stateful_set));
        let daemons = listing.note(TargetKind::DaemonSet, daemons);
        listing.add(daemons.iter().map(summary::of_daemon_set));
        let replicas = listing.note(TargetKind::ReplicaSet, replicas);
        let alone =
            replicas.iter().filter(|set| set.metadata.owner_references.as_ref().is_none_or(Vec::is_empty));
        listing.add(alone.map(summary::of_replica_set));
        let jobs = listing.note(TargetKind::Job, jobs);
        listing.add(jobs.iter().map(summary::of_job));
        listing.add(pods.iter().map(summary::of_pod));
        listing
    }

    async fn list_kind<K>(&self, kind: TargetKind, namespace: &str) -> Result<(Vec<K>, bool), Error>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + DeserializeOwned + Debug,
    {
        Self::check_namespace(namespace)?;
        let api: Api<K> = Api::namespaced(self.client(), namespace);
        self.list(&api, &format!("list {}s in namespace {namespace}", kind.as_str())).await
    }

    /// Reads a list page by page; `true` when it was cut.
    async fn list<K>(&self, api: &Api<K>, action: &str) -> Result<(Vec<K>, bool), Error>
    where
        K: Resource + Clone + DeserializeOwned + Debug,
    {
        let mut found: Vec<K> = Vec::new();
        let mut params = ListParams::default().limit(PAGE);
        loop {
            let page = self.ask(action, api.list(&params)).await?;
            found.extend(page.items);
            params.continue_token = page.metadata.continue_.filter(|token| !token.is_empty());
            if params.continue_token.is_none() || found.len() >= MOST {
                return Ok((found, params.continue_token.is_some()));
            }
        }
    }
}

impl TargetListing {
    fn note<K>(&mut self, kind: TargetKind, list: Result<(Vec<K>, bool), Error>) -> Vec<K> {
        match list {
            Ok((found, cut)) => {
                if cut {
                    self.failures.push((kind, Error::ListCut { kind, shown: found.len() }));
                }
                found
            }
            Err(error) => {
                self.failures.push((kind, error));
                Vec::new()
            }
        }
    }

    fn add(&mut self, found: impl Iterator<Item = TargetSummary>) {
        let start = self.targets.len();
        self.targets.extend(found);
        self.targets[start..].sort_by(|a, b| a.target.name.cmp(&b.target.name));
    }
}
