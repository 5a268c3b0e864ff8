//! The streams of one link, and what a real server does with each frame: a reader that hands frames to five workers,
//! workers that hand data to connections into the pod (`connection.go` of moby/spdystream, `httpstream.go` of
//! cri-streaming).

mod sending;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use spdy::{Error, Event, Headers, Limits, Output, ResetStatus, Session, StreamId};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::forwarding::{self, ClientSide, Order};
use super::frames::{self, Frame, Kind};
use super::handoff::handoff;
use super::inbound::{Held, Inbound};
use super::pairs::{Found, Halves, Pair, StreamHead, StreamType};
use super::workers::{WORKERS, Workers};
use crate::options::Runtime;
use crate::pods::sandbox::Sandbox;

/// Everything about a link but its bytes.
pub(super) struct Streams {
    session: Session,
    workers: Workers<Work, Held>,
    inbound: Inbound,
    halves: Halves,
    /// How often was read.
    reads: u64,
    pairs: JoinSet<()>,
    sandbox: Arc<Sandbox>,
    runtime: Runtime,
    orders: mpsc::Sender<Order<StreamId>>,
    taken: Arc<Notify>,
}

/// How the far end behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners {
    pub(super) runtime: Runtime,
    /// Whether streams belong together by port, as in the oldest kubelets, and not by request.
    pub(super) pairs_by_port: bool,
}

/// What waits in the queue of a worker.
enum Work {
    /// A frame that is decoded when its turn comes.
    Frame(Bytes),
    Opened {
        stream: StreamId,
        headers: Headers,
        end: bool,
        /// In which read it came.
        read: u64,
    },
    /// Further headers of a stream, which nobody ever takes.
    Headers { stream: StreamId },
}

impl Streams {
    /// Connections into the pod order through `orders`, and tell `taken` when they have taken data.
    pub(super) fn new(
        sandbox: Arc<Sandbox>,
        manners: Manners,
        orders: mpsc::Sender<Order<StreamId>>,
        taken: Arc<Notify>,
    ) -> Self {
        Self {
            session: Session::server(Limits::default()),
            workers: Workers::default(),
            inbound: Inbound::default(),
            halves: Halves::new(manners.pairs_by_port),
            reads: 0,
            pairs: JoinSet::new(),
            sandbox,
            runtime: manners.runtime,
            orders,
            taken,
        }
    }

    pub(super) fn output(&mut self) -> &mut Output {
        self.session.output()
    }

    /// What is to be written, and the connections that run.
    pub(super) fn output_and_pairs(&mut self) -> (&mut Output, &mut JoinSet<()>) {
        (self.session.output(), &mut self.pairs)
    }

    /// Whether what was read before has found its place.
    pub(super) fn can_read(&self) -> bool {
        self.workers.can_read()
    }

    /// Whether a worker waits for somebody to take what it holds.
    pub(super) fn waits_for_pods(&self) -> bool {
        self.workers.any_holds()
    }

