//! Frames of a WebSocket server read in the plainest way, from the text of RFC 6455; and those of a client.

use std::io;

/// What a server sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// What came of the payload of a frame; whether its message ends with it.
    Payload(&'a [u8], bool),
    Ping(&'a [u8]),
}

/// How reading ends: kind of error, and a word that its text has; `None` for an end in order.
pub(super) type End = Option<(io::ErrorKind, String)>;

/// All that came, in order, and how it ends.
pub(super) fn read(wire: &[u8]) -> (Vec<Item<'_>>, End) {
    let mut items = Vec::new();
    let end = read_into(wire, &mut items);
    (items, end)
}

/// Whether reading ended as expected.
pub(super) fn is_end(expected: &End, got: Result<(), &io::Error>) -> bool {
    match (expected, got) {
        (None, Ok(())) => true,
        (Some((kind, word)), Err(error)) => {
            error.kind() == *kind && error.to_string().contains(word.as_str())
        }
        _ => false,
    }
}

fn read_into<'a>(mut rest: &'a [u8], items: &mut Vec<Item<'a>>) -> End {
    let torn = || Some((io::ErrorKind::UnexpectedEof, String::new()));
    let violation = |word: &str| Some((io::ErrorKind::InvalidData, word.to_owned()));
    let mut in_message = false;
    loop {
        let [first, second, tail @ ..] = rest else { return torn() };
        if first & 0x70 != 0 {
            return violation("reserved bits");
        }
        if second & 0x80 != 0 {
            return violation("masked");
        }
        let more = match second {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some((length, tail)) = tail.split_at_checked(more) else { return torn() };
        let length = match more {
            0 => u64::from(*second),
            _ => length.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        if length >= 1 << 63 {
            return violation("highest bit");
        }
        let (last, opcode) = (first & 0x80 != 0, first & 0xf);
        let here = usize::try_from(length).map_or(tail.len(), |length| length.min(tail.len()));
        let (payload, tail) = tail.split_at(here);
        let whole = payload.len() as u64 == length;
        match opcode {
            0 | 2 if in_message != (opcode == 0) => return violation("continuation"),
            0 | 2 => {
                in_message = !last;
                items.push(Item::Payload(payload, whole && last));
            }
            1 => return violation("text message"),
            8..=10 if !last || length > 125 => return violation("control frame"),
            8..=10 if !whole => return torn(),
            8 => {
                return match payload {
                    [0x03, 0xe8, ..] => None,
                    [high, low, ..] => {
                        let code = u16::from_be_bytes([*high, *low]);
                        Some((io::ErrorKind::ConnectionAborted, format!("with code {code}")))
                    }
                    _ => Some((io::ErrorKind::ConnectionAborted, "no code".to_owned())),
                };
            }
            9 => items.push(Item::Ping(payload)),
            10 => {}
            _ => return violation("unknown opcode"),
        }
        rest = tail;
    }
}

/// Opcode and payload of each frame that a client wrote.
pub(super) fn written(mut rest: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let [first, second, a, b, c, d, tail @ ..] = rest {
        assert!(first & 0xf0 == 0x80 && (0x80..0x80 + 126).contains(second), "a short, final, masked frame");
        let (payload, tail) = tail.split_at(usize::from(second & 0x7f));
        let key = [a, b, c, d];
        frames.push((
            first & 0xf,
            payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ **key).collect(),
        ));
        rest = tail;
    }
    assert!(rest.is_empty());
    frames
}
