//! What a request wants to be upgraded to, and the answers: the texts are those of API server, kubelet and containerd.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use sha1::{Digest as _, Sha1};

use super::ports::ports;
use super::websocket::Codec;
use crate::ServerVersion;
use crate::api::{Body, Status, plain};

/// The only stream protocol of port-forward.
const STREAM_PROTOCOL: &str = "portforward.k8s.io";
/// Before the stream protocol in the name of a tunnel's WebSocket subprotocol (KEP-4006).
const TUNNEL_PREFIX: &str = "SPDY/3.1+";
/// The protocol upgraded to.
pub(super) const SPDY: HeaderValue = HeaderValue::from_static("SPDY/3.1");
/// Names the stream protocol (apimachinery `httpstream`).
pub(super) const STREAM_PROTOCOL_HEADER: HeaderName = HeaderName::from_static("x-stream-protocol-version");
/// Lists what would have been understood.
const ACCEPTED_HEADER: HeaderName = HeaderName::from_static("x-accepted-stream-protocol-versions");
/// Appended to the key of a WebSocket handshake (RFC 6455, section 1.3).
const WEBSOCKET_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// What is to become of the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// SPDY/3.1 itself, with these stream protocols.
    Spdy { protocols: Vec<String> },
    /// SPDY/3.1 in a WebSocket, with these subprotocols; `accept` answers the key of the handshake.
    Tunnel { subprotocols: Vec<String>, accept: String },
    /// The channels of old in a WebSocket, for these ports, under the name that was asked for.
    Channels { ports: Vec<u16>, codec: Codec, subprotocol: Option<String>, accept: String },
}

/// Who is asked: versions and routes differ in what they understand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) version: ServerVersion,
    /// The kubelet of the pod's node, instead of the API server for the pod.
    pub(super) kubelet: bool,
}

/// Reads the wish from the headers of a request.
///
/// # Errors
/// The answer to a request that cannot be upgraded.
pub(super) fn wish(headers: &HeaderMap, query: &str, asked: Asked) -> Result<Wish, Response<Body>> {
    if !mentions(headers, &header::CONNECTION, "upgrade") {
        return Err(if asked.kubelet {
            plain(StatusCode::INTERNAL_SERVER_ERROR, "Upgrade request required\n")
        } else {
            Status::bad_request("Upgrade request required").into_response()
        });
    }
    if asked.version.has_channels() && mentions(headers, &header::UPGRADE, "websocket") {
        return websocket_wish(headers, query, asked);
    }
    if !mentions(headers, &header::UPGRADE, "spdy/3.1") {
        // The real text ends in a dump of all headers, which may hold secrets.
        let text = "unable to upgrade: missing upgrade headers in request\n";
        return Err(plain(StatusCode::BAD_REQUEST, text));
    }
    let protocols = list(headers, &STREAM_PROTOCOL_HEADER);
    if protocols.is_empty() && asked.version.requires_stream_protocol() {
        let text = "unable to upgrade: X-Stream-Protocol-Version is required\n";
        return Err(plain(StatusCode::BAD_REQUEST, text));
    }
    Ok(Wish::Spdy { protocols })
}

fn websocket_wish(headers: &HeaderMap, query: &str, asked: Asked) -> Result<Wish, Response<Body>> {
    let subprotocols = list(headers, &header::SEC_WEBSOCKET_PROTOCOL);
    let (has_tunnel, parameter) = if asked.kubelet {
        (asked.version.has_node_tunnel(), "port")
    } else {
        (asked.version.has_pod_tunnel(), "ports")
    };
    if has_tunnel && subprotocols.iter().any(|name| name.starts_with(TUNNEL_PREFIX)) {
        return Ok(Wish::Tunnel { subprotocols, accept: websocket_accept(headers)? });
    }
    // Whatever else it is, it is taken for channels. Ports are looked at first, then the subprotocol.
    let ports = ports(query, parameter).map_err(|text| plain(StatusCode::BAD_REQUEST, text))?;
    let chosen = subprotocols.iter().find_map(|name| match name.as_str() {
        "v4.channel.k8s.io" => Some((Codec::Raw, Some(name.clone()))),
        "v4.base64.channel.k8s.io" => Some((Codec::Base64, Some(name.clone()))),
        _ => None,
    });
    let unnamed = subprotocols.is_empty().then_some((Codec::Raw, None));
    let Some((codec, subprotocol)) = chosen.or(unnamed) else { return Err(plain(StatusCode::FORBIDDEN, "")) };
    Ok(Wish::Channels { ports, codec, subprotocol, accept: websocket_accept(headers)? })
}

/// Answers the key of a WebSocket handshake.
fn websocket_accept(headers: &HeaderMap) -> Result<String, Response<Body>> {
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    let (true, Some(key)) = (version, headers.get(header::SEC_WEBSOCKET_KEY)) else {
        return Err(plain(StatusCode::BAD_REQUEST, "Bad Request\n"));
    };
    let digest = Sha1::new().chain_update(key.as_bytes()).chain_update(WEBSOCKET_SUFFIX).finalize();
    Ok(STANDARD.encode(digest))
}

/// Chooses the stream protocol; there is none to choose for the clients of old, and for the oldest servers.
///
/// # Errors
/// The runtime's answer when it knows none of them.
pub(super) fn negotiate(protocols: &[String], asked: Asked) -> Result<Option<&'static str>, Response<Body>> {
    if protocols.is_empty() || !asked.version.names_stream_protocol() {
        return Ok(None);
    }
    if protocols.iter().any(|protocol| protocol == STREAM_PROTOCOL) {
        return Ok(Some(STREAM_PROTOCOL));
    }
    let text = format!(
        "unable to upgrade: unable to negotiate protocol: client supports [{}], server accepts [{STREAM_PROTOCOL}]\n",
        protocols.join(" ")
    );
    let mut response = plain(StatusCode::FORBIDDEN, text);
    response.headers_mut().insert(ACCEPTED_HEADER, HeaderValue::from_static(STREAM_PROTOCOL));
    Err(response)
}

impl Wish {
    /// The stream protocols that it offers, whichever way they are carried. Channels need none.
    pub(super) fn stream_protocols(&self) -> Vec<String> {
        match self {
            Self::Spdy { protocols } => protocols.clone(),
            Self::Tunnel { subprotocols, .. } => subprotocols
                .iter()
                .filter_map(|name| name.strip_prefix(TUNNEL_PREFIX))
                .map(str::to_owned)
                .collect(),
            Self::Channels { .. } => Vec::new(),
        }
    }

    /// The 101 that fulfils it with this stream protocol.
    pub(super) fn accept(&self, protocol: Option<&str>) -> Response<Body> {
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        let (accept, subprotocol) = match self {
            Self::Spdy { .. } => {
                headers.insert(header::UPGRADE, SPDY);
                if let Some(protocol) = protocol {
                    insert(headers, STREAM_PROTOCOL_HEADER, protocol);
                }
                return response;
            }
            Self::Tunnel { accept, .. } => {
                (accept, protocol.map(|protocol| format!("{TUNNEL_PREFIX}{protocol}")))
            }
            Self::Channels { accept, subprotocol, .. } => (accept, subprotocol.clone()),
        };
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        insert(headers, header::SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(subprotocol) = subprotocol {
            insert(headers, header::SEC_WEBSOCKET_PROTOCOL, &subprotocol);
        }
        response
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Base64 and names from our own list: always a valid value.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn mentions(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    list(headers, name).iter().any(|value| value.to_ascii_lowercase().contains(word))
}

/// The values of a header that may be repeated and may list several, comma-separated.
fn list(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests;
