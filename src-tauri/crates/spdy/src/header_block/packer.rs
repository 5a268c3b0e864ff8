//! Packing the blocks that are sent.

use bytes::{BufMut as _, Bytes};

use super::{DICTIONARY_ID, layout};
use crate::headers::Headers;

/// How a zlib stream begins: deflate with a window of 32 KiB, and a dictionary, whose name follows (RFC 1950 §2.2).
const HEAD: [u8; 2] = [0x78, 0xbb];

/// Most bytes of one stored block of deflate (RFC 1951 §3.2.4).
const MOST_STORED: usize = 0xffff;

/// An empty stored block, as `Z_SYNC_FLUSH` writes it. Readers give out what came before once they have seen it.
const FLUSH: [u8; 5] = [0, 0, 0, 0xff, 0xff];

/// Packs the header blocks of one direction of one connection.
///
/// They are stored, not compressed: a compressor takes a third of a megabyte for each connection, to save a hundred bytes
/// for each stream.
#[derive(Debug, Default)]
pub struct Packer {
    begun: bool,
}

impl Packer {
    /// The state at the start of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Packs the next block. It has to be sent, in this order: the first one begins the stream.
    pub fn pack(&mut self, headers: &Headers) -> Bytes {
        let mut plain = Vec::new();
        layout::write(headers, &mut plain);
        let mut packed = Vec::with_capacity(plain.len() + 4 * FLUSH.len());
        if !std::mem::replace(&mut self.begun, true) {
            packed.put_slice(&HEAD);
            packed.put_u32(DICTIONARY_ID);
        }
        for part in plain.chunks(MOST_STORED) {
            // Parts are never longer than `MOST_STORED`.
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            packed.put_u8(0);
            packed.put_u16_le(length);
            packed.put_u16_le(!length);
            packed.put_slice(part);
        }
        packed.put_slice(&FLUSH);
        packed.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_block_names_the_dictionary_and_each_ends_with_a_flush() {
        let mut packer = Packer::new();
        let headers = Headers::new().with("a", "b");
        let layout = [0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 1, b'b'];
        let block = [&[0, 14, 0, 0xf1, 0xff][..], &layout, &[0, 0, 0, 0xff, 0xff]].concat();
        assert_eq!(packer.pack(&headers), [&[0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2][..], &block].concat());
        assert_eq!(packer.pack(&headers), block);
    }
}
