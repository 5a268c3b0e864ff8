//! A tunnel to the pod, and what it has to carry.

use std::sync::Arc;

use portforward::{Error, Meter, PodAddress, Transport, Tunnel, TunnelOptions};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::Barrier;
use tokio::task::{JoinHandle, JoinSet};

use super::exchange;
use super::pod::Pod;
use super::step::step;

const MIB: u64 = 1024 * 1024;
/// The length that every exchange starts with.
const LENGTH_FIELD: u64 = 8;
/// What the local end of a connection holds at most: as much as a small socket buffer.
const LOCAL_BUFFER: usize = 64 * 1024;

/// Takes the pod through everything over a tunnel of its own by `transport`.
pub(super) async fn carries_everything(
    client: kube::Client,
    address: PodAddress,
    pod: &Pod,
    transport: Transport,
) {
    let options = TunnelOptions { transports: vec![transport], ..TunnelOptions::default() };
    let tunnel = Tunnel::open(client, address, options).await.expect("a tunnel");
    assert_eq!(tunnel.transport(), transport);

    step("8 MiB echoed, both ways at once", echoes_both_ways_at_once(&tunnel, pod)).await;
    step("a port that nobody listens on, and the next connection", says_that_nobody_listens(&tunnel, pod))
        .await;
    step("an answer that breaks off", says_that_the_pod_broke_off(&tunnel, pod)).await;
    step("20 connections in sequence", connects_again_and_again(&tunnel, pod)).await;
    step("50 connections at once", connects_many_at_once(&tunnel, pod)).await;
    step("200 MiB downloaded", downloads(&tunnel, pod)).await;
    step("512 MiB for a request that ends at once", downloads_half_closed(&tunnel, pod)).await;
    tunnel.close().await;
}

async fn echoes_both_ways_at_once(tunnel: &Tunnel, pod: &Pod) {
    let (mut local, carried) = connect(tunnel, pod.echo);
    exchange::echo(&mut local, 1, 8 * MIB).await;
    exchange::expect_end(&mut local).await;
    drop(local);
    let counted = carried.end().await.expect("a clean end");
    assert_eq!(counted, Counted { sent: LENGTH_FIELD + 8 * MIB, received: 8 * MIB });
}

async fn says_that_nobody_listens(tunnel: &Tunnel, pod: &Pod) {
    let (_local, carried) = connect(tunnel, pod.closed);
    let error = carried.end().await.expect_err("nobody listens");
    assert!(matches!(error, Error::PortNotListening { port, .. } if port == pod.closed), "{error:?}");

    let (mut local, carried) = connect(tunnel, pod.echo);
    exchange::echo(&mut local, 2, 1000).await;
    drop(local);
    carried.end().await.expect("a clean end");
}

/// What came until then is all there, but the end is an error: half an answer must not pass for a whole one.
async fn says_that_the_pod_broke_off(tunnel: &Tunnel, pod: &Pod) {
    let (mut local, carried) = connect(tunnel, pod.breaking);
    exchange::half_of(&mut local, MIB).await;
    let error = carried.end().await.expect_err("the pod reset the connection");
    assert!(matches!(error, Error::RemoteReset), "{error:?}");
}

/// Each connection starts when the one before has its bytes back and is closed by the local program,
/// as a script does that runs one command after the other.
async fn connects_again_and_again(tunnel: &Tunnel, pod: &Pod) {
    let mut all_carried = Vec::new();
    for seed in 0..20 {
        let (mut local, carried) = connect(tunnel, pod.echo);
        exchange::echo(&mut local, seed, 10_000 + seed).await;
        all_carried.push(carried);
    }
    for carried in all_carried {
        carried.end().await.expect("a clean end");
    }
}

/// None goes on before each one has its first byte back from the pod.
async fn connects_many_at_once(tunnel: &Tunnel, pod: &Pod) {
    let count = 50;
    let all = Arc::new(Barrier::new(count));
    let mut programs = JoinSet::new();
    let mut all_carried = Vec::new();
    for seed in 0..count as u64 {
        let (mut local, carried) = connect(tunnel, pod.echo);
        let all = Arc::clone(&all);
        programs.spawn(async move { exchange::echo_among(&mut local, seed, 256 * 1024 + seed, &all).await });
        all_carried.push(carried);
    }
    // A failed one would leave the others waiting for it: stop at the first.
    while let Some(program) = programs.join_next().await {
        program.expect("each program has its own bytes back");
    }
    for carried in all_carried {
        carried.end().await.expect("a clean end");
    }
}

async fn downloads(tunnel: &Tunnel, pod: &Pod) {
    let (mut local, carried) = connect(tunnel, pod.source);
    exchange::download(&mut local, 200 * MIB).await;
    exchange::expect_end(&mut local).await;
    drop(local);
    let counted = carried.end().await.expect("a clean end");
    assert_eq!(counted, Counted { sent: LENGTH_FIELD, received: 200 * MIB });
}

/// containerd ends everything a second after it sees our end, whatever the pod still has to say.
async fn downloads_half_closed(tunnel: &Tunnel, pod: &Pod) {
    let (mut local, carried) = connect(tunnel, pod.source);
    exchange::download_half_closed(&mut local, 512 * MIB).await;
    exchange::expect_end(&mut local).await;
    drop(local);
    let counted = carried.end().await.expect("a clean end");
    assert_eq!(counted, Counted { sent: LENGTH_FIELD, received: 512 * MIB });
}

/// A connection that the tunnel carries.
struct Carried(JoinHandle<Result<Counted, Error>>);

/// Bytes to the pod and from it.
#[derive(Debug, PartialEq, Eq)]
struct Counted {
    sent: u64,
    received: u64,
}

impl Carried {
    async fn end(self) -> Result<Counted, Error> {
        self.0.await.expect("carrying does not panic")
    }
}

/// Opens a connection to a port of the pod: the end for the local program, and the carrying of it.
fn connect(tunnel: &Tunnel, port: u16) -> (DuplexStream, Carried) {
    let (local, mut far) = duplex(LOCAL_BUFFER);
    let tunnel = tunnel.clone();
    let carried = tokio::spawn(async move {
        let meter = Meter::default();
        tunnel.carry(&mut far, port, &meter).await?;
        Ok(Counted { sent: meter.sent(), received: meter.received() })
    });
    (local, Carried(carried))
}
