//! What a fuzz target makes of its bytes: a few choices in front, then the bytes to be decoded.

/// The bytes of one run. Choices beyond their end are 0.
pub(crate) struct Input<'a>(&'a [u8]);

#[allow(dead_code, reason = "each crate uses what its targets need")]
impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// Sizes of pieces to cut bytes into: a count up to 7, then a byte for each.
    pub(crate) fn sizes(&mut self) -> &'a [u8] {
        let count = self.byte() & 7;
        self.take(count.into())
    }

    /// Up to `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> &'a [u8] {
        let (front, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        front
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `bytes` in pieces of these sizes, over and over; whole if there are none. A size of 0 stands for 256.
pub(crate) fn pieces<'a>(mut bytes: &'a [u8], sizes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut sizes = sizes.iter().cycle();
    std::iter::from_fn(move || {
        let size = sizes.next().map_or(bytes.len(), |size| if *size == 0 { 256 } else { usize::from(*size) });
        let (piece, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
