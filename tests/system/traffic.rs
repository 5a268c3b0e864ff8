//! Many bytes, and what is told about them.

use cluster::TargetKind;
use engine::Event;
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::lab::{Lab, connect, draft, echo, local};

const GIBIBYTE: u64 = 1 << 30;
const BLOCK: usize = 256 << 10;

/// Writes so many bytes, no two blocks alike, and answers their SHA-256.
async fn write_bytes(mut stream: impl tokio::io::AsyncWrite + Unpin, count: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut block: Vec<u8> = (0..BLOCK).map(|index| (index * 31 % 251) as u8).collect();
    let mut written = 0;
    while written < count {
        block[..8].copy_from_slice(&written.to_be_bytes());
        let size = BLOCK.min(usize::try_from(count - written).unwrap());
        hash.update(&block[..size]);
        stream.write_all(&block[..size]).await.unwrap();
        written += size as u64;
    }
    hash.finalize().into()
}

/// Reads so many bytes and answers their SHA-256.
async fn read_bytes(mut stream: impl tokio::io::AsyncRead + Unpin, count: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut rest = count;
    while rest > 0 {
        let size = BLOCK.min(usize::try_from(rest).unwrap());
        let read = stream.read(&mut block[..size]).await.unwrap();
        assert!(read > 0, "{rest} bytes are missing");
        hash.update(&block[..read]);
        rest -= read as u64;
    }
    hash.finalize().into()
}

async fn both_ways(stream: TcpStream, count: u64) {
    let (reader, writer) = stream.into_split();
    let writing = tokio::spawn(write_bytes(writer, count));
    let reading = tokio::spawn(read_bytes(reader, count));
    assert_eq!(writing.await.unwrap(), reading.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_each_way_arrives_whole() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    both_ways(connect(local(&view, 0)).await, GIBIBYTE).await;
    let id = view.profile.id;
    let counted = |event: &Event| match event {
        Event::Traffic { id: of, bytes_in: GIBIBYTE, bytes_out: GIBIBYTE } if *of == id => Some(()),
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
