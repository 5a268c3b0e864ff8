//! v4 channels (cri-streaming, portforward/websocket.go): the first byte of each message names a channel.
//!
//! One port is asked for on each connection, so there are two channels: 0 carries data, 1 what went wrong. The first
//! message on each repeats the port. A client message must be one frame: the server takes a continuation for a message.

use std::{
    io::{self, IoSlice},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf},
    sync::Notify,
};
use wording::{Text, text};

use super::{
    decoder::{Control, ControlPayload, Decoder},
    encoder::{BINARY, CLOSE, PING, PONG, encode},
};

/// Space for reading: two reads of what a server writes at a time.
const READ: usize = 64 * 1024;
/// Normal closure (RFC 6455 §7.4.1).
const NORMAL_CLOSURE: u16 = 1000;
const DATA: u8 = 0;
/// Bytes at the beginning of each channel that repeat the port.
const PORT: usize = 2;

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Data(Bytes),
    /// A part of the text; its end is that of the message. Empty only at the end.
    Error {
        text: Bytes,
        end: bool,
    },
    /// The server closed in order.
    End,
}

/// Two halves of an upgraded connection; the writing one answers the pings that the reading one sees.
pub(crate) fn split<T: AsyncRead + AsyncWrite>(io: T) -> (ChannelReader<T>, ChannelWriter<T>) {
    let (reader, writer) = tokio::io::split(io);
    let owed = Arc::new(Owed::default());
    let reader = ChannelReader {
        io: reader,
        decoder: Decoder::of_messages(),
        received: BytesMut::new(),
        port: None,
        channel: None,
        said: false,
        skip: [PORT; 2],
        closed: None,
        owed: Arc::clone(&owed),
    };
    (reader, ChannelWriter { io: writer, out: BytesMut::new(), owed })
}

/// The latest ping not answered yet; answering only that one is enough (RFC 6455 §5.5.3).
#[derive(Default)]
struct Owed {
    pong: Mutex<Option<ControlPayload>>,
    came: Notify,
}

/// Reads messages.
pub(crate) struct ChannelReader<T> {
    io: ReadHalf<T>,
    decoder: Decoder,
    received: BytesMut,
    /// What the first message on each channel has to say.
    port: Option<u16>,
    /// The channel of the message that is being read.
    channel: Option<u8>,
    /// Text of that message has come.
    said: bool,
    /// How much of the port is still to come on each channel.
    skip: [usize; 2],
    /// The code of the close frame that came; what came in front of it is handed on first.
    closed: Option<Option<u16>>,
    owed: Arc<Owed>,
}

impl<T: AsyncRead + AsyncWrite> ChannelReader<T> {
    /// From now on anything but this port in front of a channel is an error: what is taken for the port would be missing
    /// from the data.
    pub(crate) fn of_port(self, port: u16) -> Self {
        Self { port: Some(port), ..self }
    }

    /// The next piece. A connection that ends without a close frame is an error.
    pub(crate) async fn next(&mut self) -> io::Result<Piece> {
        loop {
            if let Some(code) = self.closed {
                return end(code);
            }
            if self.received.is_empty() {
                self.received.reserve(READ);
                if self.io.read_buf(&mut self.received).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            if let Some(piece) = self.take()? {
                return Ok(piece);
            }
        }
    }

    /// Decodes up to the end of a message or a control frame.
    fn take(&mut self) -> io::Result<Option<Piece>> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let progress = self.decoder.decode(&mut self.received).map_err(invalid)?;
        let mut run = self.received.split_to(progress.consumed);
        run.truncate(progress.payload);
        let piece = self.piece(run.freeze(), progress.message_ended)?;
        match progress.control {
            Some(Control::Ping(ping)) => {
                *self.owed.pong.lock().unwrap_or_else(PoisonError::into_inner) = Some(ping);
                self.owed.came.notify_one();
            }
            Some(Control::Close(code)) => self.closed = Some(code),
            Some(Control::Pong) | None => {}
        }
        Ok(piece)
    }

