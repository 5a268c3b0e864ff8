//! Everything that can go wrong, with how far it reaches and who caused it.

use crate::frame::{ControlKind, FrameKind};
use crate::headers::HeaderFault;
use crate::id::StreamId;
use crate::status::ResetStatus;

/// How far an error reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This stream alone; all others go on.
    Stream(StreamId),
    /// The whole connection.
    Connection,
}

/// Which side caused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiator {
    /// This side.
    Local,
    /// The peer.
    Remote,
}

/// An error of the protocol or of its use.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A control frame of another SPDY version than 3. Usually these bytes are not SPDY at all.
    #[error("the peer sent a control frame of SPDY version {version}, not 3")]
    Version {
        /// The version it named.
        version: u16,
    },
    /// A control frame larger than [`Limits::control_frame`](crate::Limits::control_frame).
    #[error("the peer sent a {kind} frame of {length} bytes; at most {limit} are read")]
    FrameTooLarge {
        /// What kind of frame.
        kind: ControlKind,
        /// Length of its payload in bytes.
        length: usize,
        /// The limit it broke, in bytes.
        limit: usize,
    },
    /// A control frame whose length does not fit its kind.
    #[error("the peer sent a {kind} frame whose length {length} does not fit")]
    FrameLength {
        /// What kind of frame.
        kind: ControlKind,
        /// Length of its payload in bytes.
        length: usize,
    },
    /// A flag that does not exist for this kind of frame. A flag may change what a payload means, so it
    /// cannot be passed over.
    #[error("the peer sent a {kind} frame with unknown flags {flags:#04x}")]
    FrameFlags {
        /// What kind of frame.
        kind: FrameKind,
        /// All its flags.
        flags: u8,
    },
    /// A frame for stream 0 where only a real stream makes sense.
    #[error("the peer sent a {kind} frame for stream 0")]
    ZeroStreamId {
        /// What kind of frame.
        kind: FrameKind,
    },
    /// A PING with number 0.
    #[error("the peer sent a PING with number 0")]
    ZeroPingId,
    /// A RST_STREAM with status 0, which means nothing.
    #[error("the peer reset stream {stream} with status 0")]
    ZeroResetStatus {
        /// The stream it named.
        stream: StreamId,
    },
    /// A header block that is not a continuation of the connection's zlib stream.
    #[error("the peer sent a header block that cannot be inflated: {reason}")]
    Inflate {
        /// What was wrong with it.
        reason: &'static str,
    },
    /// A header block that inflates to more than [`Limits::header_block`](crate::Limits::header_block).
    #[error("the peer sent a header block of more than {limit} bytes")]
    HeaderBlockTooLarge {
        /// The limit it broke, in bytes.
        limit: usize,
    },
    /// A header block whose counts and lengths do not add up, or break a limit.
    #[error("the peer sent a malformed header block: {reason}")]
    HeaderBlockMalformed {
        /// What was wrong with it.
        reason: &'static str,
    },
    /// More header bytes than [`Limits::queued_headers`](crate::Limits::queued_headers) came at once.
    #[error("the peer sent more than {limit} bytes of headers at once")]
    TooManyQueuedHeaders {
        /// The limit it broke, in bytes.
        limit: usize,
    },
    /// The peer provoked more than [`Limits::queued_answers`](crate::Limits::queued_answers) answers that
    /// could not be written yet.
    #[error("the peer asked for more than {limit} answers without reading them")]
    TooManyQueuedAnswers {
        /// The limit it broke.
        limit: usize,
    },

    /// The peer opened a stream that is open already; that one is reset too.
    #[error("the peer opened stream {stream} twice")]
    DuplicateStream {
        /// The stream.
        stream: StreamId,
    },
    /// The peer went back in its stream numbers.
    #[error("the peer opened stream {stream} after stream {last}")]
    StreamIdDecreased {
        /// The stream it tried to open.
        stream: StreamId,
        /// The highest stream it had opened.
        last: StreamId,
    },
    /// The peer has [`Limits::remote_streams`](crate::Limits::remote_streams) open already.
    #[error("the peer opened stream {stream} beyond the {limit} it may have open")]
    StreamRefused {
        /// The stream it tried to open.
        stream: StreamId,
        /// The limit it broke.
        limit: usize,
    },
    /// The peer answered a stream that is its own, or answered one twice.
    #[error("the peer replied to stream {stream}, which awaits no reply")]
    UnexpectedReply {
        /// The stream.
        stream: StreamId,
    },
    /// The peer sent more on a stream after it had ended its side.
    #[error("the peer sent a {kind} frame on stream {stream} after its end")]
    FrameAfterEnd {
        /// The stream.
        stream: StreamId,
        /// What kind of frame.
        kind: FrameKind,
    },
    /// A header that SPDY or its real implementations do not allow.
    #[error("a header of stream {stream} is not allowed: {fault}")]
    InvalidHeader {
        /// The stream.
        stream: StreamId,
        /// What is wrong with it.
        fault: HeaderFault,
        /// Who wrote it.
        initiator: Initiator,
    },

    /// Headers were given to send that break [`Limits`](crate::Limits) on their block, number or fields.
    #[error("the headers of stream {stream} are too large or too many to be sent")]
    HeadersTooLarge {
        /// The stream.
        stream: StreamId,
    },
    /// A frame payload of more than 2²⁴−1 bytes was given to encode.
    #[error("a {kind} frame cannot carry {length} bytes")]
    FrameTooLong {
        /// What kind of frame.
        kind: FrameKind,
        /// Length of the payload in bytes.
        length: usize,
    },
    /// The stream is not open: never opened, ended on both sides, or reset by either.
    #[error("stream {stream} is not open")]
    StreamNotOpen {
        /// The stream.
        stream: StreamId,
    },
    /// Our side of the stream has ended.
    #[error("stream {stream} was already ended by this side")]
    SendAfterEnd {
        /// The stream.
        stream: StreamId,
    },
    /// Data was given for a stream of the peer before [`reply`](crate::Session::reply). Real peers drop it.
    #[error("stream {stream} has to be replied to before data is sent on it")]
    NotReplied {
        /// The stream.
        stream: StreamId,
    },
    /// A second reply, or a reply to a stream of our own.
    #[error("stream {stream} awaits no reply")]
    NoReplyExpected {
        /// The stream.
        stream: StreamId,
    },
    /// A stream number that is not greater than all before it.
    #[error("stream {stream} cannot be opened any more; the next number is {next}")]
    StreamIdTaken {
        /// The number asked for.
        stream: StreamId,
        /// The smallest free number.
        next: StreamId,
    },
    /// An even number on the client's side, or an odd one on the server's.
    #[error("stream {stream} is a number of the other side")]
    StreamIdParity {
        /// The number asked for.
        stream: StreamId,
    },
    /// All 2³⁰ stream numbers of this side are used up.
    #[error("this connection has no stream numbers left")]
    StreamIdsExhausted,
    /// [`Limits::local_streams`](crate::Limits::local_streams) are open already.
    #[error("stream {stream} would be more than the {limit} that may be open at one time")]
    TooManyStreams {
        /// The number asked for.
        stream: StreamId,
        /// The limit.
        limit: usize,
    },
    /// One side has said that no more streams are welcome.
    #[error("the connection is ending; no more streams can be opened")]
    GoingAway {
        /// Who said so.
        initiator: Initiator,
    },
}

