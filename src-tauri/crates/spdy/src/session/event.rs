//! What a session has to tell.

use bytes::Bytes;

use crate::error::Error;
use crate::frame::Settings;
use crate::headers::Headers;
use crate::id::{PingId, StreamId};
use crate::status::{GoAwayStatus, ResetStatus};

/// Something the peer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer opened a stream. It awaits [`reply`](crate::Session::reply), or a reset.
    Opened {
        /// The new stream.
        stream: StreamId,
        /// Its headers.
        headers: Headers,
        /// Whether the peer's side ended with it.
        end: bool,
    },
    /// The peer accepted a stream of ours. In port-forwarding that does not mean that the pod was dialled.
    Replied {
        /// The stream.
        stream: StreamId,
        /// Its headers; Kubernetes servers send none.
        headers: Headers,
        /// Whether the peer's side ended with it.
        end: bool,
    },
    /// The peer sent further headers on a stream.
    Headers {
        /// The stream.
        stream: StreamId,
        /// The headers.
        headers: Headers,
        /// Whether the peer's side ended with them.
        end: bool,
    },
    /// Bytes came on a stream. Empty only if `end` is set.
    Data {
        /// The stream.
        stream: StreamId,
        /// The bytes: a slice of what was given to [`receive`](crate::Session::receive).
        data: Bytes,
        /// Whether the peer's side ended after them.
        end: bool,
    },
    /// The peer reset a stream; it is gone.
    Reset {
        /// The stream.
        stream: StreamId,
        /// Why.
        status: ResetStatus,
    },
    /// The peer broke a rule on a stream, so the session reset it; it is gone.
    Failed {
        /// The stream.
        stream: StreamId,
        /// The rule.
        error: Error,
    },
    /// The peer answered a ping of ours.
    Pong {
        /// Which one.
        id: PingId,
    },
    /// The peer takes no more streams. kubectl sends this just before it closes the connection; a
    /// moby/spdystream peer has stopped reading.
    GoAway {
        /// The last stream of ours it says it accepted; real peers always say none.
        last: Option<StreamId>,
        /// Why.
        status: GoAwayStatus,
    },
    /// The peer told its settings. Nothing follows from them in Kubernetes.
    Settings {
        /// They.
        settings: Settings,
    },
    /// The peer allowed more data. Nothing follows from it: there is no flow control in Kubernetes.
    WindowUpdate {
        /// The stream, or `None` for the whole connection.
        stream: Option<StreamId>,
        /// How many more bytes.
        delta: u32,
    },
}

impl Event {
    /// Inflated header bytes this event holds while it waits.
    pub(super) fn header_bytes(&self) -> usize {
        match self {
            Self::Opened { headers, .. } | Self::Replied { headers, .. } | Self::Headers { headers, .. } => {
                headers.block_size()
            }
            _ => 0,
        }
    }
}
