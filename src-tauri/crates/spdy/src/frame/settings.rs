//! SETTINGS: properties of the connection.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::head::{ControlKind, at_least, exactly, put_control};
use crate::error::Error;

const KIND: ControlKind = ControlKind::Settings;

/// FLAG_SETTINGS_CLEAR_SETTINGS: forget what was stored before.
const CLEAR: u8 = 0x01;

/// Length of the count in front, and of each entry, in bytes.
const COUNT: usize = 4;
const ENTRY: usize = 8;

/// One property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// 1: store it; 2: it was stored.
    pub flags: u8,
    /// Which one (24 bits): 4 is the most streams at one time, 7 the initial window.
    pub id: u32,
    /// Its value.
    pub value: u32,
}

/// Tells properties of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether settings stored earlier are to be forgotten.
    pub clear: bool,
    /// The properties, in order.
    pub entries: Vec<Setting>,
}

impl Settings {
    pub(super) fn decode(flags: u8, mut payload: Bytes) -> Result<Self, Error> {
        if flags & !CLEAR != 0 {
            return Err(Error::FrameFlags { kind: KIND.into(), flags });
        }
        at_least(KIND, &payload, COUNT)?;
        let length = payload.len();
        let count = usize::try_from(payload.get_u32()).unwrap_or(usize::MAX);
        // The count is believed only after the length has confirmed it.
        let expected = count.checked_mul(ENTRY).ok_or(Error::FrameLength { kind: KIND, length })?;
        exactly(KIND, &payload, expected).map_err(|_| Error::FrameLength { kind: KIND, length })?;
        let entries = (0..count)
            .map(|_| {
                let word = payload.get_u32();
                let [flags, ..] = word.to_be_bytes();
                Setting { flags, id: word & 0x00ff_ffff, value: payload.get_u32() }
            })
            .collect();
        Ok(Self { clear: flags & CLEAR != 0, entries })
    }

    pub(super) fn encode(&self, out: &mut BytesMut) -> Result<(), Error> {
        let length = COUNT + ENTRY * self.entries.len();
        let count = u32::try_from(self.entries.len())
            .map_err(|_| Error::FrameTooLong { kind: KIND.into(), length })?;
        put_control(KIND, if self.clear { CLEAR } else { 0 }, length, out)?;
        out.put_u32(count);
        for setting in &self.entries {
            out.put_u32(u32::from(setting.flags) << 24 | setting.id & 0x00ff_ffff);
            out.put_u32(setting.value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::frame::tests::{decode, same};

    #[test]
    fn on_the_wire() {
        same(
            b"\x80\x03\0\x04\0\0\0\x14\0\0\0\x02\x01\0\0\x04\0\0\0\x64\0\xff\xff\xff\xff\xff\xff\xff",
            Frame::Settings(Settings {
                clear: false,
                entries: vec![
                    Setting { flags: 1, id: 4, value: 100 },
                    Setting { flags: 0, id: 0x00ff_ffff, value: u32::MAX },
                ],
            }),
        );
        let nothing = Frame::Settings(Settings { clear: true, entries: vec![] });
        same(b"\x80\x03\0\x04\x01\0\0\x04\0\0\0\0", nothing);
    }

    #[test]
    fn malformed() {
        let length = |length| Error::FrameLength { kind: KIND, length };
        for (bytes, error) in [
            (&b"\x80\x03\0\x04\0\0\0\x03\0\0\0"[..], length(3)),
            // A count of one without an entry, with half an entry, and of none with an entry.
            (b"\x80\x03\0\x04\0\0\0\x04\0\0\0\x01", length(4)),
            (b"\x80\x03\0\x04\0\0\0\x08\0\0\0\x01\0\0\0\x04", length(8)),
            (b"\x80\x03\0\x04\0\0\0\x0c\0\0\0\0\0\0\0\x04\0\0\0\0", length(12)),
            // Counts that would take gigabytes or overflow, were they believed.
            (b"\x80\x03\0\x04\0\0\0\x04\xff\xff\xff\xff", length(4)),
            (b"\x80\x03\0\x04\0\0\0\x04\x20\0\0\0", length(4)),
            (b"\x80\x03\0\x04\x02\0\0\x04\0\0\0\0", Error::FrameFlags { kind: KIND.into(), flags: 2 }),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02x?}");
        }
    }
}
