//! A proxy: `CONNECT` over TCP or TLS, or SOCKS5; with a sign-in or without; with a will of its own where a test says so.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// What a proxy is like.
#[derive(Clone, Default)]
pub(crate) struct Manners {
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    pub(crate) is_socks: bool,
    /// User name and password that it wants.
    pub(crate) wants: Option<(&'static str, &'static str)>,
    /// Names that it alone can resolve, with their ports.
    pub(crate) names: HashMap<String, SocketAddr>,
    /// Its answer to the first message, whatever that is; then it says no more.
    pub(crate) answer: Option<Vec<u8>>,
}

/// Stops with the test.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// Each destination that it was asked for, as it was asked.
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Proxy {
    pub(crate) async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (manners, log) = (manners.clone(), Arc::clone(&log));
                tokio::spawn(async move {
                    // Whoever was refused has gone; a test sees that at its own end.
                    let _ = serve(stream, &manners, &log).await;
                });
            }
        });
        Self { address, seen, task }
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, manners: &Manners, log: &Mutex<Vec<String>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream: Box<dyn Stream> = match &manners.tls {
        Some(tls) => Box::new(TlsAcceptor::from(Arc::clone(tls)).accept(stream).await?),
        None => Box::new(stream),
    };
    if let Some(answer) = &manners.answer {
        let _ = stream.read(&mut [0; 4096]).await?;
        stream.write_all(answer).await?;
        stream.shutdown().await?;
        // A socket that is closed with bytes unread takes back what was written to it.
        while stream.read(&mut [0; 4096]).await? > 0 {}
        return Ok(());
    }
    let opened = if manners.is_socks {
        socks(&mut stream, manners, log).await?
    } else {
        connect(&mut stream, manners, log).await?
    };
    if let Some(mut server) = opened {
        copy_bidirectional(&mut stream, &mut server).await?;
    }
    Ok(())
}

/// The server, or nothing where the proxy refused.
async fn connect(
    stream: &mut Box<dyn Stream>,
    manners: &Manners,
    log: &Mutex<Vec<String>>,
) -> io::Result<Option<TcpStream>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let destination = head.strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap();
    assert!(head.to_lowercase().contains(&format!("\r\nhost: {destination}\r\n")), "{head}");
    log.lock().unwrap().push(destination.to_owned());
    let wanted = manners.wants.map(|(user, password)| {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        format!("basic {pair}").to_lowercase()
    });
    let given = head.to_lowercase();
    let given = given.lines().find_map(|line| line.strip_prefix("proxy-authorization: ").map(str::to_owned));
    if wanted != given {
        stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 4\r\n\r\nNo!\n")
            .await?;
        return Ok(None);
    }
    let server = TcpStream::connect(manners.resolve(destination)).await?;
    server.set_nodelay(true)?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\nVia: a double\r\n\r\n").await?;
    Ok(Some(server))
}

/// As [`connect`], by RFC 1928 and 1929.
async fn socks(
    stream: &mut Box<dyn Stream>,
    manners: &Manners,
    log: &Mutex<Vec<String>>,
) -> io::Result<Option<TcpStream>> {
    assert_eq!(stream.read_u8().await?, 5);
    let methods = text(stream).await?;
    match manners.wants {
        Some(_) if !methods.contains(&2) => {
            stream.write_all(&[5, 0xff]).await?;
            return Ok(None);
        }
        Some((user, password)) => {
            stream.write_all(&[5, 2]).await?;
            assert_eq!(stream.read_u8().await?, 1);
            let given = (text(stream).await?, text(stream).await?);
            let right = given == (user.as_bytes().to_vec(), password.as_bytes().to_vec());
            stream.write_all(&[1, u8::from(!right)]).await?;
            if !right {
                return Ok(None);
            }
        }
        None => stream.write_all(&[5, 0]).await?,
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
        3 => String::from_utf8(text(stream).await?).unwrap(),
        other => panic!("address of kind {other}"),
    };
    let destination = format!("{host}:{}", stream.read_u16().await?);
    log.lock().unwrap().push(destination.clone());
    let server = TcpStream::connect(manners.resolve(&destination)).await?;
    server.set_nodelay(true)?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(Some(server))
}

/// Bytes behind their number.
async fn text(stream: &mut Box<dyn Stream>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

impl Manners {
    fn resolve(&self, destination: &str) -> SocketAddr {
        self.names.get(destination).copied().unwrap_or_else(|| destination.parse().unwrap())
    }
}
