//! The messages of the channel protocols (`wsstream/conn.go` of the API server): a channel and bytes for it.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

use super::frame::{self, Head, Opcode};

/// The largest message that is read (`DefaultMaxPayloadBytes` of x/net/websocket), in bytes.
const LARGEST: u64 = 32 << 20;

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::portforward) enum Codec {
    /// Binary messages: the channel's number, then the bytes.
    Raw,
    /// Text messages: the channel's digit, then the bytes in base64.
    Base64,
}

/// Something that a client sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    Data { channel: u8, bytes: Bytes },
    Ping(Bytes),
    Close,
}

/// Reads the messages of one client, frame by frame.
pub(super) struct Reader {
    codec: Codec,
    /// The head of the frame whose payload is not all there.
    frame: Option<Head>,
}

impl Reader {
    pub(super) fn new(codec: Codec) -> Self {
        Self { codec, frame: None }
    }

    /// Takes the next message, once all of it is there. What means nothing is left out.
    ///
    /// # Errors
    /// When it is not what a client may send.
    pub(super) fn take(&mut self, raw: &mut BytesMut) -> io::Result<Option<Message>> {
        loop {
            let head = match &mut self.frame {
                Some(head) => head,
                none => match frame::take_head(raw)? {
                    Some(head) => none.insert(head),
                    None => return Ok(None),
                },
            };
            if head.remaining() > LARGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a message of more than 32 MiB"));
            }
            let Some(payload) = head.take_whole(raw) else { return Ok(None) };
            let opcode = head.opcode;
            self.frame = None;
            match opcode {
                Opcode::Close => return Ok(Some(Message::Close)),
                Opcode::Ping => return Ok(Some(Message::Ping(payload))),
                Opcode::Pong => {}
                // Each continuation counts as a message of its own: x/net/websocket reads frames.
                Opcode::Binary | Opcode::Text | Opcode::Continuation => {
                    if let Some(message) = self.codec.read(payload) {
                        return Ok(Some(message));
                    }
                }
            }
        }
    }
}

impl Codec {
    fn read(self, mut payload: Bytes) -> Option<Message> {
        let channel = payload.try_get_u8().ok()?;
        Some(match self {
            Self::Raw => Message::Data { channel, bytes: payload },
            Self::Base64 => Message::Data {
                channel: channel.checked_sub(b'0')?,
                bytes: STANDARD.decode(payload).ok()?.into(),
            },
        })
    }

    /// Writes a message.
    pub(super) fn put(self, out: &mut BytesMut, channel: u8, bytes: &[u8]) {
        match self {
            Self::Raw => {
                frame::put_head(out, Opcode::Binary, true, 1 + bytes.len());
                out.put_u8(channel);
                out.put_slice(bytes);
            }
            Self::Base64 => {
                let text = STANDARD.encode(bytes);
                frame::put_head(out, Opcode::Text, true, 1 + text.len());
                out.put_u8(b'0'.wrapping_add(channel));
                out.put_slice(text.as_bytes());
            }
        }
    }
}

/// Answers a ping.
pub(super) fn put_pong(out: &mut BytesMut, payload: &[u8]) {
    frame::put_head(out, Opcode::Pong, true, payload.len());
    out.put_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of a client, masked with zeros.
    fn client(first: u8, payload: &[u8]) -> BytesMut {
        let mut raw = BytesMut::from(&[first, 0x80 | payload.len() as u8, 0, 0, 0, 0][..]);
        raw.put_slice(payload);
        raw
    }

    fn data(channel: u8, bytes: &'static [u8]) -> Option<Message> {
        Some(Message::Data { channel, bytes: Bytes::from_static(bytes) })
    }

    #[test]
    fn messages_are_read_whole_and_continuations_as_messages() {
        let mut raw = client(0x02, b"\x00ab");
        raw.unsplit(client(0x80, b"\x02cd"));
        raw.unsplit(client(0x8a, b"pong"));
        raw.unsplit(client(0x82, b""));
        raw.unsplit(client(0x88, b""));
        let (mut input, mut messages) = (BytesMut::new(), Vec::new());
        let mut reader = Reader::new(Codec::Raw);
        for byte in raw {
            input.put_u8(byte);
            messages.extend(reader.take(&mut input).expect("a sound client"));
        }
        let messages: Vec<_> = messages.into_iter().map(Some).collect();
        assert_eq!(messages, [data(0, b"ab"), data(2, b"cd"), Some(Message::Close)]);
    }

    #[test]
    fn base64_is_read_as_it_is_written() {
        let mut out = BytesMut::new();
        Codec::Base64.put(&mut out, 1, b"hello");
        assert_eq!(&out[..], b"\x81\x091aGVsbG8=");
        let mut raw = client(0x81, &out[2..]);
        assert_eq!(Reader::new(Codec::Base64).take(&mut raw).expect("a sound client"), data(1, b"hello"));
        let mut nonsense = client(0x81, b"1?");
        assert_eq!(Reader::new(Codec::Base64).take(&mut nonsense).expect("a sound client"), None);
    }

    #[test]
    fn what_is_too_large_breaks_the_connection() {
        let mut raw = BytesMut::from(&[0x82, 0xff, 0, 0, 0, 0, 0x02, 0, 0, 1, 0, 0, 0, 0][..]);
        assert!(Reader::new(Codec::Raw).take(&mut raw).is_err());
    }
}
