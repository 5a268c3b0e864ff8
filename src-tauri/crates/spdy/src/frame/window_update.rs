//! WINDOW_UPDATE: allows more data.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, exactly, no_flags, put_fixed};
use crate::error::Error;
use crate::id::StreamId;

const KIND: ControlKind = ControlKind::WindowUpdate;

/// Length of the payload in bytes.
const LENGTH: u8 = 8;

/// The delta has 31 bits; the top one is reserved and ignored.
const DELTA: u32 = 0x7fff_ffff;

/// Allows more data. SPDY as Kubernetes speaks it has no flow control: servers read these and do nothing
/// (moby/spdystream issue 2), so any delta is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowUpdate {
    /// The stream, or `None` for the whole connection (SPDY/3.1 §2.6.8).
    pub stream: Option<StreamId>,
    /// How many more bytes, less than 2³¹.
    pub delta: u32,
}

impl WindowUpdate {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        no_flags(KIND, flags)?;
        exactly(KIND, &payload, LENGTH.into())?;
        let stream = StreamId::from_wire(payload.get_u32());
        Ok(Self { stream, delta: payload.get_u32() & DELTA })
    }

    pub(super) fn encode(&self, out: &mut BytesMut) {
        put_fixed(KIND, LENGTH, out);
        out.put_u32(self.stream.map_or(0, StreamId::get));
        out.put_u32(self.delta & DELTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same, stream};

    #[test]
    fn on_the_wire() {
        let update = |stream, delta| Frame::WindowUpdate(WindowUpdate { stream, delta });
        same(b"\x80\x03\0\x09\0\0\0\x08\0\0\0\x01\0\x01\0\0", update(Some(stream(1)), 65_536));
        same(b"\x80\x03\0\x09\0\0\0\x08\0\0\0\0\x7f\xff\xff\xff", update(None, 0x7fff_ffff));
    }

    #[test]
    fn malformed() {
        for (bytes, error) in [
            (&b"\x80\x03\0\x09\0\0\0\x04\0\0\0\x01"[..], Error::FrameLength { kind: KIND, length: 4 }),
            (
                b"\x80\x03\0\x09\x01\0\0\x08\0\0\0\x01\0\0\0\x01",
                Error::FrameFlags { kind: KIND.into(), flags: 1 },
            ),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
