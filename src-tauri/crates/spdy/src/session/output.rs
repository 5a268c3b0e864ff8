//! Bytes waiting to be written.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes, BytesMut};

use crate::error::Error;
use crate::frame;
use crate::id::StreamId;

/// Payloads up to this size are copied to the heads around them: a chunk of its own (an allocation's share,
/// a slice of a vectored write, perhaps a TLS record) costs more than copying so little.
const COPIED: usize = 1024;

/// Space taken at a time for heads and small payloads, in bytes.
const BLOCK: usize = 4 * 1024;

/// Space that every head and short control frame fits in, in bytes.
const ROOM: usize = 32;

/// Bytes waiting to be written, in order. Small frames lie together in one chunk; a larger payload is a
/// chunk of its own, the very `Bytes` that was given to [`Session::send`](crate::Session::send).
///
/// It is a [`Buf`], so that it can be written with one vectored write and advanced by what was taken.
#[derive(Debug, Default)]
pub struct Output {
    /// Whole chunks, none of them empty.
    chunks: VecDeque<Bytes>,
    /// Small frames after them.
    tail: BytesMut,
    /// Bytes in all of them.
    queued: usize,
    /// Bytes taken so far.
    written: u64,
    /// Where the answers in there end that the session gave by itself, in bytes from the very first on.
    answers: VecDeque<u64>,
}

impl Output {
    /// The next chunk to write.
    pub(super) fn pop(&mut self) -> Option<Bytes> {
        let chunk = match self.chunks.pop_front() {
            Some(chunk) => chunk,
            None if self.tail.is_empty() => return None,
            None => self.tail.split().freeze(),
        };
        self.taken(chunk.len());
        Some(chunk)
    }

    /// Queues a frame without a payload of its own.
    pub(super) fn put(
        &mut self,
        encode: impl FnOnce(&mut BytesMut) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let before = self.tail.len();
        self.make_room();
        let result = encode(&mut self.tail);
        self.queued += self.tail.len() - before;
        result
    }

    /// Queues a frame that always fits.
    pub(super) fn put_small(&mut self, encode: impl FnOnce(&mut BytesMut)) {
        let before = self.tail.len();
        self.make_room();
        encode(&mut self.tail);
        self.queued += self.tail.len() - before;
    }

    /// Queues a DATA frame.
    pub(super) fn put_data(&mut self, stream: StreamId, data: Bytes, end: bool) -> Result<(), Error> {
        self.put(|tail| {
            frame::put_data_head(stream, data.len(), end, tail)?;
            if data.len() <= COPIED {
                tail.extend_from_slice(&data);
            }
            Ok(())
        })?;
        if data.len() > COPIED {
            self.queued += data.len();
            self.chunks.push_back(self.tail.split().freeze());
            self.chunks.push_back(data);
        }
        Ok(())
    }

    /// Notes that the frame queued last is an answer the session gave by itself.
    pub(super) fn mark_answer(&mut self) {
        self.answers.push_back(self.written + self.queued as u64);
    }

    /// How many answers have not been taken to their end.
    pub(super) fn answers(&self) -> usize {
        self.answers.len()
    }

    /// Takes space for many heads at a time.
    fn make_room(&mut self) {
        if self.tail.capacity() - self.tail.len() < ROOM {
            self.tail.reserve(BLOCK);
        }
    }

    fn taken(&mut self, count: usize) {
        self.queued -= count;
        self.written += count as u64;
        while self.answers.front().is_some_and(|end| *end <= self.written) {
            self.answers.pop_front();
        }
    }
}

impl Buf for Output {
    fn remaining(&self) -> usize {
        self.queued
    }

    fn chunk(&self) -> &[u8] {
        self.chunks.front().map_or(&self.tail, |chunk| chunk)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let tail = (!self.tail.is_empty()).then_some(&self.tail[..]);
        let all = self.chunks.iter().map(|chunk| &chunk[..]).chain(tail);
        let mut filled = 0;
        for (slot, chunk) in slices.iter_mut().zip(all) {
            *slot = IoSlice::new(chunk);
            filled += 1;
        }
        filled
    }

    /// # Panics
    /// If `count` is more than [`remaining`](Buf::remaining), as every `Buf`.
    fn advance(&mut self, count: usize) {
        assert!(count <= self.queued, "cannot advance past the end of the output");
        let mut left = count;
        while left > 0 {
            match self.chunks.front_mut() {
                Some(chunk) if chunk.len() > left => {
                    chunk.advance(left);
                    left = 0;
                }
                Some(chunk) => {
                    left -= chunk.len();
                    self.chunks.pop_front();
                }
                None => {
                    self.tail.advance(left);
                    left = 0;
                }
            }
        }
        self.taken(count);
    }
}
