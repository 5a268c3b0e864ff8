//! Header blocks against implementations other than our own: what we pack is unpacked by miniz_oxide, and
//! what we unpack was packed by hand or at other levels.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress};
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use spdy::header_block::{DICTIONARY, Decompressor, Packer};
use spdy::{Error, Headers, Limits};

/// Head of a zlib stream that asks for the dictionary.
const HEAD: [u8; 6] = [0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2];

/// An independent reader: raw deflate over a buffer that starts with the dictionary.
struct Reader {
    state: DecompressorOxide,
    buffer: Vec<u8>,
    position: usize,
    started: bool,
}

impl Reader {
    fn new() -> Self {
        let mut buffer = DICTIONARY.to_vec();
        buffer.resize(1 << 20, 0);
        Self { state: DecompressorOxide::new(), buffer, position: DICTIONARY.len(), started: false }
    }

    /// Unpacks one block; it has to be all there at the end of its bytes.
    fn read(&mut self, block: &[u8]) -> Vec<(String, String)> {
        let deflated = if self.started { block } else { block.strip_prefix(&HEAD).expect("a zlib head") };
        self.started = true;
        let flags = TINFL_FLAG_HAS_MORE_INPUT | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let start = self.position;
        let (status, taken, made) =
            decompress(&mut self.state, deflated, &mut self.buffer, self.position, flags);
        assert_eq!(taken, deflated.len(), "{status:?}");
        self.position += made;

        let mut rest = &self.buffer[start..self.position];
        let (count, tail) = rest.split_first_chunk::<4>().unwrap();
        rest = tail;
        let mut headers = Vec::new();
        for _ in 0..u32::from_be_bytes(*count) {
            let mut field = || {
                let (length, tail) = rest.split_first_chunk::<4>().unwrap();
                let (field, tail) = tail.split_at(u32::from_be_bytes(*length) as usize);
                rest = tail;
                String::from_utf8(field.to_vec()).unwrap()
            };
            headers.push((field(), field()));
        }
        assert!(rest.is_empty());
        headers
    }
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn stream_headers(kind: &str, request: u32) -> Headers {
    Headers::new().with("streamtype", kind).with("port", "5000").with("requestid", request.to_string())
}

/// The inflated layout, written by hand.
fn layout(headers: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = (headers.len() as u32).to_be_bytes().to_vec();
    for (name, value) in headers {
        for field in [name, value] {
            block.extend_from_slice(&(field.len() as u32).to_be_bytes());
            block.extend_from_slice(field);
        }
    }
    block
}

/// A stored block and the empty one that a flush adds.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    [&[0], &length.to_le_bytes()[..], &(!length).to_le_bytes(), data, &[0, 0, 0, 0xff, 0xff]].concat()
}

#[test]
fn the_dictionary_is_the_known_one() {
    let digest: String = Sha256::digest(DICTIONARY).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02");
}

#[test]
fn an_independent_reader_reads_what_we_pack() {
    let mut packer = Packer::new();
    let mut reader = Reader::new();
    for request in 0..100 {
        for headers in [stream_headers("error", request), stream_headers("data", request), Headers::new()] {
            let block = packer.pack(&headers);
            assert_eq!(block.starts_with(&HEAD), request == 0 && headers.get("streamtype") == Some("error"));
            assert!(block.ends_with(&[0, 0, 0xff, 0xff]));
            assert_eq!(reader.read(&block), pairs(&headers));
        }
    }
}

#[test]
fn stored_blocks_need_no_compressor() {
    let mut decompressor = Decompressor::new(Limits::default());
    let block = layout(&[(b"streamtype", b"data"), (b"port", b"80")]);
    let expected = Headers::new().with("streamtype", "data").with("port", "80");
    let first = [&HEAD[..], &stored(&block)].concat();
    assert_eq!(decompressor.decompress(&first), Ok(Ok(expected.clone())));
    assert_eq!(decompressor.decompress(&stored(&block)), Ok(Ok(expected)));
}

#[test]
fn every_level_is_read() {
    for level in 0..=9 {
        let mut zlib = Compress::new(Compression::new(level), true);
        zlib.set_dictionary(DICTIONARY).unwrap();
        let mut decompressor = Decompressor::new(Limits::default());
        for request in 0..20 {
            let number = request.to_string();
            let plain =
                layout(&[(b"streamtype", b"data"), (b"port", b"5000"), (b"requestid", number.as_bytes())]);
            let mut block = Vec::with_capacity(1024);
            zlib.compress_vec(&plain, &mut block, FlushCompress::Sync).unwrap();
            assert_eq!(
                decompressor.decompress(&block),
                Ok(Ok(stream_headers("data", request))),
                "level {level}"
            );
        }
    }
}

