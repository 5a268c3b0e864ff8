//! Asking for links: which transport, which refusal, and what our requests look like.

use std::{collections::BTreeMap, path::Path};

use crate::peer::{self, Answer, Peer};
use portforward::{Error, Scope, Transport, Tunnel, TunnelOptions};
use tokio::{io::AsyncReadExt as _, net::TcpListener};

const FORBIDDEN: &str = r#"{"kind":"Status","status":"Failure","message":"pods \"echo\" is forbidden","reason":"Forbidden","code":403}"#;
const NO_PORT: &str = "query parameter \"port\" is required";

#[tokio::test]
async fn falls_back_by_itself() {
    for (tunnel, spdy, expected) in [
        (Answer::Upgrade, Answer::Refuse(403, FORBIDDEN), Transport::WebSocketTunnel),
        (Answer::Refuse(400, NO_PORT), Answer::Upgrade, Transport::Spdy),
        (Answer::Refuse(403, FORBIDDEN), Answer::Upgrade, Transport::Spdy),
        (Answer::Refuse(404, "404 page not found"), Answer::Upgrade, Transport::Spdy),
        (Answer::Refuse(200, ""), Answer::Upgrade, Transport::Spdy),
        (Answer::Nonsense, Answer::Upgrade, Transport::Spdy),
    ] {
        let peer = Peer::start(tunnel, spdy).await;
        let tunnel = peer.open(TunnelOptions::default()).await.unwrap();
        assert_eq!(tunnel.transport(), expected);
    }
}

#[tokio::test]
async fn the_most_telling_refusal_is_reported() {
    for (tunnel, spdy, expected) in [
        (Answer::Refuse(400, NO_PORT), Answer::Refuse(403, FORBIDDEN), (403, Some("Forbidden"))),
        (
            Answer::Refuse(403, FORBIDDEN),
            Answer::Refuse(400, "Upgrade request required"),
            (403, Some("Forbidden")),
        ),
        (Answer::Nonsense, Answer::Refuse(429, "slow down"), (429, None)),
        (Answer::Refuse(503, "no"), Answer::Nonsense, (503, None)),
    ] {
        let peer = Peer::start(tunnel, spdy).await;
        let error = peer.open(TunnelOptions::default()).await.unwrap_err();
        assert_eq!(error.scope(), Scope::Refused);
        let Error::Refused { status, reason, .. } = error else { panic!("{error:?}") };
        assert_eq!((status, reason.as_deref()), expected);
    }
}

#[tokio::test]
async fn nothing_works() {
    let peer = Peer::start(Answer::Nonsense, Answer::Nonsense).await;
    let error = peer.open(TunnelOptions::default()).await.unwrap_err();
    let Error::NoTransport { tried } = &error else { panic!("{error:?}") };
    assert_eq!(
        tried.iter().map(|(transport, _)| *transport).collect::<Vec<_>>(),
        TunnelOptions::default().transports
    );
}

#[tokio::test]
async fn nobody_there() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let client = peer::client(&format!("http://127.0.0.1:{port}"));
    let error = Tunnel::open(client, peer::pod(), TunnelOptions::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}

/// Request line and headers; names in lower case, without those that differ from client to client.
fn head(bytes: &[u8]) -> (String, BTreeMap<String, String>) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let text = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = text.split("\r\n");
    let request_line = lines.next().unwrap().to_owned();
    let own = ["host", "user-agent", "kubectl-command", "kubectl-session", "sec-websocket-key"];
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .collect();
    (request_line, headers)
}

/// What we send first, given a server that only listens.
async fn our_head(transport: Transport) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = peer::client(&format!("http://{}", listener.local_addr().unwrap()));
    let options = TunnelOptions { transports: vec![transport], ..TunnelOptions::default() };
    let dial = tokio::spawn(Tunnel::open(client, peer::pod(), options));
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        assert_ne!(socket.read_buf(&mut head).await.unwrap(), 0);
    }
    dial.abort();
    head
}

#[tokio::test]
async fn our_requests_are_those_of_kubectl() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/recordings");
    for (transport, recording) in
        [(Transport::Spdy, "spdy-echo"), (Transport::WebSocketTunnel, "wstunnel-echo")]
    {
        let recorded = std::fs::read(recordings.join(recording).join("client.bin")).unwrap();
        let ours = our_head(transport).await;
        assert_eq!(head(&ours), head(&recorded));
        let key = b"sec-websocket-key: ";
        let has_key = ours.windows(key.len()).any(|window| window.eq_ignore_ascii_case(key));
        assert_eq!(has_key, transport == Transport::WebSocketTunnel);
    }
}
