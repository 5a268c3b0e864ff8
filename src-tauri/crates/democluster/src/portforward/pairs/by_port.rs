//! Streams that belong together by port, as in the kubelets before 1.1 (`handlePortForward` in their `server.go`): the
//! error stream first, and one pair for each port at a time. Requests are not looked at.

use std::collections::HashMap;

use spdy::StreamId;
use tokio::time::Instant;

use super::{Complaint, Found, PAIRING, Pair, StreamHead, StreamType};

/// The ports that have an error stream.
#[derive(Debug, Default)]
pub(in crate::portforward) struct ByPort {
    ports: HashMap<u16, Taken>,
}

#[derive(Debug)]
struct Taken {
    error: StreamId,
    /// In which read of the link it came.
    read: u64,
    /// Until the data stream has come.
    deadline: Option<Instant>,
}

impl ByPort {
    /// Adds a stream. `None`, so that it is reset: the port is taken, or a data stream came before its error stream was
    /// answered.
    pub(super) fn add(
        &mut self,
        stream: StreamId,
        head: &StreamHead,
        read: u64,
        now: Instant,
    ) -> Option<Found> {
        match head.kind {
            StreamType::Error if self.ports.contains_key(&head.port) => None,
            StreamType::Error => {
                let taken = Taken { error: stream, read, deadline: Some(now + PAIRING) };
                self.ports.insert(head.port, taken);
                Some(Found::Half)
            }
            StreamType::Data => {
                let taken = self.ports.get_mut(&head.port)?;
                // Workers open streams in any order: a server of then could see the second of one write first. Who
                // waits for the answer comes in a later read.
                if taken.deadline.is_none() || read <= taken.read {
                    return None;
                }
                taken.deadline = None;
                Some(Found::Pair(Pair { error: taken.error, data: stream, port: head.port }))
            }
        }
    }

    /// A pair is over, and its port is free.
    pub(super) fn finish(&mut self, pair: Pair) {
        self.ports.retain(|_, taken| taken.error != pair.error);
    }

    /// When the oldest half has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.ports.values().filter_map(|taken| taken.deadline).min()
    }

    /// Forgets the halves that have waited long enough.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Complaint> {
        let late = |taken: &Taken| taken.deadline.is_some_and(|deadline| deadline <= now);
        let late = self.ports.extract_if(|_, taken| late(taken));
        late.map(|(_, taken)| Complaint::Reset { error: taken.error }).collect()
    }
}

#[cfg(test)]
mod tests {
    use spdy::Headers;

    use super::*;

    fn id(number: u32) -> StreamId {
        StreamId::new(number).expect("a valid number")
    }

    fn head(stream: u32, kind: &str, port: u16) -> StreamHead {
        let headers = Headers::new().with("streamtype", kind).with("port", port.to_string());
        StreamHead::read(id(stream), &headers).expect("good headers")
    }

    #[test]
    fn the_error_stream_comes_first_and_is_answered_before_the_data_stream() {
        let (now, mut ports) = (Instant::now(), ByPort::default());
        assert_eq!(ports.add(id(1), &head(1, "data", 80), 1, now), None);
        assert_eq!(ports.add(id(3), &head(3, "error", 80), 1, now), Some(Found::Half));
        assert_eq!(ports.add(id(5), &head(5, "data", 80), 1, now), None);
        let pair = Pair { error: id(3), data: id(7), port: 80 };
        assert_eq!(ports.add(id(7), &head(7, "data", 80), 2, now), Some(Found::Pair(pair)));
        assert_eq!(ports.deadline(), None);
    }

    #[test]
    fn a_port_has_one_pair_at_a_time() {
        let (now, mut ports) = (Instant::now(), ByPort::default());
        assert_eq!(ports.add(id(1), &head(1, "error", 80), 1, now), Some(Found::Half));
        assert_eq!(ports.add(id(3), &head(3, "error", 80), 2, now), None);
        let pair = Pair { error: id(1), data: id(5), port: 80 };
        assert_eq!(ports.add(id(5), &head(5, "data", 80), 2, now), Some(Found::Pair(pair)));
        assert_eq!(ports.add(id(7), &head(7, "error", 80), 3, now), None);
        assert_eq!(ports.add(id(9), &head(9, "error", 81), 3, now), Some(Found::Half));
        ports.finish(pair);
        assert_eq!(ports.add(id(11), &head(11, "error", 80), 4, now), Some(Found::Half));
    }

    #[test]
    fn a_half_is_reset_after_thirty_seconds() {
        let (now, mut ports) = (Instant::now(), ByPort::default());
        assert_eq!(ports.add(id(1), &head(1, "error", 80), 1, now), Some(Found::Half));
        assert_eq!(ports.deadline(), Some(now + PAIRING));
        assert_eq!(ports.expire(now + PAIRING), [Complaint::Reset { error: id(1) }]);
        assert_eq!(ports.add(id(3), &head(3, "error", 80), 2, now), Some(Found::Half));
    }
}
