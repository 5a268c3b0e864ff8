//! The tunnel as a byte stream.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    channels::closed,
    decoder::{Control, ControlPayload, Decoder, Violation},
    encoder::{BINARY, CLOSE, PONG, encode},
};

/// Most payload put into one frame. Larger frames save nothing: the head is 0.02 % already.
const FRAME_PAYLOAD: usize = 64 * 1024;
/// Encoded bytes above which no more are taken before some were written. With one frame on top this bounds the
/// write buffer to about 128 KiB.
const WRITE_BUFFER: usize = 64 * 1024;
/// Normal closure (RFC 6455 §7.4.1). The far end of a tunnel sees it as the end of the stream.
const NORMAL_CLOSURE: u16 = 1000;

/// SPDY's bytes inside WebSocket messages, over an upgraded connection.
///
/// Reads decode in the caller's buffer, so nothing is buffered on the way in. Pings are answered while reading.
/// A close frame with code 1000 is the end of the stream, any other code or a text message an error; an end without
/// a close frame is [`io::ErrorKind::UnexpectedEof`]. Reading and writing must happen in one task, since answering a
/// ping writes while reading.
pub(crate) struct WebSocketTunnel<T> {
    inner: T,
    decoder: Decoder,
    out: BytesMut,
    /// The latest ping not answered yet; answering only that one is enough (RFC 6455 §5.5.3).
    pong: Option<ControlPayload>,
    incoming: Incoming,
    close_sent: bool,
}

/// What reading comes to once all payload was handed on.
enum Incoming {
    Open,
    Closed(Option<u16>),
    Broken(Violation),
}

impl<T: AsyncRead + AsyncWrite + Unpin> WebSocketTunnel<T> {
    /// A tunnel over a connection on which the WebSocket handshake is done.
    pub(crate) fn new(inner: T) -> Self {
        Self {
            inner,
            decoder: Decoder::new(),
            out: BytesMut::new(),
            pong: None,
            incoming: Incoming::Open,
            close_sent: false,
        }
    }

    /// Decodes the received bytes in place; returns how many of them are payload.
    fn take(&mut self, received: &mut [u8]) -> usize {
        let mut consumed = 0;
        let mut payload = 0;
        while consumed < received.len() && matches!(self.incoming, Incoming::Open) {
            match self.decoder.decode(&mut received[consumed..]) {
                Ok(progress) => {
                    received.copy_within(consumed..consumed + progress.payload, payload);
                    payload += progress.payload;
                    consumed += progress.consumed;
                    match progress.control {
                        Some(Control::Ping(ping)) => self.pong = Some(ping),
                        Some(Control::Close(code)) => self.incoming = Incoming::Closed(code),
                        Some(Control::Pong) | None => {}
                    }
                }
                Err(violation) => self.incoming = Incoming::Broken(violation),
            }
        }
        payload
    }

    /// Puts what the protocol owes the peer into the write buffer.
    fn queue_answers(&mut self) {
        if self.close_sent || self.out.len() >= WRITE_BUFFER {
            return;
        }
        if let Some(ping) = self.pong.take() {
            encode(&mut self.out, PONG, &[IoSlice::new(ping.as_slice())], usize::MAX, new_key());
        }
        if let Incoming::Closed(_) = self.incoming {
            self.queue_close();
        }
    }

