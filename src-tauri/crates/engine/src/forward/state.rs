//! The states of a forward, as a pure function of what happens to it.
//!
//! ```text
//!         TurnOn               PortsBound            PodFound               TunnelOpened
//!   Off ──────────▶ binding ───────────────▶ finding ──────────▶ opening ────────────────▶ Up
//!    ▲              the ports                 a pod              the tunnel                │
//!    │ TurnOff,                                 ▲                    │ Failed              │ TunnelLost
//!    │ from anywhere                            │ RetryDue, Retry    ▼                     │
//!    └───────────── NeedsAttention ─── Retry ───┴─────────────── Waiting ◀─────────────────┘
//! ```
//! A tunnel that nobody uses is released: from `Up` to `Resting`, where the ports listen and the next caller starts at
//! finding a pod. What is turned on again by a start of Culvert rests first. Whatever fails in a step leads to `Waiting` when
//! it can pass without the person, else to `NeedsAttention`; what somebody else has to mend waits and is shown as the latter. A port that takes its local number from the pod is bound between
//! finding the pod and opening the tunnel.

use std::time::Duration;

use super::{
    backoff::Backoff,
    prospects::{self, LONGEST_FOR_CALLER, Prospect},
};
use crate::{
    problem::{Problem, ProblemCode},
    view::{ConnectStep, ForwardState},
};

/// A tunnel that lived this long, in milliseconds, was a good one: its loss is a new story and waits start small again.
const PROVEN_AFTER_MS: u64 = 10_000;

/// What a forward is and remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    phase: Phase,
    /// All local ports are bound; stays so until the forward is turned off.
    bound: bool,
    /// Open connections, on whichever tunnel.
    connections: u32,
    /// There was a tunnel since the forward was turned on.
    proven: bool,
    /// The tunnel is opened without waiting for a caller.
    eager: bool,
    /// How long a tunnel without connections is kept; for ever where nothing is said.
    keep: Option<Duration>,
    /// What went wrong last needs somebody to act: it is shown so, though it is tried again.
    attention: bool,
    /// The cluster asked for a sign-in, and another one is tried: what was known may have expired.
    signing_in_again: bool,
    backoff: Backoff,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Off,
    /// One step is under way.
    Working {
        step: ConnectStep,
        /// The pod of this try is chosen.
        pod_known: bool,
        /// What went wrong before, if this is not the first try.
        after: Option<Problem>,
    },
    /// There is a tunnel, since this time.
    Up {
        since_ms: u64,
    },
    /// All ports listen, and the tunnel is opened for the next caller.
    Resting,
    /// The next try starts at this time.
    Waiting {
        reason: Problem,
        until_ms: u64,
    },
    NeedsAttention(Problem),
}

/// What happens to a forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// It is wanted on. `eager`: the tunnel is opened at once, so that the person sees that it works.
    TurnOn { eager: bool },
    /// The person does not want it any more, or Culvert ends.
    TurnOff,
    /// The person wants the next try now.
    Retry,
    /// The wait that [`Effect::Wait`] asked for is over.
    RetryDue,
    /// Local ports are bound; not `all` when some get their number only from the pod.
    PortsBound { all: bool },
    /// A local port could not be bound.
    BindFailed(Problem),
    /// It is known which pod serves and what the ports are there.
    PodFound,
    /// The tunnel to the pod is open.
    TunnelOpened,
    /// Finding the pod or opening the tunnel failed.
    Failed(Problem),
    /// The tunnel is lost, or its pod is about to go.
    TunnelLost(Problem),
    /// Somebody waits for a tunnel.
    Called,
    /// A pod of the target has become ready.
    PodReady,
    /// The computer slept, or its network is another one: what was open may be dead without a word.
    Woke(Problem),
    /// The computer's network is another one; what is open may well live on.
    NetworkChanged,
    /// The time that [`Effect::KeepUnused`] told is over.
    UnusedLongEnough,
    /// A tunnel without connections is kept for this time from now on; for ever: `None`.
    Keep(Option<Duration>),
    /// A connection is being carried.
    ConnectionOpened,
    /// It ended; `worked` when bytes came from the pod.
    ConnectionClosed { worked: bool },
}

