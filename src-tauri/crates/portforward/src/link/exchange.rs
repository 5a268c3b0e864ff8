//! What commands and received bytes do to the SPDY session and to the flows. No IO here.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use spdy::{Event, Limits, Output, ResetStatus, Session, StreamId};
use tokio::{sync::watch, time::Instant};

use super::{
    LinkState,
    command::FlowKey,
    health::{CHECK_PINGS, Health, Outcome},
    inbox::{Inbox, StreamEnd},
    streams::{self, Kind},
};
use crate::Error;

/// The session of one link and the flows on it.
pub(super) struct Exchange {
    session: Session,
    state: watch::Sender<LinkState>,
    flows: HashMap<FlowKey, Flow>,
    streams: HashMap<StreamId, (FlowKey, Kind)>,
    /// Flows whose inbox was full; nothing is read while one still is.
    full: Vec<FlowKey>,
    health: Health,
    /// When the check under way, or the last one, has to be over.
    check_until: Option<Instant>,
    /// Another check is due once the one under way has passed.
    check_again: bool,
    /// No more streams can be opened, whatever the pings say.
    exhausted: bool,
}

struct Flow {
    inbox: Arc<Inbox>,
    data: StreamId,
    error: StreamId,
    local_ended: bool,
    remote_ended: bool,
    error_ended: bool,
    /// The pod ended first, so data of ours may have come too late for it.
    remote_ended_first: bool,
}

impl Exchange {
    pub(super) fn new(state: watch::Sender<LinkState>) -> Self {
        Self {
            session: Session::client(Limits::default()),
            state,
            flows: HashMap::new(),
            streams: HashMap::new(),
            full: Vec::new(),
            health: Health::new(Instant::now()),
            check_until: None,
            check_again: false,
            exhausted: false,
        }
    }

    /// Bytes that wait to be written.
    pub(super) fn queued(&self) -> usize {
        self.session.queued()
    }

    /// What waits to be written.
    pub(super) fn output(&mut self) -> &mut Output {
        self.session.output()
    }

    /// Takes in received bytes.
    pub(super) fn receive(&mut self, bytes: Bytes) -> Result<(), Error> {
        self.heard();
        let result = self.session.receive(bytes);
        while let Some(event) = self.session.poll_event() {
            self.dispatch(event);
        }
        result.map_err(Error::Protocol)
    }

    /// The far end is alive, or its silence is of our making.
    pub(super) fn heard(&mut self) {
        self.health.heard(Instant::now());
    }

    /// Whether the far end has been silent for too long.
    pub(super) fn is_dead(&self) -> bool {
        self.health.is_dead(Instant::now())
    }

    /// Sends a keepalive.
    pub(super) fn ping(&mut self) {
        self.session.ping();
    }

    /// When [`Exchange::expire_check`] is due, if a check is under way.
    pub(super) fn check_until(&self) -> Option<Instant> {
        self.check_until.filter(|_| self.health.is_checking())
    }

    /// The time of the check under way may be over.
    pub(super) fn expire_check(&mut self) {
        if self.health.expire_check(Instant::now()) == Some(Outcome::Failed) {
            tracing::debug!("the link does not answer all pings");
            self.check_again = false;
            self.state.send_replace(LinkState::Doubtful);
        }
    }

    /// Says what became of the link.
    pub(super) fn finish(self, error: Error) {
        self.state.send_replace(LinkState::Ended(error));
    }

    /// The session, for the last words.
    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Whether a flow has as much as it may hold, so that nothing may be read.
    pub(super) fn is_paused(&mut self) -> bool {
        let flows = &self.flows;
        self.full.retain(|key| flows.get(key).is_some_and(|flow| flow.inbox.is_full()));
        !self.full.is_empty()
    }

    /// Opens the streams of a flow and sends its first data.
    pub(super) fn open(&mut self, key: FlowKey, port: u16, first: Bytes, inbox: Arc<Inbox>) {
        if inbox.is_abandoned() {
            return;
        }
        match self.try_open(key, port, first) {
            Ok((error, data)) => {
                self.streams.insert(error, (key, Kind::Error));
                self.streams.insert(data, (key, Kind::Data));
                let flow = Flow {
                    inbox,
                    data,
                    error,
                    local_ended: false,
                    remote_ended: false,
                    error_ended: false,
                    remote_ended_first: false,
                };
                self.flows.insert(key, flow);
            }
            Err(error) => {
                // Numbers or room are used up: the flow has to go elsewhere, and so do the next ones.
                self.exhaust();
                inbox.fail(Error::Protocol(error));
            }
        }
    }

    fn try_open(
        &mut self,
        key: FlowKey,
        port: u16,
        first: Bytes,
    ) -> Result<(StreamId, StreamId), spdy::Error> {
        let (error, data) =
            streams::pair(self.session.next_id(), key.0).ok_or(spdy::Error::StreamIdsExhausted)?;
        self.session.open_with_id(error, &streams::headers(Kind::Error, port, key.0), true)?;
        let opened = self.session.open_with_id(data, &streams::headers(Kind::Data, port, key.0), false);
        if let Err(fault) = opened {
            // Never leave halves.
            self.session.reset(error, ResetStatus::Cancel);
            return Err(fault);
        }
        self.count(&first);
        self.session.send(data, first, false)?;
        Ok((error, data))
    }

