//! DATA: bytes of a stream.

use bytes::{Bytes, BytesMut};

use super::head::{FIN, put_data};
use crate::error::Error;
use crate::id::StreamId;

/// Bytes of a stream. One frame on the wire may be decoded in several parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// The stream.
    pub stream: StreamId,
    /// The bytes; may be empty.
    pub data: Bytes,
    /// Whether the sender's side of the stream ends after them.
    pub end: bool,
}

impl Data {
    pub(super) fn encode(&self, out: &mut BytesMut) -> Result<(), Error> {
        put_head(self.stream, self.data.len(), self.end, out)?;
        out.extend_from_slice(&self.data);
        Ok(())
    }
}

/// Writes the head of a DATA frame, so that its payload can be passed on without copying.
pub(crate) fn put_head(stream: StreamId, length: usize, end: bool, out: &mut BytesMut) -> Result<(), Error> {
    put_data(stream, if end { FIN } else { 0 }, length, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::tests::{decode, same, stream};
    use crate::frame::{Frame, FrameKind};

    #[test]
    fn on_the_wire() {
        let data = |id, data: &'static [u8], end| {
            Frame::Data(Data { stream: stream(id), data: Bytes::from_static(data), end })
        };
        same(b"\0\0\0\x03\0\0\0\x05hello", data(3, b"hello", false));
        same(b"\0\0\0\x03\x01\0\0\x05hello", data(3, b"hello", true));
        same(b"\x7f\xff\xff\xff\x01\0\0\0", data(0x7fff_ffff, b"", true));
        same(b"\0\0\0\x01\0\0\0\0", data(1, b"", false));
    }

    #[test]
    fn stream_zero_and_unknown_flags_are_rejected() {
        let kind = FrameKind::Data;
        assert_eq!(decode(b"\0\0\0\0\0\0\0\0"), Err(Error::ZeroStreamId { kind }));
        // 2 was FLAG_COMPRESS in SPDY/2: such bytes must not be passed on as they are.
        assert_eq!(decode(b"\0\0\0\x01\x02\0\0\0"), Err(Error::FrameFlags { kind, flags: 2 }));
    }
}
