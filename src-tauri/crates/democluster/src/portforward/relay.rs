//! An upgraded connection that a streaming server elsewhere serves, as containerd does for a kubelet: the upgrade is
//! passed on to it, and then the bytes, unread.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::handshake::{SPDY, STREAM_PROTOCOL_HEADER, Wish};
use crate::api::{Body, Status, plain};
use crate::pods::sandbox::StreamingServer;

/// How much is carried at a time: two DATA frames.
const CHUNK: usize = 64 * 1024;

/// The longest text of a refusal that is passed on.
const REFUSAL: usize = 64 * 1024;

/// The upgraded connection to the streaming server, with the task that drove its HTTP side.
pub(super) struct Upstream {
    io: TokioIo<Upgraded>,
    _connection: JoinSet<()>,
}

/// Asks the streaming server for the upgrade.
///
/// # Errors
/// The answer for the client: the server's own refusal, or that it could not be reached.
pub(super) async fn connect(
    far_end: &dyn StreamingServer,
    wish: &Wish,
    headers: &HeaderMap,
) -> Result<(Response<Body>, Upstream), Response<Body>> {
    let url =
        far_end.port_forward_url().await.map_err(|text| plain(StatusCode::INTERNAL_SERVER_ERROR, text))?;
    let unreachable =
        |cause: String| Status::internal(format!("error dialing backend: {cause}")).into_response();
    let uri: Uri = url.parse().map_err(|_| unreachable(format!("{url} is not a URL")))?;
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    let connection = TcpStream::connect(&authority).await.map_err(|error| unreachable(error.to_string()))?;
    // The socket's own options do not matter to correctness.
    let _ = connection.set_nodelay(true);
    let (mut sender, driver) =
        http1::handshake(TokioIo::new(connection)).await.map_err(|error| unreachable(error.to_string()))?;
    let mut task = JoinSet::new();
    task.spawn(async move {
        if let Err(error) = driver.with_upgrades().await {
            tracing::debug!(%error, "the connection to a streaming server ended");
        }
    });
    let request =
        upgrade_request(&uri, &authority, wish, headers).map_err(|error| unreachable(error.to_string()))?;
    let mut answer = sender.send_request(request).await.map_err(|error| unreachable(error.to_string()))?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(pass_on(answer).await);
    }
    let protocol = answer.headers().get(STREAM_PROTOCOL_HEADER).and_then(|value| value.to_str().ok());
    let response = wish.accept(protocol);
    let upgraded = hyper::upgrade::on(&mut answer).await.map_err(|error| unreachable(error.to_string()))?;
    Ok((response, Upstream { io: TokioIo::new(upgraded), _connection: task }))
}

/// Carries bytes both ways until either side ends: then the other ends too, as in the API server's proxy.
pub(super) async fn carry<S: AsyncRead + AsyncWrite>(client: S, upstream: Upstream) {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(upstream.io);
    let ended = tokio::select! {
        ended = pump(from_client, to_server) => ended,
        ended = pump(from_server, to_client) => ended,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a relayed link ended");
    }
}

async fn pump(reader: impl AsyncRead, writer: impl AsyncWrite) -> std::io::Result<()> {
    let (mut reader, mut writer) = (std::pin::pin!(reader), std::pin::pin!(writer));
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = reader.read(&mut buffer).await?;
        if count == 0 {
            return writer.shutdown().await;
        }
        writer.write_all(&buffer[..count]).await?;
        writer.flush().await?;
    }
}

/// The client's upgrade as the streaming server gets it: never with what proves who the client is.
fn upgrade_request(
    uri: &Uri,
    authority: &str,
    wish: &Wish,
    headers: &HeaderMap,
) -> Result<Request<Empty<Bytes>>, http::Error> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::builder().header(header::HOST, authority).header(header::CONNECTION, "Upgrade");
    let mut request = match wish {
        // Channels go to the runtime as they are: neither API server nor kubelet translates them.
        Wish::Channels { ports, .. } => {
            let ports: Vec<_> = ports.iter().map(|port| format!("port={port}")).collect();
            request
                .method(Method::GET)
                .uri(format!("{path}?{}", ports.join("&")))
                .header(header::UPGRADE, "websocket")
        }
        Wish::Spdy { .. } | Wish::Tunnel { .. } => request
            .method(Method::POST)
            .uri(path)
            .header(header::UPGRADE, SPDY)
            .header(header::CONTENT_LENGTH, "0"),
    };
    let websocket: &[_] = match wish {
        Wish::Channels { .. } => {
            &[header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION, header::SEC_WEBSOCKET_PROTOCOL]
        }
        _ => &[],
    };
    for name in websocket.iter().chain([&header::USER_AGENT]) {
        for value in headers.get_all(name) {
            request = request.header(name, value);
        }
    }
    for protocol in wish.stream_protocols() {
        request = request.header(STREAM_PROTOCOL_HEADER, protocol);
    }
    request.body(Empty::new())
}

async fn pass_on(answer: Response<Incoming>) -> Response<Body> {
    let (head, body) = answer.into_parts();
    let text = Limited::new(body, REFUSAL).collect().await.map(http_body_util::Collected::to_bytes);
    let text = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
    // Anything below 400 that is not the upgrade makes no sense to a client (`upgradeaware.go`).
    let status = if head.status.as_u16() < 400 { StatusCode::INTERNAL_SERVER_ERROR } else { head.status };
    let mut response = plain(status, text);
    for (name, value) in &head.headers {
        if name.as_str().starts_with("x-accepted-") || *name == header::CONTENT_TYPE {
            response.headers_mut().insert(name, HeaderValue::clone(value));
        }
    }
    response
}
