//! The upgrade to `SPDY/3.1`: a POST, as kubectl has sent it since 2015.

use http::{
    Method,
    header::{CONTENT_LENGTH, UPGRADE},
};
use wording::text;

use super::{Failure, LinkIo, STREAM_PROTOCOL, Upgrade, check_switch, header, request, send, take_over};
const PROTOCOL: &str = "SPDY/3.1";
const VERSION: &str = "x-stream-protocol-version";

pub(super) async fn upgrade(client: &kube::Client, path: String) -> Result<Upgrade, Failure> {
    // The length has to be said: some proxies do not pass on a POST without it.
    let request = request(Method::POST, &path)
        .header(CONTENT_LENGTH, "0")
        .header(UPGRADE, PROTOCOL)
        .header(VERSION, STREAM_PROTOCOL);
    let response = send(client, request).await?;
    check_switch(&response, PROTOCOL)?;
    match header(&response, VERSION) {
        Some(STREAM_PROTOCOL) => Ok(Upgrade::Link(LinkIo::Spdy(take_over(response).await?))),
        // Servers before Kubernetes 1.1 do not name the stream protocol, and have rules of their own.
        None => Ok(Upgrade::OldLink(take_over(response).await?)),
        Some(other) => Err(Failure::Unusable(text!(
            "the server chose the stream protocol {other}",
            "der Server wählte das Stream-Protokoll {other}"
        ))),
    }
}
