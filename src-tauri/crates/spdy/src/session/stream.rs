//! The state of a single stream.

use crate::error::Initiator;

/// A stream that is open at least in one direction. It is dropped from the table when both have ended, or
/// when either side resets it.
///
/// ```text
///                     opened by either side
///                               │
///          our end   ┌──────────┴──────────┐   their end
///              ┌─────┤ sending + receiving ├─────┐
///              ▼     └──────────┬──────────┘     ▼
///        ┌───────────┐          │          ┌─────────┐
///        │ receiving │        reset        │ sending │
///        └─────┬─────┘          │          └────┬────┘
///    their end │                ▼               │ our end
///              └───────────► (gone) ◄───────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    /// Who opened it.
    pub(super) initiator: Initiator,
    /// Whether the other side has accepted it.
    pub(super) replied: bool,
    /// Whether we may still send.
    pub(super) sending: bool,
    /// Whether the peer may still send.
    pub(super) receiving: bool,
}

impl Stream {
    /// One that we open.
    pub(super) const fn local(end: bool) -> Self {
        Self { initiator: Initiator::Local, replied: false, sending: !end, receiving: true }
    }

    /// One that the peer opens.
    pub(super) const fn remote(end: bool, unidirectional: bool) -> Self {
        Self {
            initiator: Initiator::Remote,
            replied: unidirectional,
            sending: !unidirectional,
            receiving: !end,
        }
    }

    /// Whether nothing can come or go any more.
    pub(super) const fn is_over(self) -> bool {
        !self.sending && !self.receiving
    }
}
