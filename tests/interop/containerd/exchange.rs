//! What a local program does with a forwarded connection.

use support::pattern;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, sink, split};
use tokio::sync::Barrier;

use super::pod::SOURCE_SEED;

/// Sends `length` bytes to the pod's echo while it reads them back, and checks that they are the same.
pub(super) async fn echo(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), seed: u64, length: u64) {
    stream.write_u64(length).await.expect("the length is taken");
    send_and_read_back(stream, seed, length).await;
}

/// As [`echo`], but goes on after the first byte only when `all` others have theirs.
pub(super) async fn echo_among(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    seed: u64,
    length: u64,
    all: &Barrier,
) {
    stream.write_u64(1 + length).await.expect("the length is taken");
    stream.write_u8(b'>').await.expect("the first byte is taken");
    assert_eq!(stream.read_u8().await.expect("the first byte comes back"), b'>');
    all.wait().await;
    send_and_read_back(stream, seed, length).await;
}

/// Fetches `length` bytes from the pod's source, and checks that they are the right ones.
pub(super) async fn download(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), length: u64) {
    stream.write_u64(length).await.expect("the length is taken");
    read_from_source(stream, length).await;
}

/// As [`download`], but the local program ends its side together with the request.
pub(super) async fn download_half_closed(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), length: u64) {
    stream.write_u64(length).await.expect("the length is taken");
    stream.shutdown().await.expect("the write side is closed");
    read_from_source(stream, length).await;
}

/// Asks for `length` bytes, gets half of them, and has the pod break off then.
pub(super) async fn half_of(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), length: u64) {
    stream.write_u64(length).await.expect("the length is taken");
    read_from_source(stream, length / 2).await;
    stream.write_u8(b'.').await.expect("the last byte is taken");
}

/// Checks that the connection ends here. containerd passes the pod's end on a second late.
pub(super) async fn expect_end(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 1];
    assert_eq!(stream.read(&mut rest).await.expect("a clean end"), 0, "bytes after the last one");
}

async fn read_from_source(stream: &mut (impl AsyncRead + Unpin), length: u64) {
    let received = pattern::read(stream, length).await.expect("the bytes of the source");
    let expected = pattern::write(&mut sink(), SOURCE_SEED, length).await.expect("a sink takes everything");
    assert_eq!(received, expected, "the bytes of the source");
}

async fn send_and_read_back(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), seed: u64, length: u64) {
    let (mut read, mut write) = split(stream);
    let (sent, received) =
        tokio::join!(pattern::write(&mut write, seed, length), pattern::read(&mut read, length));
    assert_eq!(received.expect("the echo"), sent.expect("all bytes are taken"), "the bytes that came back");
}