    /// When the oldest half of a pair has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.halves.deadline()
    }

    /// Complains of the halves that have waited long enough.
    pub(super) fn expire(&mut self, now: Instant) {
        for complaint in self.halves.expire(now) {
            self.complain(complaint);
        }
    }

    /// More was read.
    pub(super) fn count_read(&mut self) {
        self.reads += 1;
    }

    /// Takes frames from what was read, and lets the workers work, as far as both can go. Answers `false` when the client
    /// said goodbye.
    ///
    /// # Errors
    /// When the client broke a rule that ends the connection.
    pub(super) fn advance(&mut self, input: &mut BytesMut) -> Result<bool, Error> {
        self.work()?;
        while self.workers.can_read() {
            let Some(Frame { kind, bytes }) = frames::take(input) else { break };
            match kind {
                Kind::GoAway => return Ok(false),
                Kind::Headers => {
                    self.session.receive(bytes)?;
                    self.queue_events();
                }
                Kind::OfStream(stream) => {
                    self.workers.push(Workers::<Work, Held>::of_stream(stream), Work::Frame(bytes));
                }
                Kind::OfConnection => {
                    let worker = self.workers.next_turn();
                    self.workers.push(worker, Work::Frame(bytes));
                }
            }
            self.work()?;
        }
        Ok(true)
    }

    /// Queues what a frame with headers meant.
    fn queue_events(&mut self) {
        while let Some(event) = self.session.poll_event() {
            let (stream, work) = match event {
                Event::Opened { stream, headers, end } => {
                    (stream, Work::Opened { stream, headers, end, read: self.reads })
                }
                Event::Headers { stream, .. } => (stream, Work::Headers { stream }),
                Event::Failed { stream, .. } => {
                    self.inbound.remove(stream);
                    continue;
                }
                _ => continue,
            };
            self.workers.push(Workers::<Work, Held>::of_stream(stream.get()), work);
        }
    }

    /// Lets the workers work until each has nothing to do or holds what nobody takes.
    fn work(&mut self) -> Result<(), Error> {
        loop {
            let mut idle = true;
            for worker in 0..WORKERS {
                self.hand_over(worker);
                if let Some(work) = self.workers.next(worker) {
                    idle = false;
                    self.handle(worker, work)?;
                }
            }
            if idle {
                return Ok(());
            }
        }
    }

    fn hand_over(&mut self, worker: usize) {
        let slot = self.workers.held(worker);
        let Some(held) = slot.as_mut() else { return };
        if self.inbound.hand_over(held) {
            if held.end {
                self.inbound.end(held.stream);
            }
            *slot = None;
        }
    }

    fn handle(&mut self, worker: usize, work: Work) -> Result<(), Error> {
        let hold = match work {
            Work::Opened { stream, headers, end, read } => {
                self.open(stream, &headers, end, read);
                None
            }
            Work::Headers { stream } => Some(Held { stream, piece: None, end: false }),
            Work::Frame(bytes) => {
                self.session.receive(bytes)?;
                let mut hold = None;
                while let Some(event) = self.session.poll_event() {
                    match event {
                        // Empty only at the end.
                        Event::Data { stream, data, .. } if data.is_empty() => self.inbound.end(stream),
                        Event::Data { stream, data, end } => {
                            hold = Some(Held { stream, piece: Some(data), end });
                        }
                        Event::Reset { stream, .. } | Event::Failed { stream, .. } => {
                            self.inbound.remove(stream);
                        }
                        _ => {}
                    }
                }
                hold
            }
        };
        *self.workers.held(worker) = hold;
        self.hand_over(worker);
        Ok(())
    }

    fn open(&mut self, stream: StreamId, headers: &Headers, end: bool, read: u64) {
        let head = StreamHead::read(stream, headers);
        let Some((head, found)) = head.and_then(|head| {
            let found = self.halves.add(stream, &head, read, Instant::now())?;
            Some((head, found))
        }) else {
            return self.session.reset(stream, ResetStatus::Cancel);
        };
        if self.session.reply(stream, &Headers::new(), false).is_err() {
            return;
        }
        self.inbound.open(stream, head.kind == StreamType::Data, end);
        match found {
            Found::Pair(pair) => self.start(pair),
            Found::Half => {}
            Found::Fault(complaint) => self.complain(complaint),
        }
    }

    fn start(&mut self, pair: Pair) {
        let (giver, taker) = handoff(Arc::clone(&self.taken));
        // Gone if the client has reset it already: then there is nothing to forward.
        let Some(reset) = self.inbound.start(pair.data, giver) else { return };
        let client = ClientSide { incoming: taker, orders: self.orders.clone(), reset };
        self.pairs.spawn(forwarding::forward(Arc::clone(&self.sandbox), self.runtime, pair, client));
    }
}

#[cfg(test)]
mod tests;
