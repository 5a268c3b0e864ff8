//! Connections that stand still, and their neighbours.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use democluster::DemoOptions;
use futures::future::join_all;
use portforward::{Transport, Tunnel, TunnelOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::lab::{ECHO, Lab, Local, SOURCE, STALL};

const BOTH: [Transport; 2] = [Transport::WebSocketTunnel, Transport::Spdy];
/// Most that a connection whose reader has stopped, and one whose pod does not read, may take of memory together.
const MEMORY: u64 = 64 << 20;

/// A download that somebody has stopped reading, after the first bytes.
async fn stopped_download(tunnel: &Tunnel) -> Local {
    let mut local = Local::connect(tunnel, SOURCE);
    local.stream.write_all(b"1024M\n").await.unwrap();
    // So much that it is one for certain.
    local.stream.read_exact(&mut vec![0; 4 << 20]).await.unwrap();
    local
}

/// An upload to a pod that never reads, until nothing is taken any more while another connection is answered many times.
/// Its answers are the clock, since this machine may be slow.
async fn stuck_upload(tunnel: &Tunnel, clock: &mut Local) -> Local {
    let mut local = Local::connect(tunnel, STALL);
    let block = vec![7; 16 * 1024];
    // The sockets into the pod take some megabytes; the window of its worker is soon used up after that.
    loop {
        let mut taken = 0;
        let mut answers = pin!(async {
            for _ in 0..50 {
                clock.says_the_same(b"tick").await;
            }
        });
        loop {
            tokio::select! {
                written = local.stream.write(&block) => taken += written.unwrap(),
                () = &mut answers => break,
            }
        }
        if taken == 0 {
            return local;
        }
    }
}

async fn echo(locals: &mut [Local], word: &str) {
    join_all(locals.iter_mut().enumerate().map(|(index, local)| async move {
        local.says_the_same(format!("{word} {index}").as_bytes()).await;
    }))
    .await;
}

fn connect(tunnel: &Tunnel, count: usize) -> Vec<Local> {
    (0..count).map(|_| Local::connect(tunnel, ECHO)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_stand_still_hurt_none_of_two_hundred() {
    for transport in BOTH {
        let lab = Lab::start(DemoOptions::default()).await;
        let options = TunnelOptions { transports: vec![transport], ..TunnelOptions::default() };
        let tunnel = lab.tunnel(options).await;
        let before_all = memory();
        let undisturbed = p95(&tunnel).await;
        // Some are there before, and have settled when the two begin.
        let mut early = connect(&tunnel, 60);
        echo(&mut early, "early").await;
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let stopped = stopped_download(&tunnel).await;
        let stuck = stuck_upload(&tunnel, &mut early[0]).await;
        let mut late = connect(&tunnel, 140);
        echo(&mut late, "late").await;
        echo(&mut early, "early again").await;
        echo(&mut late, "late again").await;
        let disturbed = p95(&tunnel).await;
        println!(
            "{transport}: 95 of 100 answers within {undisturbed:?}, beside what stands still {disturbed:?}"
        );
        let grown = memory().saturating_sub(before_all);
        assert!(grown <= MEMORY, "{} KiB for what stands still and 200 others", grown >> 10);
        Local::end_all(early.into_iter().chain(late)).await;
        assert!(!stopped.carried.is_finished() && !stuck.carried.is_finished());
        drop((stopped, stuck));
        tunnel.close().await;
        lab.demo.shutdown().await;
    }
}

/// On one link: a pod that does not read blocks one of the server's five workers and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_stuck_leaves_its_link_to_others() {
    let lab = Lab::start(DemoOptions::default()).await;
    let tunnel = lab.tunnel(TunnelOptions { max_links: 1, ..TunnelOptions::default() }).await;
    let mut early = connect(&tunnel, 2);
    echo(&mut early, "early").await;
    let stuck = stuck_upload(&tunnel, &mut early[0]).await;
    let mut late = connect(&tunnel, 30);
    echo(&mut late, "late").await;
    // Much more than the server would queue for a worker that is blocked.
    for _ in 0..20 {
        echo(&mut late, &"late again".repeat(1000)).await;
    }
    assert!(!stuck.carried.is_finished());
    drop(stuck);
    Local::end_all(early.into_iter().chain(late)).await;
    tunnel.close().await;
    lab.demo.shutdown().await;
}

/// The time in which 95 of 100 new connections have had their answer, ten at a time. For people to read: time is no
/// reason to fail.
async fn p95(tunnel: &Tunnel) -> Duration {
    let mut times = Vec::new();
    for _ in 0..10 {
        let callers = (0..10).map(|_| async {
            let start = Instant::now();
            let mut local = Local::connect(tunnel, ECHO);
            local.says_the_same(b"how long").await;
            local.carried.abort();
            start.elapsed()
        });
        times.extend(join_all(callers).await);
    }
    times.sort_unstable();
    times[94]
}

/// Resident memory of this process, in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}
