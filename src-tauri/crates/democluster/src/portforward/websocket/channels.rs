//! Port-forward over the channel protocols of old (`portforward/websocket.go` of cri-streaming): for each port that the
//! request lists one connection into the pod, made at once, a channel for its data and one for its error.

use std::io;
use std::sync::Arc;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::super::forwarding::{self, ClientSide, End, Order};
use super::super::handoff::{Giver, handoff};
use super::super::pairs::Pair;
use super::frame;
use super::messages::{Codec, Message, Reader, put_pong};
use crate::options::Runtime;
use crate::pods::sandbox::Sandbox;

/// Space for reading: a TLS record, and then some.
const READ: usize = 32 * 1024;

/// The largest message that is written: what Go's `io.Copy` reads at a time.
const PIECE: usize = 32 * 1024;

/// How much may wait to be written before pods have to wait: enough to keep the socket busy.
const OUTPUT: usize = 256 * 1024;

/// How many reads of pods may wait to be queued, for the same reason.
const ORDERS: usize = 4;

/// Serves channels until the client ends them or every port is finished.
pub(in crate::portforward) async fn serve<S>(io: S, sandbox: Arc<Sandbox>, ports: &[u16], codec: Codec)
where
    S: AsyncRead + AsyncWrite + Send,
{
    let (orders, arriving) = mpsc::channel(ORDERS);
    let mut channels = Channels {
        codec,
        messages: Reader::new(codec),
        taken: Arc::default(),
        givers: Vec::new(),
        held: None,
        running: 0,
        pairs: JoinSet::new(),
        input: BytesMut::new(),
        output: BytesMut::new(),
    };
    for &port in ports {
        channels.start(port, &sandbox, &orders);
    }
    // The pairs hold it now.
    drop(orders);
    if let Err(error) = channels.run(io, arriving).await {
        tracing::debug!(%error, "the channels to a demo pod ended");
    }
}

struct Channels {
    codec: Codec,
    messages: Reader,
    taken: Arc<Notify>,
    /// The way into each connection, as long as there is one.
    givers: Vec<Option<Giver>>,
    /// The connection that has not taken what was given to it. While there is one, nothing is read.
    held: Option<usize>,
    /// How many connections are not finished.
    running: usize,
    pairs: JoinSet<()>,
    input: BytesMut,
    output: BytesMut,
}

/// What a turn brought.
enum Turn {
    Read(io::Result<usize>),
    Taken,
    Written(io::Result<usize>),
    Order(Order<u8>),
    PairEnded,
}

impl Channels {
    /// Says which port the next two channels are for, and makes its connection.
    fn start(&mut self, port: u16, sandbox: &Arc<Sandbox>, orders: &mpsc::Sender<Order<u8>>) {
        // The request is refused when there are more ports than channels have numbers.
        let data = u8::try_from(2 * self.givers.len()).unwrap_or(u8::MAX - 1);
        let pair = Pair { data, error: data + 1, port };
        for channel in [pair.data, pair.error] {
            self.codec.put(&mut self.output, channel, &port.to_le_bytes());
        }
        let (giver, incoming) = handoff(Arc::clone(&self.taken));
        self.givers.push(Some(giver));
        self.running += 1;
        let client = ClientSide { incoming, orders: orders.clone(), reset: Arc::default() };
        // Channels cannot be reset, so whatever the runtime is, errors are texts.
        self.pairs.spawn(forwarding::forward(Arc::clone(sandbox), Runtime::Containerd16, pair, client));
    }

    async fn run<S>(mut self, io: S, mut arriving: mpsc::Receiver<Order<u8>>) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Send,
    {
        let (reader, writer) = tokio::io::split(io);
        let (mut reader, mut writer) = (std::pin::pin!(reader), std::pin::pin!(writer));
        let mut open = true;
        while open && self.running > 0 {
            let (reads, waiting) = (self.held.is_none(), self.output.len());
            if reads {
                self.input.reserve(READ);
            }
            let turn = tokio::select! {
                read = reader.read_buf(&mut self.input), if reads => Turn::Read(read),
                () = self.taken.notified(), if !reads => Turn::Taken,
                written = writer.write(&self.output), if waiting > 0 => Turn::Written(written),
                Some(order) = arriving.recv(), if waiting < OUTPUT => Turn::Order(order),
                Some(_) = self.pairs.join_next() => Turn::PairEnded,
            };
            match turn {
                Turn::Read(read) => open = read? > 0,
                Turn::Written(written) => {
                    self.output.advance(written?);
                    if self.output.is_empty() {
                        writer.flush().await?;
                    }
                }
                Turn::Order(order) => self.obey(order),
                Turn::Taken | Turn::PairEnded => {}
            }
            open = self.take_messages()? && open;
        }
        frame::put_close(&mut self.output);
        writer.write_all(&self.output).await?;
        writer.shutdown().await
    }

    /// Acts on what the client sent, as far as it is taken. Answers `false` when the client closed.
    fn take_messages(&mut self) -> io::Result<bool> {
        loop {
            if let Some(held) = self.held {
                if self.givers[held].as_ref().is_some_and(|giver| !giver.is_taken()) {
                    return Ok(true);
                }
                self.held = None;
            }
            match self.messages.take(&mut self.input)? {
                None => return Ok(true),
                Some(Message::Close) => return Ok(false),
                Some(Message::Ping(payload)) => put_pong(&mut self.output, &payload),
                Some(Message::Data { channel, bytes }) => self.give(channel, bytes),
            }
        }
    }

    /// Bytes for channels that do not exist or are not for the client to write are dropped, and so are those for a
    /// connection that is finished.
    fn give(&mut self, channel: u8, bytes: Bytes) {
        let index = usize::from(channel / 2);
        if channel.is_multiple_of(2)
            && !bytes.is_empty()
            && let Some(Some(giver)) = self.givers.get_mut(index)
            && giver.give(bytes).is_ok()
        {
            self.held = Some(index);
        }
    }

    /// Sends what a connection ordered. A finished one falls silent: there is no message for an end.
    fn obey(&mut self, order: Order<u8>) {
        match order {
            Order::Data { stream, bytes } => {
                for piece in bytes.chunks(PIECE) {
                    self.codec.put(&mut self.output, stream, piece);
                }
            }
            Order::End { pair, end, .. } => {
                self.running -= 1;
                self.givers[usize::from(pair.data / 2)] = None;
                if let End::Failed { text, .. } | End::NotStarted { text, .. } = end {
                    self.codec.put(&mut self.output, pair.error, text.as_bytes());
                }
            }
        }
    }
}
