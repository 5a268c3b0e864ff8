//! A network that takes its time, goes away, or swallows everything.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use portforward::{Error, Scope, Transport, Tunnel, TunnelOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep, timeout},
};

use crate::{
    peer::{ECHO, Far, HANG, ONCE, Peer, REFUSED, Server, carry, exchange, result},
    victim::{BOTH, options},
};

const ONE_WAY: Duration = Duration::from_millis(25);
const ROUND_TRIP: Duration = Duration::from_millis(50);

async fn tunnel(transport: Transport, max_links: usize) -> (Peer, Tunnel) {
    let peer = Peer::in_memory(Server::of(|_| Far::Node), ONE_WAY);
    let tunnel = peer.open(TunnelOptions { max_links, ..options(transport) }).await.unwrap();
    (peer, tunnel)
}

fn set_away(peer: &Peer, away: bool) {
    peer.lines.lock().unwrap().iter().for_each(|line| line.set_away(away));
}

fn links(peer: &Peer) -> usize {
    peer.seen.links.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn the_first_byte_takes_one_round_trip() {
    for transport in BOTH {
        let (_peer, tunnel) = tunnel(transport, 8).await;
        for _ in 0..20 {
            let connected = Instant::now();
            let (mut local, task) = carry(&tunnel, ONCE, 1024);
            local.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            local.read_u8().await.unwrap();
            let took = connected.elapsed();
            assert!(took >= ROUND_TRIP && took <= ROUND_TRIP * 11 / 10, "{transport}: {took:?}");
            local.read_to_end(&mut Vec::new()).await.unwrap();
            drop(local);
            result(task).await.0.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_port_resets_its_flow_at_once() {
    for transport in BOTH {
        let (_peer, tunnel) = tunnel(transport, 8).await;
        let asked = Instant::now();
        let (mut local, task) = carry(&tunnel, REFUSED, 1024);
        local.write_all(b"x").await.unwrap();
        let (ended, _) = result(task).await;
        assert!(matches!(ended, Err(Error::PortNotListening { .. })), "{ended:?}");
        let after_the_answer = asked.elapsed().saturating_sub(ROUND_TRIP);
        assert!(after_the_answer <= Duration::from_millis(100), "{after_the_answer:?}");

        let asked = Instant::now();
        let (mut local, _task) = carry(&tunnel, ECHO, 1024);
        exchange(&mut local, b"next").await;
        assert!(asked.elapsed() <= 2 * ROUND_TRIP, "{:?}", asked.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn ten_seconds_without_a_network_cost_no_flow() {
    // Whatever the network interrupts: just before or after a keepalive, its echo, or a tick.
    for begins in (0..50).map(|step| Duration::from_millis(20_000 + 101 * step)) {
        let (peer, tunnel) = tunnel(Transport::Spdy, 1).await;
        let (mut idle, idle_task) = carry(&tunnel, ECHO, 1024);
        exchange(&mut idle, b"before").await;
        let (mut waits, waits_task) = carry(&tunnel, ECHO, 1024);
        exchange(&mut waits, b"before").await;
        sleep(begins).await;
        set_away(&peer, true);
        waits.write_all(b"sent into the void").await.unwrap();
        // And the half second in which TCP notices that it is back.
        sleep(Duration::from_millis(10_500)).await;
        set_away(&peer, false);
        let mut got = [0; 18];
        timeout(HANG, waits.read_exact(&mut got))
            .await
            .unwrap()
            .unwrap_or_else(|_| panic!("lost: {begins:?}"));
        assert_eq!(&got, b"sent into the void");
        exchange(&mut idle, b"after").await;
        drop((idle, waits));
        result(idle_task).await.0.unwrap();
        result(waits_task).await.0.unwrap();
        assert_eq!(links(&peer), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_link_that_nothing_comes_from_is_dead_within_fifteen_seconds() {
    for begins in (0..50).map(|step| Duration::from_millis(20_000 + 101 * step)) {
        let (peer, tunnel) = tunnel(Transport::WebSocketTunnel, 1).await;
        let (mut local, task) = carry(&tunnel, ECHO, 1024);
        exchange(&mut local, b"before").await;
        sleep(begins).await;
        set_away(&peer, true);
        let gone = Instant::now();
        let (ended, _) = result(task).await;
        let took = gone.elapsed();
        assert!(matches!(ended, Err(Error::LinkLost { .. })), "{ended:?}");
        // What was under way still arrives.
        assert!(took <= Duration::from_secs(15) + ROUND_TRIP, "{took:?} after {begins:?}");
        let lost = timeout(HANG, tunnel.lost()).await.unwrap();
        assert_eq!(lost.scope(), Scope::Link);
    }
}

#[tokio::test(start_paused = true)]
async fn new_flows_keep_off_a_link_whose_data_is_not_answered() {
    let (peer, tunnel) = tunnel(Transport::Spdy, 1).await;
    let (mut stuck, task) = carry(&tunnel, ECHO, 1024);
    exchange(&mut stuck, b"before").await;
    sleep(Duration::from_secs(20)).await;
    let first = Arc::clone(&peer.lines.lock().unwrap()[0]);
    first.set_away(true);
    stuck.write_all(b"sent into the void").await.unwrap();
    sleep(Duration::from_secs(5)).await;
    // Though one link is the most: a doubtful one does not count.
    let (mut next, next_task) = carry(&tunnel, ECHO, 1024);
    timeout(Duration::from_secs(1), exchange(&mut next, b"next")).await.expect("it went to the dead link");
    assert_eq!(links(&peer), 2);
    let (ended, _) = result(task).await;
    assert!(matches!(ended, Err(Error::LinkLost { .. })), "{ended:?}");
    exchange(&mut next, b"after").await;
    drop(next);
    result(next_task).await.0.unwrap();
}

/// Middleboxes cut what is silent for a minute, the strictest of those we know.
#[tokio::test(start_paused = true)]
async fn something_is_sent_every_five_seconds() {
    let far = Far::Socket(Arc::new(|mut io| {
        Box::pin(async move {
            let mut buffer = [0; 4096];
            let mut session = spdy::Session::server(spdy::Limits::default());
            for _ in 0..100 {
                let read =
                    timeout(Duration::from_secs(5), io.read(&mut buffer)).await.expect("silence").unwrap();
                assert_ne!(read, 0, "the link ended");
                session.receive(bytes::Bytes::copy_from_slice(&buffer[..read])).unwrap();
                while let Some(bytes) = session.poll_output() {
                    io.write_all(&bytes).await.unwrap();
                }
            }
        })
    }));
    let peer = Peer::in_memory(Server::of(move |_| far.clone()), Duration::ZERO);
    let tunnel = peer.open(options(Transport::Spdy)).await.unwrap();
    // The far end closes once it has seen enough.
    let lost = timeout(Duration::from_secs(600), tunnel.lost()).await.unwrap();
    assert!(matches!(&lost, Error::LinkLost { reason } if reason == "the cluster closed it"), "{lost:?}");
}