/// What has to be done about it, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Bind the local ports that are not bound; answer with [`Input::PortsBound`] or [`Input::BindFailed`].
    BindPorts,
    /// Answer with [`Input::PodFound`] or [`Input::Failed`].
    FindPod,
    /// Answer with [`Input::TunnelOpened`] or [`Input::Failed`].
    OpenTunnel,
    /// Answer with [`Input::RetryDue`] after this time.
    Wait(Duration),
    /// Serve the callers that were held, and new ones.
    Serve,
    /// The tunnel has no connections: answer with [`Input::UnusedLongEnough`] after this time, unless
    /// [`Effect::InUse`] or [`Effect::RetireTunnel`] comes before.
    KeepUnused(Duration),
    /// The tunnel has a connection, or is kept for ever.
    InUse,
    /// No new connections on the tunnel; close it when the last one has ended.
    RetireTunnel,
    /// Stop listening and reset whoever was held.
    ReleasePorts,
    /// Reset all connections and stop whatever is under way.
    StopAll,
}

impl State {
    /// Off; `seed` decides the chance in waits, `keep` how long a tunnel without connections is kept (for ever: `None`).
    pub(super) fn new(seed: u64, keep: Option<Duration>) -> Self {
        Self {
            phase: Phase::Off,
            bound: false,
            connections: 0,
            proven: false,
            eager: false,
            keep,
            attention: false,
            signing_in_again: false,
            backoff: Backoff::new(seed),
        }
    }

    /// As it is shown.
    pub(super) fn view(&self) -> ForwardState {
        match &self.phase {
            Phase::Off => ForwardState::Off,
            Phase::Working { step, after: None, .. } => ForwardState::Connecting { step: *step },
            Phase::Working { after: Some(problem), .. } | Phase::Waiting { reason: problem, .. }
                if self.attention =>
            {
                ForwardState::NeedsAttention { problem: problem.clone() }
            }
            Phase::Working { after: Some(reason), .. } => {
                ForwardState::Reconnecting { reason: reason.clone(), retry_at_ms: None }
            }
            Phase::Up { .. } if self.connections > 0 => ForwardState::Live { connections: self.connections },
            Phase::Up { .. } | Phase::Resting => ForwardState::Ready,
            Phase::Waiting { reason, until_ms } => {
                ForwardState::Reconnecting { reason: reason.clone(), retry_at_ms: Some(*until_ms) }
            }
            Phase::NeedsAttention(problem) => ForwardState::NeedsAttention { problem: problem.clone() },
        }
    }

