//! Tunnels against a scripted API server and node, over real sockets and both transports.

use std::{sync::atomic::Ordering, time::Duration};

use crate::peer::{self, Answer, HANG, Peer, carry, result};
use portforward::{Error, Measurement, Observer, Scope, Transport, TunnelOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

const BOTH: [Transport; 2] = [Transport::WebSocketTunnel, Transport::Spdy];

fn options(transport: Transport) -> TunnelOptions {
    TunnelOptions {
        transports: vec![transport],
        half_close_quiet: Duration::from_millis(50),
        ..TunnelOptions::default()
    }
}

async fn peer() -> Peer {
    Peer::start(Answer::Upgrade, Answer::Upgrade).await
}

#[tokio::test(flavor = "multi_thread")]
async fn echoes_megabytes_both_ways_at_once() {
    for transport in BOTH {
        let peer = peer().await;
        let tunnel = peer.open(options(transport)).await.unwrap();
        assert_eq!(tunnel.transport(), transport);
        let (ours, task) = carry(&tunnel, peer::ECHO, 64 * 1024);
        let sent: Vec<u8> = (0..8_000_000u32).map(|i| (i ^ (i >> 7)) as u8).collect();
        let (mut reader, mut writer) = tokio::io::split(ours);
        let to_send = sent.clone();
        let sender = tokio::spawn(async move {
            writer.write_all(&to_send).await.unwrap();
            writer.shutdown().await.unwrap();
        });
        let mut got = Vec::new();
        timeout(HANG, reader.read_to_end(&mut got)).await.unwrap().unwrap();
        sender.await.unwrap();
        assert!(got == sent, "{transport}: {} bytes", got.len());
        let (ended, meter) = result(task).await;
        ended.unwrap();
        assert_eq!((meter.sent(), meter.received()), (8_000_000, 8_000_000));
        tunnel.close().await;
    }
}

#[tokio::test]
async fn a_server_that_speaks_first_is_heard() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::Spdy)).await.unwrap();
    let (mut ours, task) = carry(&tunnel, peer::GREETER, 1024);
    let mut got = [0; 5];
    ours.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"hello");
    drop(ours);
    result(task).await.0.unwrap();
}

#[tokio::test]
async fn the_way_is_measured_while_it_is_used() {
    let peer = peer().await;
    let (told, mut measurements) = tokio::sync::mpsc::unbounded_channel();
    let observer = Observer::new(move |measurement| {
        // The last ones come when nobody looks any more.
        let _ = told.send(measurement);
    });
    let tunnel = peer.open(TunnelOptions { observer, ..options(Transport::Spdy) }).await.unwrap();
    let mut next = async || timeout(HANG, measurements.recv()).await.unwrap().unwrap();
    assert!(matches!(next().await, Measurement::Dial(took) if !took.is_zero()));
    // What was used is checked by pings before it is used again.
    for _ in 0..2 {
        let (mut ours, task) = carry(&tunnel, peer::ECHO, 1024);
        ours.write_all(b"x").await.unwrap();
        ours.read_exact(&mut [0; 1]).await.unwrap();
        drop(ours);
        result(task).await.0.unwrap();
    }
    while !matches!(next().await, Measurement::RoundTrip(took) if !took.is_zero()) {}
}

#[tokio::test]
async fn a_refused_port_fails_its_flow_alone() {
    for transport in BOTH {
        let peer = peer().await;
        let tunnel = peer.open(TunnelOptions { max_links: 1, ..options(transport) }).await.unwrap();
        let (mut healthy, healthy_task) = carry(&tunnel, peer::ECHO, 1024);
        healthy.write_all(b"before").await.unwrap();
        healthy.read_exact(&mut [0; 6]).await.unwrap();

        let (mut ours, task) = carry(&tunnel, peer::REFUSED, 1024);
        ours.write_all(b"GET /").await.unwrap();
        let (ended, _) = result(task).await;
        let Err(error @ Error::PortNotListening { port: peer::REFUSED, .. }) = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(error.scope(), Scope::Flow);

        healthy.write_all(b"after").await.unwrap();
        let mut got = [0; 5];
        healthy.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"after");
        drop(healthy);
        result(healthy_task).await.0.unwrap();
        assert_eq!(peer.seen.links.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_reset_of_the_pod_is_no_clean_end() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::WebSocketTunnel)).await.unwrap();
    let (mut ours, task) = carry(&tunnel, peer::RESET, 1024);
    ours.write_all(b"x").await.unwrap();
    let (ended, _) = result(task).await;
    assert!(matches!(ended, Err(Error::RemoteReset)), "{ended:?}");
}

