//! Word of what happens to the pods of one target.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use crate::{
    Cluster, ServingPod, TargetPods,
    namespace_watch::{NamespaceWatch, PodStanding},
    target_pods::PodScope,
};

/// How often pods are asked after where watching is forbidden: seldom, since each question is a request.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// How far a watch may be behind what was asked for. Events take milliseconds.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// A pod that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyPod {
    /// Its name.
    pub name: String,
    /// Its unique identifier.
    pub uid: String,
}

/// Follows the pods of a target. All who follow pods of one namespace share one watch, which ends with the last of them.
///
/// Lost connections are made anew by themselves, backing off from 0.8 s to 30 s. Where watching is forbidden, the pods are
/// asked after every 15 s.
pub struct Following {
    cluster: Cluster,
    namespace: String,
    scope: PodScope,
    watch: Arc<NamespaceWatch>,
    number: u64,
    news: Arc<Notify>,
    /// How much of the news was passed on.
    told: u64,
    /// Pods that were seen ready: of these it is news that they are not.
    seen: BTreeSet<String>,
    /// Until then the watch may be behind what was asked for.
    settles_at: Option<Instant>,
    asking: Option<BoxFuture<'static, Option<Vec<Pod>>>>,
    ask_at: Instant,
}

impl Cluster {
    /// Follows the pods that the target leads to. The target itself is not followed: should it lead to other pods, that
    /// shows when it is asked for again.
    pub fn follow(&self, pods: &TargetPods) -> Following {
        let watch = self.watch_of(pods.namespace());
        let news = Arc::new(Notify::new());
        let number = watch.known().follow(pods.scope().clone(), Arc::clone(&news));
        Following {
            cluster: self.clone(),
            namespace: pods.namespace().to_owned(),
            scope: pods.scope().clone(),
            watch,
            number,
            news,
            told: 0,
            seen: BTreeSet::new(),
            settles_at: Some(Instant::now() + SETTLED_AFTER),
            asking: None,
            ask_at: Instant::now(),
        }
    }
}

impl Following {
    /// Resolves when something has changed among the pods, or was learned for the first time. May be dropped and called
    /// again without missing anything.
    pub async fn changed(&mut self) {
        loop {
            let told = self.watch.known().told(self.number);
            if std::mem::replace(&mut self.told, told) != told {
                return;
            }
            if let Some(settles_at) = self.settles_at {
                tokio::select! {
                    () = self.news.notified() => continue,
                    () = sleep_until(settles_at) => {
                        self.settles_at = None;
                        return;
                    }
                }
            }
            if !self.watch.known().is_forbidden() {
                self.news.notified().await;
                continue;
            }
            if self.asking.is_none() {
                tokio::select! {
                    () = self.news.notified() => continue,
                    () = sleep_until(self.ask_at) => {}
                }
            }
            let asking = self.asking.get_or_insert_with(|| {
                ask(self.cluster.clone(), self.namespace.clone(), self.scope.clone()).boxed()
            });
            let answer = asking.await;
            self.asking = None;
            self.ask_at = Instant::now() + ASK_EVERY;
            if let Some(pods) = answer {
                self.watch.known().answered(self.number, &pods);
            }
        }
    }

    /// The pods were asked for again just now, which the watch may not have caught up with.
    pub fn asked_again(&mut self) {
        self.settles_at = Some(Instant::now() + SETTLED_AFTER);
    }

    /// What is to be said against the pod, if anything: that it is being deleted, is gone, or is not ready any more though
    /// it was. The watch may be a moment behind what was asked for just now: for so long it does not judge what it has not
    /// seen.
    pub fn objection(&mut self, pod: &ServingPod) -> Option<PodStanding> {
        let standing = self.watch.known().standing(self.number, pod.name(), pod.uid())?;
        match standing {
            PodStanding::Ready => {
                self.seen.insert(pod.uid().to_owned());
                None
            }
            PodStanding::Terminating => {
                self.seen.remove(pod.uid());
                Some(standing)
            }
            PodStanding::NotReady | PodStanding::Gone => {
                // It is told once: what was objected to is not used any more.
                let was_seen = self.seen.remove(pod.uid());
                let is_current = self.settles_at.is_none() && !self.watch.known().is_interrupted();
                let is_news = standing == PodStanding::Gone || pod.is_ready();
                (was_seen || is_current && is_news).then_some(standing)
            }
        }
    }

    /// Whether it follows the pods of this target already.
    pub fn is_of(&self, pods: &TargetPods) -> bool {
        self.namespace == pods.namespace() && self.scope == *pods.scope()
    }

    /// The pods that are ready, as far as they are known.
    pub fn ready(&self) -> Vec<ReadyPod> {
        self.watch.known().ready(self.number)
    }

    /// Whether watching is forbidden, so that changes are learned late.
    pub fn has_to_ask(&self) -> bool {
        self.watch.known().is_forbidden()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.watch.known().leave(self.number);
    }
}

/// The pods of the scope; `None` when they could not be seen.
async fn ask(cluster: Cluster, namespace: String, scope: PodScope) -> Option<Vec<Pod>> {
    let api: Api<Pod> = Api::namespaced(cluster.client(), &namespace);
    let answer = timeout(ASK_EVERY, async {
        match scope {
            PodScope::Named(name) => api.get_opt(&name).await.map(|pod| pod.into_iter().collect()),
            PodScope::Labelled(selector) => {
                api.list(&ListParams::default().labels_from(&selector)).await.map(|list| list.items)
            }
        }
    });
    answer.await.ok()?.ok()
}
