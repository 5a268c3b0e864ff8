//! Cuts received bytes into frames.

use bytes::{Buf, Bytes, BytesMut};

use super::head::{ControlKind, HEAD, Head};
use super::{
    Data, Frame, GoAway, HeadersFrame, Ping, RstStream, Settings, SynReply, SynStream, WindowUpdate,
};
use crate::error::Error;
use crate::id::StreamId;

/// Cuts received bytes into frames, however they are split.
///
/// Control frames are collected whole. DATA is handed out as it comes: a frame whose payload lies in several
/// inputs becomes several [`Data`], slices of those inputs, with `end` on the last only. A control frame of a
/// type that SPDY/3.1 does not know is skipped (§2.2.1) and counted.
#[derive(Debug)]
pub struct FrameDecoder {
    control_limit: usize,
    state: State,
    /// The part of a head or control payload that has come, if it did not come whole.
    partial: BytesMut,
    skipped: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before or within a head.
    Head,
    /// Within the payload of a control frame.
    Control { kind: ControlKind, flags: u8, length: usize },
    /// Within the payload of a DATA frame, `left` bytes before its end; `begun` once a part was handed out.
    Data { stream: StreamId, end: bool, left: usize, begun: bool },
    /// Within the payload of a frame to be ignored.
    Skip { left: usize },
}

impl FrameDecoder {
    /// A decoder that reads control frames with payloads of up to `control_limit` bytes.
    pub fn new(control_limit: usize) -> Self {
        Self { control_limit, state: State::Head, partial: BytesMut::new(), skipped: 0 }
    }

    /// Takes the next frame, or part of a DATA frame, from the front of `input`. `None` means that all of
    /// `input` was taken and more is needed.
    ///
    /// # Errors
    /// The bytes are not a frame of SPDY/3.1, or a control frame is too large. Nothing after it can be
    /// decoded.
    pub fn decode(&mut self, input: &mut Bytes) -> Result<Option<Frame>, Error> {
        loop {
            match self.state {
                State::Head => {
                    let Some(head) = self.take_head(input) else { return Ok(None) };
                    self.state = match Head::parse(head)? {
                        Head::Data { stream, end, length: 0 } => {
                            return Ok(Some(Frame::Data(Data { stream, data: Bytes::new(), end })));
                        }
                        Head::Data { stream, end, length } => {
                            State::Data { stream, end, left: length, begun: false }
                        }
                        Head::Unknown { length } => {
                            self.skipped += 1;
                            State::Skip { left: length }
                        }
                        Head::Control { kind, flags, length } => {
                            let limit = self.control_limit;
                            if length > limit {
                                return Err(Error::FrameTooLarge { kind, length, limit });
                            }
                            State::Control { kind, flags, length }
                        }
                    };
                }
                State::Control { kind, flags, length } => {
                    let Some(payload) = self.take_payload(input, length) else { return Ok(None) };
                    self.state = State::Head;
                    return decode_control(kind, flags, payload).map(Some);
                }
                State::Data { .. } if input.is_empty() => return Ok(None),
                State::Data { stream, end, left, .. } => {
                    let data = input.split_to(left.min(input.len()));
                    let left = left - data.len();
                    self.state =
                        if left == 0 { State::Head } else { State::Data { stream, end, left, begun: true } };
                    return Ok(Some(Frame::Data(Data { stream, data, end: end && left == 0 })));
                }
                State::Skip { left } => {
                    let here = left.min(input.len());
                    input.advance(here);
                    if here < left {
                        self.state = State::Skip { left: left - here };
                        return Ok(None);
                    }
                    self.state = State::Head;
                }
            }
        }
    }

    /// Whether the last frame was decoded to its end.
    pub fn is_between_frames(&self) -> bool {
        matches!(self.state, State::Head) && self.partial.is_empty()
    }

    /// Whether the next [`Data`] is a further part of the frame that the last one was a part of.
    pub fn is_inside_data(&self) -> bool {
        matches!(self.state, State::Data { begun: true, .. })
    }

    /// How many frames of unknown types were skipped.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    fn take_head(&mut self, input: &mut Bytes) -> Option<[u8; HEAD]> {
        if self.partial.is_empty()
            && let Some(head) = input.first_chunk::<HEAD>().copied()
        {
            input.advance(HEAD);
            return Some(head);
        }
        self.collect(input, HEAD);
        let head = self.partial.first_chunk::<HEAD>().copied()?;
        self.partial.clear();
        Some(head)
    }

    fn take_payload(&mut self, input: &mut Bytes, length: usize) -> Option<Bytes> {
        if self.partial.is_empty() && input.len() >= length {
            return Some(input.split_to(length));
        }
        self.collect(input, length);
        (self.partial.len() == length).then(|| self.partial.split().freeze())
    }

    /// Moves bytes over until `partial` has `length` of them. It grows with what has really come, not with
    /// what a head promised.
    fn collect(&mut self, input: &mut Bytes, length: usize) {
        let missing = length.saturating_sub(self.partial.len()).min(input.len());
        self.partial.extend_from_slice(&input.split_to(missing));
    }
}