    /// Whether new connections can be carried now.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up { .. })
    }

    /// Whether it matters what happens to pods.
    pub(super) fn needs_pods(&self) -> bool {
        !matches!(self.phase, Phase::Off | Phase::Resting)
    }

    /// Whether the next try has a time.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting { .. })
    }

    /// Why nothing is under way though it is on.
    pub(super) fn stopped_by(&self) -> Option<&Problem> {
        match &self.phase {
            Phase::Waiting { reason: problem, .. } | Phase::NeedsAttention(problem) => Some(problem),
            Phase::Off | Phase::Working { .. } | Phase::Up { .. } | Phase::Resting => None,
        }
    }

    fn start(&mut self, step: ConnectStep, pod_known: bool, after: Option<Problem>) -> Vec<Effect> {
        self.phase = Phase::Working { step, pod_known, after };
        vec![match step {
            ConnectStep::BindingPorts => Effect::BindPorts,
            ConnectStep::FindingPod => Effect::FindPod,
            ConnectStep::OpeningTunnel => Effect::OpenTunnel,
        }]
    }

    /// Where a try begins: ports are bound before anything else, once.
    fn begin(&mut self, after: Option<Problem>) -> Vec<Effect> {
        let step = if self.bound { ConnectStep::FindingPod } else { ConnectStep::BindingPorts };
        self.start(step, false, after)
    }

    /// What follows when the tunnel has no connections.
    fn unused(&self) -> Option<Effect> {
        self.keep.filter(|_| self.connections == 0).map(Effect::KeepUnused)
    }

    /// A tunnel without connections is kept for another time: it begins anew for one that is there.
    fn keep_for(&mut self, keep: Option<Duration>, phase: &Phase) -> Vec<Effect> {
        if self.keep == keep {
            return Vec::new();
        }
        self.keep = keep;
        match phase {
            // What is always open does not rest.
            Phase::Resting if keep.is_none() => self.start(ConnectStep::FindingPod, false, None),
            Phase::Up { .. } if self.connections == 0 => vec![self.unused().unwrap_or(Effect::InUse)],
            _ => Vec::new(),
        }
    }

    fn fail(&mut self, problem: Problem, now_ms: u64) -> Vec<Effect> {
        let sign_in_again = problem.code == ProblemCode::Unauthorized && !self.signing_in_again;
        // Who is told so is signed in.
        self.signing_in_again &= !prospects::proves_sign_in(problem.code);
        let prospect = prospects::of(problem.code, self.proven);
        self.attention = prospect == Prospect::NeedsSomebody;
        if prospect == Prospect::NeedsPerson && !sign_in_again {
            self.phase = Phase::NeedsAttention(problem);
            return Vec::new();
        }
        self.signing_in_again |= sign_in_again;
        let wait = prospects::wait(&problem, &mut self.backoff);
        self.wait(problem, wait, now_ms)
    }

    fn wait(&mut self, reason: Problem, wait: Duration, now_ms: u64) -> Vec<Effect> {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.phase = Phase::Waiting { reason, until_ms: now_ms.saturating_add(wait_ms) };
        vec![Effect::Wait(wait)]
    }

    /// The person, or the pod that was waited for, makes the story a new one.
    fn begin_anew(&mut self, after: Option<Problem>) -> Vec<Effect> {
        self.backoff.reset();
        self.signing_in_again = false;
        self.begin(after)
    }
}

