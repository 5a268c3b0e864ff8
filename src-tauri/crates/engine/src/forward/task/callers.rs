//! What the task of a forward does for its callers: serves, holds, serves again, turns away.

use std::{collections::VecDeque, sync::Arc};

use portforward::{Error, Scope};
use tokio::time::Instant;

use super::Task;
use crate::{
    clusters::Connected,
    forward::{
        caller::Caller,
        connections::{Closed, End, Ended},
        fleet::Serving,
        state::Input,
    },
    problem::Problem,
    view::ForwardState,
    words,
};

impl Task {
    pub(super) async fn on_caller(&mut self, mut caller: Caller) {
        caller.list();
        self.shared.journal.connection_accepted(&self.profile.id, caller.local);
        self.shared.look_for_sleep();
        if self.woken.has_changed().unwrap_or_default() {
            self.on_woke().await;
        }
        self.waiting.admit(caller, None, Instant::now());
        self.serve_now().await;
    }

    /// Serves whoever waits if that is possible now, and has a tunnel opened for them if none is there.
    async fn serve_now(&mut self) {
        let mut inputs = VecDeque::new();
        self.serve_waiting(&mut inputs);
        for input in inputs {
            self.feed(input).await;
        }
        if !self.state.is_up() && !self.waiting.is_empty() {
            self.feed(Input::Called).await;
        }
    }

    pub(super) fn serve_waiting(&mut self, inputs: &mut VecDeque<Input>) {
        while self.state.is_up()
            && !self.connections.is_full()
            && let Some((number, port, connected, caller)) = self.next_servable()
            && let Some(tunnel) = self.tunnels.take(number)
        {
            self.connections.start(caller, (number, tunnel), connected, port);
            inputs.push_back(Input::ConnectionOpened);
        }
    }

    /// The next caller, with the tunnel, the port in the pod and the cluster for it.
    fn next_servable(&mut self) -> Option<(u64, u16, Arc<Connected>, Caller)> {
        if self.waiting.is_empty() {
            return None;
        }
        let Serving { number, found, .. } = self.fleet.next()?;
        let (mut caller, left) = self.waiting.next(Instant::now())?;
        caller.hold_left = Some(left);
        caller.carried_to(Some(found.pod.name()));
        let port = found.ports.get(caller.port)?.pod_port;
        Some((*number, port, Arc::clone(&found.connected), caller))
    }

    pub(super) async fn on_ended(&mut self, Ended { mut caller, number, connected, end }: Ended) {
        self.tunnels.connection_ended(number);
        self.feed(Input::ConnectionClosed { worked: caller.answered() }).await;
        match end {
            End::Closed(closed) => {
                drop(caller);
                // Whoever asked may have gone.
                let _ = closed.send(());
            }
            End::Carried(Ok(())) => {
                caller.finish();
                self.clear_failure();
            }
            End::Carried(Err(error)) => self.on_error(caller, &connected, &error, number).await,
        }
        // Whoever was rewound, or waited because there were too many.
        self.serve_now().await;
    }

    /// The person closes a connection: its program sees a reset, for nobody knows whether all was said.
    pub(super) fn close_connection(&mut self, number: u64, closed: Closed) {
        let Err(closed) = self.connections.close(number, closed) else { return };
        drop(self.waiting.remove(|caller| caller.number() == Some(number)));
        // Whoever asked may have gone.
        let _ = closed.send(());
    }

    /// A connection on the tunnel of this number failed.
    async fn on_error(&mut self, mut caller: Caller, connected: &Arc<Connected>, error: &Error, number: u64) {
        let problem = self.tunnel_problem(connected, error);
        let again = caller.rewind(error);
        let current = self.tunnels.is_current(number);
        if current && (again || error.scope() == Scope::Refused || matches!(error, Error::PodGone { .. })) {
            self.lose(number, problem.clone()).await;
        }
        if again {
            caller.carried_to(None);
            let left = caller.hold_left;
            self.waiting.admit(caller, left, Instant::now());
        } else if !matches!(error, Error::Local(_)) {
            // A program that breaks off its own connection knows that it did.
            self.fail(&caller, problem);
        }
    }

    pub(super) fn tunnel_problem(&self, connected: &Arc<Connected>, error: &Error) -> Problem {
        self.shared.clusters.explain_tunnel(&self.profile, connected, error)
    }

    /// Resets callers who have waited as long as callers are held.
    pub(super) fn turn_away(&mut self) {
        while let Some(caller) = self.waiting.next_expired(Instant::now()) {
            let problem = match self.state.view() {
                ForwardState::Reconnecting { reason: problem, .. }
                | ForwardState::NeedsAttention { problem } => words::waited_too_long(Some(&problem)),
                ForwardState::Off
                | ForwardState::Connecting { .. }
                | ForwardState::Ready
                | ForwardState::Live { .. } => words::waited_too_long(None),
            };
            self.fail(&caller, problem);
        }
    }

    fn fail(&mut self, caller: &Caller, problem: Problem) {
        let pod_port = self.found.as_ref().and_then(|found| found.ports.get(caller.port));
        let remote = pod_port.map(|port| port.pod_port.to_string()).or_else(|| {
            let port = self.profile.ports.get(caller.port)?;
            Some(port.mapping.remote.to_string())
        });
        let problem = problem.with_port(caller.port);
        let id = &self.profile.id;
        self.shared.journal.connection_failed(id, caller.local, remote.unwrap_or_default(), problem.clone());
        self.last_failure = Some(problem);
        self.show();
    }

    pub(super) fn clear_failure(&mut self) {
        if self.last_failure.take().is_some() {
            self.show();
        }
    }
}
