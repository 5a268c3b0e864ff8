//! An API server and a node in one, as far as port-forwarding goes: HTTP upgrades by hyper, SPDY by the server side
//! of our own session, pods by port number.

mod line;
mod local;
mod memory;
mod node;
mod websocket;

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use portforward::{Error, PodAddress, Tunnel, TunnelOptions};
use sha1::{Digest as _, Sha1};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Notify,
};

pub(crate) use line::Line;
pub(crate) use local::{Carried, HANG, carry, exchange, result};

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
    /// As servers before Kubernetes 1.1, which do not name the stream protocol.
    OldUpgrade,
    /// 101 with a header that does not fit.
    Nonsense,
    Refuse(u16, &'static str),
}

/// Any connection.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What a test does with an upgraded connection.
pub(crate) type Script = Arc<dyn Fn(Box<dyn Io>) -> BoxFuture<'static, ()> + Send + Sync>;

/// Who serves an upgraded connection.
#[derive(Clone)]
pub(crate) enum Far {
    Node,
    /// The test, which gets the bytes of SPDY, whatever they are wrapped in.
    Spdy(Script),
    /// The test, which gets the connection as it is.
    Socket(Script),
}

/// How each kind of upgrade is answered, and who serves what was upgraded.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) tunnel: Answer,
    pub(crate) spdy: Answer,
    pub(crate) channel: Answer,
    /// By the number of the upgraded connection.
    pub(crate) far: Arc<dyn Fn(usize) -> Far + Send + Sync>,
    /// Serves the first connection in place of all this.
    pub(crate) connection: Option<Script>,
}

impl Server {
    /// One that knows the tunnel and SPDY.
    pub(crate) fn of(far: impl Fn(usize) -> Far + Send + Sync + 'static) -> Self {
        Self {
            tunnel: Answer::Upgrade,
            spdy: Answer::Upgrade,
            channel: Answer::Refuse(400, "no channels"),
            far: Arc::new(far),
            connection: None,
        }
    }

    /// One that knows v4 channels alone; a test serves them.
    pub(crate) fn of_channels(script: Script) -> Self {
        let (tunnel, spdy) = (Answer::Refuse(400, "no tunnel"), Answer::Refuse(400, "no SPDY"));
        let channel = Answer::Upgrade;
        Self { tunnel, spdy, channel, ..Self::of(move |_| Far::Socket(Arc::clone(&script))) }
    }

    /// Serves one connection to its end.
    async fn serve(self, io: impl Io + 'static, seen: Arc<Seen>) {
        let number = seen.connections.fetch_add(1, Ordering::SeqCst);
        if let Some(script) = self.connection.as_ref().filter(|_| number == 0) {
            return script(Box::new(io)).await;
        }
        let service = service_fn(move |request: Request<Incoming>| {
            let (server, seen) = (self.clone(), Arc::clone(&seen));
            async move { Ok::<_, Infallible>(respond(request, &server, seen)) }
        });
        let http = hyper::server::conn::http1::Builder::new();
        // A client may give up at any time.
        let _ = http.serve_connection(TokioIo::new(io), service).with_upgrades().await;
    }
}

/// What the peer has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// Connections made so far.
    connections: AtomicUsize,
    /// Upgraded ones among them.
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
    client: kube::Client,
    pub(crate) seen: Arc<Seen>,
    /// Those of connections in memory, in order.
    pub(crate) lines: Arc<Mutex<Vec<Arc<Line>>>>,
}

impl Peer {
    /// Over real sockets.
    pub(crate) async fn start(tunnel: Answer, spdy: Answer) -> Self {
        // Both kinds of WebSocket are answered alike.
        let server = Server { channel: tunnel.clone(), tunnel, spdy, ..Server::of(|_| Far::Node) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let for_service = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(server.clone().serve(socket, Arc::clone(&for_service)));
            }
        });
        Self { client: client(&url), seen, lines: Arc::default() }
    }

    /// In memory, so that time may be a test's own. Each byte takes `delay` from one end to the other.
    pub(crate) fn in_memory(server: Server, delay: Duration) -> Self {
        let (seen, lines) = (Arc::new(Seen::default()), Arc::default());
        let client = memory::client(server, Arc::clone(&seen), Arc::clone(&lines), delay);
        Self { client, seen, lines }
    }

    /// In memory, where the first connection is the test's, before any HTTP was spoken on it.
    pub(crate) fn behind(first: Script) -> Self {
        let server = Server { connection: Some(first), ..Server::of(|_| Far::Node) };
        Self::in_memory(server, Duration::ZERO)
    }

    pub(crate) fn client(&self) -> kube::Client {
        self.client.clone()
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

fn respond(mut request: Request<Incoming>, server: &Server, seen: Arc<Seen>) -> Response<Full<Bytes>> {
    assert_eq!(request.uri().path(), "/api/v1/namespaces/default/pods/echo/portforward");
    let subprotocol = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL).cloned();
    let is_channel = subprotocol.as_ref().is_some_and(|name| name == "v4.channel.k8s.io");
    let answer = match &subprotocol {
        None => &server.spdy,
        Some(_) if is_channel => &server.channel,
        Some(_) => &server.tunnel,
    };
    let builder = Response::builder();
    if let Answer::Refuse(status, body) = *answer {
        return builder.status(status).body(Full::from(body)).unwrap();
    }
    let sane = !matches!(answer, Answer::Nonsense);
    let mut builder = builder.status(StatusCode::SWITCHING_PROTOCOLS).header(header::CONNECTION, "Upgrade");
    if let Some(subprotocol) = &subprotocol {
        let key = request.headers()[header::SEC_WEBSOCKET_KEY].to_str().unwrap();
        let digest = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        let accept = if sane { STANDARD.encode(digest) } else { "bm9uc2Vuc2U=".to_owned() };
        builder = builder
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, accept)
            .header(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
    } else {
        builder = builder.header(header::UPGRADE, "SPDY/3.1");
        match answer {
            Answer::OldUpgrade => {}
            _ if sane => builder = builder.header("X-Stream-Protocol-Version", "portforward.k8s.io"),
            _ => builder = builder.header("X-Stream-Protocol-Version", "other.k8s.io"),
        }
    }
    let is_tunnel = subprotocol.is_some() && !is_channel;
    let upgrade = hyper::upgrade::on(&mut request);
    let far = Arc::clone(&server.far);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let io = TokioIo::new(upgraded);
        match far(seen.links.fetch_add(1, Ordering::SeqCst)) {
            Far::Node => node::serve(unwrapped(io, is_tunnel), seen).await,
            Far::Spdy(script) => script(unwrapped(io, is_tunnel)).await,
            Far::Socket(script) => script(Box::new(io)).await,
        }
    });
    builder.body(Full::default()).unwrap()
}

/// The bytes of SPDY.
fn unwrapped(io: impl Io + 'static, is_tunnel: bool) -> Box<dyn Io> {
    if !is_tunnel {
        return Box::new(io);
    }
    let (near, far) = tokio::io::duplex(256 * 1024);
    tokio::spawn(websocket::bridge(io, far));
    Box::new(near)
}
