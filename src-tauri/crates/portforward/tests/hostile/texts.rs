//! What a node may write to an error stream.

use portforward::{Error, Transport};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    peer::{ECHO, Far, Peer, Server, carry, result},
    victim::{BOTH, Fate, options, read_on, says, spdy, suffer},
    wire::*,
};

/// Data, then this text.
fn fails(text: &'static [u8]) -> Far {
    says(move |pair| {
        [data(pair.data, false, b"torn"), data(pair.data, true, b""), data(pair.error, true, text)].concat()
    })
}

#[tokio::test(start_paused = true)]
async fn texts_become_errors_that_can_be_shown() {
    for (name, text, shown) in [
        ("a text behind the data", &b"error forwarding port 7"[..], "error forwarding port 7"),
        ("bytes that are no text", b"\xff\xfe broken \xc3", "\u{fffd}\u{fffd} broken \u{fffd}"),
        ("control characters", b"a\0b\x07\x1b[31mred\x7f\r\nnext\xc2\x9b2J", "ab[31mred\nnext2J"),
    ] {
        for transport in BOTH {
            suffer(name, transport, fails(text), Fate::Remote(shown)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_in_front_of_the_data_fails_the_flow_too() {
    let far = says(|pair| [data(pair.error, true, b"odd"), data(pair.data, true, b"looks whole")].concat());
    suffer("a text first", Transport::Spdy, far, Fate::Remote("odd")).await;
}

#[tokio::test(start_paused = true)]
async fn a_text_whose_stream_is_reset_counts() {
    let far = says(|pair| {
        [data(pair.data, true, b""), data(pair.error, false, b"odd"), reset(pair.error, 5)].concat()
    });
    suffer("a text, then a reset", Transport::Spdy, far, Fate::Remote("odd")).await;
}

/// 100 MiB of text, of which 16 KiB are kept.
#[tokio::test(start_paused = true)]
async fn an_endless_text() {
    let far = spdy(|mut io, pair| async move {
        let part = data(pair.error, false, &vec![b'x'; 1 << 20]);
        for _ in 0..100 {
            io.write_all(&part).await.unwrap();
        }
        io.write_all(&[data(pair.data, true, b""), data(pair.error, true, b"")].concat()).await.unwrap();
        read_on(io).await;
    });
    let peer = Peer::in_memory(Server::of(move |_| far.clone()), std::time::Duration::ZERO);
    let tunnel = peer.open(options(Transport::Spdy)).await.unwrap();
    let (mut local, task) = carry(&tunnel, ECHO, 16);
    local.write_all(b"request").await.unwrap();
    local.read_to_end(&mut Vec::new()).await.unwrap();
    let (ended, _) = result(task).await;
    let Err(Error::Remote { text, .. }) = ended else { panic!("{ended:?}") };
    assert_eq!(text.len(), 16 * 1024);
}
