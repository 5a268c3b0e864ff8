//! GOAWAY: no more streams are accepted.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, exactly, no_flags, put_fixed};
use crate::error::Error;
use crate::id::StreamId;
use crate::status::GoAwayStatus;

const KIND: ControlKind = ControlKind::GoAway;

/// Length of the payload in bytes.
const LENGTH: u8 = 8;

/// Says that no more streams are accepted. Real servers stop reading as soon as they get one, so streams
/// that are still open die with it (moby/spdystream `connection.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoAway {
    /// The last stream of the receiver's that was accepted; `None` if there was none. kubectl always
    /// says none.
    pub last: Option<StreamId>,
    /// Why.
    pub status: GoAwayStatus,
}

impl GoAway {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        no_flags(KIND, flags)?;
        exactly(KIND, &payload, LENGTH.into())?;
        let last = StreamId::from_wire(payload.get_u32());
        Ok(Self { last, status: GoAwayStatus::from_code(payload.get_u32()) })
    }

    pub(crate) fn encode(&self, out: &mut BytesMut) {
        put_fixed(KIND, LENGTH, out);
        out.put_u32(self.last.map_or(0, StreamId::get));
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
        let go_away = |last, status| Frame::GoAway(GoAway { last, status });
        // As kubectl sends it before it closes.
        same(b"\x80\x03\0\x07\0\0\0\x08\0\0\0\0\0\0\0\0", go_away(None, GoAwayStatus::Ok));
        same(
            b"\x80\x03\0\x07\0\0\0\x08\0\0\0\x09\0\0\0\x01",
            go_away(Some(stream(9)), GoAwayStatus::ProtocolError),
        );
    }

    #[test]
    fn malformed() {
        for (bytes, error) in [
            (&b"\x80\x03\0\x07\0\0\0\x04\0\0\0\0"[..], Error::FrameLength { kind: KIND, length: 4 }),
            (
                b"\x80\x03\0\x07\x01\0\0\x08\0\0\0\0\0\0\0\0",
                Error::FrameFlags { kind: KIND.into(), flags: 1 },
            ),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
