//! What the task of a forward does about its tunnels and the pods behind them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use cluster::{PodStanding, ReadyPod, TargetKind, TargetPods};
use futures::FutureExt as _;
use portforward::{Error, Tunnel};
use tokio::time::{Instant, sleep};

use super::Task;
use crate::{
    clusters::Connected,
    forward::{
        backoff::LONGEST,
        fleet::{MOST, Serving},
        state::Input,
        steps::{self, FoundPod, More},
    },
    options::PodChoice,
    problem::Problem,
    words,
};

/// How long a pod that is not ready is passed over at most. Roll-outs of programs that start quickly take less.
const READINESS: Duration = Duration::from_secs(25);

impl Task {
    /// Takes a tunnel to the pod into service.
    pub(super) fn serve(&mut self, found: FoundPod, tunnel: Tunnel) {
        let number = self.tunnels.open(tunnel.clone());
        self.fleet.add(Serving::new(number, found, tunnel));
    }

    /// No new connections on any tunnel.
    pub(super) fn retire_all(&mut self) {
        for serving in self.fleet.drain() {
            self.tunnels.retire(serving.number);
        }
        self.filling = None;
        self.fill_again = false;
        self.refill = None;
        self.fill_backoff.reset();
    }

    /// No new connections on this tunnel. Without another one the forward is without.
    pub(super) async fn lose(&mut self, number: u64, problem: Problem) {
        let Some(serving) = self.fleet.remove(number) else { return };
        self.tunnels.retire(number);
        if self.fleet.is_empty() {
            self.feed(Input::TunnelLost(problem)).await;
        } else {
            tracing::debug!(pod = serving.found.pod.name(), "one of several pods does not serve any more");
            self.found = self.fleet.first().map(|serving| serving.found.clone());
            self.show();
            self.refill_later();
        }
    }

    pub(super) async fn on_lost(&mut self, number: u64, error: &Error) {
        let Some(serving) = self.fleet.iter().find(|serving| serving.number == number) else { return };
        let problem = self.tunnel_problem(&Arc::clone(&serving.found.connected), error);
        self.lose(number, problem).await;
    }

    /// Follows the pods of the target from now on, if that is not done already.
    pub(super) fn follow(&mut self, connected: &Arc<Connected>, pods: &TargetPods) {
        match &mut self.following {
            Some((of, following)) if Arc::ptr_eq(of, connected) && following.is_of(pods) => {
                following.asked_again();
            }
            _ => self.following = Some((Arc::clone(connected), connected.cluster.follow(pods))),
        }
    }

    /// Something has changed among the pods of the target.
    pub(super) async fn on_pods_changed(&mut self) {
        let Some((_, following)) = &mut self.following else { return };
        let mut leaving = Vec::new();
        for serving in self.fleet.iter() {
            let how = match following.objection(&serving.found.pod) {
                Some(PodStanding::NotReady) => words::Leaving::NotReady,
                Some(PodStanding::Terminating) => words::Leaving::Stopping,
                Some(PodStanding::Gone) => words::Leaving::Gone,
                Some(PodStanding::Ready) | None => continue,
            };
            leaving.push((serving.number, words::pod_leaving(serving.found.pod.name(), how)));
        }
        for (number, problem) in leaving {
            self.lose(number, problem).await;
        }
        let ready: BTreeSet<String> = self.ready_pods().into_iter().map(|pod| pod.uid).collect();
        let is_new = ready.iter().any(|uid| !self.ready.contains(uid));
        self.ready = ready;
        if is_new {
            self.feed(Input::PodReady).await;
        }
        self.fill();
        self.show();
    }

    /// Whether a pod that is not ready is not taken yet: a better one is likely on its way. One that is wanted by its name
    /// is taken as it is.
    pub(super) fn waits_for_readiness(&mut self, found: &FoundPod) -> bool {
        let by_name = self.profile.target.kind == TargetKind::Pod;
        if by_name || found.pod.is_ready() {
            return false;
        }
        let uid = found.pod.uid();
        let known = self.unready.take().filter(|(known, _)| known == uid);
        let (_, since) = self.unready.insert(known.unwrap_or_else(|| (uid.to_owned(), Instant::now())));
        since.elapsed() < self.readiness()
    }

    /// How long a pod that is not ready is passed over when there is no better one; then it is taken as it is, while those
    /// who wait for it are still held.
    pub(super) fn readiness(&self) -> Duration {
        READINESS.min(self.preferred.borrow().hold(self.profile.hold_seconds) * 5 / 6)
    }

    /// Starts to open tunnels to pods that are ready and have none, where the connections are to be spread.
    pub(super) fn fill(&mut self) {
        let room = MOST.saturating_sub(self.fleet.len());
        if self.profile.pods != PodChoice::Spread || !self.state.is_up() || room == 0 {
            return;
        }
        if self.filling.is_some() {
            self.fill_again = true;
            return;
        }
        if self.refill.is_some() {
            return;
        }
        let Some((connected, _)) = &self.following else { return };
        let have: Vec<String> = self.fleet.iter().map(|serving| serving.found.pod.uid().to_owned()).collect();
        if self.ready_pods().iter().all(|pod| have.contains(&pod.uid)) {
            return;
        }
        let (shared, connected) = (Arc::clone(&self.shared), Arc::clone(connected));
        self.filling = Some(steps::open_more(shared, self.profile.clone(), connected, have, room).boxed());
    }

    pub(super) fn on_filled(&mut self, more: More) {
        let new = |task: &Self, found: &FoundPod| {
            task.fleet.iter().all(|serving| serving.found.pod.uid() != found.pod.uid())
        };
        for (found, tunnel) in more.tunnels {
            if self.state.is_up() && new(self, &found) {
                self.serve(found, tunnel);
            }
        }
        if !more.failed {
            self.fill_backoff.reset();
        }
        // Not at once: what was listed and what is watched may differ for a moment.
        if std::mem::take(&mut self.fill_again) || more.failed {
            self.refill_later();
        }
        self.show();
    }

    fn refill_later(&mut self) {
        if self.refill.is_none() {
            self.refill = Some(Box::pin(sleep(self.fill_backoff.next(LONGEST))));
        }
    }

    /// The pods that may serve and are ready, as far as they are known.
    fn ready_pods(&self) -> Vec<ReadyPod> {
        let mut ready = self.following.as_ref().map(|(_, following)| following.ready()).unwrap_or_default();
        if let PodChoice::Pinned { name } = &self.profile.pods {
            ready.retain(|pod| pod.name == *name);
        }
        ready
    }
}
