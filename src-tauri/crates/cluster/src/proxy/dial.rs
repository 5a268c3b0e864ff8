//! The connection under TLS and HTTP: to the server itself, or through a proxy.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use tokio::{net::TcpStream, time::timeout};
use tower::{BoxError, Service, ServiceExt as _};
use wording::text;

use super::{Proxy, ProxyFailure, address::ProxyKind, connect, destination::Destination, socks};
use crate::{
    Error,
    causes::{causes, find, io_words},
    tls::certificate_words,
};

/// Time for reaching a proxy, and again for having it connect. As for a server that is connected to directly.
pub(crate) const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection on which nothing comes is asked after by the kernel from this time on, and again each time after
/// [`PROBE_EVERY`]; after [`PROBES`] without an answer it is dead. Watches wait for months on end otherwise.
const PROBE_AFTER: Duration = Duration::from_secs(30);
const PROBE_EVERY: Duration = Duration::from_secs(10);
const PROBES: u32 = 3;

/// A connection to whatever answers first: TCP, with TLS where that is an HTTPS proxy.
pub(crate) type Connection = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Connects to servers. Its sockets have `TCP_NODELAY`, which kube leaves off: the bytes of port-forward links travel
/// on them, where a small write must not wait for the acknowledgement of the one before.
#[derive(Clone)]
pub(crate) struct Dial {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Direct(HttpConnector),
    Through(Arc<Proxy>, HttpsConnector<HttpConnector>),
}

impl Dial {
    /// Without a proxy.
    pub(crate) fn direct() -> Self {
        Self { way: Way::Direct(tcp()) }
    }

    /// Through a proxy. `tls` is for the proxy alone, should it be an HTTPS one.
    pub(crate) fn through(proxy: Proxy, tls: Arc<rustls::ClientConfig>) -> Self {
        Self { way: Way::Through(Arc::new(proxy), HttpsConnector::from((tcp(), tls))) }
    }
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(PROBE_AFTER));
    tcp.set_keepalive_interval(Some(PROBE_EVERY));
    tcp.set_keepalive_retries(Some(PROBES));
    tcp
}

impl Service<Uri> for Dial {
    type Response = Connection;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Connection, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        match self.way.clone() {
            Way::Direct(tcp) => {
                Box::pin(async move { Ok(MaybeHttpsStream::Http(tcp.oneshot(server).await?)) })
            }
            Way::Through(proxy, reach) => Box::pin(async move {
                let destination = Destination::of(&server).ok_or_else(|| {
                    io::Error::other(text!("the server has no host", "der Server hat keinen Host"))
                })?;
                Ok(through(&proxy, reach, &destination).await?)
            }),
        }
    }
}

async fn through(
    proxy: &Proxy,
    reach: HttpsConnector<HttpConnector>,
    destination: &Destination,
) -> Result<Connection, Error> {
    let seconds = STEP_TIMEOUT.as_secs();
    let address = proxy.uri().map_err(|_| {
        proxy.failed(ProxyFailure::Setting, text!("has no usable host", "hat keinen verwendbaren Host"))
    })?;
    let connection = match timeout(STEP_TIMEOUT, reach.oneshot(address)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return Err(out_of_reach(proxy, &*error)),
        Err(_) => {
            let reason = text!(
                "cannot be reached: no answer within {seconds} s",
                "ist nicht erreichbar: keine Antwort innerhalb von {seconds} s"
            );
            return Err(proxy.failed(ProxyFailure::Unreachable, reason));
        }
    };
    let opening = async {
        match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => connect::open(connection, destination, proxy).await,
            ProxyKind::Socks5 => socks::open(connection, destination, proxy).await,
        }
    };
    timeout(STEP_TIMEOUT, opening).await.unwrap_or_else(|_| {
        let reason = text!(
            "did not say within {seconds} s whether it can connect to {destination}",
            "sagte nicht innerhalb von {seconds} s, ob er mit {destination} verbinden kann"
        );
        Err(proxy.failed(ProxyFailure::Destination, reason))
    })
}

fn out_of_reach(proxy: &Proxy, error: &(dyn std::error::Error + 'static)) -> Error {
    let chain = causes(error);
    match find::<rustls::Error>(&chain) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            let reason = text!("has a certificate that is not trusted: {why}", "hat ein Zertifikat, dem nicht vertraut wird: {why}"; why = certificate_words(reason));
            proxy.failed(ProxyFailure::Untrusted, reason)
        }
        Some(rustls::Error::InvalidMessage(_)) => proxy.failed(
            ProxyFailure::NotAProxy,
            text!(
                "does not answer in TLS, as one with https:// must",
                "antwortet nicht mit TLS, wie es einer mit https:// muss"
            ),
        ),
        Some(other) => proxy.failed(
            ProxyFailure::Unreachable,
            text!(
                "cannot be reached: TLS failed: {other}",
                "ist nicht erreichbar: TLS ist gescheitert: {other}"
            ),
        ),
        None => proxy.failed(
            ProxyFailure::Unreachable,
            text!("cannot be reached: {why}", "ist nicht erreichbar: {why}"; why = io_words(&chain)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    fn socket(connection: &Connection) -> &TcpStream {
        match connection {
            MaybeHttpsStream::Http(tcp) => tcp.inner(),
            MaybeHttpsStream::Https(tls) => tls.inner().get_ref().0.inner().inner(),
        }
    }

    /// What a small write must not wait for is a matter of the socket that leaves this computer.
    #[tokio::test]
    async fn no_socket_waits_to_fill_its_packets() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let tls = Arc::new(tls);
        let answers: [(&str, &[&[u8]]); 3] = [
            ("", &[]),
            ("http", &[b"HTTP/1.0 200 Connection established\r\nProxy-Agent: test\r\n\r\n"]),
            ("socks5", &[&[5, 0], &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]]),
        ];
        for (scheme, answers) in answers {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let serve = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                for answer in answers {
                    let _ = stream.read(&mut [0; 1024]).await.unwrap();
                    stream.write_all(answer).await.unwrap();
                }
                stream
            };
            let dial = if scheme.is_empty() {
                Dial::direct()
            } else {
                Dial::through(
                    Proxy::parse(&format!("{scheme}://{address}"), wording::Text::verbatim("a test"))
                        .unwrap(),
                    Arc::clone(&tls),
                )
            };
            let server = Uri::try_from(format!("https://{address}")).unwrap();
            let (connection, _stream) = tokio::join!(dial.oneshot(server), serve);
            assert!(socket(&connection.unwrap()).nodelay().unwrap(), "{scheme}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_proxy_is_not_waited_for_forever() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let dial =
            Dial::through(Proxy::parse(&proxy, wording::Text::verbatim("a test")).unwrap(), Arc::new(tls));
        let error = dial.oneshot(Uri::from_static("https://api.example:6443")).await.unwrap_err();
        assert!(
            error.to_string().contains("within 10 s whether it can connect to api.example:6443"),
            "{error}"
        );
    }
}
