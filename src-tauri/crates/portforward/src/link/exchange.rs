//! What commands and received bytes do to the SPDY session and to the flows. No IO here.

mod flows;
#[cfg(test)]
mod tests;
mod trust;

use std::sync::Arc;

use bytes::Bytes;
use spdy::{Event, Limits, Output, ResetStatus, Session, StreamId};
use tokio::{sync::watch, time::Instant};
use wording::text;

use self::{
    flows::{Flow, Flows},
    trust::Trust,
};
use super::{
    LinkState,
    clock::ReadingClock,
    command::FlowKey,
    inbox::{Inbox, StreamEnd},
    pacing::worker_of,
    streams::{self, Kind},
};
use crate::{Error, Observer};

/// Largest DATA frame: one read of a local connection. Go peers write 32 KiB; what is under way is bounded by
/// [`pacing`](super::pacing) in any case.
const DATA_FRAME: usize = 64 * 1024;

/// Bytes waiting to be written above which streams that the server opens are not refused any more but left open: a server
/// that opens streams and reads nothing then meets the limits of the session, whereas refusals would pile up here.
const REFUSING: usize = 256 * 1024;

/// How a server knows which two streams belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairing {
    /// By `requestid`; nothing has to be waited for.
    ById,
    /// By port, before Kubernetes 1.1 (kubernetes#13673): the error stream first, and the data stream once it has been
    /// accepted.
    ByPort,
}

/// The session of one link and the flows on it.
pub(super) struct Exchange {
    session: Session,
    pairing: Pairing,
    flows: Flows,
    trust: Trust,
    /// Whether echoes could be had when it was last looked at who waits for them.
    could_ask: bool,
    clock: Arc<ReadingClock>,
}

impl Exchange {
    pub(super) fn new(
        state: watch::Sender<LinkState>,
        pairing: Pairing,
        clock: Arc<ReadingClock>,
        observer: Observer,
    ) -> Self {
        let limits = Limits { data_frame: DATA_FRAME, pings: trust::MOST_PINGS, ..Limits::default() };
        Self {
            session: Session::client(limits),
            pairing,
            flows: Flows::default(),
            trust: Trust::new(state, Instant::now(), observer),
            could_ask: true,
            clock,
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
        self.trust.heard(&mut self.session, Instant::now());
        let echoes = self.session.echoes();
        let result = self.session.receive(bytes);
        // Before any ping that the events cause, as on the wire.
        self.trust.pacing.echoed(self.session.echoes() - echoes);
        while let Some(event) = self.session.poll_event() {
            self.dispatch(event);
        }
        result.map_err(Error::Protocol)
    }

    /// The session, for the last words.
    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Whether a flow has as much as it may hold, so that nothing may be read. Silence of our own choice says nothing
    /// about the far end.
    pub(super) fn is_paused(&mut self) -> bool {
        let paused = self.flows.is_paused();
        self.clock.pause(paused);
        if paused {
            self.trust.not_listening(Instant::now());
        }
        paused
    }

    /// Sends a keepalive.
    pub(super) fn keep_alive(&mut self) {
        self.trust.ping(&mut self.session, Instant::now());
    }

    /// This process did not run for a while: what came meanwhile has yet to be read.
    pub(super) fn overslept(&mut self) {
        self.trust.not_listening(Instant::now());
    }

    /// Belongs after all of the above and below. Once a worker owes so many echoes that no more can be asked for, whoever
    /// waited for one at another worker would wait for ever, and new flows had better go elsewhere; and once they can,
    /// other rules hold again.
    pub(super) fn settle(&mut self) {
        self.trust.ask_if_due(&mut self.session, Instant::now());
        // What is sent can only use up the right to ask, so this ends.
        while self.could_ask != self.trust.pacing.may_ping() {
            self.could_ask = !self.could_ask;
            if self.could_ask {
                self.check();
            } else {
                self.trust.doubt();
            }
            self.send_what_may_go();
        }
    }

    /// When [`Exchange::look`] is due.
    pub(super) fn next_look(&self) -> Instant {
        self.trust.next_look(Instant::now())
    }

    /// Judges the silence of the far end; an error if the link is dead.
    pub(super) fn look(&mut self) -> Result<(), Error> {
        self.trust.look(&mut self.session, Instant::now())
    }

    /// Sends five pings, unless some are under way.
    pub(super) fn check(&mut self) {
        self.trust.check(&mut self.session, Instant::now());
    }

    /// Says what became of the link.
    pub(super) fn finish(self, error: Error) {
        self.trust.finish(error);
    }

    /// Opens the streams of a flow and sends its first data.
    pub(super) fn open(&mut self, key: FlowKey, port: u16, first: Bytes, inbox: Arc<Inbox>) {
        if inbox.is_abandoned() {
            return;
        }
        match self.try_open(key, port) {
            Ok((error, data)) => {
                self.flows.add(key, Flow::new(inbox, port, error, data, first));
                if self.pairing == Pairing::ById {
                    self.open_data(key);
                }
            }
            Err(error) => {
                // Numbers or room are used up: the flow has to go elsewhere, and so do the next ones.
                self.trust.exhaust();
                inbox.fail(no_more_streams(&error));
            }
        }
    }

    /// Opens the error stream, and chooses the number of the data stream: if possible at a worker that has room.
    fn try_open(&mut self, key: FlowKey, port: u16) -> Result<(StreamId, StreamId), spdy::Error> {
        let next = self.session.next_id();
        let pairs = || (key.0..key.0 + 4).filter_map(|turn| streams::pair(next, turn));
        let roomy = pairs().find(|(_, data)| self.trust.pacing.has_room(worker_of(*data)));
        let (error, data) = roomy.or_else(|| pairs().next()).ok_or(spdy::Error::StreamIdsExhausted)?;
        self.session.open_with_id(error, &streams::headers(Kind::Error, port, key.0), true)?;
        Ok((error, data))
    }

    /// Opens the data stream and sends the first data behind it.
    fn open_data(&mut self, key: FlowKey) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let headers = streams::headers(Kind::Data, flow.port, key.0);
        if let Err(fault) = self.session.open_with_id(flow.data, &headers, false) {
            // Never leave halves.
            self.session.reset(flow.error, ResetStatus::Cancel);
            flow.inbox.fail(no_more_streams(&fault));
            self.flows.remove(key);
            self.trust.exhaust();
            return;
        }
        self.trust.sent(&mut self.session, worker_of(flow.data), 1, 0);
        flow.data_open = true;
        flow.inbox.opened();
        self.send_what_may_go_of(key);
    }

