//! v4 channels, and servers that pair streams by their port: a connection for each flow.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::FutureExt as _;
use portforward::{Error, Transport, Tunnel, TunnelOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep, timeout},
};

use crate::{
    peer::{Answer, ECHO, Far, HANG, Io, ONCE, Peer, Server, carry, exchange, result},
    victim::read_on,
};

/// The port that the tests ask for. Others ask the node for nothing.
const PORT: u16 = 0x0750;
/// The port, as the first message of each channel repeats it.
const PORTS: &[u8] = b"\x82\x03\0\x50\x07\x82\x03\x01\x50\x07";
const QUIET: Duration = Duration::from_secs(2);

/// A tunnel of channels, each served by this.
async fn tunnel<F>(serve: impl Fn(Box<dyn Io>) -> F + Send + Sync + 'static) -> (Peer, Tunnel)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Server::of_channels(Arc::new(move |io| serve(io).boxed()));
    let peer = Peer::in_memory(server, Duration::ZERO);
    let options = TunnelOptions {
        transports: vec![Transport::Channel],
        half_close_quiet: QUIET,
        ..TunnelOptions::default()
    };
    let tunnel = peer.open(options).await.unwrap();
    (peer, tunnel)
}

/// A tunnel on each of whose channels the server writes this and reads on.
async fn says(wire: Vec<u8>, piece: usize) -> Tunnel {
    let wire = Arc::new(wire);
    let serve = move |mut io: Box<dyn Io>| {
        let wire = Arc::clone(&wire);
        async move {
            for piece in wire.chunks(piece) {
                if io.write_all(piece).await.is_err() {
                    return;
                }
            }
            read_on(io).await;
        }
    };
    tunnel(serve).await.1
}

/// What a flow gets, and how it ends.
async fn flow(tunnel: &Tunnel) -> (Vec<u8>, Result<(), Error>) {
    let (mut local, task) = carry(tunnel, PORT, 1024);
    local.write_all(b"request").await.unwrap();
    let mut got = Vec::new();
    timeout(HANG, local.read_to_end(&mut got)).await.expect("the flow hangs").unwrap();
    (got, result(task).await.0)
}

