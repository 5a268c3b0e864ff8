//! As much of RFC 6455 as it takes to get the bytes out of a recorded tunnel.

use bytes::{Bytes, BytesMut};

const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Takes the frames of one direction apart.
pub(crate) struct Unwrapper {
    masked: bool,
    waiting: BytesMut,
    /// Whether a message was begun that did not end.
    fragmented: bool,
    closed: bool,
}

impl Unwrapper {
    /// `masked` says whether this side has to mask what it sends: a client has to, a server must not (§5.1).
    pub(crate) fn new(masked: bool) -> Self {
        Self { masked, waiting: BytesMut::new(), fragmented: false, closed: false }
    }

    /// Takes bytes and gives the payload of all binary frames that are complete now.
    pub(crate) fn unwrap(&mut self, bytes: &Bytes) -> Bytes {
        self.waiting.extend_from_slice(bytes);
        let mut payload = BytesMut::new();
        while let Some(part) = self.frame() {
            payload.extend_from_slice(&part);
        }
        payload.freeze()
    }

    pub(crate) fn is_between_frames(&self) -> bool {
        self.waiting.is_empty() && !self.fragmented
    }

    /// The payload of the next frame; nothing for a control frame.
    fn frame(&mut self) -> Option<BytesMut> {
        let [first, second, ..] = self.waiting[..] else { return None };
        assert!(!self.closed, "a frame after Close");
        assert_eq!(first & 0x70, 0, "no extension was agreed on");
        assert_eq!(second & 0x80 != 0, self.masked, "masking");
        let (length, mut head) = match second & 0x7f {
            126 => (usize::from(u16::from_be_bytes(*self.waiting.get(2..)?.first_chunk()?)), 4),
            127 => (u64::from_be_bytes(*self.waiting.get(2..)?.first_chunk()?) as usize, 10),
            length => (usize::from(length), 2),
        };
        let mask: [u8; 4] = match self.masked {
            true => *self.waiting.get(head..)?.first_chunk()?,
            false => [0; 4],
        };
        head += if self.masked { 4 } else { 0 };
        if self.waiting.len() < head + length {
            return None;
        }
        let _ = self.waiting.split_to(head);
        let mut payload = self.waiting.split_to(length);
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        let last = first & 0x80 != 0;
        match first & 0x0f {
            BINARY => {
                assert!(!self.fragmented, "a new message within another");
                self.fragmented = !last;
                Some(payload)
            }
            CONTINUATION => {
                assert!(self.fragmented, "a continuation of nothing");
                self.fragmented = !last;
                Some(payload)
            }
            kind @ (CLOSE | PING | PONG) => {
                assert!(last && length < 126, "a control frame in fragments");
                self.closed = kind == CLOSE;
                Some(BytesMut::new())
            }
            other => panic!("opcode {other} in a tunnel"),
        }
    }
}

#[test]
fn frames_are_taken_apart_in_any_split() {
    let bytes = [
        &b"\x02\x03abc"[..],   // a message begins
        b"\x89\x02hi",         // a ping within it
        b"\x80\x00",           // and it ends empty, as gorilla ends large ones
        b"\x82\x7e\x00\x02de", // longer forms of the length
        b"\x82\x7f\0\0\0\0\0\0\0\x01f",
        b"\x88\x02\x03\xe8", // close, 1000
    ]
    .concat();
    for size in 1..=bytes.len() {
        let mut unwrapper = Unwrapper::new(false);
        let parts: Vec<_> =
            bytes.chunks(size).map(|part| unwrapper.unwrap(&Bytes::copy_from_slice(part))).collect();
        assert_eq!(parts.concat(), b"abcdef");
        assert!(unwrapper.is_between_frames() && unwrapper.closed);
    }
    // The example of §5.7: "Hello", masked.
    let hello = Bytes::from_static(b"\x82\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    assert_eq!(Unwrapper::new(true).unwrap(&hello), "Hello");
}