#[tokio::test]
async fn a_half_close_is_held_back_while_the_pod_sends() {
    let peer = peer().await;
    // So long that it would be a hang: only the pod's own end may end this flow.
    let options = TunnelOptions { half_close_quiet: 10 * HANG, max_links: 1, ..options(Transport::Spdy) };
    let tunnel = peer.open(options).await.unwrap();
    let (mut ours, task) = carry(&tunnel, peer::PARTS, 1024);
    ours.write_all(b"request").await.unwrap();
    ours.shutdown().await.unwrap();
    let mut first = [0; 4];
    timeout(HANG, ours.read_exact(&mut first)).await.unwrap().unwrap();

    // Another flow goes there and back on the same link, so an end sent by now has arrived by now.
    let (mut other, other_task) = carry(&tunnel, peer::ECHO, 1024);
    other.write_all(b"x").await.unwrap();
    timeout(HANG, other.read_exact(&mut [0; 1])).await.unwrap().unwrap();
    other_task.abort();
    // And the pod takes its time.
    tokio::time::sleep(Duration::from_millis(300)).await;

    let (_release, release_task) = carry(&tunnel, peer::RELEASE, 1024);
    let mut rest = String::new();
    timeout(HANG, ours.read_to_string(&mut rest)).await.unwrap().unwrap();
    assert_eq!((&first, rest.as_str()), (b"one ", "two six"));
    result(release_task).await.0.unwrap();
    result(task).await.0.unwrap();
    assert_eq!(peer.seen.early_ends.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_half_close_is_passed_on_after_quiet() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::WebSocketTunnel)).await.unwrap();
    let (mut ours, task) = carry(&tunnel, peer::AT_THE_END, 1024);
    ours.write_all(b"all of the input").await.unwrap();
    ours.shutdown().await.unwrap();
    let mut got = String::new();
    timeout(HANG, ours.read_to_string(&mut got)).await.unwrap().unwrap();
    assert_eq!(got, "bye");
    result(task).await.0.unwrap();
    assert_eq!(peer.seen.early_ends.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_lost_link_fails_its_flows_and_the_tunnel_says_so() {
    for transport in BOTH {
        let peer = peer().await;
        let tunnel = peer.open(TunnelOptions { max_links: 1, ..options(transport) }).await.unwrap();
        let (mut ours, task) = carry(&tunnel, peer::CUT, 1024);
        ours.write_all(b"x").await.unwrap();
        let (ended, _) = result(task).await;
        assert!(matches!(ended, Err(Error::LinkLost { .. })), "{ended:?}");
        let lost = timeout(HANG, tunnel.lost()).await.expect("nobody said so");
        assert_eq!(lost.scope(), Scope::Link);

        // The next connection gets a new link.
        let (mut ours, task) = carry(&tunnel, peer::ECHO, 1024);
        ours.write_all(b"again").await.unwrap();
        ours.read_exact(&mut [0; 5]).await.unwrap();
        drop(ours);
        result(task).await.0.unwrap();
        assert_eq!(peer.seen.links.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_flows_share_eight_links() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::WebSocketTunnel)).await.unwrap();
    let flows: Vec<_> = (0..50u8)
        .map(|i| {
            let (ours, task) = carry(&tunnel, peer::ECHO, 4096);
            let exchange = tokio::spawn(async move {
                let (mut reader, mut writer) = tokio::io::split(ours);
                let sent = vec![i; 200_000];
                let mut got = vec![0; sent.len()];
                let (wrote, read) = tokio::join!(writer.write_all(&sent), reader.read_exact(&mut got));
                wrote.unwrap();
                read.unwrap();
                assert!(got == sent);
            });
            (exchange, task)
        })
        .collect();
    for (exchange, task) in flows {
        timeout(HANG, exchange).await.unwrap().unwrap();
        result(task).await.0.unwrap();
    }
    let links = peer.seen.links.load(Ordering::SeqCst);
    assert!((2..=8).contains(&links), "{links}");
}

#[tokio::test]
async fn links_are_used_one_flow_after_another() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::Spdy)).await.unwrap();
    for _ in 0..20 {
        let (mut ours, task) = carry(&tunnel, peer::ONCE, 1024);
        ours.write_all(b"x").await.unwrap();
        let mut got = String::new();
        ours.read_to_string(&mut got).await.unwrap();
        assert_eq!(got, "done");
        drop(ours);
        result(task).await.0.unwrap();
    }
    let links = peer.seen.links.load(Ordering::SeqCst);
    assert!(links <= 2, "{links}: one that is used, and a spare");
}

