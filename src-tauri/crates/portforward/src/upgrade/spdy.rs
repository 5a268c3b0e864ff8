//! The upgrade to `SPDY/3.1`: a POST, as kubectl has sent it since 2015.

use http::{
    Method,
    header::{CONTENT_LENGTH, UPGRADE},
};

use super::{Failure, STREAM_PROTOCOL, Upgrade, check_switch, header, request, send, take_over};
use crate::PodAddress;

const PROTOCOL: &str = "SPDY/3.1";
const VERSION: &str = "x-stream-protocol-version";

pub(super) async fn upgrade(client: &kube::Client, pod: &PodAddress) -> Result<Upgrade, Failure> {
    // The length has to be said: some proxies do not pass on a POST without it.
    let request = request(Method::POST, pod)
        .header(CONTENT_LENGTH, "0")
        .header(UPGRADE, PROTOCOL)
        .header(VERSION, STREAM_PROTOCOL);
    let response = send(client, request).await?;
    check_switch(&response, PROTOCOL)?;
    // Servers before Kubernetes 1.1 do not name the stream protocol; there was only this one.
    match header(&response, VERSION) {
        None | Some(STREAM_PROTOCOL) => Ok(Upgrade::Spdy(take_over(response).await?)),
        Some(other) => Err(Failure::Unusable(format!("the server chose the stream protocol {other}"))),
    }
}
