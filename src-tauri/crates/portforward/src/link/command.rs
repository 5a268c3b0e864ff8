//! What flows ask of a link's driver.

use std::sync::Arc;

use bytes::Bytes;

use super::Inbox;

/// Names a flow within its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FlowKey(pub(super) u64);

/// Asked in order, and not taken while the link has enough to write.
pub(super) enum Command {
    /// Open a stream pair and send the first data.
    Open { flow: FlowKey, port: u16, first: Bytes, inbox: Arc<Inbox> },
    /// Send data.
    Data { flow: FlowKey, data: Bytes },
    /// End our side of the data stream.
    End { flow: FlowKey },
}

/// Asked out of order and at any time.
pub(super) enum Notice {
    /// The flow is over for its owner: reset what has not ended.
    Drop(FlowKey),
    /// Send five pings.
    Check,
    /// End the link in order.
    Close,
}
