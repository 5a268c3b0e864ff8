//! Any sequence of frames, encoded, split at any points and decoded again, is the same sequence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use spdy::frame::{
    Data, Frame, FrameDecoder, GoAway, HeadersFrame, Ping, Priority, RstStream, Setting, Settings, SynReply,
    SynStream, WindowUpdate,
};
use spdy::{Error, GoAwayStatus, PingId, ResetStatus, StreamId};

fn stream() -> impl Strategy<Value = StreamId> {
    prop_oneof![1..20u32, 1..0x8000_0000u32].prop_map(|id| StreamId::new(id).unwrap())
}

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..100).prop_map(Bytes::from)
}

fn setting() -> impl Strategy<Value = Setting> {
    (any::<u8>(), 0..0x0100_0000u32, any::<u32>()).prop_map(|(flags, id, value)| Setting { flags, id, value })
}

fn frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        (stream(), option::of(stream()), 0..8u8, any::<(bool, bool)>(), bytes()).prop_map(
            |(stream, associated, priority, (end, unidirectional), block)| {
                let priority = Priority::new(priority).unwrap();
                Frame::SynStream(SynStream { stream, associated, priority, end, unidirectional, block })
            }
        ),
        (stream(), any::<bool>(), bytes()).prop_map(|(stream, end, block)| Frame::SynReply(SynReply {
            stream,
            end,
            block
        })),
        (stream(), any::<bool>(), bytes()).prop_map(|(stream, end, block)| Frame::Headers(HeadersFrame {
            stream,
            end,
            block
        })),
        (stream(), 1..=u32::MAX).prop_map(|(stream, code)| {
            Frame::RstStream(RstStream { stream, status: ResetStatus::from_code(code) })
        }),
        (any::<bool>(), vec(setting(), 0..10))
            .prop_map(|(clear, entries)| Frame::Settings(Settings { clear, entries })),
        (1..=u32::MAX).prop_map(|id| Frame::Ping(Ping { id: PingId::new(id).unwrap() })),
        (option::of(stream()), any::<u32>()).prop_map(|(last, code)| {
            Frame::GoAway(GoAway { last, status: GoAwayStatus::from_code(code) })
        }),
        (option::of(stream()), 0..0x8000_0000u32)
            .prop_map(|(stream, delta)| Frame::WindowUpdate(WindowUpdate { stream, delta })),
        (stream(), bytes(), any::<bool>()).prop_map(|(stream, data, end)| Frame::Data(Data {
            stream,
            data,
            end
        })),
    ]
}

/// Decodes parts, and joins the parts of each DATA frame again.
fn decode(parts: impl Iterator<Item = Bytes>) -> Result<Vec<Frame>, Error> {
    let mut decoder = FrameDecoder::new(1024);
    let mut frames = Vec::new();
    for mut part in parts {
        loop {
            let inside_data = decoder.is_inside_data();
            match (decoder.decode(&mut part)?, frames.last_mut()) {
                (None, _) => break,
                (Some(Frame::Data(next)), Some(Frame::Data(before))) if inside_data => {
                    assert_eq!(next.stream, before.stream);
                    before.data = [&before.data[..], &next.data].concat().into();
                    before.end |= next.end;
                }
                (Some(frame), _) => frames.push(frame),
            }
        }
    }
    assert!(decoder.is_between_frames());
    Ok(frames)
}

proptest! {
    #[test]
    fn frames_come_back_from_any_split(frames in vec(frame(), 0..20), sizes in vec(1..300usize, 1..50)) {
        let mut encoded = BytesMut::new();
        for frame in &frames {
            frame.encode(&mut encoded).unwrap();
        }
        let mut rest = encoded.freeze();
        let mut sizes = sizes.into_iter().cycle();
        let parts = std::iter::from_fn(|| {
            let size = sizes.next()?.min(rest.len());
            (size > 0).then(|| rest.split_to(size))
        });
        prop_assert_eq!(decode(parts), Ok(frames));
    }

    #[test]
    fn what_is_decoded_from_any_bytes_encodes_to_what_decodes_the_same(
        mut bytes in vec(any::<u8>(), 8..64),
        kind in 0..10u8,
    ) {
        // Enough luck to be a frame now and then: a sensible head, the rest as it comes.
        let (length, flags) = (bytes.len() - 8, bytes[4] & 3);
        bytes[..8].copy_from_slice(&[0x80, 3, 0, kind, flags, 0, 0, length as u8]);
        if let Ok(frames) = decode(std::iter::once(Bytes::from(bytes))) {
            let mut encoded = BytesMut::new();
            for frame in &frames {
                frame.encode(&mut encoded).unwrap();
            }
            prop_assert_eq!(decode(std::iter::once(encoded.freeze())), Ok(frames));
        }
    }
}
