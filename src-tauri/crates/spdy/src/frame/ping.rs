//! PING: asks for an echo, or is one.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, exactly, no_flags, put_fixed};
use crate::error::Error;
use crate::id::PingId;

const KIND: ControlKind = ControlKind::Ping;

/// Length of the payload in bytes.
const LENGTH: u8 = 4;

/// Asks for an echo (a number of the sender's own), or is one (a number of the receiver's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ping {
    /// The number.
    pub id: PingId,
}

impl Ping {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        no_flags(KIND, flags)?;
        exactly(KIND, &payload, LENGTH.into())?;
        let id = PingId::new(payload.get_u32()).ok_or(Error::ZeroPingId)?;
        Ok(Self { id })
    }

    pub(crate) fn encode(&self, out: &mut BytesMut) {
        put_fixed(KIND, LENGTH, out);
        out.put_u32(self.id.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same};

    #[test]
    fn on_the_wire() {
        let ping = |id| Frame::Ping(Ping { id: PingId::new(id).unwrap() });
        same(b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x01", ping(1));
        same(b"\x80\x03\0\x06\0\0\0\x04\xff\xff\xff\xff", ping(u32::MAX));
    }

    #[test]
    fn malformed() {
        for (bytes, error) in [
            (&b"\x80\x03\0\x06\0\0\0\x03\0\0\x01"[..], Error::FrameLength { kind: KIND, length: 3 }),
            (b"\x80\x03\0\x06\0\0\0\x05\0\0\0\x01\0", Error::FrameLength { kind: KIND, length: 5 }),
            (b"\x80\x03\0\x06\x01\0\0\x04\0\0\0\x01", Error::FrameFlags { kind: KIND.into(), flags: 1 }),
            (b"\x80\x03\0\x06\0\0\0\x04\0\0\0\0", Error::ZeroPingId),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
