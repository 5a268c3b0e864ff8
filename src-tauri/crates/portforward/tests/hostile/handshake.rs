//! Answers to the request for an upgrade that are wrong, cut, or never end.

use std::{future::Future, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::FutureExt as _;
use portforward::{Error, Scope, Transport, TunnelOptions};
use sha1::{Digest as _, Sha1};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::peer::{HANG, Io, Peer, carry, exchange};

/// A cluster whose first answer is given by the test. It gets the WebSocket key of the request, if there was one.
fn peer<F>(answer: impl Fn(Box<dyn Io>, String) -> F + Send + Sync + 'static) -> Peer
where
    F: Future<Output = ()> + Send + 'static,
{
    let answer = Arc::new(answer);
    Peer::behind(Arc::new(move |mut io| {
        let answer = Arc::clone(&answer);
        async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                if let Ok(0) | Err(_) = io.read_buf(&mut head).await {
                    return;
                }
            }
            let head = String::from_utf8(head).unwrap();
            let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: "));
            answer(io, key.unwrap_or_default().to_owned()).await;
        }
        .boxed()
    }))
}

fn options(transport: Transport) -> TunnelOptions {
    TunnelOptions { transports: vec![transport], ..TunnelOptions::default() }
}

/// The answer that is right.
fn switch(transport: Transport, key: &str) -> String {
    let accept = STANDARD.encode(Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    let how = match transport {
        Transport::Spdy => "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io".to_owned(),
        _ => format!(
            "Upgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io"
        ),
    };
    format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n{how}\r\n\r\n")
}

/// What the first tunnel fails with; the second one must work.
async fn failure(name: &str, peer: &Peer, options: TunnelOptions) -> Error {
    let error = timeout(HANG, peer.open(options.clone())).await.unwrap_or_else(|_| panic!("{name}: hangs"));
    let error = error.expect_err(name);
    assert_eq!(error.scope(), Scope::Refused, "{name}: {error:?}");
    let tunnel = peer.open(options).await.unwrap();
    let (mut local, _task) = carry(&tunnel, crate::peer::ECHO, 1024);
    exchange(&mut local, b"next").await;
    error
}

#[tokio::test(start_paused = true)]
async fn switches_to_something_else() {
    use Transport::{Spdy, WebSocketTunnel as Tunnel};
    for (transport, from, to) in [
        (Tunnel, "Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x"),
        (Tunnel, "Sec-WebSocket-Accept", "X-Accept"),
        (Tunnel, "SPDY/3.1+portforward.k8s.io", "v4.channel.k8s.io"),
        (Tunnel, "Sec-WebSocket-Protocol", "X-Protocol"),
        (Tunnel, "Upgrade: websocket", "Sec-WebSocket-Extensions: permessage-deflate\r\nUpgrade: websocket"),
        (Tunnel, "Upgrade: websocket", "Upgrade: h2c"),
        (Tunnel, "Connection: Upgrade", "Connection: close"),
        (Spdy, "SPDY/3.1\r\n", "SPDY/2\r\n"),
        (Spdy, "Upgrade: SPDY/3.1\r\n", ""),
        (Spdy, "portforward.k8s.io", "v2.portforward.k8s.io"),
        (Spdy, "HTTP/1.1 101", "SPDY/3.1 101"),
        (Spdy, "Connection: Upgrade", "Connection : Upgrade"),
        (Spdy, "101 Switching Protocols", "999 \x1b[2J"),
    ] {
        let peer = peer(move |mut io, key| async move {
            let answer = switch(transport, &key);
            assert!(answer.contains(from));
            let _ = io.write_all(answer.replacen(from, to, 1).as_bytes()).await;
            let _ = io.shutdown().await;
        });
        let error = failure(to, &peer, options(transport)).await;
        let told = matches!(error, Error::NoTransport { .. } | Error::Refused { .. });
        assert!(told, "{to}: {error:?}");
        assert!(!error.to_string().contains('\x1b'), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn cut_at_each_byte() {
    for transport in [Transport::WebSocketTunnel, Transport::Spdy] {
        for length in 0..switch(transport, "").len() - 1 {
            let peer = peer(move |mut io, key| async move {
                let _ = io.write_all(&switch(transport, &key).as_bytes()[..length]).await;
            });
            let error = failure(&format!("{length}"), &peer, options(transport)).await;
            assert!(matches!(error, Error::NoTransport { .. }), "{length}: {error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_single_bytes_is_an_answer() {
    let peer = peer(|mut io, key| async move {
        for byte in switch(Transport::WebSocketTunnel, &key).bytes() {
            io.write_all(&[byte]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        crate::victim::read_on(io).await;
    });
    peer.open(options(Transport::WebSocketTunnel)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes() {
    let peer = peer(|io, _| crate::victim::read_on(io));
    let error = failure("silence", &peer, options(Transport::Spdy)).await;
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}

/// Heads and bodies without an end: only so much of them is read.
#[tokio::test(start_paused = true)]
async fn answers_that_never_end() {
    const BOUND: usize = 4 << 20;
    for (name, head, part, refused) in [
        ("a body", "HTTP/1.1 403 Forbidden\r\n\r\n", "no, and once more no. ", Some(403)),
        (
            "a body of one chunk",
            "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
            "x",
            Some(500),
        ),
        ("a head", "HTTP/1.1 101 Switching Protocols\r\n", "X-More: of the same\r\n", None),
        ("a header", "HTTP/1.1 101 Switching Protocols\r\nX-More: ", "x", None),
        ("an informational answer", "", "HTTP/1.1 100 Continue\r\n\r\n", None),
    ] {
        let peer = peer(move |mut io, _| async move {
            io.write_all(head.as_bytes()).await.unwrap();
            let part = part.repeat(1000);
            let mut taken = 0;
            while io.write_all(part.as_bytes()).await.is_ok() {
                taken += part.len();
                assert!(taken < BOUND, "{name} is read for ever");
                // Endless answers of a hundred bytes each are no more than a slow one.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        let error = failure(name, &peer, options(Transport::Spdy)).await;
        match (refused, &error) {
            (Some(expected), Error::Refused { status, message, .. }) => {
                assert_eq!(*status, expected);
                assert!(message.len() <= 2000, "{name}: {}", message.len());
            }
            (None, Error::NoTransport { .. } | Error::Unreachable(_)) => {}
            _ => panic!("{name}: {error:?}"),
        }
    }
}
