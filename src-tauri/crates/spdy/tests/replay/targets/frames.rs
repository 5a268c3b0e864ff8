//! The frame decoder: the same frames however the bytes are split, those that the reference reads, and the same again
//! once written.

use bytes::{Bytes, BytesMut};
use spdy::Error;
use spdy::frame::{Frame, FrameDecoder};

use super::input::{Input, pieces};
use super::reference::Reader;

/// Limits on control frames to choose from.
const CONTROL_LIMITS: [usize; 4] = [32 * 1024, 0, 12, 100];

/// What bytes come to. The parts of one DATA frame are joined.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    frames: Vec<Frame>,
    error: Option<Error>,
    skipped: u64,
    between_frames: bool,
}

pub(crate) fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let limit = CONTROL_LIMITS[usize::from(input.byte() & 3)];
    let sizes = input.sizes();
    let wire = input.rest();

    let whole = decode(limit, [wire].into_iter());
    assert_eq!(decode(limit, pieces(wire, sizes)), whole);
    assert_eq!(decode(limit, wire.chunks(1)), whole);
    assert_eq!(read(limit, wire), whole);

    let mut written = BytesMut::new();
    for frame in &whole.frames {
        frame.encode(&mut written).expect("what came in a frame fits into one");
    }
    let again = decode(usize::MAX, [&written[..]].into_iter());
    assert_eq!((again.frames, again.error), (whole.frames, None));
    assert!(again.between_frames);
}

fn decode<'a>(limit: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut decoder = FrameDecoder::new(limit);
    let mut outcome = Outcome::default();
    'all: for piece in pieces {
        let mut piece = Bytes::copy_from_slice(piece);
        loop {
            let continues = decoder.is_inside_data();
            match decoder.decode(&mut piece) {
                Ok(Some(frame)) => outcome.add(frame, continues),
                Ok(None) => break assert!(piece.is_empty(), "all of it is taken"),
                Err(error) => {
                    outcome.error = Some(error);
                    break 'all;
                }
            }
        }
    }
    outcome.skipped = decoder.skipped();
    outcome.between_frames = outcome.error.is_none() && decoder.is_between_frames();
    outcome
}

fn read(limit: usize, wire: &[u8]) -> Outcome {
    let mut reader = Reader::new(limit);
    reader.feed(wire);
    let mut outcome = Outcome::default();
    while let Some(next) = reader.next() {
        match next {
            Ok((frame, continues)) => outcome.add(frame, continues),
            Err(error) => {
                outcome.error = Some(error);
                break;
            }
        }
    }
    outcome.skipped = reader.skipped;
    outcome.between_frames = outcome.error.is_none() && reader.is_between_frames();
    outcome
}

impl Outcome {
    fn add(&mut self, frame: Frame, continues: bool) {
        if !continues {
            return self.frames.push(frame);
        }
        let (Some(Frame::Data(joined)), Frame::Data(more)) = (self.frames.last_mut(), frame) else {
            panic!("only DATA comes in parts")
        };
        assert!(joined.stream == more.stream && !joined.end && !more.data.is_empty());
        joined.data = [&joined.data[..], &more.data].concat().into();
        joined.end = more.end;
    }
}
