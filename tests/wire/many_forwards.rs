//! A thousand forwards that are on and that nobody uses, against one of them.

use std::{fs, path::Path, time::Duration};

use democluster::{DemoCluster, DemoOptions};
use support::{
    engine_process::{EngineProcess, Home},
    requirement::skip,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::lab::TOO_LONG;

const MANY: usize = 1000;
/// Most that they may take together, over one.
const MEMORY: u64 = 20 << 20;
/// They are watched for so long.
const WATCHED: Duration = Duration::from_secs(20);
/// A process that did nothing for so long has come to rest.
const SETTLED: Duration = Duration::from_millis(500);
/// How often they are watched until they are quiet.
const TRIES: u32 = 3;
/// Most of a core that they may take, as a part of it: one in a thousand.
const OF_A_CORE: u32 = 1000;
/// Most often that they may wake their process: once in ten seconds.
const WAKE_UPS: u64 = 2;

/// What the system knows of a process.
#[derive(Clone, Copy, Debug)]
struct Usage {
    /// Resident memory, in bytes.
    memory: u64,
    /// Time on a processor.
    busy: Duration,
    /// How often any of its threads went to sleep, and so was woken before.
    sleeps: u64,
    /// How many threads that was.
    threads: u32,
}

impl Usage {
    /// `None` where the system does not tell.
    fn of(process: u32) -> Option<Self> {
        let of_process = Path::new("/proc").join(process.to_string());
        let rollup = fs::read_to_string(of_process.join("smaps_rollup")).ok()?;
        let mut usage =
            Self { memory: number(&rollup, "Rss:")? << 10, busy: Duration::ZERO, sleeps: 0, threads: 0 };
        for thread in fs::read_dir(of_process.join("task")).ok()? {
            let thread = thread.ok()?.path();
            let times = fs::read_to_string(thread.join("schedstat")).ok()?;
            usage.busy += Duration::from_nanos(times.split(' ').next()?.parse().ok()?);
            usage.threads += 1;
            usage.sleeps +=
                number(&fs::read_to_string(thread.join("status")).ok()?, "voluntary_ctxt_switches:")?;
        }
        Some(usage)
    }
}

fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// An engine with so many forwards that rest, and know their ports from an earlier time, so that nothing is to be saved.
async fn resting(count: usize, demo: &DemoCluster) -> (Home, EngineProcess) {
    let program = Path::new(env!("CARGO_BIN_EXE_many-forwards"));
    let home = Home::with_forwards(count, &demo.kubeconfig()).await.unwrap();
    let start = || async { EngineProcess::start(program, &home, None).await.unwrap() };
    let first = timeout(TOO_LONG, start()).await.expect("it does not listen");
    let ports = first.ports.clone();
    first.end().await.unwrap();
    let second = timeout(TOO_LONG, start()).await.expect("it does not listen again");
    assert_eq!(second.ports.len(), count);
    // Whatever runs beside it may have taken some of them meanwhile.
    let same = second.ports.iter().filter(|(id, port)| ports.get(*id) == Some(*port)).count();
    assert!(same >= count * 9 / 10, "{same} of {count} ports are those of before");
    (home, second)
}

/// What one and many that rest use, and the process with many. `None`, and the test is over, where the system does not tell.
async fn one_and_many(demo: &DemoCluster) -> Option<(Usage, Usage, Home, EngineProcess)> {
    let (_home, one) = resting(1, demo).await;
    let (home, many) = resting(MANY, demo).await;
    let usages = Usage::of(one.id()).zip(Usage::of(many.id()));
    one.end().await.unwrap();
    if usages.is_none() {
        skip("the system does not tell what a process uses");
    }
    let (of_one, of_many) = usages?;
    Some((of_one, of_many, home, many))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_that_rest_cost_twenty_mebibytes_more_than_one() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let Some((of_one, of_many, _home, many)) = one_and_many(&demo).await else { return };
    let memory = of_many.memory.saturating_sub(of_one.memory);
    println!(
        "{MANY} forwards that rest: {} KiB more than one with {} KiB",
        memory >> 10,
        of_one.memory >> 10
    );
    assert!(memory <= MEMORY, "{memory} bytes more than one");
    many.end().await.unwrap();
    demo.shutdown().await;
}

/// What it uses, as soon as all its threads sleep: what it did to get there is not counted.
async fn at_rest(process: &EngineProcess) -> Usage {
    let mut before = Usage::of(process.id()).unwrap();
    loop {
        sleep(SETTLED).await;
        let now = Usage::of(process.id()).unwrap();
        if now.sleeps == before.sleeps {
            return now;
        }
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_that_rest_take_a_thousandth_of_a_core_and_answer() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let Some((_, _, _home, many)) = one_and_many(&demo).await else { return };
    // What happens to the computer's network wakes it too, so that it gets some tries.
    let mut tries = 0;
    let is_quiet = loop {
        let before = timeout(TOO_LONG, at_rest(&many)).await.expect("it never rests");
        sleep(WATCHED).await;
        let after = Usage::of(many.id()).unwrap();
        let busy = after.busy.saturating_sub(before.busy);
        let sleeps = after.sleeps.saturating_sub(before.sleeps);
        println!("{MANY} forwards that rest: {busy:?} of a core and {sleeps} wake-ups in {WATCHED:?}");
        tries += 1;
        // A thread that has ended took its numbers along.
        let is_quiet = after.threads == before.threads && busy <= WATCHED / OF_A_CORE && sleeps <= WAKE_UPS;
        if is_quiet || tries == TRIES {
            break is_quiet;
        }
    };
    assert!(is_quiet, "too busy, or woken too often");
    for port in many.ports.values().step_by(100) {
        let mut stream = TcpStream::connect(("127.0.0.1", *port)).await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        let mut answer = [0; 5];
        timeout(TOO_LONG, stream.read_exact(&mut answer)).await.expect("no answer").unwrap();
        assert_eq!(&answer, b"hello");
    }
    many.end().await.unwrap();
    demo.shutdown().await;
}
