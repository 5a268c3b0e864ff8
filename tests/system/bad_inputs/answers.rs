//! Answers of servers that are no help: made up for requests of the API, and recorded from a real cluster for tunnels.

use std::fs;

use engine::{Command, ContextRef, Engine, EngineOptions, ProfileDraft, ProfileStore, Reply, TransportPin};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{BadInput, in_words, kubeconfig, said_of};
use crate::lab::{Watcher, draft};

const POD: &str = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"echo","namespace":"demo","uid":"u"},
    "spec":{"nodeName":"node","containers":[{"name":"echo","ports":[{"containerPort":5000}]}]},
    "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"#;

pub(crate) async fn table() -> Vec<BadInput> {
    let mut table = to_requests().await;
    table.extend(to_tunnels().await);
    table
}

async fn to_requests() -> Vec<BadInput> {
    let mut table = Vec::new();
    let json_type = "Content-Type: application/json\r\n";
    let status = |code: u16, reason: &str, message: &str| {
        let body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "reason": reason, "message": message, "code": code});
        answer(code, json_type, &body.to_string())
    };
    for (name, expected, bytes) in [
        ("a sign-in that is over", "not signed in", recorded("unauthorized-401")),
        (
            "a token that is repeated",
            "token … is expired",
            status(401, "Unauthorized", "token Secret-MustNotShow is expired"),
        ),
        ("no such path", "404 page not found", recorded("legacy-minions-path")),
        ("a page of a proxy", "try later", answer(503, "Content-Type: text/html\r\n", "<h1>try later</h1>")),
        ("too many requests", "too busy", status(429, "TooManyRequests", "slow down")),
        ("a failure of the server", "etcd is gone", status(500, "InternalError", "etcd is gone")),
        ("a time limit of the server", "(504)", status(504, "Timeout", "request did not complete")),
        (
            "something that is not JSON",
            "is not what Kubernetes answers",
            answer(200, json_type, "MustNotShow"),
        ),
        (
            "bytes that are not text",
            "is not text",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xc3\x28".to_vec(),
        ),
        ("an answer that is cut off", "cut", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".to_vec()),
        ("no answer at all", "127.0.0.1", Vec::new()),
        ("something that is not HTTP", "cannot be reached", b"220 mail.example ESMTP\r\n".to_vec()),
    ] {
        let server = Server::start(bytes.clone(), bytes).await;
        let config = kubeconfig(&json!({"server": server.url}), &json!({"token": "Secret-MustNotShow"}));
        let said = said_of(name, config).await.map(|words| words.replace(&server.url, "http://127.0.0.1"));
        table.push(BadInput { name, expected, said });
    }
    table
}

/// The recordings, as answers to the request that opens a tunnel.
async fn to_tunnels() -> Vec<BadInput> {
    let mut table = Vec::new();
    for (name, expected, recording, transport) in [
        ("a tunnel without signing in", "not signed in", "unauthorized-401", TransportPin::Spdy),
        (
            "a tunnel that is forbidden",
            "cannot create resource \"pods/portforward\"",
            "forbidden-403",
            TransportPin::Spdy,
        ),
        (
            "a tunnel that is forbidden to read",
            "cannot get resource \"pods/portforward\"",
            "websocket-forbidden-403",
            TransportPin::WebSocketTunnel,
        ),
        ("a tunnel to a pod that is gone", "gone", "pod-not-found-404", TransportPin::Spdy),
        ("a proxy that drops the upgrade", "Upgrade request required", "no-upgrade-400", TransportPin::Spdy),
        (
            "a node that gets no upgrade",
            "Upgrade request required",
            "node-proxy-no-upgrade",
            TransportPin::Spdy,
        ),
        (
            "a server that speaks no such protocol",
            "unable to negotiate protocol",
            "bad-stream-protocol",
            TransportPin::Spdy,
        ),
        ("a server that is too old", "404", "legacy-minions-path", TransportPin::Spdy),
        (
            "a server that wants the port",
            "\"port\" is required",
            "websocket-unknown-subprotocol",
            TransportPin::WebSocketTunnel,
        ),
    ] {
        let server =
            Server::start(answer(200, "Content-Type: application/json\r\n", POD), recorded(recording)).await;
        let config = kubeconfig(&json!({"server": server.url}), &json!({"token": "Secret-MustNotShow"}));
        let sources = cluster::KubeconfigSources::inline("test", config);
        let options = EngineOptions { store: ProfileStore::memory(), ..EngineOptions::in_memory(sources) };
        let engine = Engine::start(options).await.unwrap();
        let mut watcher = Watcher::new(engine.listen()).await;
        let draft = ProfileDraft {
            context: ContextRef::kubeconfig("it"),
            transport,
            ..draft("demo", cluster::TargetKind::Pod, "echo", &[":5000"])
        };
        let Ok(Reply::Created { id }) = engine.execute(Command::Create { draft, connect: true }).await else {
            panic!("not created")
        };
        let problem = crate::sign_in::problem_of;
        let view = watcher.forward_that(&id, |view| problem(view).is_some()).await;
        let said =
            in_words(problem(&view).unwrap()).map(|words| words.replace(&server.url, "http://127.0.0.1"));
        engine.shutdown().await;
        table.push(BadInput { name, expected, said });
    }
    table
}

fn recorded(name: &str) -> Vec<u8> {
    let path = format!("{}/fixtures/recordings/http-errors/{name}.http", env!("CARGO_MANIFEST_DIR"));
    fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn answer(code: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {code} Something\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Answers every request in the same way, but for those that open a tunnel.
struct Server {
    url: String,
    _serving: JoinSet<()>,
}

impl Server {
    async fn start(to_requests: Vec<u8>, to_tunnels: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let answers = (to_requests.clone(), to_tunnels.clone());
                connections.spawn(async move { serve(stream, answers).await });
            }
        });
        Self { url, _serving: serving }
    }
}

/// One request on each connection.
async fn serve(mut stream: TcpStream, (to_requests, to_tunnels): (Vec<u8>, Vec<u8>)) {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(length @ 1..) => head.extend_from_slice(&piece[..length]),
            _ => return,
        }
    }
    let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_ascii_lowercase();
    let answer = if line.contains("portforward") { to_tunnels } else { to_requests };
    let _ = stream.write_all(&answer).await;
    let _ = stream.shutdown().await;
}