    fn piece(&mut self, mut run: Bytes, end: bool) -> io::Result<Option<Piece>> {
        if self.channel.is_none() && !run.is_empty() {
            self.channel = Some(run.get_u8());
        }
        let Some(channel) = self.channel else { return Ok(None) };
        if end {
            self.channel = None;
        }
        let Some(skip) = self.skip.get_mut(usize::from(channel)) else {
            return Err(invalid(text!("unknown channel {channel}", "unbekannter Kanal {channel}")));
        };
        let skipped = (*skip).min(run.len());
        let is_port = |port: u16| port.to_le_bytes()[PORT - *skip..].starts_with(&run[..skipped]);
        if !self.port.is_none_or(is_port) {
            return Err(invalid(text!(
                "the server answered for another port",
                "der Server antwortete für einen anderen Port"
            )));
        }
        *skip -= skipped;
        run.advance(skipped);
        if channel == DATA {
            return Ok((!run.is_empty()).then_some(Piece::Data(run)));
        }
        // A message may end with an empty fragment, after all its text was handed on.
        let said = self.said || !run.is_empty();
        self.said = said && !end;
        Ok((!run.is_empty() || said && end).then_some(Piece::Error { text: run, end }))
    }
}

/// The server closed the WebSocket, with this code of RFC 6455 or none, and not because all was said.
pub(super) fn closed(code: Option<u16>) -> io::Error {
    let text = match code {
        Some(code) => text!(
            "the server closed the WebSocket with code {code}",
            "der Server schloss den WebSocket mit dem Code {code}"
        ),
        None => text!(
            "the server closed the WebSocket with no code",
            "der Server schloss den WebSocket ohne Code"
        ),
    };
    io::Error::new(io::ErrorKind::ConnectionAborted, text)
}

fn invalid(what: Text) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// What a close frame means.
fn end(code: Option<u16>) -> io::Result<Piece> {
    if code == Some(NORMAL_CLOSURE) {
        return Ok(Piece::End);
    }
    Err(closed(code))
}

/// Writes messages.
pub(crate) struct ChannelWriter<T> {
    io: WriteHalf<T>,
    out: BytesMut,
    owed: Arc<Owed>,
}

impl<T: AsyncRead + AsyncWrite> ChannelWriter<T> {
    /// Sends data in one message.
    pub(crate) async fn send(&mut self, data: &[u8]) -> io::Result<()> {
        self.put(BINARY, &[IoSlice::new(&[DATA]), IoSlice::new(data)]);
        self.write().await
    }

    /// Waits until the server has pinged, and answers.
    pub(crate) async fn answer_pings(&mut self) -> io::Result<()> {
        loop {
            self.owed.came.notified().await;
            self.answer();
            self.write().await?;
        }
    }

    /// Keeps the connection from looking idle.
    pub(crate) async fn ping(&mut self) -> io::Result<()> {
        self.put(PING, &[]);
        self.write().await
    }

