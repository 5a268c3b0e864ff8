//! The task that is a forward: it waits for whatever happens next, lets [`state`](super::state) decide, and does it.

mod callers;
mod serving;

use std::{collections::VecDeque, pin::Pin, sync::Arc};

use cluster::PodChange;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use portforward::Error;
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{Sleep, sleep, sleep_until},
};

use self::serving::Serving;
use super::{
    Order, Shared,
    caller::Caller,
    connections::{Connections, Ended},
    local::LocalSide,
    state::{Effect, Input, State, apply},
    steps::{self, Done, FoundPod},
    tunnels::Tunnels,
    waiting_room::WaitingRoom,
};
use crate::{
    clusters::Connected, journal::now_ms, problem::Problem, profile::Profile, traffic::Counter,
    view::ForwardView, words,
};

/// One forward that is on.
pub(super) struct Task {
    shared: Arc<Shared>,
    profile: Profile,
    state: State,
    local: LocalSide,
    waiting: WaitingRoom<Caller>,
    tunnels: Tunnels,
    connections: Connections,
    answer_came: Arc<Notify>,
    counter: Arc<Counter>,
    /// The step that is under way.
    step: Option<BoxFuture<'static, Done>>,
    retry: Option<Pin<Box<Sleep>>>,
    /// When the tunnel has been without connections for long enough.
    unused: Option<Pin<Box<Sleep>>>,
    /// The pod of this try or of the current tunnel.
    found: Option<FoundPod>,
    serving: Option<Serving>,
    /// The cluster that was asked last, where there was a connection to it.
    connected: Option<Arc<Connected>>,
    last_failure: Option<Problem>,
    /// What listeners know.
    shown: ForwardView,
}

/// Something that the task waits for.
enum Happening {
    Order(Order),
    /// The engine is gone.
    Abandoned,
    Done(Done),
    RetryDue,
    UnusedLongEnough,
    Called(Caller),
    WaitedLongEnough,
    Ended(Ended),
    Answered,
    Lost(Error),
    PodChanged(PodChange),
}

impl Task {
    pub(super) fn new(shared: Arc<Shared>, profile: Profile) -> Self {
        let answer_came = Arc::new(Notify::new());
        let counter = Arc::new(Counter::new(Arc::clone(&shared.pulse)));
        let local = LocalSide::new(profile.ports.len(), Arc::clone(&counter), Arc::clone(&answer_came));
        Self {
            state: State::new(rand::random(), profile.keep_unused()),
            local,
            waiting: WaitingRoom::new(profile.hold()),
            tunnels: Tunnels::default(),
            connections: Connections::new(),
            answer_came,
            counter,
            step: None,
            retry: None,
            unused: None,
            found: None,
            serving: None,
            connected: None,
            last_failure: None,
            shown: ForwardView::off(profile.clone()),
            shared,
            profile,
        }
    }

    pub(super) async fn run(mut self, mut orders: mpsc::Receiver<Order>, eager: bool) {
        self.shared.journal.forward_started(self.shown.clone(), Arc::clone(&self.counter.meter));
        self.feed(Input::TurnOn { eager }).await;
        let done = loop {
            match self.next(&mut orders).await {
                Happening::Order(Order::Retry) => self.try_again().await,
                Happening::Order(Order::Stop { on, done }) => {
                    self.profile.on = on;
                    break Some(done);
                }
                Happening::Abandoned => break None,
                Happening::Done(done) => self.on_done(done).await,
                Happening::RetryDue => {
                    self.retry = None;
                    self.feed(Input::RetryDue).await;
                }
                Happening::UnusedLongEnough => {
                    self.unused = None;
                    self.feed(Input::UnusedLongEnough).await;
                }
                Happening::Called(caller) => self.on_caller(caller).await,
                Happening::WaitedLongEnough => self.turn_away(),
                Happening::Ended(ended) => self.on_ended(ended).await,
                Happening::Answered => self.clear_failure(),
                Happening::Lost(error) => self.on_lost(&error).await,
                Happening::PodChanged(change) => self.on_pod_change(change).await,
            }
        };
        self.end(done).await;
    }

    async fn next(&mut self, orders: &mut mpsc::Receiver<Order>) -> Happening {
        let is_up = self.state.is_up();
        let room = if is_up { !self.connections.is_full() } else { !self.waiting.is_full() };
        let deadline = self.waiting.next_deadline();
        let deadline = async move {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let (lost, changes) = match &mut self.serving {
            Some(serving) => (Some(&mut serving.lost), Some(&mut serving.changes)),
            None => (None, None),
        };
        tokio::select! {
            order = orders.recv() => order.map_or(Happening::Abandoned, Happening::Order),
            done = or_pending(self.step.as_mut()) => {
                self.step = None;
                Happening::Done(done)
            }
            () = or_pending(self.retry.as_mut()) => Happening::RetryDue,
            () = or_pending(self.unused.as_mut()) => Happening::UnusedLongEnough,
            Some(caller) = self.local.next_caller(), if room => Happening::Called(caller),
            () = deadline => Happening::WaitedLongEnough,
            ended = self.connections.next_ended() => Happening::Ended(ended),
            () = self.answer_came.notified() => Happening::Answered,
            error = or_pending(lost) => Happening::Lost(error),
            Some(change) = or_pending(changes.map(|changes| changes.next())) => Happening::PodChanged(change),
        }
    }

    /// Lets the state decide, does what it says, and shows the outcome.
    async fn feed(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let (state, effects) = apply(self.state.clone(), input, now_ms());
            self.state = state;
            for effect in effects {
                self.act(effect, &mut inputs).await;
            }
        }
        self.show();
    }

