//! Which two streams belong together: an error stream and a data stream of the same request
//! (`httpstream.go` of cri-streaming, whose checks and texts these are).

use std::collections::VecDeque;

use spdy::{Headers, StreamId};
use tokio::time::{Duration, Instant};

/// How long one stream waits for the other (`DefaultStreamCreationTimeout`).
const PAIRING: Duration = Duration::from_secs(30);

/// What the headers of a stream say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamType {
    Error,
    Data,
}

/// The headers of a stream, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamHead {
    pub(super) kind: StreamType,
    pub(super) port: u16,
    pub(super) request: String,
}

impl StreamHead {
    /// Reads the headers of a stream; `None` means that it has to be reset.
    pub(super) fn read(stream: StreamId, headers: &Headers) -> Option<Self> {
        let port = headers.get("port")?.parse().ok().filter(|&port| port > 0)?;
        let kind = match headers.get("streamtype")? {
            "error" => StreamType::Error,
            "data" => StreamType::Data,
            _ => return None,
        };
        let request = match (headers.get("requestid"), kind) {
            (Some(request), _) if !request.is_empty() => request.to_owned(),
            // Very old clients have no ids: there the data stream is the one opened next.
            (_, StreamType::Error) => stream.get().to_string(),
            (_, StreamType::Data) => stream.get().wrapping_sub(2).to_string(),
        };
        Some(Self { kind, port, request })
    }
}

/// Two streams that make one connection into the pod, by their names on the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<I = StreamId> {
    pub(super) error: I,
    pub(super) data: I,
    /// The port of the data stream; that of the error stream is not looked at.
    pub(super) port: u16,
}

/// A text for the error stream of a request that went wrong before it was forwarded, if it has one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) error: Option<StreamId>,
    pub(super) text: String,
}

/// The streams that wait for their other half, oldest first.
#[derive(Debug, Default)]
pub(super) struct Unpaired {
    waiting: VecDeque<Half>,
}

#[derive(Debug)]
struct Half {
    request: String,
    error: Option<StreamId>,
    data: Option<(StreamId, u16)>,
    deadline: Instant,
}

impl Unpaired {
    /// Adds a stream; answers the pair if it completes one.
    ///
    /// # Errors
    /// When the request has such a stream already.
    pub(super) fn add(
        &mut self,
        stream: StreamId,
        head: &StreamHead,
        now: Instant,
    ) -> Result<Option<Pair>, Complaint> {
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
            return Err(Complaint { error: half.error, text });
        }
        if let (Some(error), Some((data, port))) = (half.error, half.data) {
            self.waiting.remove(index);
            return Ok(Some(Pair { error, data, port }));
        }
        Ok(None)
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
            .map(|half| Complaint {
                error: half.error,
                text: format!("(conn=demo, request={}) timed out waiting for streams", half.request),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
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
        let mut unpaired = Unpaired::default();
        assert_eq!(unpaired.add(id(1), &head(1, "data", Some("a")), now), Ok(None));
        assert_eq!(unpaired.add(id(3), &head(3, "error", Some("b")), now), Ok(None));
        let pair = Pair { error: id(5), data: id(1), port: 5000 };
        assert_eq!(unpaired.add(id(5), &head(5, "error", Some("a")), now), Ok(Some(pair)));
        assert_eq!(unpaired.add(id(7), &head(7, "error", None), now), Ok(None));
        let pair = Pair { error: id(7), data: id(9), port: 5000 };
        assert_eq!(unpaired.add(id(9), &head(9, "data", None), now), Ok(Some(pair)));
    }

    #[test]
    fn a_second_stream_of_a_kind_is_complained_of_on_the_first_error_stream() {
        let now = Instant::now();
        let mut unpaired = Unpaired::default();
        assert_eq!(unpaired.add(id(1), &head(1, "error", Some("7")), now), Ok(None));
        let complaint = unpaired.add(id(3), &head(3, "error", Some("7")), now).expect_err("a second one");
        assert_eq!(complaint.error, Some(id(1)));
        assert_eq!(complaint.text, "error processing stream for request 7: error stream already assigned");
    }

    #[test]
    fn a_half_waits_thirty_seconds() {
        let now = Instant::now();
        let mut unpaired = Unpaired::default();
        assert_eq!(unpaired.add(id(1), &head(1, "error", Some("7")), now), Ok(None));
        assert_eq!(unpaired.deadline(), Some(now + PAIRING));
        assert!(unpaired.expire(now + PAIRING - Duration::from_millis(1)).is_empty());
        assert_eq!(unpaired.expire(now + PAIRING).len(), 1);
        assert_eq!(unpaired.deadline(), None);
    }

    #[test]
    fn streams_without_proper_headers_are_refused() {
        let good = Headers::new().with("streamtype", "data").with("port", "65535");
        assert!(StreamHead::read(id(1), &good).is_some());
        for (kind, port) in [("data", "0"), ("data", "65536"), ("data", "http"), ("stdin", "80")] {
            let headers = Headers::new().with("streamtype", kind).with("port", port);
            assert_eq!(StreamHead::read(id(1), &headers), None, "{kind} {port}");
        }
        assert_eq!(StreamHead::read(id(1), &Headers::new().with("port", "80")), None);
    }
}
