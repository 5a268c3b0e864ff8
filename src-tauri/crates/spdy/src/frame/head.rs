//! The eight bytes every frame starts with.

use std::fmt;

use bytes::{BufMut, BytesMut};

use crate::error::Error;
use crate::id::StreamId;

/// Length of a head in bytes.
pub(super) const HEAD: usize = 8;

/// Largest payload of any frame: its length is written in 24 bits.
pub const MAX_PAYLOAD: usize = (1 << 24) - 1;

/// The only version there is: SPDY/3.1 calls itself 3 in its frames.
const VERSION: u16 = 3;

/// The flag that ends the sender's side of a stream (FLAG_FIN).
pub(super) const FIN: u8 = 0x01;

/// Kinds of control frames, with their type numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum ControlKind {
    /// SYN_STREAM.
    SynStream = 1,
    /// SYN_REPLY.
    SynReply = 2,
    /// RST_STREAM.
    RstStream = 3,
    /// SETTINGS.
    Settings = 4,
    /// PING.
    Ping = 6,
    /// GOAWAY.
    GoAway = 7,
    /// HEADERS.
    Headers = 8,
    /// WINDOW_UPDATE.
    WindowUpdate = 9,
}

impl ControlKind {
    /// The control frame of this type. `None` for types that SPDY/3.1 does not know (or, like CREDENTIAL,
    /// nobody uses); §2.2.1 says to ignore those.
    pub(super) const fn from_type(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::SynStream,
            2 => Self::SynReply,
            3 => Self::RstStream,
            4 => Self::Settings,
            6 => Self::Ping,
            7 => Self::GoAway,
            8 => Self::Headers,
            9 => Self::WindowUpdate,
            _ => return None,
        })
    }
}

impl fmt::Display for ControlKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SynStream => "SYN_STREAM",
            Self::SynReply => "SYN_REPLY",
            Self::RstStream => "RST_STREAM",
            Self::Settings => "SETTINGS",
            Self::Ping => "PING",
            Self::GoAway => "GOAWAY",
            Self::Headers => "HEADERS",
            Self::WindowUpdate => "WINDOW_UPDATE",
        })
    }
}

/// Kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameKind {
    /// A control frame.
    Control(ControlKind),
    /// DATA, which has no type.
    Data,
}

impl From<ControlKind> for FrameKind {
    fn from(kind: ControlKind) -> Self {
        Self::Control(kind)
    }
}

impl fmt::Display for FrameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control(kind) => kind.fmt(f),
            Self::Data => f.write_str("DATA"),
        }
    }
}

/// A head, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Of a control frame of a known kind.
    Control { kind: ControlKind, flags: u8, length: usize },
    /// Of a control frame to be ignored.
    Unknown { length: usize },
    /// Of a DATA frame.
    Data { stream: StreamId, end: bool, length: usize },
}

impl Head {
    pub(super) fn parse(bytes: [u8; HEAD]) -> Result<Self, Error> {
        let [a, b, c, d, flags, x, y, z] = bytes;
        let length = usize::from(x) << 16 | usize::from(y) << 8 | usize::from(z);
        if a & 0x80 == 0 {
            let kind = FrameKind::Data;
            let stream =
                StreamId::from_wire(u32::from_be_bytes([a, b, c, d])).ok_or(Error::ZeroStreamId { kind })?;
            let end = fin_only(kind, flags)?;
            return Ok(Self::Data { stream, end, length });
        }
        let version = u16::from_be_bytes([a & 0x7f, b]);
        if version != VERSION {
            return Err(Error::Version { version });
        }
        Ok(match ControlKind::from_type(u16::from_be_bytes([c, d])) {
            Some(kind) => Self::Control { kind, flags, length },
            None => Self::Unknown { length },
        })
    }
}

/// Reads the flags of a frame that may carry FIN and nothing else.
pub(super) fn fin_only(kind: impl Into<FrameKind>, flags: u8) -> Result<bool, Error> {
    if flags & !FIN == 0 { Ok(flags == FIN) } else { Err(Error::FrameFlags { kind: kind.into(), flags }) }
}

/// Checks the flags of a frame that may carry none.
pub(super) fn no_flags(kind: ControlKind, flags: u8) -> Result<(), Error> {
    if flags == 0 { Ok(()) } else { Err(Error::FrameFlags { kind: kind.into(), flags }) }
}

/// Checks that a payload has exactly `expected` bytes.
pub(super) fn exactly(kind: ControlKind, payload: &[u8], expected: usize) -> Result<(), Error> {
    let length = payload.len();
    if length == expected { Ok(()) } else { Err(Error::FrameLength { kind, length }) }
}

/// Checks that a payload has at least `least` bytes.
pub(super) fn at_least(kind: ControlKind, payload: &[u8], least: usize) -> Result<(), Error> {
    let length = payload.len();
    if length >= least { Ok(()) } else { Err(Error::FrameLength { kind, length }) }
}

/// Reads a stream number that must not be 0.
pub(super) fn stream_id(kind: ControlKind, word: u32) -> Result<StreamId, Error> {
    StreamId::from_wire(word).ok_or(Error::ZeroStreamId { kind: kind.into() })
}

/// Writes the head of a control frame.
pub(super) fn put_control(
    kind: ControlKind,
    flags: u8,
    length: usize,
    out: &mut BytesMut,
) -> Result<(), Error> {
    put(first_word(kind), kind.into(), flags, length, out)
}

/// Writes the head of a control frame without flags whose payload has always the same few bytes.
pub(super) fn put_fixed(kind: ControlKind, length: u8, out: &mut BytesMut) {
    out.put_u32(first_word(kind));
    out.put_u32(u32::from(length));
}

/// Writes the head of a DATA frame.
pub(super) fn put_data(stream: StreamId, flags: u8, length: usize, out: &mut BytesMut) -> Result<(), Error> {
    put(stream.get(), FrameKind::Data, flags, length, out)
}

fn first_word(kind: ControlKind) -> u32 {
    0x8000_0000 | u32::from(VERSION) << 16 | u32::from(kind as u16)
}

fn put(word: u32, kind: FrameKind, flags: u8, length: usize, out: &mut BytesMut) -> Result<(), Error> {
    let short = u32::try_from(length).ok().filter(|_| length <= MAX_PAYLOAD);
    let short = short.ok_or(Error::FrameTooLong { kind, length })?;
    out.put_u32(word);
    out.put_u32(u32::from(flags) << 24 | short);
    Ok(())
}
