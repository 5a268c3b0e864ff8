//! The listening socket of the API server: TLS, then HTTP/1.1 or HTTP/2 as agreed by ALPN.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Context, router};
use crate::faults::pausing;

/// Connections at a time; more wait in the backlog. Each upgraded link is one: far above what a benchmark opens.
const MAX_CONNECTIONS: usize = 4096;

/// How long a client may take for the TLS handshake, as Go's servers allow.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves until the cluster is shut down.
pub(crate) async fn serve(listener: TcpListener, tls: TlsAcceptor, context: Arc<Context>) {
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    // The semaphore is never closed; a failed accept is of one connection (or of descriptors, which come back).
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        let Ok((connection, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (tls, context) = (tls.clone(), Arc::clone(&context));
        let shutdown = context.shutdown.clone();
        let tasks = context.tasks.clone();
        tasks.spawn(shutdown.run_until_cancelled_owned(async move {
            let _permit = permit;
            let frozen = context.faults.frozen.subscribe();
            pausing(frozen, |frozen| *frozen, serve_connection(connection, &tls, context)).await;
        }));
    }
}

async fn serve_connection(connection: TcpStream, tls: &TlsAcceptor, context: Arc<Context>) {
    if connection.set_nodelay(true).is_err() {
        return;
    }
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(connection)).await else {
        return;
    };
    // A client certificate was checked in the handshake; there is only one user, so having one is enough.
    let known = stream.get_ref().1.peer_certificates().is_some();
    let service = service_fn(|request| {
        let context = Arc::clone(&context);
        async move { Ok::<_, Infallible>(router::route(&context, request, known).await) }
    });
    let executor = OwnedTasks { tasks: context.tasks.clone(), shutdown: context.shutdown.clone() };
    let served =
        auto::Builder::new(executor).serve_connection_with_upgrades(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(error, "a connection to the demo API server ended");
    }
}

/// Runs what an HTTP/2 connection does beside itself: owned by the cluster, ended with it.
#[derive(Clone)]
struct OwnedTasks {
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl<F> Executor<F> for OwnedTasks
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, work: F) {
        self.tasks.spawn(self.shutdown.clone().run_until_cancelled_owned(work));
    }
}
