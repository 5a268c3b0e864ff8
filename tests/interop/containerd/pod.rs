//! The programs of the pod. Its network is the host's, so they simply listen on 127.0.0.1 here.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use support::pattern;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// The pod's ports. Its programs end with it.
pub(super) struct Pod {
    /// Takes a length, and sends back that many of the bytes that follow; then closes.
    pub(super) echo: u16,
    /// Takes a length, and sends as many bytes, those of [`SOURCE_SEED`]; then closes.
    pub(super) source: u16,
    /// Takes a length, sends half as many bytes, takes one more byte, and then breaks the connection off with a reset.
    pub(super) breaking: u16,
    /// Nobody listens here.
    pub(super) closed: u16,
    /// Keeps the closed port from being given to another program.
    _reserved: TcpSocket,
    _programs: JoinSet<()>,
}

/// Which bytes the source sends: see [`pattern::write`].
pub(super) const SOURCE_SEED: u64 = 7001;

const FREE_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Pod {
    pub(super) async fn start() -> io::Result<Self> {
        let reserved = TcpSocket::new_v4()?;
        reserved.bind(FREE_PORT)?;
        let mut programs = JoinSet::new();
        Ok(Self {
            echo: listen(&mut programs, send_back).await?,
            source: listen(&mut programs, send).await?,
            breaking: listen(&mut programs, break_off).await?,
            closed: reserved.local_addr()?.port(),
            _reserved: reserved,
            _programs: programs,
        })
    }

    pub(super) fn ports(&self) -> [u16; 4] {
        [self.echo, self.source, self.breaking, self.closed]
    }
}

/// Runs a program for each connection to a free port, and returns that port.
async fn listen<F>(programs: &mut JoinSet<()>, program: fn(TcpStream) -> F) -> io::Result<u16>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind(FREE_PORT).await?;
    let port = listener.local_addr()?.port();
    programs.spawn(serve(listener, program));
    Ok(port)
}

async fn serve<F>(listener: TcpListener, program: fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    // A connection that breaks is the business of the one at its other end.
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(program(stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn send_back(mut stream: TcpStream) -> io::Result<()> {
    let length = stream.read_u64().await?;
    let (read, mut write) = stream.split();
    copy(&mut read.take(length), &mut write).await?;
    write.shutdown().await
}

async fn send(mut stream: TcpStream) -> io::Result<()> {
    let length = stream.read_u64().await?;
    pattern::write(&mut stream, SOURCE_SEED, length).await?;
    stream.shutdown().await
}

async fn break_off(mut stream: TcpStream) -> io::Result<()> {
    let length = stream.read_u64().await?;
    pattern::write(&mut stream, SOURCE_SEED, length / 2).await?;
    stream.read_u8().await?;
    stream.set_zero_linger()
}