    /// Says that it is over; the server closes the connection into the pod then.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        self.put(CLOSE, &[IoSlice::new(&NORMAL_CLOSURE.to_be_bytes())]);
        self.write().await?;
        self.io.shutdown().await
    }

    fn answer(&mut self) {
        let pong = self.owed.pong.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(pong) = pong {
            self.put(PONG, &[IoSlice::new(pong.as_slice())]);
        }
    }

    fn put(&mut self, opcode: u8, parts: &[IoSlice<'_>]) {
        encode(&mut self.out, opcode, parts, usize::MAX, rand::random());
    }

    /// A cancelled write goes on with the next one.
    async fn write(&mut self) -> io::Result<()> {
        while !self.out.is_empty() {
            let written = self.io.write(&self.out).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.out.advance(written);
        }
        self.io.flush().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// What the pod's side of a recorded connection comes to, fed in pieces of this size.
    async fn recorded(name: &str, size: usize) -> (Vec<u8>, String) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/recordings");
        let bytes = std::fs::read(fixtures.join(name).join("server.bin")).unwrap();
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let body = bytes[head..].to_vec();
        let (near, mut far) = tokio::io::duplex(size);
        let writer = tokio::spawn(async move {
            // Whoever reads may stop at the end.
            let _ = far.write_all(&body).await;
            far
        });
        let (mut reader, _writer) = split(near);
        let (mut data, mut text) = (Vec::new(), Vec::new());
        loop {
            match reader.next().await.unwrap() {
                Piece::Data(bytes) => data.extend_from_slice(&bytes),
                Piece::Error { text: part, .. } => text.extend_from_slice(&part),
                Piece::End => break,
            }
        }
        drop(writer);
        (data, String::from_utf8(text).unwrap())
    }

    #[tokio::test]
    async fn recordings_of_a_real_server() {
        for size in [1, 7, 4096] {
            let (data, text) = recorded("v4-channel-echo", size).await;
            assert_eq!((data.as_slice(), text.as_str()), (&b"hello, pod\n"[..], ""));
            let (data, text) = recorded("v4-channel-refused", size).await;
            assert!(data.is_empty());
            assert!(text.starts_with("error forwarding port 5999 to pod 7e1b153de5b26040bb3"), "{text}");
            assert!(text.contains("connection refused"), "{text}");
        }
    }

    #[tokio::test]
    async fn our_messages_are_those_of_a_real_client() {
        let (near, mut far) = tokio::io::duplex(1024);
        let (_reader, mut writer) = split(near);
        writer.send(b"hello").await.unwrap();
        let mut frame = [0; 12];
        far.read_exact(&mut frame).await.unwrap();
        assert_eq!(frame[..2], [0x82, 0x86], "one final, masked message");
        let key = [frame[2], frame[3], frame[4], frame[5]];
        let payload: Vec<u8> = frame[6..].iter().zip(key.iter().cycle()).map(|(a, b)| a ^ b).collect();
        assert_eq!(payload, b"\0hello");
    }

    #[tokio::test]
    async fn pings_are_answered_and_unknown_channels_refused() {
        let (near, mut far) = tokio::io::duplex(1024);
        let (mut reader, mut writer) = split(near);
        far.write_all(b"\x89\x02hi\x82\x04\0\x50\0x").await.unwrap();
        assert_eq!(reader.next().await.unwrap(), Piece::Data(Bytes::from_static(b"x")));
        let mut pong = [0; 8];
        tokio::select! {
            result = writer.answer_pings() => panic!("{result:?}"),
            read = far.read_exact(&mut pong) => { read.unwrap(); }
        }
        assert_eq!(pong[..2], [0x8a, 0x82]);
        far.write_all(b"\x82\x02\x07x").await.unwrap();
        assert_eq!(reader.next().await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn an_end_without_a_close_frame_is_no_end() {
        for (wire, kind) in [
            (&b"\x82\x03\0\x50\0"[..], io::ErrorKind::UnexpectedEof),
            (b"\x88\x02\x03\xf3", io::ErrorKind::ConnectionAborted),
            (b"\x81\x02\0x", io::ErrorKind::InvalidData),
        ] {
            let (near, mut far) = tokio::io::duplex(1024);
            let (mut reader, _writer) = split(near);
            far.write_all(wire).await.unwrap();
            drop(far);
            assert_eq!(reader.next().await.unwrap_err().kind(), kind, "{wire:x?}");
        }
    }

    /// Found by fuzzing: what came in one read with the close frame was lost.
    #[tokio::test]
    async fn data_in_front_of_an_abnormal_close_counts() {
        let (near, mut far) = tokio::io::duplex(1024);
        let (mut reader, _writer) = split(near);
        // A message that is not at its end, so that one run of decoding goes on to the close frame.
        far.write_all(b"\x02\x05\0\x50\0xy\x88\x02\x03\xf3").await.unwrap();
        assert_eq!(reader.next().await.unwrap(), Piece::Data(Bytes::from_static(b"xy")));
        for _ in 0..2 {
            assert_eq!(reader.next().await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        }
    }

    /// Found by fuzzing: the end of a text was lost if it came in a read of its own, as an empty fragment.
    #[tokio::test]
    async fn a_text_ends_with_an_empty_fragment() {
        let (near, mut far) = tokio::io::duplex(1024);
        let (mut reader, _writer) = split(near);
        far.write_all(b"\x82\x03\x01\x50\0\x02\x03\x01no").await.unwrap();
        let error = |text: &'static [u8], end| Piece::Error { text: Bytes::from_static(text), end };
        assert_eq!(reader.next().await.unwrap(), error(b"no", false));
        far.write_all(b"\x80\0\x82\x01\x01\x88\x02\x03\xe8").await.unwrap();
        assert_eq!(reader.next().await.unwrap(), error(b"", true));
        assert_eq!(reader.next().await.unwrap(), Piece::End);
    }
}
