//! Server frames, taken off in place: what is payload moves to the front of the buffer it was read into.

use super::encoder::{BINARY, CLOSE, PING, PONG};

/// Longest payload of a control frame (RFC 6455 §5.5).
pub(super) const MAX_CONTROL: usize = 125;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

/// What a server may not do in the tunnel. Each ends the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Violation {
    /// Text is refused by both ends of a tunnel (client-go, tunneling_connection.go).
    #[error("a text message arrived in a tunnel of binary messages")]
    Text,
    #[error("a frame of the server was masked")]
    Masked,
    #[error("reserved bits were set though no extension was agreed")]
    ReservedBits,
    #[error("unknown opcode {0:#x}")]
    Opcode(u8),
    #[error("a control frame was fragmented or longer than 125 bytes")]
    Control,
    #[error("a continuation arrived without a message, or a message inside another")]
    Sequence,
    #[error("a frame length had its highest bit set")]
    Length,
}

/// A control frame that was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Ping(ControlPayload),
    Pong,
    /// The status code, if there was one.
    Close(Option<u16>),
}

/// Payload of a control frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ControlPayload {
    bytes: [u8; MAX_CONTROL],
    len: usize,
}

impl ControlPayload {
    const EMPTY: Self = Self { bytes: [0; MAX_CONTROL], len: 0 };

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn push(&mut self, more: &[u8]) {
        // The head bounded the length to MAX_CONTROL, so there is room.
        self.bytes[self.len..self.len + more.len()].copy_from_slice(more);
        self.len += more.len();
    }
}

/// What [`Decoder::decode`] did with a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// Bytes of input used up.
    pub(super) consumed: usize,
    /// Bytes of payload, now at the front of the buffer.
    pub(super) payload: usize,
    /// The control frame that ended the run, if any; the input behind it is untouched.
    pub(super) control: Option<Control>,
    /// The run ended with a message, if the decoder stops there; the input behind it is untouched.
    pub(super) message_ended: bool,
}

enum State {
    Head { bytes: [u8; 10], len: usize },
    Payload { left: u64 },
    Control { opcode: u8, left: usize, payload: ControlPayload },
}

/// Incremental decoder of server frames; knows nothing of IO.
pub(super) struct Decoder {
    state: State,
    /// A fragmented message is open: continuations may come.
    in_message: bool,
    /// Where messages end matters.
    stops_at_messages: bool,
    message_ended: bool,
}

impl Decoder {
    /// A decoder of a byte stream: where messages begin and end means nothing.
    pub(super) fn new() -> Self {
        Self { state: State::new_head(), in_message: false, stops_at_messages: false, message_ended: false }
    }

    /// A decoder of messages, which stops at the end of each.
    pub(super) fn of_messages() -> Self {
        Self { stops_at_messages: true, ..Self::new() }
    }

    /// Decodes `buffer` until its end or the next control frame. Payload in front of a violation still counts: the run
    /// ends between them then, and the next one meets the violation.
    pub(super) fn decode(&mut self, buffer: &mut [u8]) -> Result<Progress, Violation> {
        let mut consumed = 0;
        let mut payload = 0;
        while consumed < buffer.len() {
            match &mut self.state {
                State::Head { bytes, len } => {
                    let (bytes, len) = (*bytes, *len);
                    match self.take_head(bytes, len, buffer[consumed]) {
                        Ok(()) => consumed += 1,
                        Err(_) if payload > 0 => break,
                        Err(violation) => return Err(violation),
                    }
                }
                State::Payload { left } => {
                    let available = buffer.len() - consumed;
                    let taken = usize::try_from(*left).map_or(available, |left| left.min(available));
                    if consumed != payload {
                        buffer.copy_within(consumed..consumed + taken, payload);
                    }
                    consumed += taken;
                    payload += taken;
                    *left -= taken as u64;
                    if *left == 0 {
                        self.state = State::new_head();
                        self.message_ended = !self.in_message;
                    }
                }
                State::Control { left, payload: gathered, .. } => {
                    let taken = (*left).min(buffer.len() - consumed);
                    gathered.push(&buffer[consumed..consumed + taken]);
                    consumed += taken;
                    *left -= taken;
                }
            }
            if let Some(control) = self.finished_control() {
                return Ok(Progress { consumed, payload, control: Some(control), message_ended: false });
            }
            if std::mem::take(&mut self.message_ended) && self.stops_at_messages {
                return Ok(Progress { consumed, payload, control: None, message_ended: true });
            }
        }
        Ok(Progress { consumed, payload, control: None, message_ended: false })
    }

