//! From a Kubernetes client to an upgraded connection that carries SPDY.

mod refusal;
mod route;
mod spdy;
mod websocket;

use std::{error::Error as _, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use tokio::time::{Instant, timeout};
use wording::{Text, text};

pub(crate) use self::route::Path;
use crate::{Error, Measurement, PodAddress, Transport, TunnelOptions, websocket::WebSocketTunnel};

/// The stream protocol inside SPDY, unchanged since 2015 (kubelet, portforward/constants.go).
const STREAM_PROTOCOL: &str = "portforward.k8s.io";

/// A port that nothing in a pod listens on. v4 channels name a port when they are asked for; this one proves the way
/// without bothering the application.
pub(crate) const NO_PORT: u16 = 1;

/// What a server switched to.
pub(crate) enum Upgrade {
    /// A link of many streams.
    Link(LinkIo),
    /// SPDY of a server before Kubernetes 1.1, which pairs streams by their port.
    OldLink(TokioIo<Upgraded>),
    /// WebSocket messages, each for one of two channels.
    Channel(TokioIo<Upgraded>),
}

/// An upgraded connection that carries the bytes of SPDY.
pub(crate) enum LinkIo {
    WebSocketTunnel(Box<WebSocketTunnel<TokioIo<Upgraded>>>),
    Spdy(TokioIo<Upgraded>),
}

/// A way that works: path and transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) path: Path,
    pub(crate) transport: Transport,
}

/// Why one transport did not work. Not `Debug`: what a login helper was started with may be in it.
enum Failure {
    /// The server answered, but not with the upgrade; another verb or protocol may be allowed.
    Refused(Error),
    /// The answer was an upgrade to something else, or the connection broke: usually a middlebox.
    Unusable(Text),
    /// No answer within this time.
    Silence(Duration),
    /// Nothing else would work either.
    Final(Error),
}

impl Failure {
    /// Whether it is about this transport alone, so that v4 channels may do better. A server that is in trouble for a
    /// moment is no reason to go down to them. Their verb is that of the tunnel, `get`; that of SPDY may be the one
    /// that is forbidden.
    fn is_of(&self, transport: Transport) -> bool {
        match self {
            // Without a reason these are not the API server's words: a middlebox knows no such request.
            Self::Refused(
                Error::Refused { status: 403, .. }
                | Error::Refused { status: 400 | 404..=428 | 501, reason: None, .. },
            ) if transport == Transport::Spdy => true,
            Self::Refused(error) => refusal::is_of_transport(error),
            Self::Unusable(_) => true,
            Self::Silence(_) | Self::Final(_) => false,
        }
    }

    /// In words that name no secret: sources of errors are left out.
    fn why(&self) -> Text {
        match self {
            Self::Refused(error) | Self::Final(error) => error.in_words(),
            Self::Unusable(why) => why.clone(),
            Self::Silence(limit) => {
                let seconds = limit.as_secs();
                text!("no answer within {seconds} seconds", "keine Antwort innerhalb von {seconds} Sekunden")
            }
        }
    }
}

/// Asks for a connection to `pod` by each route and transport in turn, beginning with `known`, the way that worked last.
/// `port` is for the v4 channels alone.
///
/// Of one route tunnel and SPDY are both tried, whatever the answer, 401, 403 and 404 included: the tunnel needs the verb
/// `get`, SPDY `create`, and servers before 1.31 do not know the tunnel at all. v4 channels are tried where both were
/// refused for what they are: what they cannot do would hurt where a server is only in trouble for a moment. The next
/// route is tried only where the server does not know the path: no rights on a pod are no reason to ask for those on its
/// node.
///
/// # Errors
/// The most telling refusal; [`Error::Unreachable`] where no connection was possible or nobody answered;
/// [`Error::NoTransport`] where nobody refused the pod or the user, but nothing worked.
pub(crate) async fn dial(
    client: &kube::Client,
    pod: &PodAddress,
    options: &TunnelOptions,
    known: Option<Way>,
    port: u16,
) -> Result<(Way, Upgrade), Error> {
    let began = Instant::now();
    let mut paths = Path::of(&options.routes);
    let mut transports = options.transports.clone();
    if let Some(known) = known {
        paths.sort_by_key(|path| *path != known.path);
        transports.sort_by_key(|transport| *transport != known.transport);
    }
    let mut failures = Failures::default();
    for path in paths {
        let (mut is_there, mut channels_may_help) = (false, true);
        for &transport in transports.iter().filter(|transport| path.carries(**transport)) {
            if transport == Transport::Channel && !channels_may_help {
                continue;
            }
            let way = Way { path, transport };
            let Some(attempt) = attempt(client, pod, way, port) else { continue };
            let failure = match timeout(options.upgrade_timeout, attempt).await {
                Ok(Ok(upgrade)) => {
                    options.observer.tell(Measurement::Dial(began.elapsed()));
                    return Ok((way, upgrade));
                }
                Ok(Err(failure)) => failure,
                Err(_) => Failure::Silence(options.upgrade_timeout),
            };
            tracing::debug!(%pod, ?way, why = %failure.why(), "this way does not work");
            is_there |= !matches!(&failure, Failure::Refused(error) if refusal::is_unknown_path(error));
            channels_may_help &= failure.is_of(transport);
            failures.add(transport, failure)?;
        }
        if is_there {
            break;
        }
    }
    Err(failures.verdict())
}

