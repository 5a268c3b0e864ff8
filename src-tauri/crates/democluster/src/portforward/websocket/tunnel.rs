//! The byte stream inside a WebSocket tunnel, from the server's side (RFC 6455; `streamtunnel.go` of the API server).
//!
//! Message boundaries mean nothing. Binary messages only: a text message is an error. What is written comes out
//! fragmented the way gorilla/websocket does it on a real server.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BufMut as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frame::{self, Head, Opcode};

/// Space for reading: a TLS record, and then some.
const READ: usize = 32 * 1024;

/// How much may wait to be written before the writer has to wait.
const WAITING: usize = 64 * 1024;

/// The largest payload of one message: two DATA frames and their heads.
const MESSAGE: usize = 64 * 1024 + 256;

/// Writes above twice gorilla's buffer leave as they are, as a frame that is not final, followed by an empty final one.
const FRAGMENTED_ABOVE: usize = 2 * 4096;

/// A WebSocket as a stream of bytes.
pub(in crate::portforward) struct TunnelIo<S> {
    io: S,
    /// Received, not decoded.
    raw: BytesMut,
    /// What is left of the frame that is being read.
    frame: Option<Head>,
    ended: bool,
    /// Encoded, not written.
    waiting: BytesMut,
    closing: bool,
}

impl<S> TunnelIo<S> {
    pub(in crate::portforward) fn new(io: S) -> Self {
        Self { io, raw: BytesMut::new(), frame: None, ended: false, waiting: BytesMut::new(), closing: false }
    }