    /// Takes the next byte of a head. Nothing has changed if it breaks a rule.
    fn take_head(&mut self, mut bytes: [u8; 10], len: usize, next: u8) -> Result<(), Violation> {
        bytes[len] = next;
        match Head::parse(&bytes[..=len])? {
            Some(head) => self.enter(head),
            None => {
                self.state = State::Head { bytes, len: len + 1 };
                Ok(())
            }
        }
    }

    fn enter(&mut self, head: Head) -> Result<(), Violation> {
        let is_final = head.first & FINAL != 0;
        self.state = match head.first & 0xf {
            opcode @ (BINARY | CONTINUATION) if self.in_message == (opcode == CONTINUATION) => {
                self.in_message = !is_final;
                self.message_ended = is_final && head.length == 0;
                State::payload(head.length)
            }
            BINARY | CONTINUATION => return Err(Violation::Sequence),
            TEXT => return Err(Violation::Text),
            opcode @ (CLOSE | PING | PONG) => match usize::try_from(head.length) {
                Ok(left) if left <= MAX_CONTROL && is_final => {
                    State::Control { opcode, left, payload: ControlPayload::EMPTY }
                }
                _ => return Err(Violation::Control),
            },
            opcode => return Err(Violation::Opcode(opcode)),
        };
        Ok(())
    }

    fn finished_control(&mut self) -> Option<Control> {
        let State::Control { opcode, left: 0, payload } = self.state else { return None };
        self.state = State::new_head();
        Some(match opcode {
            PING => Control::Ping(payload),
            CLOSE => Control::Close(match payload.as_slice() {
                [high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
                _ => None,
            }),
            _ => Control::Pong,
        })
    }
}

impl State {
    fn new_head() -> Self {
        Self::Head { bytes: [0; 10], len: 0 }
    }

