//! An API server and a node in one, as far as port-forwarding goes: HTTP upgrades by hyper, SPDY by the server side
//! of our own session, pods by port number.

mod node;
mod websocket;

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use portforward::{Error, PodAddress, Tunnel, TunnelOptions};
use sha1::{Digest as _, Sha1};
use tokio::{net::TcpListener, sync::Notify};

/// Echoes; ends when the client does.
pub(crate) const ECHO: u16 = 7;
/// Nothing listens: data FIN, text, reset of the error stream.
pub(crate) const REFUSED: u16 = 1;
/// Resets both streams at the first byte.
pub(crate) const RESET: u16 = 2;
/// Answers the first bytes in parts: one at once, the others when [`RELEASE`] is opened on the same link. Ends at
/// once when the client does, as real runtimes do.
pub(crate) const PARTS: u16 = 3;
/// Answers `bye` to the end of the client's data, and ends.
pub(crate) const AT_THE_END: u16 = 4;
/// Lets all [`PARTS`] go on and end.
pub(crate) const RELEASE: u16 = 11;
/// Answers `done` to the first bytes, and ends.
pub(crate) const ONCE: u16 = 12;
/// Sends [`SOURCE_BYTES`] at once.
pub(crate) const SOURCE: u16 = 5;
/// Closes the whole connection at the first byte.
pub(crate) const CUT: u16 = 6;
/// Says `hello` first.
pub(crate) const GREETER: u16 = 8;
/// Reads nothing and says nothing.
pub(crate) const SILENT: u16 = 10;

pub(crate) const SOURCE_BYTES: usize = 64 * 1024 * 1024;

/// How one kind of upgrade is answered.
#[derive(Clone)]
pub(crate) enum Answer {
    Upgrade,
    /// 101 with a header that does not fit.
    Nonsense,
    Refuse(u16, &'static str),
}

/// What the peer has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// Upgraded connections made so far.
    pub(crate) links: AtomicUsize,
    /// Those that have ended, by the last frame before the end.
    pub(crate) last_frames: Mutex<Vec<String>>,
    /// Clients that ended their data before the pod did.
    pub(crate) early_ends: AtomicUsize,
    /// Bytes of [`SOURCE`] that were taken by the connection.
    pub(crate) source_written: AtomicUsize,
    /// Stream pairs opened and not ended yet.
    pub(crate) open_streams: AtomicUsize,
    pub(crate) changed: Notify,
}

impl Seen {
    /// Waits until `condition` holds.
    pub(crate) async fn wait_until(&self, condition: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.changed.notified();
            if condition(self) {
                return;
            }
            changed.await;
        }
    }
}

pub(crate) struct Peer {
    pub(crate) url: String,
    pub(crate) seen: Arc<Seen>,
}

impl Peer {
    pub(crate) async fn start(tunnel: Answer, spdy: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let for_service = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let (tunnel, spdy, seen) = (tunnel.clone(), spdy.clone(), Arc::clone(&for_service));
                let service = service_fn(move |request: Request<Incoming>| {
                    let is_tunnel = request.headers().contains_key(header::SEC_WEBSOCKET_KEY);
                    let answer = if is_tunnel { tunnel.clone() } else { spdy.clone() };
                    let seen = Arc::clone(&seen);
                    async move { Ok::<_, Infallible>(respond(request, is_tunnel, answer, seen)) }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service)
                    .with_upgrades();
                tokio::spawn(connection);
            }
        });
        Self { url, seen }
    }

    pub(crate) fn client(&self) -> kube::Client {
        client(&self.url)
    }

    pub(crate) async fn open(&self, options: TunnelOptions) -> Result<Tunnel, Error> {
        Tunnel::open(self.client(), pod(), options).await
    }
}

pub(crate) fn pod() -> PodAddress {
    PodAddress { namespace: "default".into(), pod: "echo".into(), node: None }
}

pub(crate) fn client(url: &str) -> kube::Client {
    let mut config = kube::Config::new(url.parse().unwrap());
    config.default_retry = false;
    kube::Client::try_from(config).unwrap()
}

fn respond(
    mut request: Request<Incoming>,
    is_tunnel: bool,
    answer: Answer,
    seen: Arc<Seen>,
) -> Response<Full<Bytes>> {
    assert_eq!(request.uri().path(), "/api/v1/namespaces/default/pods/echo/portforward");
    let builder = Response::builder();
    if let Answer::Refuse(status, body) = answer {
        return builder.status(status).body(Full::from(body)).unwrap();
    }
    let sane = matches!(answer, Answer::Upgrade);
    let mut builder = builder.status(StatusCode::SWITCHING_PROTOCOLS).header(header::CONNECTION, "Upgrade");
    if is_tunnel {
        let key = request.headers()[header::SEC_WEBSOCKET_KEY].to_str().unwrap();
        let digest = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        let accept = if sane { STANDARD.encode(digest) } else { "bm9uc2Vuc2U=".to_owned() };
        builder = builder
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, accept)
            .header(header::SEC_WEBSOCKET_PROTOCOL, "SPDY/3.1+portforward.k8s.io");
    } else {
        let version = if sane { "portforward.k8s.io" } else { "other.k8s.io" };
        builder = builder.header(header::UPGRADE, "SPDY/3.1").header("X-Stream-Protocol-Version", version);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        seen.links.fetch_add(1, Ordering::SeqCst);
        let io = TokioIo::new(upgraded);
        if is_tunnel {
            let (near, far) = tokio::io::duplex(256 * 1024);
            tokio::spawn(websocket::bridge(io, far));
            node::serve(near, seen).await;
        } else {
            node::serve(io, seen).await;
        }
    });
    builder.body(Full::default()).unwrap()
}
