//! Recordings of real clients and servers: every byte of every SPDY recording, both directions, decodes to
//! the frames written down in `../expected`, and a session fed with them tells the events written there.
//!
//! The expected files were checked by hand against what is recorded. After a deliberate change run the test
//! with `UPDATE_EXPECTED=1` to write them anew, and read the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod recording;
mod transcript;
mod websocket;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use bytes::{Bytes, BytesMut};
use recording::{Recording, Side};
use spdy::frame::{Frame, FrameDecoder};
use spdy::header_block::Decompressor;
use spdy::{Event, Limits, Session};

/// Every recording of SPDY there is. The list is checked against the directory.
const RECORDINGS: [&str; 11] = [
    "oc-wstunnel-echo",
    "spdy-bulk-200k",
    "spdy-echo",
    "spdy-half-close",
    "spdy-pod-reset",
    "spdy-port-refused",
    "spdy-two-connections",
    "wstunnel-bulk-200k",
    "wstunnel-echo",
    "wstunnel-port-refused",
    "wstunnel-two-connections",
];

#[test]
fn no_recording_is_left_out() {
    let mut names: Vec<_> = fs::read_dir(recording::directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("spdy-") || name.contains("wstunnel-"))
        .collect();
    names.sort();
    assert_eq!(names, RECORDINGS);
}

#[test]
fn every_byte_is_as_expected() {
    for name in RECORDINGS {
        let recording = Recording::load(name);
        let mut text = String::new();
        for side in [Side::Client, Side::Server] {
            writeln!(text, "{side} sends").unwrap();
            for frame in frames(&recording.spdy(side)) {
                writeln!(text, "  {frame}").unwrap();
            }
        }
        for side in [Side::Client, Side::Server] {
            writeln!(text, "{side} is told").unwrap();
            for event in replay(&recording, side) {
                writeln!(text, "  {}", transcript::event(&event)).unwrap();
            }
        }
        compare(name, &text);
    }
}

#[test]
fn the_split_makes_no_difference() {
    for name in RECORDINGS {
        let recording = Recording::load(name);
        for side in [Side::Client, Side::Server] {
            let whole = recording.spdy(side);
            let expected = decode([whole.clone()].into_iter());
            for size in [1, 2, 3, 7, 8, 9, 61, 1000, 4096] {
                let parts = (0..whole.len()).step_by(size);
                let parts = parts.map(|start| whole.slice(start..whole.len().min(start + size)));
                assert!(decode(parts) == expected, "{name}, {side}, parts of {size}");
            }
        }
    }
}

#[test]
fn frames_encode_to_the_bytes_they_came_from() {
    for name in RECORDINGS {
        let recording = Recording::load(name);
        for side in [Side::Client, Side::Server] {
            let bytes = recording.spdy(side);
            let mut encoded = BytesMut::new();
            for frame in decode([bytes.clone()].into_iter()) {
                frame.encode(&mut encoded).unwrap();
            }
            assert!(encoded == bytes, "{name}, {side}");
        }
    }
}

/// The frames in these bytes, with their headers unpacked, one line each.
fn frames(bytes: &Bytes) -> Vec<String> {
    let mut headers = Decompressor::new(Limits::default());
    let mut unpack = |block: &Bytes| headers.decompress(block).unwrap().unwrap();
    decode([bytes.clone()].into_iter()).iter().map(|frame| transcript::frame(frame, &mut unpack)).collect()
}

/// The frames in these parts; DATA that came in several is joined.
fn decode(parts: impl Iterator<Item = Bytes>) -> Vec<Frame> {
    let mut decoder = FrameDecoder::new(Limits::default().control_frame);
    let mut frames = Vec::new();
    for mut part in parts {
        loop {
            let continues = decoder.is_inside_data();
            match (decoder.decode(&mut part).unwrap(), frames.last_mut()) {
                (None, _) => break,
                (Some(Frame::Data(next)), Some(Frame::Data(before))) if continues => {
                    before.data = [&before.data[..], &next.data].concat().into();
                    before.end = next.end;
                }
                (Some(frame), _) => frames.push(frame),
            }
        }
    }
    assert!(decoder.is_between_frames() && decoder.skipped() == 0);
    frames
}

/// Puts a session of ours in the place of one side: it does what that side did and hears what that side
/// heard, in the order of the recording.
fn replay(recording: &Recording, side: Side) -> Vec<Event> {
    let mut session = match side {
        Side::Client => Session::client(Limits::default()),
        Side::Server => Session::server(Limits::default()),
    };
    let mut own = FrameDecoder::new(Limits::default().control_frame);
    let mut headers = Decompressor::new(Limits::default());
    let mut events = Vec::new();
    for (from, mut bytes) in recording.spdy_parts() {
        if from == side {
            while let Some(frame) = own.decode(&mut bytes).unwrap() {
                act(&mut session, frame, &mut headers);
            }
        } else {
            session.receive(bytes).unwrap();
        }
        events.extend(std::iter::from_fn(|| session.poll_event()));
    }
    // Nothing came out of place, and all streams ended as they did in the recording.
    assert_eq!((session.ignored_frames(), session.stream_count()), (0, 0));
    join(events)
}

/// Does with a session what a frame of the recording did.
fn act(session: &mut Session, frame: Frame, headers: &mut Decompressor) {
    match frame {
        Frame::SynStream(frame) => {
            let headers = headers.decompress(&frame.block).unwrap().unwrap();
            session.open_with_id(frame.stream, &headers, frame.end).unwrap();
        }
        Frame::SynReply(frame) => {
            let headers = headers.decompress(&frame.block).unwrap().unwrap();
            session.reply(frame.stream, &headers, frame.end).unwrap();
        }
        Frame::Data(frame) => session.send(frame.stream, frame.data, frame.end).unwrap(),
        Frame::RstStream(frame) => session.reset(frame.stream, frame.status),
        Frame::GoAway(frame) => session.go_away(frame.status),
        // Ours are numbered as theirs are; answers go out by themselves.
        Frame::Ping(frame) if frame.id.is_odd() => assert_eq!(session.ping(), frame.id),
        other => panic!("not in any recording: {other:?}"),
    }
}

/// How the bytes of a stream were cut by the network is nobody's business.
fn join(events: Vec<Event>) -> Vec<Event> {
    let mut joined: Vec<Event> = Vec::new();
    for event in events {
        match (joined.last_mut(), event) {
            (
                Some(Event::Data { stream, data, end }),
                Event::Data { stream: next, data: more, end: last },
            ) if *stream == next => {
                *data = [&data[..], &more].concat().into();
                *end = last;
            }
            (_, event) => joined.push(event),
        }
    }
    joined
}

fn compare(name: &str, text: &str) {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/expected")).join(format!("{name}.txt"));
    if env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (line, (expected, text)) in expected.lines().zip(text.lines()).enumerate() {
        assert_eq!(text, expected, "{name}.txt, line {}", line + 1);
    }
    assert_eq!(text, expected, "{name}.txt");
}