impl Error {
    /// How far it reaches. Errors of [`Session::receive`](crate::Session::receive) always reach the whole
    /// connection; those of one stream come as [`Event::Failed`](crate::Event::Failed).
    pub fn scope(&self) -> Scope {
        match self {
            Self::DuplicateStream { stream }
            | Self::StreamIdDecreased { stream, .. }
            | Self::StreamRefused { stream, .. }
            | Self::UnexpectedReply { stream }
            | Self::FrameAfterEnd { stream, .. }
            | Self::InvalidHeader { stream, .. }
            | Self::HeadersTooLarge { stream }
            | Self::StreamNotOpen { stream }
            | Self::SendAfterEnd { stream }
            | Self::NotReplied { stream }
            | Self::NoReplyExpected { stream }
            | Self::StreamIdTaken { stream, .. }
            | Self::StreamIdParity { stream }
            | Self::TooManyStreams { stream, .. } => Scope::Stream(*stream),
            Self::Version { .. }
            | Self::FrameTooLarge { .. }
            | Self::FrameLength { .. }
            | Self::FrameFlags { .. }
            | Self::ZeroStreamId { .. }
            | Self::ZeroPingId
            | Self::ZeroResetStatus { .. }
            | Self::Inflate { .. }
            | Self::HeaderBlockTooLarge { .. }
            | Self::HeaderBlockMalformed { .. }
            | Self::TooManyQueuedHeaders { .. }
            | Self::TooManyQueuedAnswers { .. }
            | Self::FrameTooLong { .. }
            | Self::StreamIdsExhausted
            | Self::GoingAway { .. } => Scope::Connection,
        }
    }

    /// Who caused it.
    pub fn initiator(&self) -> Initiator {
        match self {
            Self::InvalidHeader { initiator, .. } | Self::GoingAway { initiator } => *initiator,
            Self::Version { .. }
            | Self::FrameTooLarge { .. }
            | Self::FrameLength { .. }
            | Self::FrameFlags { .. }
            | Self::ZeroStreamId { .. }
            | Self::ZeroPingId
            | Self::ZeroResetStatus { .. }
            | Self::Inflate { .. }
            | Self::HeaderBlockTooLarge { .. }
            | Self::HeaderBlockMalformed { .. }
            | Self::TooManyQueuedHeaders { .. }
            | Self::TooManyQueuedAnswers { .. }
            | Self::DuplicateStream { .. }
            | Self::StreamIdDecreased { .. }
            | Self::StreamRefused { .. }
            | Self::UnexpectedReply { .. }
            | Self::FrameAfterEnd { .. } => Initiator::Remote,
            Self::HeadersTooLarge { .. }
            | Self::FrameTooLong { .. }
            | Self::StreamNotOpen { .. }
            | Self::SendAfterEnd { .. }
            | Self::NotReplied { .. }
            | Self::NoReplyExpected { .. }
            | Self::StreamIdTaken { .. }
            | Self::StreamIdParity { .. }
            | Self::StreamIdsExhausted
            | Self::TooManyStreams { .. } => Initiator::Local,
        }
    }

    /// What to tell the peer about a stream it broke a rule on.
    pub(crate) fn reset_status(&self) -> ResetStatus {
        match self {
            Self::StreamRefused { .. } => ResetStatus::RefusedStream,
            Self::FrameAfterEnd { .. } => ResetStatus::StreamAlreadyClosed,
            Self::UnexpectedReply { .. } => ResetStatus::StreamInUse,
            _ => ResetStatus::ProtocolError,
        }
    }
}
