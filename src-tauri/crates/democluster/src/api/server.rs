//! The listening socket of the API server: TLS, then HTTP/1.1 or HTTP/2 as agreed by ALPN.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::{Context, router};
use crate::faults::{Standstill, Uptime, pausing};

/// Connections at a time; more wait in the backlog. Each upgraded link is one: far above what a benchmark opens.
const MAX_CONNECTIONS: usize = 4096;

/// How long a client may take for the TLS handshake, as Go's servers allow.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves for this time.
pub(crate) async fn serve(listener: TcpListener, tls: TlsAcceptor, context: Arc<Context>, uptime: Uptime) {
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    // The semaphore is never closed; a failed accept is of one connection (or of descriptors, which come back).
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        let Ok((connection, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let number = context.faults.accepted.fetch_add(1, Ordering::AcqRel);
        let tls = tls.clone();
        let owned = OwnedTasks { context: Arc::clone(&context), uptime: uptime.clone() };
        owned.clone().execute(async move {
            let _permit = permit;
            let standstill = owned.context.faults.standstill.subscribe();
            let stands = move |standstill: &Standstill| standstill.holds(number);
            pausing(standstill, stands, serve_connection(connection, &tls, owned)).await;
        });
    }
}

async fn serve_connection(connection: TcpStream, tls: &TlsAcceptor, owned: OwnedTasks) {
    if connection.set_nodelay(true).is_err() {
        return;
    }
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(connection)).await else {
        return;
    };
    // A client certificate was checked in the handshake; there is only one user, so having one is enough.
    let known = stream.get_ref().1.peer_certificates().is_some();
    let service = service_fn(|request| {
        let context = Arc::clone(&owned.context);
        async move { Ok::<_, Infallible>(router::route(&context, request, known).await) }
    });
    let builder = auto::Builder::new(owned.clone());
    let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(error, "a connection to the demo API server ended");
    }
}

/// Runs connections, and what one of HTTP/2 does beside itself: owned by the cluster, ended with the API server.
#[derive(Clone)]
struct OwnedTasks {
    context: Arc<Context>,
    uptime: Uptime,
}

impl<F> Executor<F> for OwnedTasks
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, work: F) {
        let work = self.uptime.end.clone().run_until_cancelled_owned(work);
        self.context.tasks.spawn(self.uptime.tasks.track_future(work));
    }
}
