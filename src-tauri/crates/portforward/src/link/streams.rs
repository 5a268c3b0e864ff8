//! Numbers and headers of stream pairs.

use spdy::{Headers, StreamId};

/// Data streams may be this much above their error stream: odd, and no multiple of five.
const DATA_OFFSETS: [u32; 4] = [2, 4, 6, 8];

/// Which stream of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    Error,
}

/// The error and the data stream of the next pair, the smallest free number being `next`.
///
/// Servers handle streams in five workers chosen by the number modulo five (moby/spdystream connection.go). Error
/// streams carry no data from us, so they share worker 0, where nothing can block a new pair; data streams take turns
/// on the other four. The error stream comes first.
pub(super) fn pair(next: StreamId, turn: u64) -> Option<(StreamId, StreamId)> {
    // 5, 15, 25 …: odd and divisible by five.
    let error = next.get().checked_add(4)?.div_euclid(10).checked_mul(10)?.checked_add(5)?;
    let data = error.checked_add(DATA_OFFSETS[(turn % 4) as usize])?;
    Some((StreamId::new(error)?, StreamId::new(data)?))
}

/// The headers of one stream of a pair (kubelet, portforward/constants.go). `request` makes the two streams a pair.
pub(super) fn headers(kind: Kind, port: u16, request: u64) -> Headers {
    let streamtype = match kind {
        Kind::Data => "data",
        Kind::Error => "error",
    };
    Headers::new()
        .with("streamtype", streamtype)
        .with("port", port.to_string())
        .with("requestid", request.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_grow_and_keep_error_streams_on_worker_zero() {
        let mut next = 1;
        let mut workers = std::collections::HashSet::new();
        for turn in 0..1000 {
            let (error, data) = pair(StreamId::new(next).unwrap(), turn).unwrap();
            assert!(error.get() >= next && data > error, "{next} {error} {data}");
            assert!(error.get() - next <= 10);
            assert!(error.is_odd() && data.is_odd());
            assert_eq!(error.get() % 5, 0);
            assert_ne!(data.get() % 5, 0);
            workers.insert(data.get() % 5);
            next = data.get() + 2;
        }
        assert_eq!(workers.len(), 4);
    }

    #[test]
    fn the_first_pair_and_the_end_of_numbers() {
        let ids = |next, turn| pair(StreamId::new(next).unwrap(), turn).map(|(e, d)| (e.get(), d.get()));
        assert_eq!(ids(1, 0), Some((5, 7)));
        assert_eq!(ids(5, 3), Some((5, 13)));
        assert_eq!(ids(7, 1), Some((15, 19)));
        assert_eq!(ids(0x7fff_fffd, 0), Some((0x7fff_fffd, 0x7fff_ffff)));
        assert_eq!(ids(0x7fff_fffd, 1), None);
        assert_eq!(ids(0x7fff_ffff, 0), None);
    }
}
