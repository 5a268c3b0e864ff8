//! From a Kubernetes client to an upgraded connection that carries SPDY.

mod refusal;
mod spdy;
mod websocket;

use std::{error::Error as _, time::Duration};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::time::timeout;

use crate::{Error, PodAddress, Transport, websocket::WebSocketTunnel};

/// The stream protocol inside SPDY, unchanged since 2015 (kubelet, portforward/constants.go).
const STREAM_PROTOCOL: &str = "portforward.k8s.io";

/// An upgraded connection, as the bytes of SPDY.
pub(crate) enum Upgrade {
    WebSocketTunnel(Box<WebSocketTunnel<TokioIo<Upgraded>>>),
    Spdy(TokioIo<Upgraded>),
}

impl Upgrade {
    pub(crate) fn transport(&self) -> Transport {
        match self {
            Self::WebSocketTunnel(_) => Transport::WebSocketTunnel,
            Self::Spdy(_) => Transport::Spdy,
        }
    }
}

/// Why one transport did not work.
enum Failure {
    /// The server answered, but not with the upgrade; another verb or protocol may be allowed.
    Refused(Error),
    /// The answer was an upgrade to something else, or the connection broke: usually a middlebox.
    Unusable(String),
    /// Nothing else would work either.
    Final(Error),
}

/// Asks for a link to `pod` by each transport in turn.
///
/// Falls back on every refusal, 403 and 404 included: the tunnel needs the verb `get`, SPDY `create`, and servers
/// before 1.31 do not know the tunnel at all.
///
/// # Errors
/// The most telling refusal; [`Error::Unreachable`] where no connection was possible; [`Error::NoTransport`] where
/// nobody refused but nothing worked.
pub(crate) async fn dial(
    client: &kube::Client,
    pod: &PodAddress,
    transports: &[Transport],
    limit: Duration,
) -> Result<Upgrade, Error> {
    let mut refused: Option<Error> = None;
    let mut tried = Vec::new();
    for &transport in transports {
        let attempt = async {
            match transport {
                Transport::WebSocketTunnel => websocket::upgrade(client, pod).await,
                Transport::Spdy => spdy::upgrade(client, pod).await,
            }
        };
        let failure = match timeout(limit, attempt).await {
            Ok(Ok(upgrade)) => return Ok(upgrade),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::Unusable(format!("no answer within {} seconds", limit.as_secs())),
        };
        match failure {
            Failure::Final(error) => return Err(error),
            Failure::Unusable(why) => {
                tracing::debug!(%pod, %transport, why, "this transport does not work");
                tried.push((transport, why));
            }
            Failure::Refused(error) => {
                tracing::debug!(%pod, %transport, %error, "this transport was refused");
                tried.push((transport, error.to_string()));
                let better =
                    refused.as_ref().is_none_or(|known| refusal::weight(&error) >= refusal::weight(known));
                if better {
                    refused = Some(error);
                }
            }
        }
    }
    Err(refused.unwrap_or(Error::NoTransport { tried }))
}

/// The request for the `portforward` subresource, without the headers of a transport. The client adds scheme,
/// host and credentials.
fn request(method: http::Method, pod: &PodAddress) -> http::request::Builder {
    let PodAddress { namespace, pod } = pod;
    let path = format!("/api/v1/namespaces/{}/pods/{}/portforward", segment(namespace), segment(pod));
    http::Request::builder().method(method).uri(path).header(http::header::CONNECTION, "Upgrade")
}

/// `name` as one segment of a path. Kubernetes names need no escape; this keeps any other text from being more
/// than a name.
fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Sends a request for an upgrade; a response that comes back has status 101.
async fn send(
    client: &kube::Client,
    request: http::request::Builder,
) -> Result<http::Response<Body>, Failure> {
    let request = request.body(Body::empty()).map_err(|error| Failure::Final(Error::unreachable(error)))?;
    let response = client.send(request).await.map_err(unanswered)?;
    if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
        Ok(response)
    } else {
        Err(Failure::Refused(refusal::read(response).await))
    }
}

/// Takes over the connection. Bytes that came right behind the response head are kept (hyper replays them).
async fn take_over(response: http::Response<Body>) -> Result<TokioIo<Upgraded>, Failure> {
    match hyper::upgrade::on(response).await {
        Ok(upgraded) => Ok(TokioIo::new(upgraded)),
        Err(error) => Err(Failure::Unusable(format!("the upgraded connection broke: {error}"))),
    }
}

/// A connection that breaks only when an upgrade is asked for is the work of a middlebox: another transport may pass
/// it. Without a connection or without credentials none would.
fn unanswered(error: kube::Error) -> Failure {
    let connected = match &error {
        kube::Error::HyperError(_) => true,
        kube::Error::Service(service) => service
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(|error| !error.is_connect()),
        _ => false,
    };
    if connected {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Failure::Unusable(format!("the connection ended without an answer: {cause}"))
    } else {
        Failure::Final(Error::unreachable(error))
    }
}

/// The value of a header that is text.
fn header<'r>(response: &'r http::Response<Body>, name: &str) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

/// Whether a comma-separated header holds `token`, case being ignored.
fn has_token(response: &http::Response<Body>, name: &str, token: &str) -> bool {
    response
        .headers()
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
}

/// Checks `Connection` and `Upgrade` of a 101 answer.
fn check_switch(response: &http::Response<Body>, protocol: &str) -> Result<(), Failure> {
    if !has_token(response, "connection", "upgrade") || !has_token(response, "upgrade", protocol) {
        let got = header(response, "upgrade").unwrap_or("nothing");
        return Err(Failure::Unusable(format!("the server switched to {got} instead of {protocol}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_one_segment() {
        assert_eq!(segment("web-0.x_Y~"), "web-0.x_Y~");
        assert_eq!(segment("../a?b c"), "..%2Fa%3Fb%20c");
    }
}