/// Neither memory here nor the other flows suffer from a reader that does not read.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_slows_its_own_sender_only() {
    for transport in BOTH {
        let peer = peer().await;
        let tunnel = peer.open(options(transport)).await.unwrap();
        let (mut slow, slow_task) = carry(&tunnel, peer::SOURCE, 1024);
        slow.read_exact(&mut [0; 1]).await.unwrap();

        let (mut ours, task) = carry(&tunnel, peer::ECHO, 1024);
        ours.write_all(b"swift").await.unwrap();
        timeout(HANG, ours.read_exact(&mut [0; 5])).await.unwrap().unwrap();
        drop(ours);
        result(task).await.0.unwrap();

        // What the sender got rid of comes to rest: socket buffers (some megabytes) and our 256 KiB.
        let written = || peer.seen.source_written.load(Ordering::SeqCst);
        let mut before = 0;
        while written() != before {
            before = written();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(before < peer::SOURCE_BYTES / 2, "{before} bytes went nowhere");

        let mut total = 1;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match timeout(HANG, slow.read(&mut buffer)).await.unwrap().unwrap() {
                0 => break,
                read => total += read,
            }
        }
        assert_eq!(total, peer::SOURCE_BYTES);
        result(slow_task).await.0.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_flow_leaves_no_streams() {
    let peer = peer().await;
    let tunnel = peer.open(options(Transport::Spdy)).await.unwrap();
    let (ours, task) = carry(&tunnel, peer::SILENT, 1024);
    peer.seen.wait_until(|seen| seen.open_streams.load(Ordering::SeqCst) == 2).await;
    task.abort();
    timeout(HANG, peer.seen.wait_until(|seen| seen.open_streams.load(Ordering::SeqCst) == 0)).await.unwrap();
    drop(ours);
}

#[tokio::test]
async fn closing_ends_flows_and_links_in_order() {
    for transport in BOTH {
        let peer = peer().await;
        let tunnel = peer.open(options(transport)).await.unwrap();
        let (mut ours, task) = carry(&tunnel, peer::ECHO, 1024);
        ours.write_all(b"x").await.unwrap();
        ours.read_exact(&mut [0; 1]).await.unwrap();
        timeout(HANG, tunnel.close()).await.unwrap();
        let (ended, _) = result(task).await;
        assert!(matches!(ended, Err(Error::Closed)), "{ended:?}");
        timeout(HANG, peer.seen.wait_until(|seen| !seen.last_frames.lock().unwrap().is_empty()))
            .await
            .unwrap();
        assert_eq!(*peer.seen.last_frames.lock().unwrap(), ["goaway"]);
        let (_ours, task) = carry(&tunnel, peer::ECHO, 1024);
        assert!(matches!(result(task).await.0, Err(Error::Closed)));
    }
}
