//! SYN_STREAM: opens a stream.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, FIN, at_least, put_control, stream_id};
use crate::error::Error;
use crate::id::StreamId;

const KIND: ControlKind = ControlKind::SynStream;

/// FLAG_UNIDIRECTIONAL: the receiver's side of the stream is closed from the start.
const UNIDIRECTIONAL: u8 = 0x02;

/// Payload before the header block, in bytes.
const FIXED: usize = 10;

/// Importance of a stream: 0 (highest) to 7.
///
/// Always send 0 to Kubernetes: docker/spdystream (containerd up to 1.5) queues DATA at priority 0, so a
/// SYN_STREAM of lower priority is overtaken by its own data, which is then dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// The highest priority, 0.
    pub const HIGHEST: Self = Self(0);

    /// A priority, or `None` above 7.
    pub const fn new(priority: u8) -> Option<Self> {
        if priority < 8 { Some(Self(priority)) } else { None }
    }

    /// The number, 0 to 7.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Opens a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynStream {
    /// The new stream.
    pub stream: StreamId,
    /// The stream this one belongs to. Unused in Kubernetes.
    pub associated: Option<StreamId>,
    /// How important it is.
    pub priority: Priority,
    /// Whether the opener's side ends at once.
    pub end: bool,
    /// Whether the receiver's side is closed from the start.
    pub unidirectional: bool,
    /// Headers, packed.
    pub block: Bytes,
}

impl SynStream {
    /// The slot byte (client certificates) and the unused bits beside the priority are ignored.
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        if flags & !(FIN | UNIDIRECTIONAL) != 0 {
            return Err(Error::FrameFlags { kind: KIND.into(), flags });
        }
        at_least(KIND, &payload, FIXED)?;
        let stream = stream_id(KIND, payload.get_u32())?;
        let associated = StreamId::from_wire(payload.get_u32());
        let priority = Priority(payload.get_u8() >> 5);
        payload.advance(1);
        Ok(Self {
            stream,
            associated,
            priority,
            end: flags & FIN != 0,
            unidirectional: flags & UNIDIRECTIONAL != 0,
            block: payload,
        })
    }

    pub(crate) fn encode(&self, out: &mut BytesMut) -> Result<(), Error> {
        let fin = if self.end { FIN } else { 0 };
        let unidirectional = if self.unidirectional { UNIDIRECTIONAL } else { 0 };
        put_control(KIND, fin | unidirectional, FIXED + self.block.len(), out)?;
        out.put_u32(self.stream.get());
        out.put_u32(self.associated.map_or(0, StreamId::get));
        out.put_u8(self.priority.0 << 5);
        out.put_u8(0);
        out.extend_from_slice(&self.block);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same, stream};

    fn frame() -> SynStream {
        SynStream {
            stream: stream(5),
            associated: None,
            priority: Priority::HIGHEST,
            end: false,
            unidirectional: false,
            block: Bytes::from_static(b"block"),
        }
    }

    #[test]
    fn on_the_wire() {
        same(b"\x80\x03\0\x01\0\0\0\x0f\0\0\0\x05\0\0\0\0\0\0block", Frame::SynStream(frame()));
        same(
            b"\x80\x03\0\x01\x03\0\0\x0a\x7f\xff\xff\xff\0\0\0\x02\xe0\0",
            Frame::SynStream(SynStream {
                stream: StreamId::MAX,
                associated: Some(stream(2)),
                priority: Priority::new(7).unwrap(),
                end: true,
                unidirectional: true,
                block: Bytes::new(),
            }),
        );
    }

    #[test]
    fn reserved_bits_and_the_slot_are_ignored() {
        let bytes = b"\x80\x03\0\x01\0\0\0\x0f\x80\0\0\x05\x80\0\0\0\x1f\x09block";
        assert_eq!(decode(bytes), Ok(Frame::SynStream(frame())));
    }

    #[test]
    fn malformed() {
        let kind = KIND.into();
        for (bytes, error) in [
            (
                &b"\x80\x03\0\x01\0\0\0\x09\0\0\0\x05\0\0\0\0\0"[..],
                Error::FrameLength { kind: KIND, length: 9 },
            ),
            (b"\x80\x03\0\x01\0\0\0\0", Error::FrameLength { kind: KIND, length: 0 }),
            (b"\x80\x03\0\x01\x04\0\0\x0a\0\0\0\x05\0\0\0\0\0\0", Error::FrameFlags { kind, flags: 4 }),
            (b"\x80\x03\0\x01\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0", Error::ZeroStreamId { kind }),
            (b"\x80\x03\0\x01\0\0\0\x0a\x80\0\0\0\0\0\0\0\0\0", Error::ZeroStreamId { kind }),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }

    #[test]
    fn there_are_eight_priorities() {
        assert_eq!(Priority::new(8), None);
        assert_eq!(Priority::new(7).map(Priority::get), Some(7));
        assert_eq!(Priority::new(0), Some(Priority::default()));
    }
}