#[tokio::test(start_paused = true)]
async fn wrong_messages_end_the_flow_and_say_why() {
    for (name, wire, why) in [
        ("an unknown channel", &b"\x82\x02\x02x"[..], "unknown channel 2"),
        ("text", b"\x81\x02\0x", "text message"),
        ("masked", b"\x82\x82\0\0\0\0\0x", "masked"),
        ("reserved bits", b"\xc2\x02\0x", "reserved bits"),
        ("an unknown opcode", b"\x83\x02\0x", "unknown opcode"),
        ("a fragmented ping", b"\x09\x01x", "control frame"),
        ("a long ping", b"\x89\x7e\0\x7e", "control frame"),
        ("a length of 2^63", b"\x82\x7f\x80\0\0\0\0\0\0\0", "highest bit"),
        ("an abnormal close", b"\x88\x02\x03\xf3", "code 1011"),
        ("a close without a code", b"\x88\0", "no code"),
        ("no port in front of the data", b"\x82\x06\0HTTP/", "another port"),
        ("the port of another connection", b"\x82\x03\0\x51\x07\x82\x02\0x", "another port"),
    ] {
        for piece in [1, 4096] {
            let wire = if why == "another port" { wire.to_vec() } else { [PORTS, wire].concat() };
            let tunnel = says(wire, piece).await;
            let (got, ended) = flow(&tunnel).await;
            let told = matches!(&ended, Err(Error::LinkLost { reason }) if reason.contains(why));
            assert!(told, "{name}: {ended:?}");
            assert!(got.is_empty(), "{name}: {got:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_text_after_data_is_an_error() {
    let long = [&[0x82, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa1, 1][..], &[b'x'; 100_000]].concat();
    for (name, wire, expected) in [
        ("a text", b"\x82\x05\0torn\x82\x05\x01oops".to_vec(), "oops".to_owned()),
        ("no text", b"\x82\x05\0torn\x82\x03\x01\xff\x1b".to_vec(), "\u{fffd}".to_owned()),
        ("a long one", [&b"\x82\x05\0torn"[..], &long].concat(), "x".repeat(16 * 1024)),
    ] {
        let tunnel = says([PORTS, &wire, b"\x88\x02\x03\xe8"].concat(), 4096).await;
        let (got, ended) = flow(&tunnel).await;
        assert!(matches!(&ended, Err(Error::Remote { text, .. }) if *text == expected), "{name}: {ended:?}");
        assert_eq!(got, b"torn", "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_in_order_is_the_end() {
    for piece in [1, 4096] {
        let wire = [PORTS, b"\x89\x02hi\x82\x03\0ok\x88\x02\x03\xe8"].concat();
        let (got, ended) = flow(&says(wire, piece).await).await;
        ended.unwrap();
        assert_eq!(got, b"ok");
    }
}

/// Neither memory nor an end: a message of 2^62 bytes to a reader that does not read.
#[tokio::test(start_paused = true)]
async fn an_endless_message_waits_for_its_reader() {
    const BOUND: usize = 1 << 20;
    let serve = |mut io: Box<dyn Io>| async move {
        io.write_all(&[PORTS, b"\x82\x7f\x40\0\0\0\0\0\0\0\0"].concat()).await.unwrap();
        let mut taken = 0;
        while io.write_all(&[7; 1024]).await.is_ok() {
            taken += 1024;
            assert!(taken < BOUND, "unbounded");
        }
    };
    let (_peer, tunnel) = tunnel(serve).await;
    let (mut local, _task) = carry(&tunnel, PORT, 16);
    sleep(HANG).await;
    assert_eq!(local.read_u8().await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_local_end_is_held_until_the_pod_has_been_quiet() {
    // The pod pauses for less than the quiet, twice; then it waits for an end.
    let serve = |mut io: Box<dyn Io>| async move {
        io.write_all(PORTS).await.unwrap();
        for _ in 0..2 {
            sleep(QUIET).await;
            if io.write_all(b"\x82\x05\0part").await.is_err() {
                return;
            }
        }
        let spoken = Instant::now();
        let mut seen = Vec::new();
        while !matches!(io.read_buf(&mut seen).await, Ok(0) | Err(_)) {}
        // The first flow is there to prove the way and has not that patience.
        if seen.len() > 20 {
            assert_eq!(spoken.elapsed(), QUIET + Duration::from_secs(1));
            assert_eq!(seen[seen.len() - 8], 0x88, "a close frame");
        }
    };
    let (_peer, tunnel) = tunnel(serve).await;
    let (mut local, task) = carry(&tunnel, PORT, 1024);
    local.write_all(b"request").await.unwrap();
    local.shutdown().await.unwrap();
    let began = Instant::now();
    let mut got = Vec::new();
    timeout(HANG, local.read_to_end(&mut got)).await.unwrap().unwrap();
    assert_eq!(got, b"partpart");
    assert_eq!(began.elapsed(), 3 * QUIET + Duration::from_secs(1));
    result(task).await.0.unwrap();
}

#[tokio::test(start_paused = true)]
async fn sixty_four_at_a_time_and_close_ends_them() {
    let (peer, tunnel) = tunnel(|mut io| async move {
        io.write_all(PORTS).await.unwrap();
        read_on(io).await;
    })
    .await;
    let links = || peer.seen.links.load(Ordering::SeqCst);
    let proving = links();
    let mut flows: Vec<_> = (0..70).map(|_| carry(&tunnel, PORT, 1024)).collect();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(links() - proving, 64);
    // One that ends makes room for the next.
    flows.swap_remove(0).1.abort();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(links() - proving, 65);
    tunnel.close().await;
    for (_local, task) in flows {
        let ended = result(task).await.0;
        assert!(matches!(ended, Err(Error::Closed)), "{ended:?}");
    }
    let (_local, task) = carry(&tunnel, PORT, 1024);
    assert!(matches!(result(task).await.0, Err(Error::Closed)));
}

#[tokio::test(start_paused = true)]
async fn streams_paired_by_port_take_turns() {
    let server = Server { spdy: Answer::OldUpgrade, ..Server::of(|_| Far::Node) };
    let peer = Peer::in_memory(server, Duration::from_millis(25));
    let options =
        TunnelOptions { transports: vec![Transport::Spdy], max_links: 2, ..TunnelOptions::default() };
    let tunnel = peer.open(options).await.unwrap();
    let links = || peer.seen.links.load(Ordering::SeqCst);
    let proving = links();
    // Two to the same port have a connection each; a third waits.
    let (mut one, one_task) = carry(&tunnel, ECHO, 1024);
    let (mut two, _two_task) = carry(&tunnel, ECHO, 1024);
    let (mut three, three_task) = carry(&tunnel, ONCE, 1024);
    exchange(&mut one, b"one").await;
    exchange(&mut two, b"two").await;
    three.write_all(b"x").await.unwrap();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(links() - proving, 2);
    drop(one);
    result(one_task).await.0.unwrap();
    let mut got = String::new();
    timeout(HANG, three.read_to_string(&mut got)).await.unwrap().unwrap();
    assert_eq!(got, "done");
    result(three_task).await.0.unwrap();
    exchange(&mut two, b"still there").await;
    tunnel.close().await;
}