    /// Encodes a message of these bytes.
    fn put_message(&mut self, parts: &[io::IoSlice<'_>], length: usize) {
        let fragmented = length > FRAGMENTED_ABOVE;
        frame::put_head(&mut self.waiting, Opcode::Binary, !fragmented, length);
        let mut left = length;
        for part in parts {
            let taken = part.len().min(left);
            self.waiting.put_slice(&part[..taken]);
            left -= taken;
        }
        if fragmented {
            frame::put_head(&mut self.waiting, Opcode::Continuation, true, 0);
        }
    }

    fn put_close(&mut self) {
        if !std::mem::replace(&mut self.closing, true) {
            frame::put_close(&mut self.waiting);
        }
    }

    /// Decodes what was received into `buffer`. Answers whether it got anything there, or the end.
    fn decode(&mut self, buffer: &mut ReadBuf<'_>) -> io::Result<bool> {
        loop {
            let Some(head) = &mut self.frame else {
                let Some(head) = frame::take_head(&mut self.raw)? else { return Ok(false) };
                self.frame = Some(head);
                continue;
            };
            match head.opcode {
                Opcode::Binary | Opcode::Continuation => {
                    let count = head.left(self.raw.len()).min(buffer.remaining());
                    head.unmask(&mut self.raw[..count]);
                    buffer.put_slice(&self.raw[..count]);
                    self.raw.advance(count);
                    if head.is_done() {
                        self.frame = None;
                    }
                    if count > 0 {
                        return Ok(true);
                    }
                    if self.raw.is_empty() {
                        return Ok(false);
                    }
                }
                Opcode::Text => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "a text message in a tunnel"));
                }
                Opcode::Close | Opcode::Ping | Opcode::Pong => {
                    let opcode = head.opcode;
                    let Some(payload) = head.take_whole(&mut self.raw) else { return Ok(false) };
                    self.frame = None;
                    if opcode == Opcode::Ping && !self.closing {
                        frame::put_head(&mut self.waiting, Opcode::Pong, true, payload.len());
                        self.waiting.put_slice(&payload);
                    }
                    if opcode == Opcode::Close {
                        self.put_close();
                        self.ended = true;
                        return Ok(true);
                    }
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> TunnelIo<S> {
    /// Writes what waits.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let count = ready!(Pin::new(&mut self.io).poll_write(cx, &self.waiting))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.advance(count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for TunnelIo<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tunnel = self.get_mut();
        loop {
            if tunnel.ended {
                return Poll::Ready(Ok(()));
            }
            let before = tunnel.waiting.len();
            let decoded = tunnel.decode(buffer)?;
            if tunnel.waiting.len() > before {
                // A pong or a close leaves at once, as far as it can. A peer that pings and does not read has to wait.
                let flushed =
                    tunnel.poll_drain(cx)?.is_ready() && Pin::new(&mut tunnel.io).poll_flush(cx)?.is_ready();
                if !flushed && tunnel.waiting.len() > WAITING {
                    return Poll::Pending;
                }
            }
            if decoded {
                return Poll::Ready(Ok(()));
            }
            tunnel.raw.reserve(READ);
            let count = ready!(tokio_util::io::poll_read_buf(Pin::new(&mut tunnel.io), cx, &mut tunnel.raw))?;
            if count == 0 {
                tunnel.ended = true;
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TunnelIo<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tunnel = self.get_mut();
        if tunnel.closing {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if tunnel.waiting.len() >= WAITING {
            ready!(tunnel.poll_drain(cx))?;
        }
        let length = parts.iter().map(|part| part.len()).sum::<usize>().min(MESSAGE);
        if length > 0 {
            tunnel.put_message(parts, length);
        }
        // What cannot leave now leaves with the next write or flush.
        let _ = tunnel.poll_drain(cx)?;
        Poll::Ready(Ok(length))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tunnel = self.get_mut();
        ready!(tunnel.poll_drain(cx))?;
        Pin::new(&mut tunnel.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tunnel = self.get_mut();
        tunnel.put_close();
        ready!(tunnel.poll_drain(cx))?;
        Pin::new(&mut tunnel.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use spdy::frame::FrameDecoder;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What kubectl sent in the tunnel, after the head of the request.
    const RECORDED: &[u8] = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/recordings/wstunnel-echo/client.bin"
    ));

    #[tokio::test]
    async fn what_kubectl_sent_comes_out_as_whole_spdy_frames() {
        let start = RECORDED.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
        for piece in [1, 7, RECORDED.len()] {
            let (mut client, server) = tokio::io::duplex(piece);
            let sending = async {
                client.write_all(&RECORDED[start..]).await.expect("the tunnel reads");
                drop(client);
            };
            let mut bytes = Vec::new();
            let mut tunnel = TunnelIo::new(server);
            let (_, count) = tokio::join!(sending, tunnel.read_to_end(&mut bytes));
            count.expect("valid frames");
            let mut input = Bytes::from(bytes);
            let mut decoder = FrameDecoder::new(1024);
            let mut frames = 0;
            while decoder.decode(&mut input).expect("valid frames").is_some() {
                frames += 1;
            }
            assert!(decoder.is_between_frames());
            assert_eq!(frames, 5, "in pieces of {piece}");
        }
    }

    #[tokio::test]
    async fn pings_are_answered_and_a_close_is_the_end() {
        let (mut client, server) = tokio::io::duplex(1024);
        let mut tunnel = TunnelIo::new(server);
        // Masked with zeros: a ping "hi", a message "x", and a close 1000.
        client
            .write_all(&[0x89, 0x82, 0, 0, 0, 0, b'h', b'i', 0x82, 0x81, 0, 0, 0, 0, b'x'])
            .await
            .expect("there is room");
        client.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]).await.expect("there is room");
        let mut bytes = Vec::new();
        tunnel.read_to_end(&mut bytes).await.expect("an orderly end");
        assert_eq!(bytes, b"x");
        drop(tunnel);
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.expect("the tunnel was dropped");
        assert_eq!(answer, [0x8a, 2, b'h', b'i', 0x88, 2, 0x03, 0xe8]);
    }

    #[tokio::test]
    async fn large_writes_are_fragmented_as_on_a_real_server() {
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let mut tunnel = TunnelIo::new(server);
        tunnel.write_all(&[7; 10_674]).await.expect("there is room");
        tunnel.flush().await.expect("there is room");
        let mut bytes = vec![0; 4 + 10_674 + 2];
        client.read_exact(&mut bytes).await.expect("all of it");
        assert_eq!(bytes[..4], [0x02, 126, 0x29, 0xb2]);
        assert_eq!(bytes[bytes.len() - 2..], [0x80, 0]);
    }

    #[tokio::test]
    async fn text_breaks_the_connection() {
        let (mut client, server) = tokio::io::duplex(1024);
        client.write_all(&[0x81, 0x81, 0, 0, 0, 0, b'x']).await.expect("there is room");
        let error = TunnelIo::new(server).read_u8().await.expect_err("text");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
