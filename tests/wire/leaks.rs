//! What is left of connections when they are over: nothing.

use democluster::DemoOptions;
use portforward::{Error, TunnelOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    runtime::Handle,
    task::JoinSet,
};

use crate::lab::{ECHO, Lab, Local, RESET, SOURCE};

const AT_A_TIME: usize = 300;

/// A third ends in order, a third is cancelled midway, a third is reset by the pod. Runtimes tell the end of a pod's
/// connection a second late, so many run at a time.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_short_connections_leave_nothing_behind() {
    let lab = Lab::start(DemoOptions::default()).await;
    let tunnel = lab.tunnel(TunnelOptions::default()).await;
    let mut local = Local::connect(&tunnel, ECHO);
    local.says_the_same(b"the first").await;
    local.end().await.unwrap();

    let mut programs = JoinSet::new();
    for number in 0..10_000_usize {
        if number >= AT_A_TIME {
            programs.join_next().await.unwrap().unwrap();
        }
        let tunnel = tunnel.clone();
        programs.spawn(async move {
            match number % 3 {
                0 => {
                    let mut local = Local::connect(&tunnel, SOURCE);
                    local.stream.write_all(format!("{number}\n").as_bytes()).await.unwrap();
                    let mut bytes = Vec::new();
                    local.stream.read_to_end(&mut bytes).await.unwrap();
                    assert_eq!(bytes.len(), number);
                    local.outcome().await.unwrap();
                }
                1 => {
                    let mut local = Local::connect(&tunnel, ECHO);
                    local.says_the_same(&number.to_be_bytes()).await;
                    local.carried.abort();
                    assert!(local.carried.await.unwrap_err().is_cancelled());
                }
                _ => {
                    let mut local = Local::connect(&tunnel, RESET);
                    local.stream.write_all(b"x").await.unwrap();
                    let end = local.outcome().await;
                    assert!(matches!(end, Err(Error::RemoteReset)), "{end:?}");
                }
            }
        });
    }
    while let Some(program) = programs.join_next().await {
        program.unwrap();
    }
    // All at once, so that the links are all in use: what was left on them would show here.
    let mut next = Vec::new();
    for _ in 0..100 {
        let tunnel = tunnel.clone();
        next.push(tokio::spawn(async move {
            let mut local = Local::connect(&tunnel, ECHO);
            local.says_the_same(b"one of the next hundred").await;
            local.end().await.unwrap();
        }));
    }
    for program in next {
        program.await.unwrap();
    }
    tunnel.close().await;
    drop(tunnel);
    lab.demo.shutdown().await;
    drop(lab.client);
    all_is_quiet().await;
}

/// Waits until this test is the only one who does something: every task has ended, and every socket is closed.
async fn all_is_quiet() {
    let deadline = tokio::time::Instant::now() + crate::lab::TOO_LONG;
    loop {
        let tasks = Handle::current().metrics().num_alive_tasks();
        if tasks == 0 {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "{tasks} tasks are left");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
