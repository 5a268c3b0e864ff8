//! Client frames: one head, a fresh mask, one copy of the payload.

use std::io::IoSlice;

use bytes::{BufMut, BytesMut};

use super::mask::mask;

/// Opcode of a binary message (RFC 6455 §11.8).
pub(super) const BINARY: u8 = 0x2;
/// Opcode of a close frame.
pub(super) const CLOSE: u8 = 0x8;
/// Opcode of a ping.
pub(super) const PING: u8 = 0x9;
/// Opcode of a pong.
pub(super) const PONG: u8 = 0xa;

/// Longest head of a client frame: two bytes, eight of length, four of mask.
pub(super) const MAX_HEAD: usize = 14;

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

/// Appends one final, masked frame with the first `limit` bytes of `parts` to `out`; returns how many bytes that was.
pub(super) fn encode(
    out: &mut BytesMut,
    opcode: u8,
    parts: &[IoSlice<'_>],
    limit: usize,
    key: [u8; 4],
) -> usize {
    let length = parts.iter().map(|part| part.len()).sum::<usize>().min(limit);
    out.reserve(MAX_HEAD + length);
    out.put_u8(FINAL | opcode);
    match length {
        0..=125 => out.put_u8(MASKED | length as u8),
        126..=0xffff => {
            out.put_u8(MASKED | 126);
            out.put_u16(length as u16);
        }
        _ => {
            out.put_u8(MASKED | 127);
            out.put_u64(length as u64);
        }
    }
    out.put_slice(&key);
    let start = out.len();
    let mut left = length;
    for part in parts {
        let taken = part.len().min(left);
        out.put_slice(&part[..taken]);
        left -= taken;
    }
    mask(&mut out[start..], key);
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The masked text frame of RFC 6455 §5.7, as a binary one.
    #[test]
    fn encodes_the_example_of_the_rfc() {
        let mut out = BytesMut::new();
        let parts = [IoSlice::new(b"Hel"), IoSlice::new(b"lo and more")];
        let taken = encode(&mut out, BINARY, &parts, 5, [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(taken, 5);
        assert_eq!(&out[..], [0x82, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
    }

    #[test]
    fn uses_the_shortest_length() {
        for (length, head) in [
            (0, vec![0x82, 0x80]),
            (125, vec![0x82, 0xfd]),
            (126, vec![0x82, 0xfe, 0, 126]),
            (65535, vec![0x82, 0xfe, 0xff, 0xff]),
            (65536, vec![0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut out = BytesMut::new();
            let payload = vec![7; length];
            encode(&mut out, BINARY, &[IoSlice::new(&payload)], usize::MAX, [0; 4]);
            assert_eq!(&out[..head.len()], &head[..], "{length}");
            assert_eq!(out.len(), head.len() + 4 + length);
        }
    }
}
