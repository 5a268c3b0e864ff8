//! All links to one pod behind one handle.

use std::{fmt, sync::Arc};

use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    Error, Meter, PodAddress, Route, Transport, TunnelOptions,
    flow::{self, Opening, Tally},
    link::LinkFlow,
    pool::{Lease, Pool},
    singles::Singles,
    upgrade::{self, NO_PORT, Upgrade, Way},
};

/// Attempts to open streams for one local connection. A link may end between being chosen and being used; nothing was
/// sent on it then.
const OPEN_ATTEMPTS: usize = 3;

/// A way to one pod: links over which local connections are carried. Clones are handles of the same tunnel.
///
/// Dropping the last handle ends all links at once; [`Tunnel::close`] ends them in order.
#[derive(Clone)]
pub struct Tunnel {
    mode: Mode,
}

/// Whether connections share links.
#[derive(Clone)]
enum Mode {
    Links(Arc<Pool>),
    Singles(Arc<Singles>),
}

impl Tunnel {
    /// Opens a tunnel and dials its first link, so success proves the way to the pod's node.
    ///
    /// The client must not retry by itself (`default_retry` of its configuration off, else refusals with 429 or
    /// 503 take minutes), and must have neither a read timeout, which would end idle links, nor a write timeout, which
    /// would end links to a pod that takes its time to read.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Unreachable`] or [`Error::NoTransport`].
    pub async fn open(client: kube::Client, pod: PodAddress, options: TunnelOptions) -> Result<Self, Error> {
        let (way, upgrade) = upgrade::dial(&client, &pod, &options, None, NO_PORT).await?;
        let mode = match upgrade {
            Upgrade::Link(io) => Mode::Links(Arc::new(Pool::new(client, pod, options, way, io))),
            // The connection has shown that there is a way; each flow dials its own.
            Upgrade::OldLink(_) | Upgrade::Channel(_) => {
                Mode::Singles(Arc::new(Singles::new(client, pod, options, way)))
            }
        };
        Ok(Self { mode })
    }

    /// The transport of the latest link.
    pub fn transport(&self) -> Transport {
        self.way().transport
    }

    /// The route of the latest link.
    pub fn route(&self) -> Route {
        self.way().path.route()
    }

    /// Carries one local connection to `port` of the pod until both ends are done. Dials a link if it needs one.
    ///
    /// What the local side has sent already goes out in one write with the opening of the streams, and nothing
    /// waits for an answer. A local half-close is passed on once the pod pauses
    /// ([`TunnelOptions::half_close_quiet`]). The end of the pod's data is passed on once the node says that it is
    /// one. `meter` counts as bytes pass. Memory is bounded: at most 256 KiB wait for a slow local reader, then the
    /// link is not read. On [`Transport::Channel`], and on servers before Kubernetes 1.1, the connection gets an upgraded
    /// connection to itself.
    ///
    /// Dropping the future resets the streams.
    ///
    /// # Errors
    /// Any error but a clean end. The caller must then reset the local connection rather than close it, so that no
    /// program takes a torn answer for a whole one.
    pub async fn carry<L>(&self, local: &mut L, port: u16, meter: &Meter) -> Result<(), Error>
    where
        L: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let pool = match &self.mode {
            Mode::Links(pool) => pool,
            Mode::Singles(singles) => return singles.carry(local, port, meter).await,
        };
        let (mut reader, writer) = tokio::io::split(local);
        let (lease, flow, opening) = start(pool, &mut reader, port).await?;
        let tally = Tally::new(meter, Some(lease.load()));
        flow::carry(flow, &mut reader, writer, opening, tally, pool.options().half_close_quiet).await?;
        drop(lease);
        flow::drain(reader).await;
        Ok(())
    }

    /// Resolves when the last link has died, or does not answer any more, though nobody closed the tunnel. No new
    /// link is dialled for it: whoever waits here decides whether this pod is still the right one. Links that
    /// are ended because they idle do not count. After [`Tunnel::close`] it never resolves.
    pub async fn lost(&self) -> Error {
        match &self.mode {
            Mode::Links(pool) => pool.lost().await,
            // There is nothing that could be lost between two connections.
            Mode::Singles(_) => std::future::pending().await,
        }
    }

    /// Ends all links in order: streams, GOAWAY, upgraded connection, TCP. Connections being carried end with
    /// [`Error::Closed`], as do later ones. Returns when everything is closed, within about two seconds.
    pub async fn close(&self) {
        match &self.mode {
            Mode::Links(pool) => pool.close().await,
            Mode::Singles(singles) => singles.close(),
        }
    }

    fn way(&self) -> Way {
        match &self.mode {
            Mode::Links(pool) => pool.way(),
            Mode::Singles(singles) => singles.way(),
        }
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("way", &self.way()).finish_non_exhaustive()
    }
}

/// Opens the streams of a flow on a link that takes them.
async fn start<R: AsyncRead + Unpin>(
    pool: &Pool,
    reader: &mut R,
    port: u16,
) -> Result<(Lease, LinkFlow, Opening), Error> {
    let mut opening: Option<Opening> = None;
    let mut attempt = 1;
    loop {
        let (lease, link) = pool.acquire().await?;
        // After the wait for a link, for by now there is more to read.
        let opening = match &opening {
            Some(opening) => opening,
            None => opening.insert(flow::read_ready(reader).await?),
        };
        match link.open(port, opening.first.clone()).await {
            Ok(flow) => return Ok((lease, flow, opening.clone())),
            Err(error) if attempt == OPEN_ATTEMPTS => return Err(error),
            Err(_) => attempt += 1,
        }
    }
}
