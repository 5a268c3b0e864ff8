//! What the task of a forward does about its tunnel and the pod behind it.

use cluster::PodChange;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::BoxStream};
use portforward::{Error, Tunnel};

use super::Task;
use crate::{forward::state::Input, words};

/// Word from the current tunnel and its pod.
pub(super) struct Serving {
    pub(super) tunnel: Tunnel,
    pub(super) lost: BoxFuture<'static, Error>,
    pub(super) changes: BoxStream<'static, PodChange>,
    /// The pod was not ready when it was chosen, because there was no better one: that it still is not is no news.
    not_ready_is_known: bool,
}

impl Task {
    pub(super) fn serve(&mut self, tunnel: Tunnel) {
        let Some(found) = &self.found else { return };
        let waiter = tunnel.clone();
        self.serving = Some(Serving {
            tunnel: tunnel.clone(),
            lost: async move { waiter.lost().await }.boxed(),
            changes: found.connected.cluster.watch_pod(&found.pod).boxed(),
            not_ready_is_known: !found.pod.is_ready(),
        });
        self.tunnels.open(tunnel);
    }

    pub(super) async fn on_lost(&mut self, error: &Error) {
        // There is a tunnel, so its pod is known.
        let Some(found) = &self.found else { return };
        let problem = self.tunnel_problem(&found.connected, error);
        self.feed(Input::TunnelLost(problem)).await;
    }

    pub(super) async fn on_pod_change(&mut self, change: PodChange) {
        let Some(serving) = &mut self.serving else { return };
        let how = match change {
            PodChange::Ready => {
                serving.not_ready_is_known = false;
                return;
            }
            PodChange::NotReady if serving.not_ready_is_known => return,
            PodChange::NotReady => "is not ready any more",
            PodChange::Terminating => "is being stopped",
            PodChange::Gone => "is gone",
        };
        let pod = self.found.as_ref().map_or("", |found| found.pod.name());
        self.feed(Input::TunnelLost(words::pod_leaving(pod, how))).await;
    }
}
