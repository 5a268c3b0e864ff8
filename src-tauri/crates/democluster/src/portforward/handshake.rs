//! What a request wants to be upgraded to, and the answers: the texts are those of API server, kubelet and containerd.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use sha1::{Digest as _, Sha1};

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
}

/// Reads the wish from the headers of a request.
///
/// # Errors
/// The answer to a request that cannot be upgraded.
pub(super) fn wish(headers: &HeaderMap, query: &str) -> Result<Wish, Response<Body>> {
    if !mentions(headers, &header::CONNECTION, "upgrade") {
        return Err(Status::bad_request("Upgrade request required").into_response());
    }
    if mentions(headers, &header::UPGRADE, "websocket") {
        return websocket_wish(headers, query);
    }
    if !mentions(headers, &header::UPGRADE, "spdy/3.1") {
        // The real text ends in a dump of all headers, which may hold secrets.
        let text = "unable to upgrade: missing upgrade headers in request\n";
        return Err(plain(StatusCode::BAD_REQUEST, text));
    }
    let protocols = list(headers, &STREAM_PROTOCOL_HEADER);
    if protocols.is_empty() {
        let text = "unable to upgrade: X-Stream-Protocol-Version is required\n";
        return Err(plain(StatusCode::BAD_REQUEST, text));
    }
    Ok(Wish::Spdy { protocols })
}

fn websocket_wish(headers: &HeaderMap, query: &str) -> Result<Wish, Response<Body>> {
    let subprotocols = list(headers, &header::SEC_WEBSOCKET_PROTOCOL);
    if !subprotocols.iter().any(|name| name.starts_with(TUNNEL_PREFIX)) {
        // What remains is the channel protocol of old, which is not spoken here. Without ports a real server gets as
        // far as this, and with them it refuses the subprotocols that it does not know.
        let has_ports =
            form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "ports" || name == "port");
        return Err(if has_ports {
            plain(StatusCode::FORBIDDEN, "")
        } else {
            plain(StatusCode::BAD_REQUEST, "query parameter \"port\" is required")
        });
    }
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    let (true, Some(key)) = (version, headers.get(header::SEC_WEBSOCKET_KEY)) else {
        return Err(plain(StatusCode::BAD_REQUEST, "Bad Request\n"));
    };
    let digest = Sha1::new().chain_update(key.as_bytes()).chain_update(WEBSOCKET_SUFFIX).finalize();
    Ok(Wish::Tunnel { subprotocols, accept: STANDARD.encode(digest) })
}

/// Chooses the stream protocol.
///
/// # Errors
/// The runtime's answer when it knows none of them.
pub(super) fn negotiate(protocols: &[String]) -> Result<&'static str, Response<Body>> {
    if protocols.iter().any(|protocol| protocol == STREAM_PROTOCOL) {
        return Ok(STREAM_PROTOCOL);
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
    /// The stream protocols that it offers, whichever way they are carried.
    pub(super) fn stream_protocols(&self) -> Vec<String> {
        match self {
            Self::Spdy { protocols } => protocols.clone(),
            Self::Tunnel { subprotocols, .. } => subprotocols
                .iter()
                .filter_map(|name| name.strip_prefix(TUNNEL_PREFIX))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The 101 that fulfils it with this stream protocol.
    pub(super) fn accept(&self, protocol: &str) -> Response<Body> {
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        match self {
            Self::Spdy { .. } => {
                headers.insert(header::UPGRADE, SPDY);
                insert(headers, STREAM_PROTOCOL_HEADER, protocol);
            }
            Self::Tunnel { accept, .. } => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
                insert(headers, header::SEC_WEBSOCKET_ACCEPT, accept);
                insert(headers, header::SEC_WEBSOCKET_PROTOCOL, &format!("{TUNNEL_PREFIX}{protocol}"));
            }
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
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a valid value"))
            })
            .collect()
    }

    #[test]
    fn the_key_of_a_recorded_handshake_gets_the_recorded_answer() {
        let request = headers(&[
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-key", "EgHKHtf0CqpY6/PIc5YCEQ=="),
            ("sec-websocket-protocol", "SPDY/3.1+portforward.k8s.io"),
            ("sec-websocket-version", "13"),
        ]);
        let wish = wish(&request, "").expect("a tunnel");
        let response = wish.accept(negotiate(&wish.stream_protocols()).expect("a known protocol"));
        assert_eq!(response.headers()["sec-websocket-accept"], "F1VEnz3Z9FmrQ2arSNiUpQ7bcL8=");
        assert_eq!(response.headers()["sec-websocket-protocol"], "SPDY/3.1+portforward.k8s.io");
    }

    #[test]
    fn what_is_not_an_upgrade_is_refused_with_its_own_status() {
        let upgrade = ("connection", "Upgrade");
        let spdy = ("upgrade", "SPDY/3.1");
        let websocket = ("upgrade", "websocket");
        let channel = ("sec-websocket-protocol", "v4.channel.k8s.io");
        let tunnel = ("sec-websocket-protocol", "SPDY/3.1+portforward.k8s.io");
        for (pairs, query, status) in [
            (vec![], "", 400),
            (vec![spdy], "", 400),
            (vec![upgrade], "", 400),
            (vec![upgrade, spdy], "", 400),
            (vec![upgrade, websocket], "", 400),
            (vec![upgrade, websocket, channel], "ports=80", 403),
            (vec![upgrade, websocket, tunnel], "", 400),
        ] {
            let refusal = wish(&headers(&pairs), query).expect_err("no upgrade");
            assert_eq!(refusal.status().as_u16(), status, "{pairs:?}");
        }
        let several = headers(&[upgrade, spdy, ("x-stream-protocol-version", "x, portforward.k8s.io")]);
        let wish = wish(&several, "").expect("an upgrade");
        assert_eq!(wish.stream_protocols(), ["x", "portforward.k8s.io"]);
        assert_eq!(negotiate(&["x".to_owned()]).expect_err("unknown").status(), StatusCode::FORBIDDEN);
    }
}
