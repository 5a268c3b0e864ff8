//! Connections that get an upgraded connection each: where no link can be shared or used again.

use std::sync::Arc;

use futures::FutureExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Meter, PodAddress, Transport, TunnelOptions,
    flow::{self, Tally},
    link::{Link, Pairing},
    upgrade::{self, Upgrade, Way},
};

/// Most connections at a time with v4 channels. Each is a WebSocket of its own; callers beyond it wait.
const MOST_CHANNELS: usize = 64;

/// The way to one pod for v4 channels, and for servers before Kubernetes 1.1: those know streams by their port, so two
/// connections to the same port must not meet on a link.
pub(crate) struct Singles {
    client: kube::Client,
    pod: PodAddress,
    options: TunnelOptions,
    way: Way,
    places: Semaphore,
    closed: CancellationToken,
}

impl Singles {
    pub(crate) fn new(client: kube::Client, pod: PodAddress, options: TunnelOptions, way: Way) -> Self {
        let places = match way.transport {
            Transport::Channel => MOST_CHANNELS,
            Transport::WebSocketTunnel | Transport::Spdy => options.max_links.max(1),
        };
        Self { client, pod, options, way, places: Semaphore::new(places), closed: CancellationToken::new() }
    }

    pub(crate) fn way(&self) -> Way {
        self.way
    }

    /// Carries one local connection on an upgraded connection of its own.
    pub(crate) async fn carry<L>(&self, local: &mut L, port: u16, meter: &Meter) -> Result<(), Error>
    where
        L: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let carry = self.carry_open(local, port, meter).boxed();
        self.closed.run_until_cancelled(carry).await.unwrap_or(Err(Error::Closed))
    }

    /// Ends all connections, and refuses later ones.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    async fn carry_open<L>(&self, local: &mut L, port: u16, meter: &Meter) -> Result<(), Error>
    where
        L: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let _place = self.places.acquire().await.map_err(|_| Error::Closed)?;
        let (_, upgrade) =
            upgrade::dial(&self.client, &self.pod, &self.options, Some(self.way), port).await?;
        let (mut reader, writer) = tokio::io::split(local);
        let opening = flow::read_ready(&mut reader).await?;
        let (tally, quiet) = (Tally::new(meter, None), self.options.half_close_quiet);
        let link = match upgrade {
            Upgrade::Channel(io) => {
                flow::carry_channel(io, port, &mut reader, writer, opening, tally, quiet).await?;
                flow::drain(reader).await;
                return Ok(());
            }
            Upgrade::OldLink(io) => Arc::new(Link::drive(io, Pairing::ByPort, self.options.observer.clone())),
            // The server has become a newer one.
            Upgrade::Link(io) => Arc::new(Link::start(io, self.options.observer.clone())),
        };
        let flow = link.open_in_turn(port, opening.first.clone()).await?;
        let carried = flow::carry(flow, &mut reader, writer, opening, tally, quiet).await;
        link.close().await;
        carried?;
        flow::drain(reader).await;
        Ok(())
    }
}
