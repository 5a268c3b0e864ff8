//! RST_STREAM: ends a stream at once.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, exactly, no_flags, put_fixed, stream_id};
use crate::error::Error;
use crate::id::StreamId;
use crate::status::ResetStatus;

const KIND: ControlKind = ControlKind::RstStream;

/// Length of the payload in bytes.
const LENGTH: u8 = 8;

/// Ends a stream at once, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RstStream {
    /// The stream.
    pub stream: StreamId,
    /// Why.
    pub status: ResetStatus,
}

impl RstStream {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        no_flags(KIND, flags)?;
        exactly(KIND, &payload, LENGTH.into())?;
        let stream = stream_id(KIND, payload.get_u32())?;
        match payload.get_u32() {
            0 => Err(Error::ZeroResetStatus { stream }),
            code => Ok(Self { stream, status: ResetStatus::from_code(code) }),
        }
    }

    pub(crate) fn encode(&self, out: &mut BytesMut) {
        put_fixed(KIND, LENGTH, out);
        out.put_u32(self.stream.get());
        out.put_u32(self.status.code());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same, stream};

    #[test]
    fn on_the_wire() {
        let reset = |status| Frame::RstStream(RstStream { stream: stream(3), status });
        // As kubectl sends it at the end of a connection.
        same(b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x03\0\0\0\x05", reset(ResetStatus::Cancel));
        same(b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x03\xff\xff\xff\xff", reset(ResetStatus::Other(u32::MAX)));
    }

    #[test]
    fn malformed() {
        let kind = KIND.into();
        for (bytes, error) in [
            (&b"\x80\x03\0\x03\0\0\0\x04\0\0\0\x03"[..], Error::FrameLength { kind: KIND, length: 4 }),
            (b"\x80\x03\0\x03\0\0\0\x09\0\0\0\x03\0\0\0\x05\0", Error::FrameLength { kind: KIND, length: 9 }),
            (b"\x80\x03\0\x03\x01\0\0\x08\0\0\0\x03\0\0\0\x05", Error::FrameFlags { kind, flags: 1 }),
            (b"\x80\x03\0\x03\0\0\0\x08\0\0\0\0\0\0\0\x05", Error::ZeroStreamId { kind }),
            (b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x03\0\0\0\0", Error::ZeroResetStatus { stream: stream(3) }),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