/// A request by one way; `None` if that needs the pod's node, which is not known.
fn attempt<'a>(
    client: &'a kube::Client,
    pod: &PodAddress,
    way: Way,
    port: u16,
) -> Option<BoxFuture<'a, Result<Upgrade, Failure>>> {
    let port = (way.transport == Transport::Channel).then_some(port);
    let path = way.path.to(pod, port)?;
    Some(match way.transport {
        Transport::WebSocketTunnel => websocket::tunnel(client, path).boxed(),
        Transport::Channel => websocket::channel(client, path).boxed(),
        Transport::Spdy => spdy::upgrade(client, path).boxed(),
    })
}

/// What went wrong so far.
#[derive(Default)]
struct Failures {
    refused: Option<Error>,
    silent: usize,
    tried: Vec<(Transport, Text)>,
}

impl Failures {
    /// Takes in one; an error if nothing else would work either.
    fn add(&mut self, transport: Transport, failure: Failure) -> Result<(), Error> {
        self.tried.push((transport, failure.why()));
        match failure {
            Failure::Final(error) => return Err(error),
            Failure::Unusable(_) => {}
            Failure::Silence(_) => self.silent += 1,
            // Asking in other ways would be more of what there is too much of.
            Failure::Refused(error @ Error::Refused { status: 429, .. }) => return Err(error),
            Failure::Refused(error) => {
                let weighs = |known: &Error| refusal::weight(&error) >= refusal::weight(known);
                if self.refused.as_ref().is_none_or(weighs) {
                    self.refused = Some(error);
                }
            }
        }
        Ok(())
    }

    fn verdict(self) -> Error {
        match self.refused {
            Some(error) if !refusal::is_of_transport(&error) => error,
            _ if self.silent > 0 && self.silent == self.tried.len() => Error::unreachable(text!(
                "the cluster takes requests for a port-forward but does not answer them",
                "der Cluster nimmt Anfragen nach Weiterleitungen an, beantwortet sie aber nicht"
            )),
            _ => Error::NoTransport { tried: self.tried },
        }
    }
}

/// A request for an upgrade, without the headers of a transport. The client adds scheme, host and credentials.
fn request(method: http::Method, path: &str) -> http::request::Builder {
    http::Request::builder().method(method).uri(path).header(http::header::CONNECTION, "Upgrade")
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
        Err(error) => Err(Failure::Unusable(text!(
            "the upgraded connection broke: {error}",
            "die umgestellte Verbindung brach ab: {error}"
        ))),
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
        Failure::Unusable(text!(
            "the connection ended without an answer: {cause}",
            "die Verbindung endete ohne Antwort: {cause}"
        ))
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
        let got = header(response, "upgrade").map_or_else(|| text!("nothing", "nichts"), Text::verbatim);
        return Err(Failure::Unusable(text!(
            "the server switched to {got} instead of {protocol}",
            "der Server stellte auf {got} um statt auf {protocol}"; got
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_may_help_where_a_middlebox_refuses_spdy_and_not_where_the_server_does() {
        let refused = |status, reason: Option<&str>| {
            Failure::Refused(Error::Refused {
                status,
                reason: reason.map(Into::into),
                message: "no".into(),
                retry_after: None,
            })
        };
        for (status, reason, may_help) in [
            (400, None, true),
            (405, None, true),
            (501, None, true),
            (403, Some("Forbidden"), true),
            (400, Some("BadRequest"), false),
            (404, Some("NotFound"), false),
            (401, None, false),
            (429, None, false),
            (500, None, false),
            (503, None, false),
        ] {
            assert_eq!(refused(status, reason).is_of(Transport::Spdy), may_help, "{status} {reason:?}");
        }
        assert!(!refused(405, None).is_of(Transport::WebSocketTunnel));
        assert!(!Failure::Silence(Duration::from_secs(1)).is_of(Transport::Spdy));
    }
}
