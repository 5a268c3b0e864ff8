//! The WebSocket around the tunnel: frames that are wrong, and ends.

use std::sync::Arc;

use futures::FutureExt as _;
use portforward::Transport;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    peer::Far,
    victim::{Fate, read_on, suffer},
    wire::{Pair, data, ok},
};

/// The streams of the first flow on a link.
const PAIR: Pair = Pair { data: 9, error: 5 };

/// Writes this once the client has sent something, in pieces of this size, and reads on.
fn says(bytes: Vec<u8>, piece: usize, ends: bool) -> Far {
    let bytes = Arc::new(bytes);
    Far::Socket(Arc::new(move |mut io| {
        let bytes = Arc::clone(&bytes);
        async move {
            // The request of the flow lies within what comes first, which is far below the size of the pipe.
            if io.read(&mut [0; 4096]).await.is_err() {
                return;
            }
            for piece in bytes.chunks(piece) {
                // The client may have had enough.
                if io.write_all(piece).await.is_err() {
                    return;
                }
            }
            if !ends {
                read_on(io).await;
            }
        }
        .boxed()
    }))
}

/// A final binary message.
fn message(payload: &[u8]) -> Vec<u8> {
    [&[0x82, payload.len() as u8], payload].concat()
}

#[tokio::test(start_paused = true)]
async fn wrong_frames_end_the_link_and_say_why() {
    for (name, wire, why) in [
        ("a text message", &b"\x81\x01x"[..], "text message"),
        ("a masked frame", b"\x82\x81\0\0\0\0x", "masked"),
        ("reserved bits", b"\xc2\x01x", "reserved bits"),
        ("an unknown data opcode", b"\x83\x01x", "unknown opcode"),
        ("an unknown control opcode", b"\x8b\x01x", "unknown opcode"),
        ("a fragmented ping", b"\x09\x01x", "control frame"),
        ("a ping of 126 bytes", b"\x89\x7e\0\x7e", "control frame"),
        ("a close frame of 2^32 bytes", b"\x88\x7f\0\0\0\x01\0\0\0\0", "control frame"),
        ("a length of 2^63", b"\x82\x7f\x80\0\0\0\0\0\0\0", "highest bit"),
        ("a continuation of nothing", b"\x80\x01x", "continuation"),
        ("a message inside another", b"\x02\x00\x82\x01x", "continuation"),
        ("close 1001", b"\x88\x02\x03\xe9", "code 1001"),
        ("close 1006, which no one may send", b"\x88\x02\x03\xee", "code 1006"),
        ("close 1011 with a reason", b"\x88\x06\x03\xf3oops", "code 1011"),
        ("close without a code", b"\x88\x00", "no code"),
        ("close with half a code", b"\x88\x01\x03", "no code"),
        ("close in order", b"\x88\x02\x03\xe8", "closed it"),
        ("SPDY without messages", b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x01", ""),
    ] {
        for piece in [1, 4096] {
            suffer(name, Transport::WebSocketTunnel, says(wire.to_vec(), piece, false), Fate::Lost(why))
                .await;
        }
    }
}

/// At each byte of a message, a ping and a close frame; in the midst of a frame of SPDY too.
#[tokio::test(start_paused = true)]
async fn cut_at_each_byte() {
    let wire = [message(&data(PAIR.data, true, b"torn")), b"\x89\x02hi\x88\x02\x03\xe8".to_vec()].concat();
    for length in 1..wire.len() {
        let far = says(wire[..length].to_vec(), 4096, true);
        suffer(&format!("cut after {length}"), Transport::WebSocketTunnel, far, Fate::Lost("")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn odd_frames_are_borne() {
    let ok = ok(PAIR);
    let (head, tail) = ok.split_at(3);
    let fragmented = ok.iter().flat_map(|byte| [0x00, 1, *byte]);
    for (name, wire) in [
        ("empty messages", [b"\x82\0".repeat(1000), message(&ok)].concat()),
        ("a thousand pongs nobody asked for", [b"\x8a\x02hi".repeat(1000), message(&ok)].concat()),
        ("a hundred thousand pings", [b"\x89\x02hi".repeat(100_000), message(&ok)].concat()),
        (
            "a message in fragments of one byte",
            [0x02, 0].into_iter().chain(fragmented).chain([0x80, 0]).collect(),
        ),
        ("pings inside a message", [&[0x02, 3], head, b"\x89\x00", &[0x80, tail.len() as u8], tail].concat()),
        (
            "lengths longer than need be",
            [&[0x82, 127, 0, 0, 0, 0, 0, 0, 0, ok.len() as u8], &ok[..]].concat(),
        ),
        ("a message that promises 2^62 bytes", [&[0x82, 127, 0x40, 0, 0, 0, 0, 0, 0, 0], &ok[..]].concat()),
    ] {
        for piece in [1, 4096] {
            if wire.len() / piece < 10_000 {
                let far = says(wire.clone(), piece, false);
                suffer(name, Transport::WebSocketTunnel, far, Fate::Whole("ok")).await;
            }
        }
    }
}
