//! Frames as they lie on the wire: eight bytes of head, then a payload. All numbers are big-endian
//! (SPDY/3.1 §2.2).
//!
//! Frames that carry headers keep their block packed: unpacking needs the state of the whole connection,
//! which [`header_block`](crate::header_block) holds.

mod data;
mod decoder;
mod go_away;
mod head;
mod headers;
mod ping;
mod rst_stream;
mod settings;
mod syn_reply;
mod syn_stream;
mod window_update;

use bytes::BytesMut;

pub use data::Data;
pub(crate) use data::put_head as put_data_head;
pub use decoder::FrameDecoder;
pub use go_away::GoAway;
pub use head::{ControlKind, FrameKind, MAX_PAYLOAD};
pub use headers::HeadersFrame;
pub use ping::Ping;
pub use rst_stream::RstStream;
pub use settings::{Setting, Settings};
pub use syn_reply::SynReply;
pub use syn_stream::{Priority, SynStream};
pub use window_update::WindowUpdate;

use crate::error::Error;

/// Any frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Opens a stream.
    SynStream(SynStream),
    /// Accepts a stream.
    SynReply(SynReply),
    /// Ends a stream at once, in both directions.
    RstStream(RstStream),
    /// Tells properties of the connection. Nobody acts on them in Kubernetes.
    Settings(Settings),
    /// Asks for an echo, or is one.
    Ping(Ping),
    /// Says that no more streams are accepted.
    GoAway(GoAway),
    /// Gives further headers of a stream.
    Headers(HeadersFrame),
    /// Allows more data. Nobody acts on it in Kubernetes.
    WindowUpdate(WindowUpdate),
    /// Carries bytes of a stream.
    Data(Data),
}

impl Frame {
    /// What kind of frame it is.
    pub const fn kind(&self) -> FrameKind {
        match self {
            Self::SynStream(_) => FrameKind::Control(ControlKind::SynStream),
            Self::SynReply(_) => FrameKind::Control(ControlKind::SynReply),
            Self::RstStream(_) => FrameKind::Control(ControlKind::RstStream),
            Self::Settings(_) => FrameKind::Control(ControlKind::Settings),
            Self::Ping(_) => FrameKind::Control(ControlKind::Ping),
            Self::GoAway(_) => FrameKind::Control(ControlKind::GoAway),
            Self::Headers(_) => FrameKind::Control(ControlKind::Headers),
            Self::WindowUpdate(_) => FrameKind::Control(ControlKind::WindowUpdate),
            Self::Data(_) => FrameKind::Data,
        }
    }

    /// Appends the frame to `out`.
    ///
    /// # Errors
    /// [`Error::FrameTooLong`] for a payload of more than [`MAX_PAYLOAD`] bytes; `out` is unchanged then.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), Error> {
        match self {
            Self::SynStream(frame) => frame.encode(out),
            Self::SynReply(frame) => frame.encode(out),
            Self::Settings(frame) => frame.encode(out),
            Self::Headers(frame) => frame.encode(out),
            Self::Data(frame) => frame.encode(out),
            Self::RstStream(frame) => {
                frame.encode(out);
                Ok(())
            }
            Self::Ping(frame) => {
                frame.encode(out);
                Ok(())
            }
            Self::GoAway(frame) => {
                frame.encode(out);
                Ok(())
            }
            Self::WindowUpdate(frame) => {
                frame.encode(out);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// Checks that `bytes` are `frame` and `frame` is `bytes`.
    #[track_caller]
    pub(super) fn same(bytes: &[u8], frame: Frame) {
        assert_eq!(decode(bytes), Ok(frame.clone()));
        let mut out = BytesMut::new();
        frame.encode(&mut out).unwrap();
        assert_eq!(out[..], *bytes, "{frame:?}");
    }

    /// Decodes the one frame that `bytes` are.
    #[track_caller]
    pub(super) fn decode(bytes: &[u8]) -> Result<Frame, Error> {
        let mut decoder = FrameDecoder::new(1024);
        let mut input = Bytes::copy_from_slice(bytes);
        let frame = decoder.decode(&mut input)?.expect("a whole frame");
        assert!(input.is_empty() && decoder.is_between_frames());
        Ok(frame)
    }

    pub(super) fn stream(id: u32) -> crate::StreamId {
        crate::StreamId::new(id).unwrap()
    }

    #[test]
    fn a_frame_too_long_for_its_length_field_is_refused_and_leaves_no_trace() {
        let data = Bytes::from(vec![0; MAX_PAYLOAD + 1]);
        let mut out = BytesMut::new();
        for frame in [
            Frame::Data(Data { stream: stream(1), data: data.clone(), end: false }),
            Frame::SynReply(SynReply { stream: stream(1), end: false, block: data.clone() }),
        ] {
            assert!(matches!(frame.encode(&mut out), Err(Error::FrameTooLong { .. })));
            assert!(out.is_empty());
        }
        Frame::Data(Data { stream: stream(1), data: data.slice(1..), end: false }).encode(&mut out).unwrap();
        assert_eq!(out[..8], [0, 0, 0, 1, 0, 0xff, 0xff, 0xff]);
    }
}
