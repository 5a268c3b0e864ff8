//! One flow at the mercy of a hostile far end, and two that must not suffer: one on another link of the same tunnel, and
//! the one after it.

use std::{future::Future, sync::Arc, time::Duration};

use bytes::BytesMut;
use futures::FutureExt as _;
use portforward::{Error, Transport, Tunnel, TunnelOptions};
use spdy::{Event, Limits, Session};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::{
    peer::{ECHO, Far, HANG, Io, Peer, Server, carry, exchange, result},
    wire::Pair,
};

pub(crate) const BOTH: [Transport; 2] = [Transport::WebSocketTunnel, Transport::Spdy];

/// What the local side of the victim sends.
pub(crate) const REQUEST: &[u8] = b"request";

/// What becomes of the victim.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It gets these bytes and ends in order.
    Whole(&'static str),
    /// [`Error::Protocol`].
    Protocol,
    /// [`Error::LinkLost`], whose reason has this in it.
    Lost(&'static str),
    /// [`Error::RemoteReset`].
    Reset,
    /// [`Error::Remote`] with exactly this text.
    Remote(&'static str),
}

/// The options of a tunnel whose second flow gets a link of its own.
pub(crate) fn options(transport: Transport) -> TunnelOptions {
    TunnelOptions {
        transports: vec![transport],
        max_links: 2,
        half_close_quiet: Duration::from_millis(50),
        ..TunnelOptions::default()
    }
}

/// What the test does as the node, once the flow's streams are open and its request is there.
pub(crate) fn spdy<F>(act: impl Fn(Box<dyn Io>, Pair) -> F + Clone + Send + Sync + 'static) -> Far
where
    F: Future<Output = ()> + Send,
{
    Far::Spdy(Arc::new(move |mut io| {
        let act = act.clone();
        async move {
            if let Some(pair) = opened(&mut io).await {
                act(io, pair).await;
            }
        }
        .boxed()
    }))
}

/// Writes this and reads on to the end.
pub(crate) fn says(bytes: impl Fn(Pair) -> Vec<u8> + Clone + Send + Sync + 'static) -> Far {
    spdy(move |mut io, pair| {
        let bytes = bytes(pair);
        async move {
            // The client may have had enough.
            if io.write_all(&bytes).await.is_ok() {
                read_on(io).await;
            }
        }
    })
}

/// Reads to the end, and says nothing.
pub(crate) async fn read_on(mut io: Box<dyn Io>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(1..) = io.read(&mut buffer).await {}
}

/// Waits for the streams of the first flow, and its request.
async fn opened(io: &mut Box<dyn Io>) -> Option<Pair> {
    let mut session = Session::server(Limits::default());
    let (mut error, mut buffer) = (0, BytesMut::new());
    loop {
        if let Ok(0) | Err(_) = io.read_buf(&mut buffer).await {
            return None;
        }
        session.receive(buffer.split().freeze()).unwrap();
        while let Some(event) = session.poll_event() {
            match event {
                Event::Opened { stream, headers, .. } if headers.get("streamtype") == Some("error") => {
                    error = stream.get();
                }
                Event::Data { stream, data, .. } if !data.is_empty() => {
                    return Some(Pair { data: stream.get(), error });
                }
                _ => {}
            }
        }
    }
}

/// Gives the second link of a tunnel to `far` and looks at what becomes of the flows.
pub(crate) async fn suffer(name: &str, transport: Transport, far: Far, fate: Fate) {
    let server = Server::of(move |link| if link == 1 { far.clone() } else { Far::Node });
    let peer = Peer::in_memory(server, Duration::ZERO);
    let tunnel = peer.open(options(transport)).await.unwrap();
    suffer_on(&tunnel, &format!("{name} ({transport})"), fate).await;
}

async fn suffer_on(tunnel: &Tunnel, name: &str, fate: Fate) {
    let (mut bystander, bystander_task) = carry(tunnel, ECHO, 1024);
    exchange(&mut bystander, b"before").await;

    let (mut local, task) = carry(tunnel, ECHO, 1024);
    local.write_all(REQUEST).await.unwrap();
    let mut got = Vec::new();
    let _ = timeout(HANG, local.read_to_end(&mut got)).await.unwrap_or_else(|_| panic!("{name}: hangs"));
    let (ended, _) = result(task).await;
    let as_expected = match (&fate, &ended) {
        (Fate::Whole(text), Ok(())) => got == text.as_bytes(),
        (Fate::Protocol, Err(Error::Protocol(_))) | (Fate::Reset, Err(Error::RemoteReset)) => true,
        (Fate::Lost(part), Err(Error::LinkLost { reason })) => reason.contains(part),
        (Fate::Remote(expected), Err(Error::Remote { text, .. })) => text == expected,
        _ => false,
    };
    assert!(
        as_expected,
        "{name}: {ended:?} instead of {fate:?}; received {:?}",
        String::from_utf8_lossy(&got)
    );

    let (mut next, next_task) = carry(tunnel, ECHO, 1024);
    exchange(&mut next, b"next").await;
    exchange(&mut bystander, b"after").await;
    drop((next, bystander));
    result(next_task).await.0.unwrap();
    result(bystander_task).await.0.unwrap();
    tunnel.close().await;
}
