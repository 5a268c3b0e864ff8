use std::io;

use futures::FutureExt as _;

use super::{
    input::Input,
    scripted::Scripted,
    server_frames::{End, Item, is_end, read, written},
};
use crate::websocket::{Piece, split};

/// What a reader of channels hands on, with what belongs together joined.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    parts: Vec<Part>,
    last_ping: Option<Vec<u8>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Data(Vec<u8>),
    Error { text: Vec<u8>, end: bool },
}

/// The v4 channels: data, error texts and their ends as a plain reading of the messages gives them, however they are
/// split; then the same end.
pub fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let sizes = input.sizes();
    let wire = input.rest();
    let (expected, end) = expect(wire);
    for sizes in [sizes, &[], &[1]] {
        let (io, output) = Scripted::new(wire, sizes, true);
        let (mut reader, mut writer) = split(io);
        let mut outcome = Outcome::default();
        let ended = loop {
            match reader.next().now_or_never() {
                Some(Ok(Piece::Data(data))) => outcome.add(Part::Data(data.into())),
                Some(Ok(Piece::Error { text, end })) => outcome.add(Part::Error { text: text.into(), end }),
                Some(Ok(Piece::End)) => break Ok(()),
                Some(Err(error)) => break Err(error),
                None => unreachable!("what is read is always there"),
            }
        };
        assert!(writer.answer_pings().now_or_never().is_none());
        outcome.last_ping = written(&output.bytes()).pop().map(|(opcode, payload)| {
            assert_eq!(opcode, 10);
            payload
        });
        assert_eq!(outcome, expected);
        assert!(is_end(&end, ended.as_ref().map(|_| ())), "{ended:?} instead of {end:?}");
    }
}

fn expect(wire: &[u8]) -> (Outcome, End) {
    let (items, end) = read(wire);
    let mut outcome = Outcome::default();
    // Of the message that is being read: its channel, and whether text of it came.
    let mut channel: Option<u8> = None;
    let mut said = false;
    // How much of the port each channel has repeated.
    let mut repeated = [0; 2];
    for item in items {
        let (mut bytes, ends) = match item {
            Item::Payload(bytes, ends) => (bytes, ends),
            Item::Ping(ping) => {
                outcome.last_ping = Some(ping.to_vec());
                continue;
            }
        };
        if let (None, [first, rest @ ..]) = (channel, bytes) {
            if *first > 1 {
                return (outcome, Some((io::ErrorKind::InvalidData, format!("unknown channel {first}"))));
            }
            channel = Some(*first);
            bytes = rest;
        }
        if let Some(channel) = channel {
            let repeated = &mut repeated[usize::from(channel)];
            while *repeated < 2 && !bytes.is_empty() {
                *repeated += 1;
                bytes = &bytes[1..];
            }
            said |= !bytes.is_empty();
            match channel {
                0 if !bytes.is_empty() => outcome.add(Part::Data(bytes.to_vec())),
                1 if said && (ends || !bytes.is_empty()) => {
                    outcome.add(Part::Error { text: bytes.to_vec(), end: ends });
                }
                _ => {}
            }
        }
        if ends {
            channel = None;
            said = false;
        }
    }
    (outcome, end)
}

impl Outcome {
    fn add(&mut self, part: Part) {
        match (self.parts.last_mut(), part) {
            (Some(Part::Data(joined)), Part::Data(more)) => joined.extend(more),
            (Some(Part::Error { text, end: end @ false }), Part::Error { text: more, end: last }) => {
                text.extend(more);
                *end = last;
            }
            (_, part) => self.parts.push(part),
        }
    }
}
