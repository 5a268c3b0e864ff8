//! Which two streams belong together: an error stream and a data stream. Since 1.1 by request, before by port.

mod by_port;
mod by_request;

use spdy::{Headers, StreamId};
use tokio::time::{Duration, Instant};

use self::by_port::ByPort;
use self::by_request::ByRequest;

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

/// What has to be said when a stream does not find its other half.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// A text on an error stream.
    Text { error: StreamId, text: String },
    /// The reset of an error stream.
    Reset { error: StreamId },
}

/// What a stream turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Half,
    Pair(Pair),
    Fault(Complaint),
}

/// The streams that wait for their other half.
#[derive(Debug)]
pub(super) enum Halves {
    ByRequest(ByRequest),
    ByPort(ByPort),
}

impl Halves {
    pub(super) fn new(by_port: bool) -> Self {
        if by_port { Self::ByPort(ByPort::default()) } else { Self::ByRequest(ByRequest::default()) }
    }

    /// Adds a stream that came in this read of the link. `None` means that it has to be reset.
    pub(super) fn add(
        &mut self,
        stream: StreamId,
        head: &StreamHead,
        read: u64,
        now: Instant,
    ) -> Option<Found> {
        match self {
            Self::ByRequest(halves) => Some(halves.add(stream, head, now)),
            Self::ByPort(halves) => halves.add(stream, head, read, now),
        }
    }

    /// A pair is over.
    pub(super) fn finish(&mut self, pair: Pair) {
        match self {
            Self::ByRequest(_) => {}
            Self::ByPort(halves) => halves.finish(pair),
        }
    }

    /// When the oldest half has waited long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::ByRequest(halves) => halves.deadline(),
            Self::ByPort(halves) => halves.deadline(),
        }
    }

    /// Forgets the halves that have waited long enough.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Complaint> {
        match self {
            Self::ByRequest(halves) => halves.expire(now),
            Self::ByPort(halves) => halves.expire(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> StreamId {
        StreamId::new(number).expect("a valid number")
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
