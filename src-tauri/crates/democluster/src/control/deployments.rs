//! What a deployment does with its replica sets: it has one for each template that it had, and moves its pods to the newest
//! (`pkg/controller/deployment` of Kubernetes, `rolling.go` and `recreate.go`).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::objects::kind::Kind;
use crate::objects::manifest;
use crate::objects::store::{Key, Store};
use crate::objects::{is_owned_by, is_ready_pod, is_terminating, text};

use super::controllers::pods_of;

/// Takes the next step with every deployment.
pub(super) fn update(store: &Store) {
    for deployment in store.list(Kind::Deployment, None).1 {
        let newest = manifest::replica_set(&deployment);
        let newest_key = Key::of(Kind::ReplicaSet, &newest);
        let (newest_sets, older): (Vec<_>, Vec<_>) = replica_sets_of(store, &deployment)
            .into_iter()
            .partition(|set| Key::of(Kind::ReplicaSet, set) == newest_key);
        let Some(current) = newest_sets.first() else {
            let mut newest = newest;
            if !older.is_empty() {
                newest["spec"]["replicas"] = json!(0);
            }
            store.create(Kind::ReplicaSet, newest);
            continue;
        };
        if older.is_empty() {
            scale(store, current, manifest::replicas(&deployment));
            continue;
        }
        let counts = Counts::of(store, &deployment, current, &older);
        let (new, old) = if text(&deployment, "/spec/strategy/type") == "Recreate" {
            counts.recreate()
        } else {
            counts.roll()
        };
        scale(store, current, new);
        let mut left = old;
        // The youngest of the old ones keeps its pods longest.
        for set in older.iter().rev() {
            let kept = manifest::replicas(set).min(left);
            left -= kept;
            scale(store, set, kept);
        }
    }
}

/// The replica sets that a deployment made.
pub(super) fn replica_sets_of(store: &Store, deployment: &Value) -> Vec<Arc<Value>> {
    let (_, mut sets) = store.list(Kind::ReplicaSet, Some(text(deployment, "/metadata/namespace")));
    sets.retain(|set| is_owned_by(set, text(deployment, "/metadata/uid")));
    sets
}

fn scale(store: &Store, set: &Value, replicas: u64) {
    store.update(&Key::of(Kind::ReplicaSet, set), |set| set["spec"]["replicas"] = json!(replicas));
}

/// Where a roll-out is.
#[derive(Clone, Copy, Debug)]
struct Counts {
    wanted: u64,
    /// What the newest replica set and the older ones are told to have.
    new: u64,
    old: u64,
    /// Ready pods of all.
    ready: u64,
    /// Pods of the older ones, even those on their way out.
    old_pods: u64,
}

impl Counts {
    fn of(store: &Store, deployment: &Value, current: &Value, older: &[Arc<Value>]) -> Self {
        let new_pods = pods_of(store, current);
        let old_pods: Vec<_> = older.iter().flat_map(|set| pods_of(store, set)).collect();
        let ready = new_pods.iter().chain(&old_pods).filter(|pod| is_ready_pod(pod) && !is_terminating(pod));
        Self {
            wanted: manifest::replicas(deployment),
            new: manifest::replicas(current),
            old: older.iter().map(|set| manifest::replicas(set)).sum(),
            ready: ready.count() as u64,
            old_pods: old_pods.len() as u64,
        }
    }

    /// What the newest and the older ones are to have next, a quarter of all being added at a time (rounded up) and a
    /// quarter missing (rounded down): the defaults of `maxSurge` and `maxUnavailable`.
    fn roll(self) -> (u64, u64) {
        let most = self.wanted + self.wanted.div_ceil(4);
        let least = self.wanted - self.wanted / 4;
        let new = most.saturating_sub(self.old).max(self.new).min(self.wanted);
        (new, self.old - self.ready.saturating_sub(least).min(self.old))
    }

    /// All old ones go before the first new one comes.
    fn recreate(self) -> (u64, u64) {
        (if self.old_pods == 0 { self.wanted } else { self.new }, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_replaced_at_a_time_and_none_is_missing() {
        let start = Counts { wanted: 2, new: 0, old: 2, ready: 2, old_pods: 2 };
        assert_eq!(start.roll(), (1, 2));
        assert_eq!(Counts { new: 1, ..start }.roll(), (1, 2), "the new one is not ready yet");
        assert_eq!(Counts { new: 1, ready: 3, ..start }.roll(), (1, 1));
        assert_eq!(Counts { new: 1, old: 1, ..start }.roll(), (2, 1));
        assert_eq!(Counts { new: 2, old: 1, ready: 3, ..start }.roll(), (2, 0));
        assert_eq!(Counts { new: 2, old: 0, old_pods: 1, ..start }.roll(), (2, 0));
    }

    #[test]
    fn many_are_replaced_a_quarter_at_a_time() {
        let start = Counts { wanted: 8, new: 0, old: 8, ready: 8, old_pods: 8 };
        assert_eq!(start.roll(), (2, 6));
        assert_eq!(Counts { new: 2, old: 6, ready: 6, ..start }.roll(), (4, 6));
    }

    #[test]
    fn to_recreate_is_to_wait_until_the_last_one_is_gone() {
        let start = Counts { wanted: 2, new: 0, old: 2, ready: 2, old_pods: 2 };
        assert_eq!(start.recreate(), (0, 0));
        assert_eq!(Counts { old: 0, ready: 0, old_pods: 1, ..start }.recreate(), (0, 0));
        assert_eq!(Counts { old: 0, ready: 0, old_pods: 0, ..start }.recreate(), (2, 0));
    }
}
