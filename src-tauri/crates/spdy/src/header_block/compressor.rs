//! Packing the blocks that are sent.

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::{DICTIONARY, layout};
use crate::error::Error;
use crate::headers::Headers;

/// Level 6, zlib's own default: after the first block of a connection the next ones take 10 to 14 bytes.
const LEVEL: u32 = 6;

/// What zlib may add to a block that does not shrink at all: its head, a stored-block head for each 16 KiB
/// and the flush. Only a first guess: the output grows if it is not enough.
const OVERHEAD: usize = 64;

/// Packs the header blocks of one direction of one connection.
#[derive(Debug)]
pub struct Compressor {
    zlib: Compress,
    inflated: Vec<u8>,
}

impl Compressor {
    /// The state at the start of a connection.
    ///
    /// # Errors
    /// [`Error::Deflate`] if zlib does not take the dictionary, which does not happen.
    pub fn new() -> Result<Self, Error> {
        let mut zlib = Compress::new(Compression::new(LEVEL), true);
        zlib.set_dictionary(DICTIONARY).map_err(|_| Error::Deflate)?;
        Ok(Self { zlib, inflated: Vec::new() })
    }

    /// Packs the next block. It has to be sent, in this order: the peer's state follows ours.
    ///
    /// # Errors
    /// [`Error::Deflate`] if zlib fails; no more blocks can be packed then.
    pub fn compress(&mut self, headers: &Headers) -> Result<Bytes, Error> {
        self.inflated.clear();
        layout::write(headers, &mut self.inflated);
        let mut packed = Vec::with_capacity(self.inflated.len() + self.inflated.len() / 8 + OVERHEAD);
        let start = self.zlib.total_in();
        loop {
            let taken = usize::try_from(self.zlib.total_in() - start).map_err(|_| Error::Deflate)?;
            let rest = self.inflated.get(taken..).ok_or(Error::Deflate)?;
            let status =
                self.zlib.compress_vec(rest, &mut packed, FlushCompress::Sync).map_err(|_| Error::Deflate)?;
            // A flush is complete when zlib leaves room in the output.
            match status {
                Status::Ok | Status::BufError if packed.len() == packed.capacity() => {
                    packed.reserve(packed.len().max(OVERHEAD));
                }
                Status::Ok | Status::BufError => return Ok(packed.into()),
                Status::StreamEnd => return Err(Error::Deflate),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_block_names_the_dictionary_and_each_ends_with_a_flush() {
        let mut compressor = Compressor::new().unwrap();
        let headers = Headers::new().with("streamtype", "error").with("port", "5000").with("requestid", "0");
        let first = compressor.compress(&headers).unwrap();
        assert_eq!(first[..6], [0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);
        let next = compressor.compress(&headers).unwrap();
        for block in [&first, &next] {
            assert!(block.ends_with(&[0x00, 0x00, 0xff, 0xff]), "{block:02x?}");
        }
        assert!(next.len() < 20, "{} bytes", next.len());
    }
}