    fn queue_close(&mut self) {
        if !self.close_sent {
            let code = NORMAL_CLOSURE.to_be_bytes();
            encode(&mut self.out, CLOSE, &[IoSlice::new(&code)], usize::MAX, new_key());
            self.close_sent = true;
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.out))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.out.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

fn new_key() -> [u8; 4] {
    rand::random()
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocketTunnel<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            match this.incoming {
                Incoming::Open => {}
                Incoming::Closed(Some(NORMAL_CLOSURE)) => return Poll::Ready(Ok(())),
                Incoming::Closed(code) => {
                    return Poll::Ready(Err(closed(code)));
                }
                Incoming::Broken(violation) => {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, violation)));
                }
            }
            let start = buffer.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(cx, buffer))?;
            let received = &mut buffer.filled_mut()[start..];
            if received.is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            let payload = this.take(received);
            buffer.set_filled(start + payload);
            this.queue_answers();
            // A write error shows up where the owner writes; what was read before it still counts.
            let _ = this.poll_drain(cx);
            if payload > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocketTunnel<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buffer)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.queue_answers();
        if this.close_sent {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if this.out.len() >= WRITE_BUFFER {
            ready!(this.poll_drain(cx))?;
        }
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Poll::Ready(Ok(0));
        }
        let taken = encode(&mut this.out, BINARY, buffers, FRAME_PAYLOAD, new_key());
        match this.poll_drain(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(taken)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.queue_answers();
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.queue_close();
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    /// A client frame as the server sees it: opcode byte and unmasked payload.
    async fn client_frame(server: &mut (impl AsyncRead + Unpin)) -> (u8, Vec<u8>) {
        let mut head = [0; 2];
        server.read_exact(&mut head).await.unwrap();
        assert_ne!(head[1] & 0x80, 0, "client frames are masked");
        let length = match head[1] & 0x7f {
            126 => usize::from(server.read_u16().await.unwrap()),
            127 => server.read_u64().await.unwrap() as usize,
            short => usize::from(short),
        };
        let mut key = [0; 4];
        server.read_exact(&mut key).await.unwrap();
        let mut payload = vec![0; length];
        server.read_exact(&mut payload).await.unwrap();
        payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        (head[0], payload)
    }

    #[tokio::test]
    async fn payload_both_ways_with_control_frames_between() {
        let (near, mut server) = duplex(1 << 20);
        let mut tunnel = WebSocketTunnel::new(near);
        // "ab", a ping inside the message, its empty final continuation, then "cd".
        server.write_all(b"\x02\x02ab\x89\x02hi\x80\x00\x82\x02cd").await.unwrap();
        let mut got = [0; 4];
        tunnel.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"abcd");
        assert_eq!(client_frame(&mut server).await, (0x8a, b"hi".to_vec()));

        let large: Vec<u8> = (0..200_000u32).map(|i| i as u8).collect();
        tunnel.write_all(&large).await.unwrap();
        tunnel.flush().await.unwrap();
        let mut seen = Vec::new();
        while seen.len() < large.len() {
            let (first, payload) = client_frame(&mut server).await;
            assert_eq!(first, 0x82);
            assert!(payload.len() <= FRAME_PAYLOAD);
            seen.extend(payload);
        }
        assert!(seen == large);
    }

    #[tokio::test]
    async fn a_normal_close_is_the_end_and_is_answered() {
        let (near, mut server) = duplex(1024);
        let mut tunnel = WebSocketTunnel::new(near);
        server.write_all(b"\x82\x01x\x88\x02\x03\xe8").await.unwrap();
        let mut got = Vec::new();
        tunnel.read_to_end(&mut got).await.unwrap();
        assert_eq!(got, b"x");
        assert_eq!(client_frame(&mut server).await, (0x88, vec![0x03, 0xe8]));
        assert_eq!(tunnel.write(b"late").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn other_ends_are_errors() {
        for (wire, expected) in [
            (&b"\x88\x02\x03\xf3"[..], io::ErrorKind::ConnectionAborted),
            (b"\x88\x00", io::ErrorKind::ConnectionAborted),
            (b"\x81\x01x", io::ErrorKind::InvalidData),
            (b"\x82", io::ErrorKind::UnexpectedEof),
        ] {
            let (near, mut server) = duplex(1024);
            let mut tunnel = WebSocketTunnel::new(near);
            server.write_all(wire).await.unwrap();
            server.shutdown().await.unwrap();
            assert_eq!(tunnel.read_u8().await.unwrap_err().kind(), expected, "{wire:x?}");
        }
    }

    #[tokio::test]
    async fn shutdown_says_goodbye() {
        let (near, mut server) = duplex(1024);
        let mut tunnel = WebSocketTunnel::new(near);
        tunnel.write_all(b"x").await.unwrap();
        tunnel.shutdown().await.unwrap();
        assert_eq!(client_frame(&mut server).await, (0x82, b"x".to_vec()));
        assert_eq!(client_frame(&mut server).await, (0x88, vec![0x03, 0xe8]));
        assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
    }

    /// The bytes behind the response head of a recording.
    fn recorded(name: &str) -> Vec<u8> {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/../../../tests/fixtures/recordings/{name}/server.bin");
        let bytes = std::fs::read(path).unwrap();
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        bytes[head + 4..].to_vec()
    }

    async fn unwrapped(name: &str, piece: usize) -> Vec<u8> {
        let (near, mut server) = duplex(1 << 20);
        server.write_all(&recorded(name)).await.unwrap();
        drop(server);
        let mut tunnel = WebSocketTunnel::new(near);
        let mut got = Vec::new();
        let mut buffer = vec![0; piece];
        // Recordings end without a close frame.
        while let Ok(read @ 1..) = tunnel.read(&mut buffer).await {
            got.extend_from_slice(&buffer[..read]);
        }
        got
    }

    #[tokio::test]
    async fn recorded_tunnels_hold_the_spdy_of_recorded_upgrades() {
        for piece in [1, 7, 64 * 1024] {
            assert_eq!(unwrapped("wstunnel-echo", piece).await, recorded("spdy-echo"));
            assert_eq!(unwrapped("oc-wstunnel-echo", piece).await, recorded("spdy-echo"));
        }
        let frames = |mut bytes: &[u8]| {
            let mut data = 0;
            while let [first, _, _, _, _, a, b, c, rest @ ..] = bytes {
                let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
                data += if first & 0x80 == 0 { length } else { 0 };
                bytes = &rest[length..];
            }
            assert!(bytes.is_empty());
            data
        };
        assert_eq!(frames(&unwrapped("wstunnel-bulk-200k", 4096).await), 204_800);
    }
}
