//! The task that is a forward: it waits for whatever happens next, lets [`state`](super::state) decide, and does it.

mod callers;
mod serving;

use std::{
    collections::{BTreeSet, VecDeque},
    pin::Pin,
    sync::Arc,
};

use cluster::Following;
use futures::{FutureExt as _, future::BoxFuture};
use portforward::Error;
use tokio::{
    sync::{Notify, mpsc, oneshot, watch},
    time::{Instant, Sleep, sleep, sleep_until},
};

use super::{
    Order, Shared, Wakeful, Woken,
    backoff::Backoff,
    caller::Caller,
    connections::{Connections, Ended},
    fleet::Fleet,
    local::LocalSide,
    state::{Effect, Input, State, apply},
    steps::{self, Done, FoundPod, More},
    tunnels::Tunnels,
    waiting_room::WaitingRoom,
};
use crate::{
    clusters::Connected,
    guard::identity_of,
    journal::now_ms,
    preferences::Preferences,
    problem::Problem,
    profile::{ContextRef, Profile},
    statistics::Statistics,
    traffic::Counter,
    view::ForwardView,
    words,
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
    /// The pods that take new connections.
    fleet: Fleet,
    /// Word of the target's pods, while they matter.
    following: Option<(Arc<Connected>, Following)>,
    /// Tunnels to further pods, being opened; or the wait before the next try of that.
    filling: Option<BoxFuture<'static, More>>,
    /// There was more to open while that was under way.
    fill_again: bool,
    refill: Option<Pin<Box<Sleep>>>,
    fill_backoff: Backoff,
    /// The pod that was passed over because it was not ready, and since when.
    unready: Option<(String, Instant)>,
    /// The pods that were ready when that was last looked at.
    ready: BTreeSet<String>,
    woken: watch::Receiver<Woken>,
    preferred: watch::Receiver<Preferences>,
    /// How often what was connected had come into doubt when that was last acted on.
    doubts: u64,
    wakeful: Option<Wakeful>,
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
    Called(Box<Caller>),
    WaitedLongEnough,
    Ended(Ended),
    Answered,
    Lost(u64, Error),
    PodsChanged,
    Filled(More),
    RefillDue,
    Woke,
    Preferred,
}

impl Task {
    pub(super) fn new(shared: Arc<Shared>, profile: Profile) -> Box<Self> {
        let answer_came = Arc::new(Notify::new());
        let counter = Arc::new(Counter::new(Arc::clone(&shared.pulse)));
        let local = LocalSide::new(profile.ports.len(), Arc::clone(&counter), Arc::clone(&answer_came));
        let woken = shared.woken.subscribe();
        let doubts = woken.borrow().doubts;
        let mut preferred = shared.preferences.follow();
        let preferences = preferred.borrow_and_update().clone();
        Box::new(Self {
            state: State::new(rand::random(), preferences.keep_unused(profile.keep_unused_minutes)),
            local,
            waiting: WaitingRoom::new(preferences.hold(profile.hold_seconds)),
            tunnels: Tunnels::default(),
            connections: Connections::new(),
            answer_came,
            counter,
            step: None,
            retry: None,
            unused: None,
            found: None,
            fleet: Fleet::default(),
            following: None,
            filling: None,
            fill_again: false,
            unready: None,
            ready: BTreeSet::new(),
            refill: None,
            fill_backoff: Backoff::new(rand::random()),
            woken,
            preferred,
            doubts,
            wakeful: None,
            connected: None,
            last_failure: None,
            shown: ForwardView::off(profile.clone()),
            shared,
            profile,
        })
    }