/// The next state and what to do. An input that does not belong to the state is late news and changes nothing.
/// `now_ms` is in milliseconds since 1970-01-01 UTC.
pub(super) fn apply(mut state: State, input: Input, now_ms: u64) -> (State, Vec<Effect>) {
    let effects = match (state.phase.clone(), input) {
        (Phase::Off, Input::TurnOn { eager }) => {
            // One that is always open has nothing to wait for.
            state.eager = eager || state.keep.is_none();
            state.begin(None)
        }
        (phase, Input::Keep(keep)) => state.keep_for(keep, &phase),
        (Phase::Off, _) => Vec::new(),

        (_, Input::TurnOff) => {
            state.phase = Phase::Off;
            state.bound = false;
            state.proven = false;
            state.signing_in_again = false;
            state.connections = 0;
            state.attention = false;
            state.backoff.reset();
            vec![Effect::ReleasePorts, Effect::StopAll, Effect::RetireTunnel]
        }

        (Phase::Waiting { reason, .. }, Input::RetryDue) => state.begin(Some(reason)),
        (Phase::Waiting { reason, .. }, Input::Retry) => {
            state.attention = false;
            state.begin_anew(Some(reason))
        }
        (Phase::Waiting { reason, .. }, Input::PodReady) if prospects::is_for_want_of_a_pod(reason.code) => {
            state.begin(Some(reason))
        }
        (Phase::Waiting { reason, until_ms }, Input::Called) if prospects::may_hurry(&reason) => {
            let limit_ms = u64::try_from(LONGEST_FOR_CALLER.as_millis()).unwrap_or(u64::MAX);
            if until_ms <= now_ms.saturating_add(limit_ms) {
                return (state, Vec::new());
            }
            let wait = state.backoff.next(LONGEST_FOR_CALLER);
            state.wait(reason, wait, now_ms)
        }
        (Phase::NeedsAttention(_), Input::Retry | Input::TurnOn { .. }) => {
            state.eager = true;
            state.begin_anew(None)
        }

        (Phase::Waiting { reason, .. }, Input::Woke(_)) if reason.retry_after.is_none() => {
            state.backoff.reset();
            state.begin(Some(reason))
        }
        (Phase::Waiting { reason, .. }, Input::NetworkChanged) if prospects::may_hurry(&reason) => {
            state.backoff.reset();
            state.begin(Some(reason))
        }
        // What was asked may never be answered.
        (
            Phase::Working { step: ConnectStep::FindingPod | ConnectStep::OpeningTunnel, after, .. },
            Input::Woke(_),
        ) => state.begin(after),
        (Phase::Up { .. }, Input::Woke(_)) if state.unused().is_some() => {
            state.phase = Phase::Resting;
            state.backoff.reset();
            vec![Effect::RetireTunnel]
        }
        (Phase::Up { .. }, Input::Woke(problem)) => {
            state.backoff.reset();
            let mut effects = vec![Effect::RetireTunnel];
            effects.extend(state.begin(Some(problem)));
            effects
        }

        (Phase::Working { step: ConnectStep::BindingPorts, pod_known, after }, Input::PortsBound { all }) => {
            // With the pod every number is known, so nothing can be left.
            state.bound = all || pod_known;
            if state.bound && !pod_known && !state.eager && state.keep.is_some() {
                state.phase = Phase::Resting;
                return (state, Vec::new());
            }
            let step = if pod_known { ConnectStep::OpeningTunnel } else { ConnectStep::FindingPod };
            state.start(step, pod_known, after)
        }
        (Phase::Working { step: ConnectStep::BindingPorts, .. }, Input::BindFailed(problem)) => {
            // Half a forward would mislead: all of its ports or none.
            state.phase = Phase::NeedsAttention(problem);
            vec![Effect::ReleasePorts]
        }
        (Phase::Working { step: ConnectStep::FindingPod, after, .. }, Input::PodFound) => {
            let step = if state.bound { ConnectStep::OpeningTunnel } else { ConnectStep::BindingPorts };
            state.start(step, true, after)
        }
        (Phase::Working { step: ConnectStep::OpeningTunnel, .. }, Input::TunnelOpened) => {
            state.phase = Phase::Up { since_ms: now_ms };
            state.proven = true;
            state.attention = false;
            state.signing_in_again = false;
            std::iter::once(Effect::Serve).chain(state.unused()).collect()
        }
        (
            Phase::Working { step: ConnectStep::FindingPod | ConnectStep::OpeningTunnel, .. },
            Input::Failed(problem),
        ) => state.fail(problem, now_ms),

        (Phase::Up { since_ms }, Input::TunnelLost(problem)) => {
            if now_ms.saturating_sub(since_ms) >= PROVEN_AFTER_MS {
                state.backoff.reset();
            }
            let mut effects = vec![Effect::RetireTunnel];
            // The next pod is likely there already: roll-outs start it first.
            effects.extend(if problem.code == ProblemCode::PodGone && state.backoff.first_time() {
                state.begin(Some(problem))
            } else {
                state.fail(problem, now_ms)
            });
            effects
        }
        (Phase::Up { .. }, Input::ConnectionOpened) => {
            state.connections = state.connections.saturating_add(1);
            if state.connections == 1 { vec![Effect::InUse] } else { Vec::new() }
        }
        (Phase::Up { .. }, Input::UnusedLongEnough) if state.unused().is_some() => {
            state.phase = Phase::Resting;
            state.backoff.reset();
            vec![Effect::RetireTunnel]
        }
        (Phase::Resting, Input::Called | Input::Retry) => state.start(ConnectStep::FindingPod, false, None),
        (_, Input::ConnectionClosed { worked }) => {
            let had = state.connections;
            state.connections = had.saturating_sub(1);
            if !state.is_up() {
                return (state, Vec::new());
            }
            if worked {
                state.backoff.reset();
            }
            if had == 1 { state.unused().into_iter().collect() } else { Vec::new() }
        }

        (
            Phase::Working { .. }
            | Phase::Up { .. }
            | Phase::Resting
            | Phase::Waiting { .. }
            | Phase::NeedsAttention(_),
            Input::TurnOn { .. }
            | Input::Called
            | Input::PodReady
            | Input::Woke(_)
            | Input::NetworkChanged
            | Input::UnusedLongEnough
            | Input::Retry
            | Input::RetryDue
            | Input::PortsBound { .. }
            | Input::BindFailed(_)
            | Input::PodFound
            | Input::TunnelOpened
            | Input::Failed(_)
            | Input::TunnelLost(_)
            | Input::ConnectionOpened,
        ) => Vec::new(),
    };
    (state, effects)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
