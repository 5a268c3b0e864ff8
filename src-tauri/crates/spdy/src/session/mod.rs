//! The state of one connection: what may be sent, what has come, which streams are open.

mod event;
mod output;
mod pings;
mod receive;
mod stream;
mod streams;

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

pub use event::Event;
pub use output::Output;

use self::pings::Pings;
use self::stream::Stream;
use self::streams::Streams;
use crate::error::{Error, Initiator};
use crate::frame::{FrameDecoder, MAX_PAYLOAD, Priority, SynReply, SynStream};
use crate::header_block::{Decompressor, Packer};
use crate::headers::Headers;
use crate::id::{PingId, StreamId};
use crate::limits::Limits;
use crate::status::{GoAwayStatus, ResetStatus};

/// Which side of the connection this is. It decides the numbers of streams and pings and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The side that asked for the connection: odd numbers.
    Client,
    /// The side that was asked: even numbers.
    Server,
}

/// One SPDY/3.1 connection, without IO and without a clock.
///
/// Received bytes go in through [`receive`](Self::receive), what they mean comes out of
/// [`poll_event`](Self::poll_event), and bytes to write out of [`poll_output`](Self::poll_output) or
/// [`output`](Self::output). There is no flow control, as in all Kubernetes servers: whoever drives the
/// session bounds what it sends by [`queued`](Self::queued) and slows the peer down by not reading.
#[derive(Debug)]
pub struct Session {
    role: Role,
    limits: Limits,
    decoder: FrameDecoder,
    decompressor: Decompressor,
    packer: Packer,
    streams: Streams,
    /// The next number for a stream of ours; `None` when all are used up.
    next: Option<StreamId>,
    /// The highest stream the peer opened.
    last_remote: Option<StreamId>,
    pings: Pings,
    /// Pings of the peer that were echoed.
    echoes: u64,
    events: VecDeque<Event>,
    /// Inflated header bytes in `events`.
    queued_headers: usize,
    output: Output,
    /// Who said first that no more streams are welcome.
    going_away: Option<Initiator>,
    /// Whether we said so: streams the peer still opens are ignored then.
    sent_go_away: bool,
    /// Frames that were ignored because their stream is not open, or a ping's echo was not awaited.
    ignored: u64,
    /// Why the connection is unusable.
    failure: Option<Error>,
}

impl Session {
    /// The side that asked for the connection.
    pub fn client(limits: Limits) -> Self {
        Self::new(Role::Client, limits)
    }

    /// The side that was asked.
    pub fn server(limits: Limits) -> Self {
        Self::new(Role::Server, limits)
    }

    fn new(role: Role, limits: Limits) -> Self {
        let (stream, ping) = match role {
            Role::Client => (StreamId::new(1), PingId::ONE),
            Role::Server => (StreamId::new(2), PingId::TWO),
        };
        Self {
            role,
            limits,
            decoder: FrameDecoder::new(limits.control_frame),
            decompressor: Decompressor::new(limits),
            packer: Packer::new(),
            streams: Streams::default(),
            next: stream,
            last_remote: None,
            pings: Pings::new(ping, limits.pings),
            echoes: 0,
            events: VecDeque::new(),
            queued_headers: 0,
            output: Output::default(),
            going_away: None,
            sent_go_away: false,
            ignored: 0,
            failure: None,
        }
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The next thing the peer did.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.queued_headers -= event.header_bytes();
        Some(event)
    }

    /// Opens a stream with the next number and priority 0. `end` ends our side of it at once. Data can be
    /// sent on it right away, without waiting for [`Event::Replied`].
    ///
    /// # Errors
    /// The headers are not allowed or too large, too many streams are open, no numbers are left, or the
    /// connection is ending or unusable. Nothing has changed then.
    pub fn open(&mut self, headers: &Headers, end: bool) -> Result<StreamId, Error> {
        let stream = self.next.ok_or(Error::StreamIdsExhausted)?;
        self.open_with_id(stream, headers, end)?;
        Ok(stream)
    }

    /// Opens a stream as [`open`](Self::open) does, with a number of the caller's choice. Numbers have to grow,
    /// but may leave gaps; they are odd on the client's side and even on the server's. moby/spdystream
    /// spreads streams over workers by number, so the choice decides which streams share one.
    ///
    /// # Errors
    /// As of [`open`](Self::open), or the number is not greater than those before or of the wrong parity.
    pub fn open_with_id(&mut self, stream: StreamId, headers: &Headers, end: bool) -> Result<(), Error> {
        self.check_usable()?;
        if let Some(initiator) = self.going_away {
            return Err(Error::GoingAway { initiator });
        }
        if stream.is_odd() != matches!(self.role, Role::Client) {
            return Err(Error::StreamIdParity { stream });
        }
        let next = self.next.ok_or(Error::StreamIdsExhausted)?;
        // A peer that numbers its streams without regard to parity may have taken this one.
        if stream < next || self.streams.contains(stream) {
            return Err(Error::StreamIdTaken { stream, next });
        }
        let limit = self.limits.local_streams;
        if self.streams.opened_by(Initiator::Local) >= limit {
            return Err(Error::TooManyStreams { stream, limit });
        }
        let block = self.pack(stream, headers)?;
        let priority = Priority::HIGHEST;
        let frame = SynStream { stream, associated: None, priority, end, unidirectional: false, block };
        self.output.put(|out| frame.encode(out))?;
        self.streams.insert(stream, Stream::local(end));
        self.next = stream.get().checked_add(2).and_then(StreamId::new);
        Ok(())
    }

