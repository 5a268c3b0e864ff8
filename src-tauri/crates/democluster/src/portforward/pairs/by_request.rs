//! Streams that belong together by request (`httpstream.go` of cri-streaming, whose checks and texts these are).

use std::collections::VecDeque;

use spdy::StreamId;
use tokio::time::Instant;

use super::{Complaint, Found, PAIRING, Pair, StreamHead, StreamType};

/// The streams that wait for their other half, oldest first.
#[derive(Debug, Default)]
pub(in crate::portforward) struct ByRequest {
    waiting: VecDeque<Half>,
}

#[derive(Debug)]
struct Half {
    request: String,
    error: Option<StreamId>,
    data: Option<(StreamId, u16)>,
    deadline: Instant,
}

impl ByRequest {
    /// Adds a stream. It is a fault when the request has such a stream already.
    pub(super) fn add(&mut self, stream: StreamId, head: &StreamHead, now: Instant) -> Found {
        let index = self.waiting.iter().position(|half| half.request == head.request).unwrap_or_else(|| {
            let request = head.request.clone();
            self.waiting.push_back(Half { request, error: None, data: None, deadline: now + PAIRING });
            self.waiting.len() - 1
        });
        let half = &mut self.waiting[index];
        let taken = match head.kind {
            StreamType::Error => {
                half.error.replace(stream).inspect(|&first| half.error = Some(first)).is_some()
            }
            StreamType::Data => {
                half.data.replace((stream, head.port)).inspect(|&first| half.data = Some(first)).is_some()
            }
        };
        if taken {
            let kind = if head.kind == StreamType::Error { "error" } else { "data" };
            let text = format!(
                "error processing stream for request {}: {kind} stream already assigned",
                head.request
            );
            // Without an error stream there is nowhere to say it.
            return half.error.map_or(Found::Half, |error| Found::Fault(Complaint::Text { error, text }));
        }
        if let (Some(error), Some((data, port))) = (half.error, half.data) {
            self.waiting.remove(index);
            return Found::Pair(Pair { error, data, port });
        }
        Found::Half
    }

    /// When the oldest half has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.front().map(|half| half.deadline)
    }

    /// Forgets the halves that have waited long enough. Their streams stay open, as on a real server.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Complaint> {
        let count = self.waiting.partition_point(|half| half.deadline <= now);
        self.waiting
            .drain(..count)
            .filter_map(|half| {
                let text = format!("(conn=demo, request={}) timed out waiting for streams", half.request);
                half.error.map(|error| Complaint::Text { error, text })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use spdy::Headers;
    use tokio::time::Duration;

    use super::*;

    fn id(number: u32) -> StreamId {
        StreamId::new(number).expect("a valid number")
    }

    fn head(stream: u32, kind: &str, request: Option<&str>) -> StreamHead {
        let headers = Headers::new().with("streamtype", kind).with("port", "5000");
        let headers =
            request.into_iter().fold(headers, |headers, request| headers.with("requestid", request));
        StreamHead::read(id(stream), &headers).expect("good headers")
    }

    #[test]
    fn halves_meet_in_any_order_and_by_number_without_ids() {
        let now = Instant::now();
        let mut unpaired = ByRequest::default();
        assert_eq!(unpaired.add(id(1), &head(1, "data", Some("a")), now), Found::Half);
        assert_eq!(unpaired.add(id(3), &head(3, "error", Some("b")), now), Found::Half);
        let pair = Pair { error: id(5), data: id(1), port: 5000 };
        assert_eq!(unpaired.add(id(5), &head(5, "error", Some("a")), now), Found::Pair(pair));
        assert_eq!(unpaired.add(id(7), &head(7, "error", None), now), Found::Half);
        let pair = Pair { error: id(7), data: id(9), port: 5000 };
        assert_eq!(unpaired.add(id(9), &head(9, "data", None), now), Found::Pair(pair));
    }

    #[test]
    fn a_second_stream_of_a_kind_is_complained_of_on_the_first_error_stream() {
        let now = Instant::now();
        let mut unpaired = ByRequest::default();
        assert_eq!(unpaired.add(id(1), &head(1, "error", Some("7")), now), Found::Half);
        let text = "error processing stream for request 7: error stream already assigned".to_owned();
        assert_eq!(
            unpaired.add(id(3), &head(3, "error", Some("7")), now),
            Found::Fault(Complaint::Text { error: id(1), text })
        );
    }

    #[test]
    fn a_half_waits_thirty_seconds() {
        let now = Instant::now();
        let mut unpaired = ByRequest::default();
        assert_eq!(unpaired.add(id(1), &head(1, "error", Some("7")), now), Found::Half);
        assert_eq!(unpaired.deadline(), Some(now + PAIRING));
        assert!(unpaired.expire(now + PAIRING - Duration::from_millis(1)).is_empty());
        assert_eq!(unpaired.expire(now + PAIRING).len(), 1);
        assert_eq!(unpaired.deadline(), None);
    }
}
