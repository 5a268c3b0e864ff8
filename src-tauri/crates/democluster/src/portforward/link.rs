//! One upgraded connection: a SPDY session on one side, connections into one pod on the other.
//!
//! A single task owns the session. Pairs run beside it and are reached through bounded queues, so a slow client slows
//! its pods, and a slow pod slows the link, as in a real server; nothing is shared between links.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Buf as _, Bytes, BytesMut};
use spdy::{Event, Headers, Limits, Output, ResetStatus, Session, StreamId};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::forwarding::{self, ClientSide, End, Order};
use super::pairs::{Complaint, Pair, StreamHead, StreamType, Unpaired};
use crate::options::Runtime;
use crate::pods::sandbox::Sandbox;

/// Space for reading: at least a TLS record is read at a time, and space for eight is taken at once.
const READ_LEAST: usize = 16 * 1024;
const READ_BLOCK: usize = 128 * 1024;

/// How much may wait to be written before pods have to wait: enough to keep the socket busy, little enough that a
/// client that does not read holds a quarter of a megabyte.
const OUTPUT: usize = 256 * 1024;

/// How many reads of pods may wait to be queued, for the same reason.
const ORDERS: usize = 4;

/// How many pieces of a client's data may wait for the pod to take them; a real server queues 50 frames for all
/// streams of a worker. When they are full, the whole link waits.
const INCOMING: usize = 50;

/// Serves a link until the client ends it.
pub(super) async fn run<S>(io: S, sandbox: Arc<Sandbox>, runtime: Runtime)
where
    S: AsyncRead + AsyncWrite + Send,
{
    if let Err(error) = Link::new(sandbox, runtime).serve(io).await {
        tracing::debug!(%error, "a link to a demo pod ended");
    }
}

struct Link {
    session: Session,
    sandbox: Arc<Sandbox>,
    runtime: Runtime,
    unpaired: Unpaired,
    /// The data streams whose client side is still open, or whose pair does not exist yet.
    data: HashMap<StreamId, DataStream>,
    /// Data for a stream whose queue is full. While there is any, nothing is read.
    blocked: Option<(mpsc::Sender<Bytes>, Bytes)>,
    pairs: JoinSet<()>,
    orders: mpsc::Sender<Order>,
    /// Where orders arrive; taken by the loop that serves the link.
    arriving: mpsc::Receiver<Order>,
}

struct DataStream {
    /// Until the client ends the stream.
    incoming: Option<mpsc::Sender<Bytes>>,
    /// Until the pair is complete.
    received: Option<mpsc::Receiver<Bytes>>,
    reset: Arc<AtomicBool>,
}

/// What a turn of the link brought.
enum Turn {
    Read(io::Result<usize>),
    Room,
    /// Whether there is something to flush after it.
    Written(io::Result<bool>),
    Order(Order),
    PairEnded,
    Unpaired,
}

