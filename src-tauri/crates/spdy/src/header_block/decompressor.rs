//! Unpacking the blocks that come.

use flate2::{Decompress, FlushDecompress, Status};

use super::{DICTIONARY, DICTIONARY_ID, layout};
use crate::error::Error;
use crate::headers::{HeaderFault, Headers};
use crate::limits::Limits;

/// First guess at the size of an inflated block; those of port-forwarding have some 70 bytes.
const FIRST_GUESS: usize = 256;

/// Largest buffer kept between blocks, so that one large block does not cost memory for good.
const KEPT: usize = 4 * 1024;

/// Unpacks the header blocks of one direction of one connection.
#[derive(Debug)]
pub struct Decompressor {
    zlib: Decompress,
    limits: Limits,
    inflated: Vec<u8>,
}

impl Decompressor {
    /// The state at the start of a connection.
    pub fn new(limits: Limits) -> Self {
        Self { zlib: Decompress::new(true), limits, inflated: Vec::new() }
    }

    /// Unpacks the next block, which is all that its frame carries. Any compression level is accepted, and
    /// blocks that are only stored.
    ///
    /// # Errors
    /// The outer error means that no more blocks can be unpacked: not zlib, another dictionary, too large,
    /// or not the layout of a block. The inner one is about a single header; the next block can follow.
    pub fn decompress(&mut self, block: &[u8]) -> Result<Result<Headers, HeaderFault>, Error> {
        self.inflated.clear();
        self.inflate(block)?;
        let headers = layout::read(&self.inflated, &self.limits);
        if self.inflated.capacity() > KEPT {
            self.inflated = Vec::new();
        }
        headers
    }

    fn inflate(&mut self, block: &[u8]) -> Result<(), Error> {
        let limit = self.limits.header_block;
        let mut rest = block;
        loop {
            if self.inflated.len() == self.inflated.capacity() {
                // One byte more than allowed tells a block at the limit from one beyond it.
                let growth = self.inflated.len().max(FIRST_GUESS).min(limit + 1 - self.inflated.len());
                self.inflated.reserve_exact(growth);
            }
            let before = self.zlib.total_in();
            let result = self.zlib.decompress_vec(rest, &mut self.inflated, FlushDecompress::Sync);
            let taken = usize::try_from(self.zlib.total_in() - before).unwrap_or(usize::MAX);
            rest = rest.get(taken..).ok_or(INVALID)?;
            if self.inflated.len() > limit {
                return Err(Error::HeaderBlockTooLarge { limit });
            }
            match result {
                Ok(Status::StreamEnd) => {
                    return Err(Error::Inflate { reason: "its zlib stream ends, but has to last" });
                }
                Ok(Status::Ok | Status::BufError) if self.inflated.len() == self.inflated.capacity() => {}
                Ok(Status::Ok | Status::BufError) if rest.is_empty() => return Ok(()),
                Ok(Status::Ok) if taken > 0 => {}
                Ok(_) => return Err(INVALID),
                Err(error) => match error.needs_dictionary() {
                    Some(DICTIONARY_ID) => {
                        self.zlib.set_dictionary(DICTIONARY).map_err(|_| INVALID)?;
                    }
                    Some(_) => return Err(Error::Inflate { reason: "it wants another dictionary" }),
                    None => return Err(INVALID),
                },
            }
        }
    }
}

const INVALID: Error = Error::Inflate { reason: "it is not valid zlib data" };
