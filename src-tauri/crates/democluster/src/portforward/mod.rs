//! Upgraded connections: what API server, kubelet and containerd do together.
//!
//! ```text
//! handshake   is this an upgrade, and to what; the refusals
//! ports       what a request for channels asks for
//! websocket   what is inside a WebSocket: a stream of bytes, or channels
//! link        one upgraded connection: reads, writes, waits
//! frames      what was read, frame by frame
//! workers     the queues between the reader and the streams
//! streams     what each frame does, and what is sent
//! inbound     who takes what comes on a stream
//! handoff     the unbuffered way into a connection
//! pairs       which two streams belong together
//! forwarding  one pair and its connection into the pod
//! relay       an upgraded connection that somebody else's runtime serves
//! ```

mod forwarding;
mod frames;
mod handoff;
mod handshake;
mod inbound;
mod link;
mod pairs;
mod ports;
mod relay;
mod streams;
mod websocket;
mod workers;

use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;

use self::handshake::{Asked, Wish};
use self::streams::Manners;
use self::websocket::TunnelIo;
use crate::ServerVersion;
use crate::api::{Body, Context, Status, plain};
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::pods::sandbox::{FarEnd, Sandbox};

/// By which way port-forward was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// The subresource of the pod.
    Pod,
    /// The kubelet of this node, through the API server.
    Node(&'a str),
}

/// Answers a request for port-forward, in the order in which a real cluster checks.
pub(crate) async fn answer(
    context: &Arc<Context>,
    route: Route<'_>,
    namespace: &str,
    pod: &str,
    mut request: Request<Incoming>,
) -> Response<Body> {
    // The kubelets of old did not look at the method.
    let any_method = context.server == ServerVersion::V1_0;
    if !any_method && !matches!(*request.method(), Method::GET | Method::POST) {
        return Status::method_not_allowed().into_response();
    }
    let (kind, name) = match route {
        Route::Pod => (Kind::Pod, pod),
        Route::Node(node) => (Kind::Node, node),
    };
    let key = Key::new(kind, if kind == Kind::Pod { namespace } else { "" }, name);
    if context.store.get(&key).is_none() {
        return Status::not_found(kind, name).into_response();
    }
    let asked = Asked { version: context.server, kubelet: route != Route::Pod };
    let query = request.uri().query().unwrap_or_default();
    let wish = match handshake::wish(request.headers(), query, asked) {
        Ok(wish) => wish,
        Err(refusal) => return refusal,
    };
    let Some(sandbox) = context.sandboxes.get(namespace, pod) else {
        return plain(StatusCode::NOT_FOUND, "pod does not exist\n");
    };
    let upgrade = hyper::upgrade::on(&mut request);
    match &sandbox.far_end {
        FarEnd::Programs(addresses) if addresses.get().is_none() => {
            plain(StatusCode::INTERNAL_SERVER_ERROR, "sandbox container is not running\n")
        }
        FarEnd::Programs(_) => match handshake::negotiate(&wish.stream_protocols(), asked) {
            Err(refusal) => refusal,
            Ok(protocol) => {
                let response = wish.accept(protocol);
                serve(context, upgrade, sandbox, wish);
                response
            }
        },
        FarEnd::Relay(far_end) => match relay::connect(far_end.as_ref(), &wish, request.headers()).await {
            Err(refusal) => refusal,
            Ok((response, upstream)) => {
                relay_to(context, upgrade, upstream, wish);
                response
            }
        },
    }
}

/// Serves a link to a pod of ours, as soon as the connection is upgraded.
fn serve(context: &Context, upgrade: OnUpgrade, sandbox: Arc<Sandbox>, wish: Wish) {
    let manners = Manners { runtime: context.runtime, pairs_by_port: context.server.pairs_by_port() };
    spawn(context, upgrade, move |io| async move {
        match wish {
            Wish::Spdy { .. } => link::run(io, sandbox, manners).await,
            Wish::Tunnel { .. } => link::run(TunnelIo::new(io), sandbox, manners).await,
            Wish::Channels { ports, codec, .. } => {
                websocket::serve_channels(io, sandbox, &ports, codec).await;
            }
        }
    });
}

/// Carries the bytes of a link to the runtime that serves it.
fn relay_to(context: &Context, upgrade: OnUpgrade, upstream: relay::Upstream, wish: Wish) {
    spawn(context, upgrade, move |io| async move {
        match wish {
            Wish::Spdy { .. } | Wish::Channels { .. } => relay::carry(io, upstream).await,
            Wish::Tunnel { .. } => relay::carry(TunnelIo::new(io), upstream).await,
        }
    });
}

fn spawn<F>(context: &Context, upgrade: OnUpgrade, work: impl FnOnce(TokioIo<Upgraded>) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    context.tasks.spawn(context.links.end_of_new().run_until_cancelled_owned(async move {
        match upgrade.await {
            Ok(upgraded) => work(TokioIo::new(upgraded)).await,
            Err(error) => tracing::debug!(%error, "a connection was not upgraded"),
        }
    }));
}
