//! SYN_REPLY: accepts a stream.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, FIN, at_least, fin_only, put_control, stream_id};
use crate::error::Error;
use crate::id::StreamId;

const KIND: ControlKind = ControlKind::SynReply;

/// Payload before the header block, in bytes.
const FIXED: usize = 4;

/// Accepts a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynReply {
    /// The stream.
    pub stream: StreamId,
    /// Whether the sender's side ends with it.
    pub end: bool,
    /// Headers, packed.
    pub block: Bytes,
}

impl SynReply {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        let end = fin_only(KIND, flags)?;
        at_least(KIND, &payload, FIXED)?;
        let stream = stream_id(KIND, payload.get_u32())?;
        Ok(Self { stream, end, block: payload })
    }

    pub(crate) fn encode(&self, out: &mut BytesMut) -> Result<(), Error> {
        put_control(KIND, if self.end { FIN } else { 0 }, FIXED + self.block.len(), out)?;
        out.put_u32(self.stream.get());
        out.extend_from_slice(&self.block);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same, stream};

    #[test]
    fn on_the_wire() {
        same(
            b"\x80\x03\0\x02\0\0\0\x09\0\0\0\x07block",
            Frame::SynReply(SynReply { stream: stream(7), end: false, block: Bytes::from_static(b"block") }),
        );
        same(
            b"\x80\x03\0\x02\x01\0\0\x04\0\0\0\x02",
            Frame::SynReply(SynReply { stream: stream(2), end: true, block: Bytes::new() }),
        );
    }

    #[test]
    fn malformed() {
        let kind = KIND.into();
        for (bytes, error) in [
            (&b"\x80\x03\0\x02\0\0\0\x03\0\0\x07"[..], Error::FrameLength { kind: KIND, length: 3 }),
            (b"\x80\x03\0\x02\x02\0\0\x04\0\0\0\x07", Error::FrameFlags { kind, flags: 2 }),
            (b"\x80\x03\0\x02\0\0\0\x04\0\0\0\0", Error::ZeroStreamId { kind }),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
