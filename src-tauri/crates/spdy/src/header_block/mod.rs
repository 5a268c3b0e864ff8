//! Header blocks: names and values, packed by one zlib stream for each direction of a connection.
//!
//! Inflated, a block is a count and then length-prefixed names and values, all numbers 32 bits big-endian
//! (SPDY/3.1 §2.6.10). The zlib stream starts from a dictionary that both sides know and is flushed
//! (`Z_SYNC_FLUSH`) at the end of each block, so that a block ends exactly where its frame ends. Blocks have
//! to be packed in the order in which they are written, and unpacked in the order in which they come, even
//! those nobody wants: each may depend on all before it.

mod decompressor;
mod layout;
mod packer;

pub use decompressor::Decompressor;
pub use packer::Packer;

/// The zlib dictionary of SPDY/3 (§2.6.10.1), 1423 bytes.
pub const DICTIONARY: &[u8] = include_bytes!("../dictionary.bin");

/// Adler-32 of [`DICTIONARY`]: the name by which a zlib stream asks for it.
pub const DICTIONARY_ID: u32 = 0xe3c6_a7c2;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1950 §8.2, written out: an independent witness for the file beside this one.
    fn adler32(bytes: &[u8]) -> u32 {
        let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
            let a = (a + u32::from(*byte)) % 65521;
            (a, (b + a) % 65521)
        });
        b << 16 | a
    }

    #[test]
    fn the_dictionary_is_the_one_of_the_specification() {
        assert_eq!(DICTIONARY.len(), 1423);
        assert_eq!(adler32(DICTIONARY), DICTIONARY_ID);
        assert!(DICTIONARY.starts_with(b"\0\0\0\x07options"));
        assert!(DICTIONARY.ends_with(b",enq=0."));
    }
}
