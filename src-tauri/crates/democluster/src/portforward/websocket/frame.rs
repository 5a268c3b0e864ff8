//! WebSocket frames (RFC 6455, section 5.2) as a server reads and writes them.

use std::io;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

/// The largest payload of a control frame (section 5.5).
const CONTROL: u64 = 125;

/// The close code of an orderly end.
const NORMAL: u16 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A frame of the client whose payload is being read.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) opcode: Opcode,
    length: u64,
    read: u64,
    mask: [u8; 4],
}

impl Head {
    /// How many of `available` bytes belong to this frame.
    pub(super) fn left(&self, available: usize) -> usize {
        usize::try_from(self.length - self.read).unwrap_or(usize::MAX).min(available)
    }

    pub(super) fn is_done(&self) -> bool {
        self.read == self.length
    }

    /// Unmasks the next bytes of the payload in place and counts them.
    pub(super) fn unmask(&mut self, bytes: &mut [u8]) {
        // The position in the mask is what counts of the position in the frame.
        self.mask_at((self.read % 4) as usize, bytes);
        self.read += bytes.len() as u64;
    }

    /// How long the payload is that was not read yet.
    pub(super) fn remaining(&self) -> u64 {
        self.length - self.read
    }

    /// The whole payload, once all of it is there.
    pub(super) fn take_whole(&mut self, raw: &mut BytesMut) -> Option<Bytes> {
        let length = self.left(usize::MAX);
        if raw.len() < length {
            return None;
        }
        let mut payload = raw.split_to(length);
        self.unmask(&mut payload);
        Some(payload.freeze())
    }

    fn mask_at(&self, offset: usize, bytes: &mut [u8]) {
        let mut mask = self.mask;
        mask.rotate_left(offset);
        let wide =
            u64::from_ne_bytes([mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3]]);
        let mut chunks = bytes.chunks_exact_mut(8);
        for chunk in &mut chunks {
            // Chunks of 8 are what `chunks_exact_mut(8)` gives.
            let word = chunk.iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte)) ^ wide.to_le();
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        for (byte, mask) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
    }
}

/// Takes the head of the next frame, once all of it is there.
///
/// # Errors
/// When it is not what a client may send.
pub(super) fn take_head(raw: &mut BytesMut) -> io::Result<Option<Head>> {
    let invalid = |text| Err(io::Error::new(io::ErrorKind::InvalidData, text));
    let &[first, second, ..] = &raw[..] else { return Ok(None) };
    let extended = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if raw.len() < 2 + extended + 4 {
        return Ok(None);
    }
    if first & 0x70 != 0 {
        return invalid("a WebSocket extension that was not agreed");
    }
    if second & 0x80 == 0 {
        return invalid("a WebSocket frame without a mask");
    }
    let opcode = match first & 0x0f {
        0 => Opcode::Continuation,
        1 => Opcode::Text,
        2 => Opcode::Binary,
        8 => Opcode::Close,
        9 => Opcode::Ping,
        10 => Opcode::Pong,
        _ => return invalid("an unknown WebSocket opcode"),
    };
    raw.advance(2);
    let length = match extended {
        0 => u64::from(second & 0x7f),
        2 => u64::from(raw.get_u16()),
        _ => raw.get_u64(),
    };
    let is_control = matches!(opcode, Opcode::Close | Opcode::Ping | Opcode::Pong);
    if is_control && (length > CONTROL || first & 0x80 == 0) {
        return invalid("a WebSocket control frame that is too long or fragmented");
    }
    let mut mask = [0; 4];
    raw.copy_to_slice(&mut mask);
    Ok(Some(Head { opcode, length, read: 0, mask }))
}

/// Writes the head of a frame of the server: servers do not mask.
pub(super) fn put_head(out: &mut BytesMut, opcode: Opcode, last: bool, length: usize) {
    let code = match opcode {
        Opcode::Continuation => 0,
        Opcode::Text => 1,
        Opcode::Binary => 2,
        Opcode::Close => 8,
        Opcode::Ping => 9,
        Opcode::Pong => 10,
    };
    out.reserve(length + 10);
    out.put_u8(code | if last { 0x80 } else { 0 });
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.put_u8(short),
        (_, Ok(medium)) => {
            out.put_u8(126);
            out.put_u16(medium);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(length as u64);
        }
    }
}

/// Writes the frame that ends a connection in order.
pub(super) fn put_close(out: &mut BytesMut) {
    put_head(out, Opcode::Close, true, 2);
    out.put_u16(NORMAL);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_masked_frame_in_any_pieces() {
        // The example of RFC 6455, section 5.7: a masked "Hello", here as a binary message.
        let frame = [0x82, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        for split in 0..frame.len() {
            let mut raw = BytesMut::from(&frame[..split]);
            let early = take_head(&mut raw).expect("a valid frame");
            assert_eq!(early.is_some(), split >= 6);
            raw.extend_from_slice(&frame[split..]);
            let mut head =
                early.or_else(|| take_head(&mut raw).expect("a valid frame")).expect("all of it is there");
            let (first, rest) = raw.split_at_mut(2);
            head.unmask(first);
            head.unmask(rest);
            assert_eq!(&raw[..], b"Hello");
            assert!(head.is_done());
        }
    }

    #[test]
    fn unmasks_long_payloads_from_any_position() {
        let mask = [1, 2, 3, 250];
        for start in 0..5_usize {
            let mut head = Head { opcode: Opcode::Binary, length: 100, read: start as u64, mask };
            let mut bytes = vec![0; 37];
            head.unmask(&mut bytes);
            let expected: Vec<u8> = (start..start + 37).map(|position| mask[position % 4]).collect();
            assert_eq!(bytes, expected, "from {start}");
        }
    }

    #[test]
    fn refuses_what_a_client_may_not_send() {
        for (frame, why) in [
            ([0x82, 0x05, 0, 0, 0, 0], "no mask"),
            ([0xc2, 0x85, 0, 0, 0, 0], "an extension"),
            ([0x83, 0x85, 0, 0, 0, 0], "an unknown opcode"),
            ([0x09, 0x85, 0, 0, 0, 0], "a fragmented ping"),
        ] {
            assert!(take_head(&mut BytesMut::from(&frame[..])).is_err(), "{why}");
        }
    }

    #[test]
    fn writes_all_three_forms_of_length() {
        for (length, head) in [
            (5, vec![0x82, 5]),
            (126, vec![0x82, 126, 0, 126]),
            (70_000, vec![0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ] {
            let mut out = BytesMut::new();
            put_head(&mut out, Opcode::Binary, true, length);
            assert_eq!(out, head);
        }
    }
}
