//! Status codes of RST_STREAM and GOAWAY.

use std::fmt;

/// Why a stream was reset (SPDY/3.1 §2.6.3). Kubernetes uses 1, 2, 3 and 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResetStatus {
    /// 1: a rule of the protocol was broken on this stream.
    ProtocolError,
    /// 2: a frame came for a stream that is not active.
    InvalidStream,
    /// 3: the stream was refused before anything was done for it.
    RefusedStream,
    /// 4: the SPDY version is not supported.
    UnsupportedVersion,
    /// 5: the opener no longer needs the stream. Clients end a flow with it.
    Cancel,
    /// 6: the implementation failed.
    InternalError,
    /// 7: flow control was violated.
    FlowControlError,
    /// 8: a second SYN_REPLY came for a stream.
    StreamInUse,
    /// 9: a frame came for a side of a stream that had ended.
    StreamAlreadyClosed,
    /// 11: a frame was larger than the receiver supports.
    FrameTooLarge,
    /// Any other code. Never 0, which the protocol forbids.
    Other(u32),
}

impl ResetStatus {
    /// The status with this code.
    pub const fn from_code(code: u32) -> Self {
        match code {
            1 => Self::ProtocolError,
            2 => Self::InvalidStream,
            3 => Self::RefusedStream,
            4 => Self::UnsupportedVersion,
            5 => Self::Cancel,
            6 => Self::InternalError,
            7 => Self::FlowControlError,
            8 => Self::StreamInUse,
            9 => Self::StreamAlreadyClosed,
            11 => Self::FrameTooLarge,
            other => Self::Other(other),
        }
    }

    /// The code on the wire.
    pub const fn code(self) -> u32 {
        match self {
            Self::ProtocolError => 1,
            Self::InvalidStream => 2,
            Self::RefusedStream => 3,
            Self::UnsupportedVersion => 4,
            Self::Cancel => 5,
            Self::InternalError => 6,
            Self::FlowControlError => 7,
            Self::StreamInUse => 8,
            Self::StreamAlreadyClosed => 9,
            Self::FrameTooLarge => 11,
            Self::Other(code) => code,
        }
    }
}

impl fmt::Display for ResetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::ProtocolError => "PROTOCOL_ERROR",
            Self::InvalidStream => "INVALID_STREAM",
            Self::RefusedStream => "REFUSED_STREAM",
            Self::UnsupportedVersion => "UNSUPPORTED_VERSION",
            Self::Cancel => "CANCEL",
            Self::InternalError => "INTERNAL_ERROR",
            Self::FlowControlError => "FLOW_CONTROL_ERROR",
            Self::StreamInUse => "STREAM_IN_USE",
            Self::StreamAlreadyClosed => "STREAM_ALREADY_CLOSED",
            Self::FrameTooLarge => "FRAME_TOO_LARGE",
            Self::Other(code) => return write!(f, "status {code}"),
        };
        f.write_str(name)
    }
}

/// Why the peer takes no more streams (SPDY/3.1 §2.6.6; codes as in moby/spdystream `spdy/types.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GoAwayStatus {
    /// 0: an orderly end.
    Ok,
    /// 1: a rule of the protocol was broken.
    ProtocolError,
    /// 2: the implementation failed.
    InternalError,
    /// Any other code.
    Other(u32),
}

impl GoAwayStatus {
    /// The status with this code.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Ok,
            1 => Self::ProtocolError,
            2 => Self::InternalError,
            other => Self::Other(other),
        }
    }

    /// The code on the wire.
    pub const fn code(self) -> u32 {
        match self {
            Self::Ok => 0,
            Self::ProtocolError => 1,
            Self::InternalError => 2,
            Self::Other(code) => code,
        }
    }
}

impl fmt::Display for GoAwayStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("OK"),
            Self::ProtocolError => f.write_str("PROTOCOL_ERROR"),
            Self::InternalError => f.write_str("INTERNAL_ERROR"),
            Self::Other(code) => write!(f, "status {code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_the_way_there_and_back() {
        for code in 0..32 {
            assert_eq!(ResetStatus::from_code(code).code(), code);
            assert_eq!(GoAwayStatus::from_code(code).code(), code);
        }
        assert_eq!(ResetStatus::from_code(5), ResetStatus::Cancel);
        assert_eq!(ResetStatus::from_code(10), ResetStatus::Other(10));
    }
}