fn decode_control(kind: ControlKind, flags: u8, payload: Bytes) -> Result<Frame, Error> {
    Ok(match kind {
        ControlKind::SynStream => Frame::SynStream(SynStream::decode(flags, payload)?),
        ControlKind::SynReply => Frame::SynReply(SynReply::decode(flags, payload)?),
        ControlKind::RstStream => Frame::RstStream(RstStream::decode(flags, payload)?),
        ControlKind::Settings => Frame::Settings(Settings::decode(flags, payload)?),
        ControlKind::Ping => Frame::Ping(Ping::decode(flags, payload)?),
        ControlKind::GoAway => Frame::GoAway(GoAway::decode(flags, payload)?),
        ControlKind::Headers => Frame::Headers(HeadersFrame::decode(flags, payload)?),
        ControlKind::WindowUpdate => Frame::WindowUpdate(WindowUpdate::decode(flags, payload)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &[u8] = b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x01";

    fn stream(id: u32) -> StreamId {
        StreamId::new(id).unwrap()
    }

    #[test]
    fn data_is_passed_on_as_slices_of_the_input() {
        let mut decoder = FrameDecoder::new(64);
        let first = Bytes::from_static(b"\0\0\0\x01\x01\0\0\x06abcd");
        let mut input = first.clone();
        let Ok(Some(Frame::Data(part))) = decoder.decode(&mut input) else { panic!("no data") };
        assert_eq!(part.data.as_ptr(), first[8..].as_ptr());
        assert_eq!((&part.data[..], part.end), (&b"abcd"[..], false));
        assert_eq!(decoder.decode(&mut input), Ok(None));
        assert!(decoder.is_inside_data() && !decoder.is_between_frames());

        let mut input = Bytes::from_static(b"ef\0\0");
        let rest = Data { stream: stream(1), data: Bytes::from_static(b"ef"), end: true };
        assert_eq!(decoder.decode(&mut input), Ok(Some(Frame::Data(rest))));
        assert!(decoder.is_between_frames());
        assert_eq!(decoder.decode(&mut input), Ok(None));
        assert!(input.is_empty() && !decoder.is_between_frames());
    }

    #[test]
    fn frames_of_unknown_types_are_skipped_in_any_split() {
        // CREDENTIAL, with more payload than a control frame may have.
        let mut bytes = b"\x80\x03\0\x0a\x07\0\x01\0".to_vec();
        bytes.extend_from_slice(&[0xff; 256]);
        bytes.extend_from_slice(PING);
        for size in 1..bytes.len() {
            let mut decoder = FrameDecoder::new(64);
            let mut frames = 0;
            for part in bytes.chunks(size) {
                let mut input = Bytes::copy_from_slice(part);
                while let Some(frame) = decoder.decode(&mut input).unwrap() {
                    assert!(matches!(frame, Frame::Ping(_)));
                    frames += 1;
                }
            }
            assert_eq!((frames, decoder.skipped()), (1, 1), "parts of {size} bytes");
        }
    }

    #[test]
    fn memory_follows_what_came_and_not_what_was_promised() {
        let mut decoder = FrameDecoder::new(1 << 20);
        let mut input = Bytes::from_static(b"\x80\x03\0\x01\0\x10\0\0abc");
        assert_eq!(decoder.decode(&mut input), Ok(None));
        assert!(decoder.partial.capacity() < 1024);
    }

    #[test]
    fn the_control_limit_is_the_largest_that_passes_and_data_has_none() {
        let mut decoder = FrameDecoder::new(4);
        assert!(matches!(decoder.decode(&mut Bytes::from_static(PING)), Ok(Some(Frame::Ping(_)))));
        let mut data = Bytes::from_static(b"\0\0\0\x01\0\xff\xff\xffx");
        assert!(matches!(decoder.decode(&mut data), Ok(Some(Frame::Data(_)))));

        let mut decoder = FrameDecoder::new(3);
        assert_eq!(
            // The head alone is enough to refuse it.
            decoder.decode(&mut Bytes::from_static(&PING[..HEAD])),
            Err(Error::FrameTooLarge { kind: ControlKind::Ping, length: 4, limit: 3 })
        );
    }

    #[test]
    fn other_versions_are_rejected() {
        for (bytes, version) in [(b"\x80\x02\0\x01\0\0\0\0", 2), (b"\xff\xff\0\x01\0\0\0\0", 0x7fff)] {
            let result = FrameDecoder::new(64).decode(&mut Bytes::from_static(bytes));
            assert_eq!(result, Err(Error::Version { version }));
        }
    }
}