#[test]
fn blocks_that_do_not_shrink_and_blocks_at_the_limit() {
    let limits = Limits::default();
    // A fixed sequence without repetition, in characters that need almost all of a byte.
    let mut seed = 1u32;
    let noise: String = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(33 + (seed >> 25) as u8 % 94)
    })
    .take(8000)
    .collect();
    let filled = |size: usize| {
        let headers = Headers::new().with("a", &noise).with("b", "x".repeat(8000)).with("c", "");
        let rest = size - headers.block_size();
        headers.with("d", "x".repeat(rest - 9))
    };
    let headers = filled(limits.header_block);
    assert_eq!(headers.block_size(), limits.header_block);

    let mut packer = Packer::new();
    let (mut decompressor, mut reader) = (Decompressor::new(limits), Reader::new());
    for _ in 0..5 {
        let block = packer.pack(&headers);
        assert!(reader.read(&block) == pairs(&headers));
        assert!(decompressor.decompress(&block) == Ok(Ok(headers.clone())));
    }

    let block = packer.pack(&filled(limits.header_block + 1));
    let limit = limits.header_block;
    assert_eq!(decompressor.decompress(&block), Err(Error::HeaderBlockTooLarge { limit }));
}

#[test]
fn as_many_and_as_long_headers_as_the_limits_say() {
    let limits = Limits { headers: 2, header_field: 5, ..Limits::default() };
    let mut decompressor = Decompressor::new(limits);
    let block = layout(&[(b"abcde", b"x"), (b"y", b"12345")]);
    let expected = Headers::new().with("abcde", "x").with("y", "12345");
    assert_eq!(decompressor.decompress(&[&HEAD[..], &stored(&block)].concat()), Ok(Ok(expected)));
    for beyond in [
        layout(&[(b"abcdef", b"x")]),
        layout(&[(b"a", b"123456")]),
        layout(&[(b"a", b""), (b"b", b""), (b"c", b"")]),
    ] {
        let result = decompressor.decompress(&stored(&beyond));
        assert!(matches!(result, Err(Error::HeaderBlockMalformed { .. })), "{result:?}");
    }
}

#[test]
fn a_bomb_is_left_before_it_has_gone_off() {
    // 200 MiB of zeros in 200 KiB. The limit is met after a few kilobytes, so this test is fast.
    let mut zlib = Compress::new(Compression::best(), true);
    zlib.set_dictionary(DICTIONARY).unwrap();
    let mut bomb = Vec::with_capacity(1 << 20);
    let zeros = vec![0; 1 << 20];
    for _ in 0..200 {
        zlib.compress_vec(&zeros, &mut bomb, FlushCompress::None).unwrap();
    }
    zlib.compress_vec(&[], &mut bomb, FlushCompress::Sync).unwrap();
    for header_block in [100, 16 * 1024] {
        let mut decompressor = Decompressor::new(Limits { header_block, ..Limits::default() });
        assert_eq!(decompressor.decompress(&bomb), Err(Error::HeaderBlockTooLarge { limit: header_block }));
    }
}

fn any_headers() -> impl Strategy<Value = Headers> {
    hash_map("[!-@\\[-~]{1,20}", "[^\\x00]{0,60}", 0..20)
        .prop_map(Headers::from_iter)
        .prop_filter("names of HTTP/1 connections", |headers| headers.validate().is_ok())
}

proptest! {
    #[test]
    fn any_headers_come_back(all in vec(any_headers(), 1..20)) {
        let mut packer = Packer::new();
        let mut decompressor = Decompressor::new(Limits::default());
        let mut reader = Reader::new();
        for headers in all {
            let block: Bytes = packer.pack(&headers);
            prop_assert_eq!(reader.read(&block), pairs(&headers));
            prop_assert_eq!(decompressor.decompress(&block), Ok(Ok(headers)));
        }
    }

    #[test]
    fn any_bytes_are_headers_or_an_error(blocks in vec(vec(any::<u8>(), 0..200), 1..10), with_head: bool) {
        let mut decompressor = Decompressor::new(Limits::default());
        if with_head {
            prop_assert_eq!(
                decompressor.decompress(&[&HEAD[..], &stored(&layout(&[]))].concat()),
                Ok(Ok(Headers::new()))
            );
        }
        for block in blocks {
            let _ = decompressor.decompress(&block);
        }
    }
}
