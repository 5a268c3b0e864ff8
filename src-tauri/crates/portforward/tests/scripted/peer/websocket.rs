//! The server's end of the tunnel, written as gorilla writes: each write a non-final frame and an empty final
//! continuation. Now and then a ping lies between them.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};

/// Carries SPDY's bytes between a WebSocket and a pipe until either ends.
pub(crate) async fn bridge(socket: impl AsyncRead + AsyncWrite + Unpin, pipe: DuplexStream) {
    let (from_socket, to_socket) = tokio::io::split(socket);
    let (from_pipe, to_pipe) = tokio::io::split(pipe);
    tokio::select! {
        () = unwrap(from_socket, to_pipe) => {}
        () = wrap(from_pipe, to_socket) => {}
    }
}

async fn wrap(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let mut buffer = vec![0; 100_000];
    let mut writes = 0;
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let mut frame = vec![0x02];
        match length {
            0..=125 => frame.push(length as u8),
            126..=0xffff => {
                frame.push(126);
                frame.extend_from_slice(&(length as u16).to_be_bytes());
            }
            _ => {
                frame.push(127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&buffer[..length]);
        writes += 1;
        if writes % 3 == 0 {
            frame.extend_from_slice(b"\x89\x04ping");
        }
        frame.extend_from_slice(&[0x80, 0]);
        if to.write_all(&frame).await.is_err() {
            return;
        }
    }
    let _ = to.write_all(b"\x88\x02\x03\xe8").await;
}

async fn unwrap(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    loop {
        let mut head = [0; 2];
        if from.read_exact(&mut head).await.is_err() {
            return;
        }
        assert_eq!(head[1] & 0x80, 0x80, "client frames are masked");
        let length = match head[1] & 0x7f {
            126 => usize::from(from.read_u16().await.unwrap()),
            127 => usize::try_from(from.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let mut key = [0; 4];
        let mut payload = vec![0; length];
        if from.read_exact(&mut key).await.is_err() || from.read_exact(&mut payload).await.is_err() {
            return;
        }
        payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        match head[0] {
            0x82 => {
                if to.write_all(&payload).await.is_err() {
                    return;
                }
            }
            0x8a => assert_eq!(payload, b"ping"),
            0x88 => {
                // SPDY's peer sees the end; what it still writes goes nowhere.
                let _ = to.shutdown().await;
                return;
            }
            other => panic!("unexpected frame {other:#x}"),
        }
    }
}