    fn payload(length: u64) -> Self {
        if length == 0 { Self::new_head() } else { Self::Payload { left: length } }
    }
}

struct Head {
    first: u8,
    length: u64,
}

impl Head {
    /// The head, once `bytes` hold all of it.
    fn parse(bytes: &[u8]) -> Result<Option<Self>, Violation> {
        let (&[first, second], rest) = match bytes.split_first_chunk::<2>() {
            Some(split) => split,
            None => return Ok(None),
        };
        if first & RESERVED != 0 {
            return Err(Violation::ReservedBits);
        }
        if second & MASKED != 0 {
            return Err(Violation::Masked);
        }
        let length = match (second, rest) {
            (126, &[a, b]) => u64::from(u16::from_be_bytes([a, b])),
            (127, &[a, b, c, d, e, f, g, h]) => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            (126 | 127, _) => return Ok(None),
            (short, _) => u64::from(short),
        };
        if length >> 63 != 0 {
            return Err(Violation::Length);
        }
        Ok(Some(Self { first, length }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Payload and control frames of `wire`, fed in pieces of the given sizes.
    fn run(wire: &[u8], pieces: &[usize]) -> Result<(Vec<u8>, Vec<Control>), Violation> {
        let mut decoder = Decoder::new();
        let (mut payload, mut controls) = (Vec::new(), Vec::new());
        let mut rest = wire;
        let mut sizes = pieces.iter().copied().cycle();
        while !rest.is_empty() {
            let size = sizes.next().unwrap_or(usize::MAX).clamp(1, rest.len());
            let mut piece = rest[..size].to_vec();
            rest = &rest[size..];
            while !piece.is_empty() {
                let progress = decoder.decode(&mut piece)?;
                payload.extend_from_slice(&piece[..progress.payload]);
                controls.extend(progress.control);
                piece.drain(..progress.consumed);
            }
        }
        Ok((payload, controls))
    }

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![first];
        match payload.len() {
            n @ 0..=125 => out.push(n as u8),
            n @ 126..=0xffff => {
                out.push(126);
                out.extend_from_slice(&(n as u16).to_be_bytes());
            }
            n => {
                out.push(127);
                out.extend_from_slice(&(n as u64).to_be_bytes());
            }
        }
        out.extend_from_slice(payload);
        out
    }

    #[test]
    fn violations() {
        let cases: [(&[u8], Violation); 10] = [
            (&[0x81, 0], Violation::Text),
            (&[0x82, 0x80], Violation::Masked),
            (&[0xc2, 0], Violation::ReservedBits),
            (&[0x83, 0], Violation::Opcode(3)),
            (&[0x8b, 0], Violation::Opcode(11)),
            (&[0x09, 0], Violation::Control),
            (&[0x89, 126, 0, 126], Violation::Control),
            (&[0x80, 0], Violation::Sequence),
            (&[0x02, 0, 0x82, 0], Violation::Sequence),
            (&[0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], Violation::Length),
        ];
        for (wire, expected) in cases {
            assert_eq!(run(wire, &[1]), Err(expected), "{wire:x?}");
            assert_eq!(run(wire, &[64]), Err(expected), "{wire:x?}");
        }
    }

    /// Found by fuzzing: what came in one read with a violation was lost.
    #[test]
    fn payload_in_front_of_a_violation_counts() {
        for messages in [false, true] {
            let mut decoder = if messages { Decoder::of_messages() } else { Decoder::new() };
            let mut buffer = *b"\x02\x02ab\x80\x00\x82\x01c\x82\x81";
            let (mut payload, mut consumed) = (Vec::new(), 0);
            let violation = loop {
                match decoder.decode(&mut buffer[consumed..]) {
                    Ok(progress) => {
                        payload.extend_from_slice(&buffer[consumed..][..progress.payload]);
                        consumed += progress.consumed;
                    }
                    Err(violation) => break violation,
                }
            };
            assert_eq!((&payload[..], violation), (&b"abc"[..], Violation::Masked));
        }
    }

    #[test]
    fn close_codes() {
        assert_eq!(run(&[0x88, 0], &[1]).unwrap().1, [Control::Close(None)]);
        assert_eq!(run(&[0x88, 2, 0x03, 0xe8], &[1]).unwrap().1, [Control::Close(Some(1000))]);
        assert_eq!(run(&[0x88, 3, 0x03, 0xe9, b'x'], &[9]).unwrap().1, [Control::Close(Some(1001))]);
    }

    /// gorilla writes a large message as a non-final frame and an empty final continuation.
    #[test]
    fn empty_final_continuation() {
        let mut wire = frame(0x02, b"abc");
        wire.extend(frame(0x80, b""));
        wire.extend(frame(0x82, b"def"));
        assert_eq!(run(&wire, &[64]).unwrap().0, b"abcdef");
    }

    #[derive(Clone, Debug)]
    struct Message {
        fragments: Vec<Vec<u8>>,
        ping_between: Option<Vec<u8>>,
    }

    fn message() -> impl Strategy<Value = Message> {
        let fragment = prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            proptest::collection::vec(any::<u8>(), 120..140),
            Just(vec![0x5a; 0x1_0003]),
        ];
        let ping = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..126));
        (proptest::collection::vec(fragment, 1..4), ping)
            .prop_map(|(fragments, ping_between)| Message { fragments, ping_between })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_split_gives_the_same(
            messages in proptest::collection::vec(message(), 0..6),
            pieces in proptest::collection::vec(1usize..5000, 1..8),
        ) {
            let (mut wire, mut payload, mut pings) = (Vec::new(), Vec::new(), Vec::new());
            for message in &messages {
                let last = message.fragments.len() - 1;
                for (i, fragment) in message.fragments.iter().enumerate() {
                    let opcode = if i == 0 { BINARY } else { CONTINUATION };
                    wire.extend(frame(opcode | if i == last { FINAL } else { 0 }, fragment));
                    payload.extend_from_slice(fragment);
                    if let Some(ping) = &message.ping_between {
                        wire.extend(frame(FINAL | PING, ping));
                        pings.push(ping.clone());
                    }
                }
            }
            let (got, controls) = run(&wire, &pieces).unwrap();
            prop_assert!(got == payload);
            let got: Vec<Vec<u8>> = controls.iter().map(|control| match control {
                Control::Ping(payload) => payload.as_slice().to_vec(),
                other => panic!("{other:?}"),
            }).collect();
            prop_assert_eq!(got, pings);
        }
    }
}
