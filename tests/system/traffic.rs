//! Many bytes, and what is told about them.

use cluster::TargetKind;
use engine::Event;
use support::pattern;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::lab::{Lab, connect, draft, echo, local};

const GIBIBYTE: u64 = 1 << 30;

async fn both_ways(stream: TcpStream, count: u64) {
    let (mut reader, mut writer) = stream.into_split();
    let writing = tokio::spawn(async move { pattern::write(&mut writer, 1, count).await.unwrap() });
    let reading = tokio::spawn(async move { pattern::read(&mut reader, count).await.unwrap() });
    assert_eq!(writing.await.unwrap(), reading.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_each_way_arrives_whole() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    both_ways(connect(local(&view, 0)).await, GIBIBYTE).await;
    let id = view.profile.id;
    let counted = |event: &Event| match event {
        Event::Traffic { id: of, bytes_in: GIBIBYTE, bytes_out: GIBIBYTE, .. } if *of == id => Some(()),
        _ => None,
    };
    lab.watcher.event(counted).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_ends_when_all_is_said() {
    const COUNT: usize = 50_000_001;
    let mut lab = Lab::start().await;
    let view = lab.forward(draft("lab", TargetKind::Deployment, "source", &[":7001"])).await;
    let mut stream = connect(local(&view, 0)).await;
    stream.write_all(format!("{COUNT}\n").as_bytes()).await.unwrap();
    let bytes = crate::lab::read_all(&mut stream).await.unwrap();
    let mut expected = vec![0; COUNT];
    democluster::source_bytes(0, &mut expected);
    assert!(bytes == expected, "{} bytes", bytes.len());
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_stalls_does_not_hold_up_others() {
    let mut lab = Lab::start().await;
    let stalled = lab.forward(draft("lab", TargetKind::Deployment, "stall", &[":7003"])).await;
    let mut full = connect(local(&stalled, 0)).await;
    // Far more than every buffer on the way: the writer must be held up at some point, and only it.
    let writing = tokio::spawn(async move { full.write_all(&vec![1; 256 << 20]).await });
    let view = lab.forward(echo()).await;
    both_ways(connect(local(&view, 0)).await, 64 << 20).await;
    assert!(!writing.is_finished(), "256 MiB were taken by a pod that reads nothing");
    writing.abort();
    lab.shutdown().await;
}
