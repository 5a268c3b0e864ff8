//! How connections end, and what that does to others.

use democluster::DemoOptions;
use portforward::{Error, TunnelOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::lab::{CLOSED, ECHO, Lab, Local, RESET, SOURCE};

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_port_is_told_apart_and_hurts_no_other() {
    let lab = Lab::start(DemoOptions::default()).await;
    let tunnel = lab.tunnel(TunnelOptions { max_links: 1, ..TunnelOptions::default() }).await;
    let mut neighbour = Local::connect(&tunnel, ECHO);
    neighbour.says_the_same(b"before").await;
    let mut open = vec![neighbour];
    for _ in 0..20 {
        let mut refused = Local::connect(&tunnel, CLOSED);
        let error = refused.outcome().await.unwrap_err();
        assert!(matches!(error, Error::PortNotListening { port: CLOSED, .. }), "{error:?}");
        let mut next = Local::connect(&tunnel, ECHO);
        next.says_the_same(b"next").await;
        open.push(next);
    }
    for local in &mut open {
        local.says_the_same(b"after").await;
    }
    Local::end_all(open).await;
    let mut reset = Local::connect(&tunnel, RESET);
    reset.stream.write_all(b"x").await.unwrap();
    assert!(matches!(reset.outcome().await, Err(Error::RemoteReset)));
    tunnel.close().await;
    lab.demo.shutdown().await;
}

/// The request and the end of it are one; the answer takes its time and is large.
#[tokio::test(flavor = "multi_thread")]
async fn who_ends_with_the_request_gets_the_whole_answer() {
    const ANSWER: usize = 512 << 20;
    let lab = Lab::start(DemoOptions::default()).await;
    let tunnel = lab.tunnel(TunnelOptions::default()).await;
    let mut local = Local::connect(&tunnel, SOURCE);
    local.stream.write_all(b"512M\n").await.unwrap();
    local.stream.shutdown().await.unwrap();
    let mut block = vec![0; 251 * 1024];
    let mut expected = block.clone();
    let mut received = 0;
    loop {
        let count = local.stream.read(&mut block).await.unwrap();
        if count == 0 {
            break;
        }
        democluster::source_bytes(received as u64, &mut expected[..count]);
        assert!(block[..count] == expected[..count], "other bytes after {received}");
        received += count;
    }
    assert_eq!(received, ANSWER);
    local.outcome().await.unwrap();
    tunnel.close().await;
    lab.demo.shutdown().await;
}
