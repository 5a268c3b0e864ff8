//! A client whose connections are pipes.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connected, Connection},
    },
    rt::{TokioExecutor, TokioIo},
};
use kube::client::Body;
use tokio::io::{DuplexStream, duplex};

use super::{Line, Seen, Server};

/// Bytes that one end may be ahead of the other: about a socket's buffers.
const PIPE: usize = 64 * 1024;

/// What the client's HTTP takes for a connection.
struct Pipe(TokioIo<DuplexStream>);

pub(super) fn client(
    server: Server,
    seen: Arc<Seen>,
    lines: Arc<Mutex<Vec<Arc<Line>>>>,
    delay: Duration,
) -> kube::Client {
    let connector = tower::service_fn(move |_: Uri| {
        let (near, mut far) = duplex(PIPE);
        if !delay.is_zero() {
            let (one, other) = duplex(PIPE);
            let line = Line::new(delay);
            line.connect(far, one);
            lines.lock().unwrap().push(line);
            far = other;
        }
        tokio::spawn(server.clone().serve(far, Arc::clone(&seen)));
        std::future::ready(Ok::<_, io::Error>(Pipe(TokioIo::new(near))))
    });
    let http = Client::builder(TokioExecutor::new()).build(connector);
    let service = tower::service_fn(move |mut request: Request<Body>| {
        *request.uri_mut() = format!("http://cluster{}", request.uri()).parse().unwrap();
        http.request(request)
    });
    kube::Client::new(service, "default")
}

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
