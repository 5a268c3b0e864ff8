//! SPDY frames as bytes, right ones and wrong ones.

pub(crate) const SYN_STREAM: u8 = 1;
pub(crate) const SYN_REPLY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const HEADERS: u8 = 8;
pub(crate) const WINDOW_UPDATE: u8 = 9;

/// The streams of a flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) data: u32,
    pub(crate) error: u32,
}

pub(crate) fn control(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    [&[0x80, 3, 0, kind, flags], &length[..], payload].concat()
}

pub(crate) fn data(stream: u32, end: bool, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    [&stream.to_be_bytes()[..], &[u8::from(end)], &length, payload].concat()
}

pub(crate) fn reset(stream: u32, status: u32) -> Vec<u8> {
    control(RST_STREAM, 0, &[stream.to_be_bytes(), status.to_be_bytes()].concat())
}

pub(crate) fn ping(number: u32) -> Vec<u8> {
    control(PING, 0, &number.to_be_bytes())
}

/// What zlib begins with: the first block of a connection has it.
pub(crate) const ZLIB: &[u8] = &[0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2];

/// A header block that is only stored, without [`ZLIB`].
pub(crate) fn stored(inflated: &[u8]) -> Vec<u8> {
    let length = inflated.len() as u16;
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [&[0][..], &lengths, inflated, &[0, 0, 0, 0xff, 0xff]].concat()
}

pub(crate) fn block(headers: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = (headers.len() as u32).to_be_bytes().to_vec();
    for field in headers.iter().flat_map(|(name, value)| [name, value]) {
        block.extend_from_slice(&(field.len() as u32).to_be_bytes());
        block.extend_from_slice(field);
    }
    block
}

/// No headers, not the first block of a connection.
pub(crate) fn nothing() -> Vec<u8> {
    stored(&block(&[]))
}

/// No headers, the first block of a connection.
pub(crate) fn first_nothing() -> Vec<u8> {
    [ZLIB, &nothing()].concat()
}

pub(crate) fn syn_stream(stream: u32, packed: &[u8]) -> Vec<u8> {
    control(SYN_STREAM, 0, &[&stream.to_be_bytes()[..], &[0; 6], packed].concat())
}

/// SYN_REPLY or HEADERS.
pub(crate) fn of_stream(kind: u8, stream: u32, packed: &[u8]) -> Vec<u8> {
    control(kind, 0, &[&stream.to_be_bytes(), packed].concat())
}

/// The pod says `ok` and ends in order.
pub(crate) fn ok(pair: Pair) -> Vec<u8> {
    [data(pair.data, true, b"ok"), data(pair.error, true, b"")].concat()
}
