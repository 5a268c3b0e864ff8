//! Word of what happens to one pod.

use std::{pin::Pin, time::Duration};

use futures::{Stream, StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    runtime::{WatchStreamExt, watcher},
};

use crate::{
    Cluster, ServingPod,
    pod_choice::{is_finished, is_ready, is_terminating},
};

/// How often a pod is asked after where watching is forbidden: seldom, since each question is a request.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// What happened to a pod. The first change tells how it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodChange {
    /// It serves.
    Ready,
    /// It runs but says it is not ready.
    NotReady,
    /// It is being deleted.
    Terminating,
    /// It is deleted or has ended. The last change.
    Gone,
}

impl Cluster {
    /// Tells each change of this very pod; a later pod of the same name is not it.
    ///
    /// The stream never ends by itself. Lost connections are made anew (backing off from 0.8 s to 30 s, with jitter).
    /// Where watching is forbidden, the pod is asked after every 15 s.
    pub fn watch_pod(&self, pod: &ServingPod) -> impl Stream<Item = PodChange> + Send + 'static + use<> {
        let api: Api<Pod> = Api::namespaced(self.client(), pod.namespace());
        let watch = watcher::watch_object(api.clone(), pod.name()).default_backoff();
        let watch = Watch {
            api,
            name: pod.name().to_owned(),
            uid: pod.uid().to_owned(),
            last: None,
            way: Way::Watching(Box::pin(watch)),
        };
        stream::unfold(watch, |mut watch| async move { Some((watch.next().await, watch)) })
    }
}

struct Watch {
    api: Api<Pod>,
    name: String,
    uid: String,
    last: Option<PodChange>,
    way: Way,
}

type Sightings = Pin<Box<dyn Stream<Item = watcher::Result<Option<Pod>>> + Send>>;

enum Way {
    Watching(Sightings),
    /// The first question is asked at once.
    Asking {
        first: bool,
    },
}

impl Watch {
    async fn next(&mut self) -> PodChange {
        loop {
            if self.last == Some(PodChange::Gone) {
                std::future::pending::<()>().await;
            }
            let Some(sighting) = self.look().await else { continue };
            let change = judge(sighting.as_ref(), &self.uid);
            if self.last != Some(change) {
                self.last = Some(change);
                return change;
            }
        }
    }

    /// One look at the pod; the outer `None` when it could not be seen.
    async fn look(&mut self) -> Option<Option<Pod>> {
        match &mut self.way {
            Way::Watching(sightings) => match sightings.next().await {
                Some(Ok(sighting)) => Some(sighting),
                Some(Err(error)) if !is_forbidden(&error) => {
                    tracing::debug!(pod = self.name, "watch interrupted, will be resumed");
                    None
                }
                Some(Err(_)) | None => {
                    tracing::debug!(pod = self.name, "watching is not possible, asking from time to time");
                    self.way = Way::Asking { first: true };
                    None
                }
            },
            Way::Asking { first } => {
                if !std::mem::take(first) {
                    tokio::time::sleep(ASK_EVERY).await;
                }
                match tokio::time::timeout(ASK_EVERY, self.api.get_opt(&self.name)).await {
                    Ok(Ok(sighting)) => Some(sighting),
                    Ok(Err(_)) | Err(_) => None,
                }
            }
        }
    }
}

fn judge(sighting: Option<&Pod>, uid: &str) -> PodChange {
    match sighting {
        None => PodChange::Gone,
        Some(pod) if pod.metadata.uid.as_deref().unwrap_or_default() != uid => PodChange::Gone,
        Some(pod) if is_finished(pod) => PodChange::Gone,
        Some(pod) if is_terminating(pod) => PodChange::Terminating,
        Some(pod) if is_ready(pod) => PodChange::Ready,
        Some(_) => PodChange::NotReady,
    }
}

fn is_forbidden(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchError(status) => matches!(status.code, 403 | 405),
        _ => false,
    }
}
