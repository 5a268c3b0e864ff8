//! The v4 channels, which API server and kubelet pass on to containerd as they are.

use http::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::pod::Pod;

/// Sends something to the pod's echo and reads it back, message by message.
pub(super) async fn echo(client: kube::Client, namespace: &str, pod: &str, programs: &Pod) {
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/portforward?ports={}", programs.echo);
    let request = Request::get(path)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, "EgHKHtf0CqpY6/PIc5YCEQ==")
        .header(header::SEC_WEBSOCKET_PROTOCOL, "v4.channel.k8s.io")
        .body(Body::empty())
        .expect("a valid request");
    let answer = client.send(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(answer.headers()[header::SEC_WEBSOCKET_PROTOCOL], "v4.channel.k8s.io");
    let mut link = TokioIo::new(hyper::upgrade::on(answer).await.expect("an upgraded connection"));

    let [low, high] = programs.echo.to_le_bytes();
    // A message of the client, masked with zeros: channel 0, how much to echo, and that.
    let message = [0x82, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, b'h', b'i'];
    link.write_all(&message).await.expect("an open connection");
    let mut messages = [0; 15];
    link.read_exact(&mut messages).await.expect("an open connection");
    assert_eq!(messages, [0x82, 3, 0, low, high, 0x82, 3, 1, low, high, 0x82, 3, 0, b'h', b'i']);
    // The pod has closed, and a second later there is nothing left to carry.
    let mut rest = Vec::new();
    // Whether the end of TLS is said too does not matter.
    let _ = link.read_to_end(&mut rest).await;
    assert_eq!(rest, [0x88, 2, 0x03, 0xe8]);
}