    /// Sends data of a flow, as soon as its worker has room.
    pub(super) fn send(&mut self, key: FlowKey, data: Bytes, end: bool) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        if flow.local_ended {
            flow.inbox.taken();
            return;
        }
        // The flow sends the next only when the last was taken, so nothing is overwritten but by an end without data.
        if !data.is_empty() {
            flow.pending = Some(data);
        }
        flow.ends |= end;
        self.send_what_may_go_of(key);
    }

    fn send_what_may_go(&mut self) {
        for key in self.flows.waiting() {
            self.send_what_may_go_of(key);
        }
    }

    fn send_what_may_go_of(&mut self, key: FlowKey) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let worker = worker_of(flow.data);
        if !flow.data_open || !flow.has_something_to_send() {
            return;
        }
        if !self.trust.pacing.has_room(worker) {
            self.flows.wait(key);
            return;
        }
        let data = flow.pending.take().unwrap_or_default();
        let end = std::mem::take(&mut flow.ends);
        flow.local_ended = end;
        flow.inbox.taken();
        let (frames, bytes) = (data.len().div_ceil(DATA_FRAME).max(usize::from(end)), data.len());
        // Fails only for a stream that is not open, whose end the flow learns from its inbox.
        let _ = self.session.send(flow.data, data, end);
        self.trust.sent(&mut self.session, worker, frames, bytes);
    }

    /// A flow is over for its owner.
    pub(super) fn release(&mut self, key: FlowKey) {
        let Some(flow) = self.flows.remove(key) else { return };
        if flow.data_open && !(flow.local_ended && flow.remote_ended) {
            self.session.reset(flow.data, ResetStatus::Cancel);
            self.trust.pacing.sent(worker_of(flow.data), 1, 0);
        }
        if !flow.error_ended {
            self.session.reset(flow.error, ResetStatus::Cancel);
        }
        if flow.remote_ended_first || !flow.local_ended {
            self.check();
        }
    }

    /// The link is over.
    pub(super) fn fail_flows(&mut self, error: &Error) {
        for flow in self.flows.drain() {
            self.session.reset(flow.data, ResetStatus::Cancel);
            self.session.reset(flow.error, ResetStatus::Cancel);
            flow.inbox.fail(error.clone());
        }
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::Data { stream, data, end } => {
                self.flows.deliver(stream, data);
                if end {
                    self.ended(stream, StreamEnd::Finished);
                }
            }
            Event::Replied { stream, end, .. } => {
                if self.pairing == Pairing::ByPort
                    && let Some((key, Kind::Error)) = self.flows.of_stream(stream)
                {
                    self.open_data(key);
                }
                if end {
                    self.ended(stream, StreamEnd::Finished);
                }
            }
            Event::Headers { stream, end, .. } => {
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
            Event::Opened { stream, .. } => {
                if self.session.queued() < REFUSING {
                    self.session.reset(stream, ResetStatus::RefusedStream);
                }
            }
            Event::Pong { id } => {
                if self.trust.pong(&mut self.session, id, Instant::now()) {
                    self.send_what_may_go();
                }
            }
            Event::GoAway { status, .. } => {
                tracing::debug!(%status, "the node takes no more streams");
                self.trust.exhaust();
            }
            // Kubernetes has no flow control and no settings.
            Event::Settings { .. } | Event::WindowUpdate { .. } => {}
        }
    }

    fn ended(&mut self, stream: StreamId, end: StreamEnd) {
        let Some((key, kind)) = self.flows.of_stream(stream) else { return };
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
                    flow.pending = None;
                    if end == StreamEnd::Finished {
                        let _ = self.session.send(flow.data, Bytes::new(), true);
                        self.trust.pacing.sent(worker_of(flow.data), 1, 0);
                    }
                }
                flow.inbox.taken();
                flow.inbox.end_data(end);
            }
        }
    }
}

fn no_more_streams(why: &spdy::Error) -> Error {
    Error::NotOpened {
        reason: text!(
            "the connection to the cluster takes no more streams ({why})",
            "die Verbindung zum Cluster nimmt keine weiteren Ströme auf ({why})"
        ),
    }
}
