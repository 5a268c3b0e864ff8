//! Identifiers of streams and pings.

use std::fmt;

/// The number of a stream, 1 to 2³¹−1. Streams opened by the client are odd, by the server even
/// (SPDY/3.1 §2.3.2); real Kubernetes servers accept either parity from a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(u32);

impl StreamId {
    /// The largest stream number: 31 bits on the wire.
    pub const MAX: Self = Self(0x7fff_ffff);

    /// A stream number, or `None` for 0 and for anything above [`StreamId::MAX`].
    pub const fn new(id: u32) -> Option<Self> {
        if id == 0 || id > Self::MAX.0 { None } else { Some(Self(id)) }
    }

    /// Reads the number as it lies on the wire: the top bit is reserved and ignored. `None` for 0.
    pub(crate) const fn from_wire(word: u32) -> Option<Self> {
        Self::new(word & Self::MAX.0)
    }

    /// The number itself.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether a client opens streams with numbers like this one (odd).
    pub const fn is_odd(self) -> bool {
        self.0 % 2 == 1
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a ping, never 0. Pings of the client are odd, of the server even (SPDY/3.1 §2.6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PingId(u32);

impl PingId {
    /// The first of a client.
    pub(crate) const ONE: Self = Self(1);

    /// The first of a server.
    pub(crate) const TWO: Self = Self(2);

    /// A ping number, or `None` for 0.
    pub const fn new(id: u32) -> Option<Self> {
        if id == 0 { None } else { Some(Self(id)) }
    }

    /// The number itself.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether a client sends pings with numbers like this one (odd).
    pub const fn is_odd(self) -> bool {
        self.0 % 2 == 1
    }
}

impl fmt::Display for PingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_the_reserved_bit_are_no_stream_numbers() {
        assert_eq!(StreamId::new(0), None);
        assert_eq!(StreamId::new(0x8000_0000), None);
        assert_eq!(StreamId::new(0x7fff_ffff), Some(StreamId::MAX));
        assert_eq!(StreamId::from_wire(0x8000_0000), None);
        assert_eq!(StreamId::from_wire(0x8000_0005), StreamId::new(5));
        assert_eq!(PingId::new(0), None);
        assert_eq!(PingId::new(u32::MAX).map(PingId::get), Some(u32::MAX));
    }
}