    /// The number [`open`](Self::open) will use next; [`StreamId::MAX`] once there are none left.
    pub fn next_id(&self) -> StreamId {
        self.next.unwrap_or(StreamId::MAX)
    }

    /// Accepts a stream of the peer. `end` ends our side of it at once.
    ///
    /// # Errors
    /// The stream is not open, is our own, or was accepted before, or the headers are not allowed or too
    /// large. Nothing has changed then.
    pub fn reply(&mut self, stream: StreamId, headers: &Headers, end: bool) -> Result<(), Error> {
        self.check_usable()?;
        let state = self.streams.get_mut(stream).ok_or(Error::StreamNotOpen { stream })?;
        if state.initiator == Initiator::Local || state.replied {
            return Err(Error::NoReplyExpected { stream });
        }
        let block = self.pack(stream, headers)?;
        self.output.put(|out| SynReply { stream, end, block }.encode(out))?;
        if let Some(state) = self.streams.get_mut(stream) {
            state.replied = true;
            state.sending &= !end;
        }
        self.streams.sweep(stream);
        Ok(())
    }

    /// Sends bytes on a stream, in frames of at most [`Limits::data_frame`]. `end` ends our side after them;
    /// `data` may be empty then. Empty data without `end` sends nothing.
    ///
    /// # Errors
    /// The stream is not open (perhaps the peer has just reset it), our side has ended, or it is the peer's
    /// and was not replied to. Nothing has changed then.
    pub fn send(&mut self, stream: StreamId, mut data: Bytes, end: bool) -> Result<(), Error> {
        self.check_usable()?;
        let state = self.streams.get_mut(stream).ok_or(Error::StreamNotOpen { stream })?;
        if !state.sending {
            return Err(Error::SendAfterEnd { stream });
        }
        if state.initiator == Initiator::Remote && !state.replied {
            return Err(Error::NotReplied { stream });
        }
        state.sending = !end;
        let largest = self.limits.data_frame.clamp(1, MAX_PAYLOAD);
        while data.len() > largest {
            self.output.put_data(stream, data.split_to(largest), false)?;
        }
        if end || !data.is_empty() {
            self.output.put_data(stream, data, end)?;
        }
        self.streams.sweep(stream);
        Ok(())
    }

    /// Ends a stream at once in both directions. What was queued for it is still written. A stream that is
    /// not open is left alone.
    pub fn reset(&mut self, stream: StreamId, status: ResetStatus) {
        if self.failure.is_none() && self.streams.remove(stream) {
            self.put_reset(stream, status);
        }
    }

    /// Asks the peer for an echo, which comes as [`Event::Pong`]. Servers of moby/spdystream answer on five
    /// workers in turn: send five to hear from all.
    pub fn ping(&mut self) -> PingId {
        let id = self.pings.start();
        if self.failure.is_none() {
            self.put_ping(id);
        }
        id
    }

    /// How many pings of the peer have been echoed. Servers that count pings count these echoes too.
    pub fn echoes(&self) -> u64 {
        self.echoes
    }

    /// Tells the peer that no more streams are welcome, neither its own nor ours. Real servers stop reading
    /// at once, so it is for the very end only.
    pub fn go_away(&mut self, status: GoAwayStatus) {
        self.going_away.get_or_insert(Initiator::Local);
        self.sent_go_away = true;
        if self.failure.is_none() {
            self.put_go_away(status);
        }
    }

    /// The next bytes to write.
    pub fn poll_output(&mut self) -> Option<Bytes> {
        self.output.pop()
    }

    /// All bytes to write, for vectored writes.
    pub fn output(&mut self) -> &mut Output {
        &mut self.output
    }

    /// How many bytes wait to be written.
    pub fn queued(&self) -> usize {
        self.output.remaining()
    }

    /// How many streams are open, at least in one direction.
    pub fn stream_count(&self) -> usize {
        self.streams.len()
    }

    /// How many frames were ignored: for streams that are not (or no longer) open, of unknown types, echoes
    /// nobody waits for. Some are normal, for resets cross with data; many point to a broken peer.
    pub fn ignored_frames(&self) -> u64 {
        self.ignored + self.decoder.skipped()
    }

    fn check_usable(&self) -> Result<(), Error> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Checks and packs headers. Checks come first: a block that was packed has to be sent.
    fn pack(&mut self, stream: StreamId, headers: &Headers) -> Result<Bytes, Error> {
        headers.validate().map_err(|fault| Error::InvalidHeader {
            stream,
            fault,
            initiator: Initiator::Local,
        })?;
        let longest = headers.iter().map(|(name, value)| name.len().max(value.len())).max().unwrap_or(0);
        if headers.block_size() > self.limits.header_block
            || headers.len() > self.limits.headers
            || longest > self.limits.header_field
        {
            return Err(Error::HeadersTooLarge { stream });
        }
        Ok(self.packer.pack(headers))
    }
}
