//! The controllers: they make the pods that are wanted, and keep the counts and endpoints that follow from the pods.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::Error;
use crate::identity;
use crate::objects::kind::Kind;
use crate::objects::store::{Key, Store};
use crate::objects::{is_owned_by, is_ready_pod, is_terminating, manifest, text};

use super::node::Node;
use super::{deployments, endpoints, namespaces, status};

/// How long the pods of the beginning may take. They only bind sockets: seconds mean a very busy machine.
const SETTLE: Duration = Duration::from_secs(10);

/// All controllers: one pass over everything whenever something changed. The cluster is small.
pub(crate) struct Controllers {
    store: Arc<Store>,
    node: Arc<Node>,
}

impl Controllers {
    pub(crate) fn new(store: Arc<Store>, node: Arc<Node>) -> Self {
        Self { store, node }
    }

    /// Works until everything is as it should be.
    ///
    /// # Errors
    /// [`Error::PodsNotReady`] after 10 s.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        let mut changes = self.store.subscribe();
        let work = async {
            loop {
                changes.mark_unchanged();
                self.pass();
                let (_, pods) = self.store.list(Kind::Pod, None);
                // The store keeps the sender, so waiting does not fail.
                if (!pods.is_empty()
                    && pods.iter().all(|pod| is_ready_pod(pod))
                    && !changes.has_changed().unwrap_or(false))
                    || changes.changed().await.is_err()
                {
                    return;
                }
            }
        };
        tokio::time::timeout(SETTLE, work).await.map_err(|_| Error::PodsNotReady)
    }

    /// Works as long as the cluster lives.
    pub(crate) async fn run(self) {
        let mut changes = self.store.subscribe();
        loop {
            changes.mark_unchanged();
            self.pass();
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn pass(&self) {
        namespaces::update(&self.store, &self.node);
        deployments::update(&self.store);
        for kind in [Kind::ReplicaSet, Kind::DaemonSet, Kind::Job] {
            for owner in self.list(kind) {
                self.fill(&owner);
            }
        }
        for stateful_set in self.list(Kind::StatefulSet) {
            self.fill_stateful_set(&stateful_set);
        }
        status::update(&self.store);
        endpoints::update(&self.store);
    }

    /// Makes what is missing and deletes what is too much, first what is not ready. A pod on its way out does not count, so
    /// its successor comes at once.
    fn fill(&self, owner: &Value) {
        let mut live = pods_of(&self.store, owner);
        live.retain(|pod| !is_terminating(pod));
        live.sort_by_key(|pod| is_ready_pod(pod));
        let wanted = manifest::replicas(owner);
        for _ in live.len() as u64..wanted {
            let name = format!("{}-{}", text(owner, "/metadata/name"), identity::name_suffix(5));
            self.node.run(manifest::pod(&name, owner));
        }
        let too_many = (live.len() as u64).saturating_sub(wanted);
        for (pod, _) in live.iter().zip(0..too_many) {
            self.node.delete(text(pod, "/metadata/namespace"), text(pod, "/metadata/name"), false);
        }
    }

    /// Makes what is missing, by number. A successor has the same name, so it comes when the old pod is gone.
    fn fill_stateful_set(&self, stateful_set: &Value) {
        let namespace = text(stateful_set, "/metadata/namespace");
        for number in 0..manifest::replicas(stateful_set) {
            let name = format!("{}-{number}", text(stateful_set, "/metadata/name"));
            if self.store.get(&Key::new(Kind::Pod, namespace, &name)).is_none() {
                self.node.run(manifest::pod(&name, stateful_set));
            }
        }
    }

    fn list(&self, kind: Kind) -> Vec<Arc<Value>> {
        self.store.list(kind, None).1
    }
}

/// The pods that an object made.
pub(super) fn pods_of(store: &Store, owner: &Value) -> Vec<Arc<Value>> {
    let (_, mut pods) = store.list(Kind::Pod, Some(text(owner, "/metadata/namespace")));
    pods.retain(|pod| is_owned_by(pod, text(owner, "/metadata/uid")));
    pods
}
