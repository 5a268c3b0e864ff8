//! WebSocket, for the tunnel of KEP-4006 and for v4 channels: a GET with RFC 6455's handshake.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    Method,
    header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use sha1::{Digest as _, Sha1};
use wording::{Text, text};

use super::{Failure, LinkIo, Upgrade, check_switch, header, request, send, take_over};
use crate::websocket::WebSocketTunnel;

/// The tunnel's subprotocol as it shipped (apimachinery, util/portforward/constants.go).
const TUNNEL: &str = "SPDY/3.1+portforward.k8s.io";
/// The subprotocol of binary channels (cri-streaming, portforward/websocket.go).
const CHANNEL: &str = "v4.channel.k8s.io";
/// What RFC 6455 §1.3 appends to the key.
const ACCEPT_GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Asks for the tunnel.
pub(super) async fn tunnel(client: &kube::Client, path: String) -> Result<Upgrade, Failure> {
    let io = upgrade(client, &path, TUNNEL).await?;
    Ok(Upgrade::Link(LinkIo::WebSocketTunnel(Box::new(WebSocketTunnel::new(io)))))
}

/// Asks for v4 channels.
pub(super) async fn channel(client: &kube::Client, path: String) -> Result<Upgrade, Failure> {
    Ok(Upgrade::Channel(upgrade(client, &path, CHANNEL).await?))
}

async fn upgrade(client: &kube::Client, path: &str, subprotocol: &str) -> Result<TokioIo<Upgraded>, Failure> {
    let key = STANDARD.encode(rand::random::<[u8; 16]>());
    let request = request(Method::GET, path)
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .header(SEC_WEBSOCKET_PROTOCOL, subprotocol);
    let response = send(client, request).await?;
    check_switch(&response, "websocket")?;
    if header(&response, "sec-websocket-accept") != Some(&accept(&key)) {
        return Err(Failure::Unusable(text!(
            "the answer does not belong to our WebSocket key",
            "die Antwort gehört nicht zu unserem WebSocket-Schlüssel"
        )));
    }
    match header(&response, "sec-websocket-protocol") {
        Some(chosen) if chosen == subprotocol => {}
        other => {
            let got = other.map_or_else(|| text!("none", "keines"), Text::verbatim);
            return Err(Failure::Unusable(text!(
                "the server chose the WebSocket subprotocol {got}",
                "der Server wählte das WebSocket-Unterprotokoll {got}"; got
            )));
        }
    }
    if header(&response, "sec-websocket-extensions").is_some() {
        return Err(Failure::Unusable(text!(
            "the server uses a WebSocket extension nobody asked for",
            "der Server verwendet eine WebSocket-Erweiterung, nach der niemand gefragt hat"
        )));
    }
    take_over(response).await
}

/// The answer a server owes to `key` (RFC 6455 §4.2.2).
fn accept(key: &str) -> String {
    let digest = Sha1::new().chain_update(key).chain_update(ACCEPT_GUID).finalize();
    STANDARD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6455 §1.3.
    #[test]
    fn accept_key_of_the_rfc() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