    async fn act(&mut self, effect: Effect, inputs: &mut VecDeque<Input>) {
        match effect {
            Effect::BindPorts => {
                let wanted = self.local.wanted(&self.profile, self.found.as_ref());
                // The draft was checked; a file edited by hand may say anything.
                self.step = Some(match self.profile.bind_address.parse() {
                    Ok(addresses) => steps::bind_ports(addresses, wanted).boxed(),
                    Err(reason) => {
                        std::future::ready(Done::PortsBound(Err(words::bad_address(&reason)))).boxed()
                    }
                });
            }
            Effect::FindPod => {
                self.retry = None;
                self.step = Some(steps::find_pod(Arc::clone(&self.shared), self.profile.clone()).boxed());
            }
            Effect::OpenTunnel => {
                // The state asks for it only after a pod was found.
                if let Some(found) = self.found.clone() {
                    self.step = Some(
                        steps::open_tunnel(Arc::clone(&self.shared), self.profile.clone(), found).boxed(),
                    );
                }
            }
            Effect::Wait(time) => self.retry = Some(Box::pin(sleep(time))),
            Effect::Serve => self.serve_waiting(inputs),
            Effect::KeepUnused(time) => self.unused = Some(Box::pin(sleep(time))),
            Effect::InUse => self.unused = None,
            Effect::RetireTunnel => {
                self.unused = None;
                self.serving = None;
                self.found = None;
                self.tunnels.retire();
            }
            Effect::ReleasePorts => {
                // Whoever takes it up again has to ask which pod serves then.
                self.found = None;
                self.local.close().await;
                self.waiting.clear();
            }
            Effect::StopAll => {
                self.step = None;
                self.retry = None;
                self.connections.reset_all().await;
            }
        }
    }

    async fn on_done(&mut self, done: Done) {
        let input = match done {
            Done::PortsBound(Ok(ports)) => {
                let mut failed = None;
                for (index, bound) in ports {
                    let local = bound.port;
                    match self.local.open(index, bound) {
                        Ok(()) => self.remember_local(index, local),
                        Err(error) => failed = Some(words::cannot_listen(&error, local).with_port(index)),
                    }
                }
                failed.map_or(Input::PortsBound { all: self.local.all_open() }, Input::BindFailed)
            }
            Done::PortsBound(Err(problem)) => Input::BindFailed(problem),
            Done::PodFound { connected, found: Ok(found) } => {
                self.connected = connected;
                self.found = Some(found);
                Input::PodFound
            }
            Done::PodFound { connected, found: Err(problem) } => {
                self.connected = connected;
                self.found = None;
                Input::Failed(problem)
            }
            Done::TunnelOpened(Ok(tunnel)) => {
                self.serve(tunnel);
                Input::TunnelOpened
            }
            Done::TunnelOpened(Err(problem)) => {
                self.found = None;
                Input::Failed(problem)
            }
        };
        self.feed(input).await;
    }

    async fn try_again(&mut self) {
        if let Some(problem) = self.state.stopped_by()
            && let Some(connected) = &self.connected
        {
            self.shared.clusters.try_again(&self.profile.context, connected, problem.code);
        }
        self.feed(Input::Retry).await;
    }

    fn remember_local(&mut self, index: usize, local: u16) {
        let Some(port) = self.profile.ports.get_mut(index) else { return };
        let chosen = port.mapping.local == crate::port_mapping::LocalPort::Free;
        if chosen && port.last_local != Some(local) {
            port.last_local = Some(local);
            self.shared.profiles.remember_local(&self.profile.id, index, local);
        }
    }

    fn show(&mut self) {
        let view = ForwardView {
            profile: self.profile.clone(),
            state: self.state.view(),
            ports: self.local.views(&self.profile, self.found.as_ref()),
            pod: self.serving.as_ref().and(self.found.as_ref()).map(|found| found.pod.name().to_owned()),
            transport: self.serving.as_ref().map(|serving| serving.tunnel.transport().into()),
            route: self.serving.as_ref().map(|serving| serving.tunnel.route().into()),
            bytes_in: 0,
            bytes_out: 0,
            last_failure: self.last_failure.clone(),
        };
        if view != self.shown {
            self.shown = view.clone();
            self.shared.journal.forward_changed(view);
        }
    }

    async fn end(mut self, done: Option<oneshot::Sender<()>>) {
        self.last_failure = None;
        // What moved until now is in the last view.
        self.feed(Input::TurnOff).await;
        if let Some(done) = done {
            // Whoever asked may have gone.
            let _ = done.send(());
        }
        self.tunnels.finish().await;
    }
}

/// Waits for what may be there; for ever when it is not.
async fn or_pending<F: Future>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}