    /// Sends data of a flow.
    pub(super) fn send(&mut self, key: FlowKey, data: Bytes, end: bool) {
        let Some(flow) = self.flows.get_mut(&key) else { return };
        if flow.local_ended {
            return;
        }
        flow.local_ended = end;
        let stream = flow.data;
        self.count(&data);
        // Fails only for a stream that is not open, whose end the flow learns from its inbox.
        let _ = self.session.send(stream, data, end);
    }

    fn count(&mut self, data: &Bytes) {
        self.health.sent(data.len().div_ceil(Limits::default().data_frame), data.len());
    }

    /// A flow is over for its owner.
    pub(super) fn release(&mut self, key: FlowKey) {
        let Some(flow) = self.flows.remove(&key) else { return };
        self.streams.remove(&flow.data);
        self.streams.remove(&flow.error);
        if !(flow.local_ended && flow.remote_ended) {
            self.session.reset(flow.data, ResetStatus::Cancel);
        }
        if !flow.error_ended {
            self.session.reset(flow.error, ResetStatus::Cancel);
        }
        if flow.remote_ended_first || !flow.local_ended {
            self.check();
        }
    }

    /// Sends five pings, unless some are under way.
    pub(super) fn check(&mut self) {
        if self.exhausted {
            // Whoever asked waits for an answer.
            self.exhaust();
            return;
        }
        if self.health.is_checking() {
            // Starting anew each time could go on for ever on a busy link.
            self.check_again = true;
            return;
        }
        self.state.send_replace(LinkState::Checking);
        self.send_check();
    }

    fn send_check(&mut self) {
        let session = &mut self.session;
        let until = self.health.begin_check(Instant::now(), (0..CHECK_PINGS).map(|_| session.ping()));
        self.check_until = Some(until);
    }

    fn exhaust(&mut self) {
        self.exhausted = true;
        self.state.send_replace(LinkState::Doubtful);
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Data { stream, data, end } => {
                self.deliver(stream, data);
                if end {
                    self.ended(stream, StreamEnd::Finished);
                }
            }
            Event::Replied { stream, end, .. } | Event::Headers { stream, end, .. } => {
                if end {
                    self.ended(stream, StreamEnd::Finished);
                }
            }
            Event::Reset { stream, status } => {
                tracing::debug!(%stream, %status, "the node reset a stream");
                self.ended(stream, StreamEnd::Reset);
            }
            Event::Failed { stream, error } => {
                tracing::debug!(%stream, %error, "a stream broke the rules");
                self.ended(stream, StreamEnd::Reset);
            }
            // Nothing in port-forwarding opens streams towards the client.
            Event::Opened { stream, .. } => self.session.reset(stream, ResetStatus::RefusedStream),
            Event::Pong { id } => {
                if self.health.pong(id) == Some(Outcome::Passed) {
                    let state = if self.exhausted { LinkState::Doubtful } else { LinkState::Trusted };
                    self.state.send_replace(state);
                    // What was asked for since then is looked at in the background.
                    if std::mem::take(&mut self.check_again) {
                        self.send_check();
                    }
                }
            }
            Event::GoAway { status, .. } => {
                tracing::debug!(%status, "the node takes no more streams");
                self.exhaust();
            }
            // Kubernetes has no flow control and no settings.
            Event::Settings { .. } | Event::WindowUpdate { .. } => {}
        }
    }

    fn deliver(&mut self, stream: StreamId, data: Bytes) {
        let Some((key, kind)) = self.streams.get(&stream) else { return };
        let Some(flow) = self.flows.get(key) else { return };
        match kind {
            Kind::Error => flow.inbox.push_text(&data),
            Kind::Data if data.is_empty() => {}
            Kind::Data => {
                if flow.inbox.push(data) && !self.full.contains(key) {
                    self.full.push(*key);
                }
            }
        }
    }

    fn ended(&mut self, stream: StreamId, end: StreamEnd) {
        let Some((key, kind)) = self.streams.get(&stream) else { return };
        let Some(flow) = self.flows.get_mut(key) else { return };
        match kind {
            Kind::Error => {
                flow.error_ended = true;
                flow.inbox.end_error(end);
            }
            Kind::Data => {
                flow.remote_ended = true;
                flow.remote_ended_first |= !flow.local_ended;
                if !flow.local_ended {
                    // At once: any data of ours after the server's end would block one of its workers.
                    flow.local_ended = true;
                    if end == StreamEnd::Finished {
                        let _ = self.session.send(flow.data, Bytes::new(), true);
                    }
                }
                flow.inbox.end_data(end);
            }
        }
    }

    /// The link is over.
    pub(super) fn fail_flows(&mut self, error: &Error) {
        for (_, flow) in self.flows.drain() {
            self.session.reset(flow.data, ResetStatus::Cancel);
            self.session.reset(flow.error, ResetStatus::Cancel);
            flow.inbox.fail(error.clone());
        }
    }
}