    /// Boxed, for a future keeps its arguments twice over.
    pub(super) async fn run(mut self: Box<Self>, mut orders: mpsc::Receiver<Order>, eager: bool) {
        self.shared.journal.forward_started(self.shown.clone(), Arc::clone(&self.counter.meter));
        self.feed(Input::TurnOn { eager }).await;
        let done = loop {
            match self.next(&mut orders).await {
                Happening::Order(Order::Retry) => self.try_again().await,
                Happening::Order(Order::RetryIf(cures)) => {
                    if self.state.stopped_by().is_some_and(|problem| cures(problem.code)) {
                        self.try_again().await;
                    }
                }
                Happening::Order(Order::CloseConnection(number, closed)) => {
                    self.close_connection(number, closed);
                }
                Happening::Order(Order::CutOff(done)) => {
                    self.cut_off().await;
                    let _ = done.send(());
                }
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
                Happening::Called(caller) => self.on_caller(*caller).await,
                Happening::WaitedLongEnough => self.turn_away(),
                Happening::Ended(ended) => self.on_ended(ended).await,
                Happening::Answered => self.clear_failure(),
                Happening::Lost(number, error) => self.on_lost(number, &error).await,
                Happening::PodsChanged => self.on_pods_changed().await,
                Happening::Filled(more) => {
                    self.filling = None;
                    self.on_filled(more);
                }
                Happening::RefillDue => {
                    self.refill = None;
                    self.fill();
                }
                Happening::Woke => self.on_woke().await,
                Happening::Preferred => self.on_preferred().await,
            }
            // Whoever waits hurries the next try, also one that was put off while they waited.
            if self.state.is_waiting() && !self.waiting.is_empty() {
                self.feed(Input::Called).await;
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
            (number, error) = self.fleet.next_lost() => Happening::Lost(number, error),
            () = or_pending(self.following.as_mut().map(|(_, following)| following.changed())) => {
                Happening::PodsChanged
            }
            more = or_pending(self.filling.as_mut()) => Happening::Filled(more),
            () = or_pending(self.refill.as_mut()) => Happening::RefillDue,
            Ok(()) = self.woken.changed() => Happening::Woke,
            Ok(()) = self.preferred.changed() => Happening::Preferred,
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
        if self.state.needs_pods() {
            self.wakeful.get_or_insert_with(|| self.shared.stay_wakeful());
        } else {
            self.following = None;
            self.wakeful = None;
        }
        self.show();
    }

    async fn act(&mut self, effect: Effect, inputs: &mut VecDeque<Input>) {
        match effect {
            Effect::BindPorts => {
                self.retry = None;
                let wanted = self.local.wanted(&self.profile, self.found.as_ref());
                // The draft was checked; a file edited by hand may say anything.
                self.step = Some(match self.profile.bind_address.parse() {
                    Ok(addresses) => steps::bind_ports(addresses, wanted).boxed(),
                    Err(reason) => {
                        std::future::ready(Done::PortsBound(Err(words::bad_address(reason)))).boxed()
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
                self.found = None;
                self.retire_all();
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
                // Also those that were kept for their last connections: nobody tells of the ends of these.
                self.tunnels.close_all();
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
            Done::PodFound { connected, pods, found } => {
                if let (Some(connected), Some(pods)) = (&connected, &pods) {
                    self.follow(connected, pods);
                }
                self.connected = connected;
                match found {
                    Ok(found) if self.waits_for_readiness(&found) => {
                        let seconds = self.readiness().as_secs();
                        self.found = None;
                        Input::Failed(words::pod_not_ready(found.pod.name(), seconds))
                    }
                    Ok(found) => {
                        self.found = Some(found);
                        Input::PodFound
                    }
                    Err(problem) => {
                        self.found = None;
                        Input::Failed(problem)
                    }
                }
            }
            Done::TunnelOpened(Ok(tunnel)) => {
                self.unready = None;
                // There is a tunnel, so its pod is known.
                if let Some(found) = self.found.clone() {
                    self.remember_cluster(&found.connected);
                    self.serve(found, tunnel);
                }
                Input::TunnelOpened
            }
            Done::TunnelOpened(Err(problem)) => {
                self.found = None;
                Input::Failed(problem)
            }
        };
        self.feed(input).await;
        // Others may have been ready before there was a first one.
        self.fill();
    }

    async fn on_woke(&mut self) {
        let doubts = self.woken.borrow_and_update().doubts;
        if std::mem::replace(&mut self.doubts, doubts) == doubts {
            // What could not be reached may be reached by now.
            self.feed(Input::NetworkChanged).await;
        } else {
            self.feed(Input::Woke(words::connections_in_doubt())).await;
        }
        if !self.waiting.is_empty() {
            self.feed(Input::Called).await;
        }
    }

    /// What the profile does not say is as the person prefers, from now on.
    async fn on_preferred(&mut self) {
        let preferences = self.preferred.borrow_and_update().clone();
        self.waiting.hold_for(preferences.hold(self.profile.hold_seconds));
        self.feed(Input::Keep(preferences.keep_unused(self.profile.keep_unused_minutes))).await;
    }

    async fn try_again(&mut self) {
        if let Some(problem) = self.state.stopped_by()
            && let Some(connected) = &self.connected
        {
            self.shared.clusters.try_again(&self.profile.context, connected, problem.code);
        }
        self.feed(Input::Retry).await;
    }

    /// What is known of the cluster belongs to a sign-in, or a server, that does not count any more.
    async fn cut_off(&mut self) {
        self.connected = None;
        self.following = None;
        self.found = None;
        self.unready = None;
        self.last_failure = None;
        self.feed(Input::CutOff).await;
    }

    /// The first time that it gets through, the cluster is the one that the person means.
    fn remember_cluster(&mut self, connected: &Connected) {
        // The demo cluster is another one at each start.
        if self.profile.cluster.is_some() || self.profile.context == ContextRef::Demo {
            return;
        }
        let identity = identity_of(&connected.cluster);
        self.profile.cluster = Some(identity.clone());
        if let Some(profile) = self.shared.profiles.remember_cluster(&self.profile.id, identity) {
            self.shared.journal.profile_changed(profile);
        }
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
        let mut pods = self.fleet.iter().map(|serving| serving.found.pod.name().to_owned());
        let view = ForwardView {
            profile: self.profile.clone(),
            state: self.state.view(),
            ports: self.local.views(&self.profile, self.found.as_ref()),
            pod: pods.next(),
            other_pods: pods.collect(),
            asks_for_pods: self.following.as_ref().is_some_and(|(_, following)| following.has_to_ask()),
            transport: self.fleet.iter().next().map(|serving| serving.tunnel.transport().into()),
            route: self.fleet.iter().next().map(|serving| serving.tunnel.route().into()),
            bytes_in: 0,
            bytes_out: 0,
            statistics: Statistics::default(),
            last_failure: self.last_failure.clone(),
        };
        if view != self.shown {
            self.shown = view.clone();
            self.shared.journal.forward_changed(view);
        }
    }

    async fn end(mut self: Box<Self>, done: Option<oneshot::Sender<()>>) {
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
