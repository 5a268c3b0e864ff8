//! The v4 channels beyond what was recorded.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::client_link::{PATIENCE, pod_of, start, upgrade};
use crate::DemoCluster;

fn offer(subprotocol: &str) -> String {
    format!(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: EgHKHtf0CqpY6/PIc5YCEQ==\r\nSec-WebSocket-Protocol: {subprotocol}\r\n"
    )
}

async fn open(cluster: &DemoCluster, path: &str, subprotocol: &str) -> TlsStream<TcpStream> {
    let (connection, answer) = upgrade(cluster, "GET", path, &offer(subprotocol)).await;
    assert_eq!(answer.status, 101, "{answer:?}");
    assert_eq!(answer.header("sec-websocket-protocol"), Some(subprotocol));
    connection
}

/// Sends a frame, masked with zeros.
async fn send(connection: &mut TlsStream<TcpStream>, first: u8, payload: &[u8]) {
    let mut frame = vec![first, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    connection.write_all(&frame).await.expect("an open link");
}

async fn expect(connection: &mut TlsStream<TcpStream>, expected: &[u8]) {
    let mut got = vec![0; expected.len()];
    tokio::time::timeout(PATIENCE, connection.read_exact(&mut got)).await.expect("in time").expect("a link");
    assert_eq!(got, expected);
}

fn path(cluster: &DemoCluster, namespace: &str, deployment: &str, query: &str) -> String {
    let pod = pod_of(cluster, namespace, deployment);
    format!("/api/v1/namespaces/{namespace}/pods/{pod}/portforward?{query}")
}

#[tokio::test]
async fn each_port_has_its_channels_and_the_end_comes_when_all_have_ended() {
    let cluster = start().await;
    let path = path(&cluster, "lab", "source", "ports=7001,7001&ports=1");
    let mut link = open(&cluster, &path, "v4.channel.k8s.io").await;
    for channel in 0..6 {
        let port: u16 = if channel < 4 { 7001 } else { 1 };
        let [low, high] = port.to_le_bytes();
        expect(&mut link, &[0x82, 3, channel, low, high]).await;
    }
    // The third port is refused at once; its text is on channel 5.
    expect(&mut link, &[0x82, 126]).await;
    let length = link.read_u16().await.expect("an open link");
    let mut text = vec![0; length.into()];
    link.read_exact(&mut text).await.expect("an open link");
    assert!(text.starts_with(b"\x05error forwarding port 1 to pod "), "{text:?}");
    // Channels that do not exist or are not for clients are ignored; a continuation is a message like others.
    send(&mut link, 0x82, b"\x09x").await;
    send(&mut link, 0x82, b"\x01x").await;
    send(&mut link, 0x02, b"\x002\n").await;
    expect(&mut link, &[0x82, 3, 0, 0, 1]).await;
    send(&mut link, 0x89, b"hi").await;
    expect(&mut link, &[0x8a, 2, b'h', b'i']).await;
    send(&mut link, 0x80, b"\x023\n").await;
    expect(&mut link, &[0x82, 4, 2, 0, 1, 2, 0x88, 2, 0x03, 0xe8]).await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn in_base64_everything_is_text() {
    let cluster = start().await;
    let path = path(&cluster, "demo", "echo", "ports=5000");
    let mut link = open(&cluster, &path, "v4.base64.channel.k8s.io").await;
    expect(&mut link, b"\x81\x050iBM=\x81\x051iBM=").await;
    send(&mut link, 0x81, b"0aGVsbG8=").await;
    expect(&mut link, b"\x81\x090aGVsbG8=").await;
    send(&mut link, 0x88, b"").await;
    expect(&mut link, &[0x88, 2, 0x03, 0xe8]).await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn much_goes_through_in_messages_of_any_size() {
    let cluster = start().await;
    let path = path(&cluster, "lab", "source", "ports=7001");
    let mut link = open(&cluster, &path, "v4.channel.k8s.io").await;
    expect(&mut link, &[0x82, 3, 0, 0x59, 0x1b, 0x82, 3, 1, 0x59, 0x1b]).await;
    send(&mut link, 0x82, b"\x001M\n").await;
    let mut received = Vec::new();
    while received.len() < 1024 * 1024 {
        let mut head = [0; 2];
        link.read_exact(&mut head).await.expect("an open link");
        assert_eq!(head[0], 0x82);
        let length = if head[1] == 126 { link.read_u16().await.expect("a length") } else { head[1].into() };
        let mut message = vec![0; length.into()];
        link.read_exact(&mut message).await.expect("an open link");
        assert_eq!(message[0], 0);
        received.extend_from_slice(&message[1..]);
    }
    let mut expected = vec![0; 1024 * 1024];
    crate::source_bytes(0, &mut expected);
    assert!(received == expected);
    cluster.shutdown().await;
}