impl Link {
    fn new(sandbox: Arc<Sandbox>, runtime: Runtime) -> Self {
        let (orders, arriving) = mpsc::channel(ORDERS);
        Self {
            session: Session::server(Limits::default()),
            sandbox,
            runtime,
            unpaired: Unpaired::default(),
            data: HashMap::new(),
            blocked: None,
            pairs: JoinSet::new(),
            orders,
            arriving,
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Send>(mut self, io: S) -> io::Result<()> {
        let (reader, writer) = tokio::io::split(io);
        let (mut reader, mut writer) = (std::pin::pin!(reader), std::pin::pin!(writer));
        let mut input = BytesMut::new();
        let mut unflushed = false;
        loop {
            let queued = self.session.queued();
            let deadline = self.unpaired.deadline();
            if input.capacity() - input.len() < READ_LEAST {
                input.reserve(READ_BLOCK);
            }
            let turn = tokio::select! {
                read = reader.read_buf(&mut input), if self.blocked.is_none() => Turn::Read(read),
                () = room(&self.blocked), if self.blocked.is_some() => Turn::Room,
                written = write_or_flush(&mut writer, self.session.output()), if queued > 0 || unflushed => {
                    Turn::Written(written)
                }
                // The link holds a sender itself, so there is always a next order to wait for.
                Some(order) = self.arriving.recv(), if queued < OUTPUT => Turn::Order(order),
                Some(_) = self.pairs.join_next() => Turn::PairEnded,
                () = until(deadline), if deadline.is_some() => Turn::Unpaired,
            };
            match turn {
                Turn::Read(read) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.session.receive(input.split().freeze()).map_err(io::Error::other)?;
                    if !self.take_events() {
                        return Ok(());
                    }
                }
                Turn::Room => {
                    if let Some((incoming, bytes)) = self.blocked.take() {
                        self.deliver(&incoming, bytes);
                    }
                    if !self.take_events() {
                        return Ok(());
                    }
                }
                Turn::Written(written) => unflushed = written?,
                Turn::Order(order) => self.obey(order),
                Turn::PairEnded => {}
                Turn::Unpaired => {
                    for complaint in self.unpaired.expire(Instant::now()) {
                        self.complain(&complaint);
                    }
                }
            }
        }
    }

    /// Acts on what the client did, as far as queues have room. Answers `false` when the client said goodbye.
    fn take_events(&mut self) -> bool {
        while self.blocked.is_none() {
            let Some(event) = self.session.poll_event() else { return true };
            match event {
                Event::Opened { stream, headers, end } => self.open(stream, &headers, end),
                Event::Data { stream, data, end } => self.receive(stream, data, end),
                Event::Reset { stream, .. } | Event::Failed { stream, .. } => {
                    if let Some(stream) = self.data.remove(&stream) {
                        stream.reset.store(true, Ordering::Relaxed);
                    }
                }
                // A real server stops reading at once, and what still runs dies with the connection.
                Event::GoAway { .. } => return false,
                _ => {}
            }
        }
        true
    }

    fn open(&mut self, stream: StreamId, headers: &Headers, end: bool) {
        let Some(head) = StreamHead::read(stream, headers) else {
            return self.session.reset(stream, ResetStatus::Cancel);
        };
        if self.session.reply(stream, &Headers::new(), false).is_err() {
            return;
        }
        if head.kind == StreamType::Data {
            let (incoming, received) = mpsc::channel(INCOMING);
            let incoming = (!end).then_some(incoming);
            self.data
                .insert(stream, DataStream { incoming, received: Some(received), reset: Arc::default() });
        }
        match self.unpaired.add(stream, &head, Instant::now()) {
            Ok(Some(pair)) => self.start(pair),
            Ok(None) => {}
            Err(complaint) => self.complain(&complaint),
        }
    }

    fn start(&mut self, pair: Pair) {
        // Gone if the client has reset it already: then there is nothing to forward.
        let Some(stream) = self.data.get_mut(&pair.data) else { return };
        let Some(incoming) = stream.received.take() else { return };
        let client = ClientSide { incoming, orders: self.orders.clone(), reset: Arc::clone(&stream.reset) };
        self.pairs.spawn(forwarding::forward(Arc::clone(&self.sandbox), self.runtime, pair, client));
    }

    fn receive(&mut self, stream: StreamId, data: Bytes, end: bool) {
        let Some(state) = self.data.get_mut(&stream) else { return };
        let incoming = if end { state.incoming.take() } else { state.incoming.clone() };
        if let Some(incoming) = incoming.filter(|_| !data.is_empty()) {
            self.deliver(&incoming, data);
        }
    }

    fn deliver(&mut self, incoming: &mpsc::Sender<Bytes>, bytes: Bytes) {
        // Closed means that the pod wants no more.
        if let Err(mpsc::error::TrySendError::Full(bytes)) = incoming.try_send(bytes) {
            self.blocked = Some((incoming.clone(), bytes));
        }
    }

    /// Sends what a pair ordered. A stream that the client has reset refuses it, which is as well.
    fn obey(&mut self, order: Order) {
        match order {
            Order::Data { stream, bytes } => {
                let _ = self.session.send(stream, bytes, false);
            }
            Order::End { pair, end } => {
                self.data.remove(&pair.data);
                match end {
                    End::Done => {
                        self.finish(pair.data);
                        self.finish(pair.error);
                    }
                    End::Failed { text, reset } => {
                        self.finish(pair.data);
                        self.say(pair.error, text);
                        self.close(pair.error, reset);
                    }
                    End::NotStarted { text, reset } => {
                        self.say(pair.error, text);
                        self.close(pair.error, reset);
                        self.close(pair.data, reset);
                    }
                    End::Reset => {
                        self.close(pair.data, true);
                        self.close(pair.error, true);
                    }
                }
            }
        }
    }

    fn complain(&mut self, complaint: &Complaint) {
        if let Some(stream) = complaint.error {
            self.say(stream, complaint.text.clone());
        }
    }

    fn say(&mut self, stream: StreamId, text: String) {
        let _ = self.session.send(stream, Bytes::from(text), false);
    }

    fn finish(&mut self, stream: StreamId) {
        let _ = self.session.send(stream, Bytes::new(), true);
    }

    fn close(&mut self, stream: StreamId, reset: bool) {
        if reset {
            self.session.reset(stream, ResetStatus::Cancel);
        } else {
            self.finish(stream);
        }
    }
}

/// Waits until the full queue has room, or nobody reads it any more.
async fn room(blocked: &Option<(mpsc::Sender<Bytes>, Bytes)>) {
    if let Some((incoming, _)) = blocked {
        // The room is taken again by the delivery: there is no other sender.
        drop(incoming.reserve().await);
    }
}

/// Writes some of the output or, when there is none, flushes. Answers whether there is something to flush after it.
async fn write_or_flush(writer: &mut (impl AsyncWrite + Unpin), output: &mut Output) -> io::Result<bool> {
    if !output.has_remaining() {
        writer.flush().await?;
        return Ok(false);
    }
    match writer.write_buf(output).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(true),
    }
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}
