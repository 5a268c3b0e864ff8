//! The listening sockets of one pod and the connections to them.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::programs::{Pod, Program};

/// Connections that one port of a pod serves at a time; more wait in the backlog. Far above what a test or a
/// benchmark opens, far below the descriptors of a process.
const MAX_CONNECTIONS: usize = 8192;

/// Connections that wait to be accepted, as many as Linux allows where nothing else is said.
const BACKLOG: u32 = 4096;

/// The servers of one pod. They end, connections and all, with [`stop`](Self::stop) or when this is dropped.
pub(crate) struct PodServers {
    pod: Arc<Pod>,
    program: Program,
    addresses: HashMap<u16, SocketAddr>,
    /// Ports that refuse connections until the program listens.
    bound: Vec<(u16, TcpSocket)>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl PodServers {
    /// Binds a free loopback port for each port of the pod. Whoever connects is refused until the program
    /// [listens](Self::listen).
    ///
    /// # Errors
    /// When there is no free port.
    pub(crate) fn bind(program: Program, name: &str, ports: &[u16]) -> io::Result<Self> {
        let mut servers = Self {
            pod: Arc::new(Pod::new(name)),
            program,
            addresses: HashMap::new(),
            bound: Vec::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        for &port in ports {
            let socket = TcpSocket::new_v4()?;
            socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
            servers.addresses.insert(port, socket.local_addr()?);
            servers.bound.push((port, socket));
        }
        Ok(servers)
    }

    /// Serves from now on.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(crate) fn listen(&mut self) -> io::Result<()> {
        for (port, socket) in self.bound.drain(..) {
            let accept = accept(
                socket.listen(BACKLOG)?,
                self.program.on_port(port),
                Arc::clone(&self.pod),
                self.stop.clone(),
                self.tasks.clone(),
            );
            self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(accept));
        }
        Ok(())
    }

    /// Where each port of the pod really listens.
    pub(crate) fn addresses(&self) -> HashMap<u16, SocketAddr> {
        self.addresses.clone()
    }

    /// Closes everything and waits until it is closed.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for PodServers {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept(
    listener: TcpListener,
    program: Program,
    pod: Arc<Pod>,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    // The semaphore is never closed; a failed accept is of one connection (or of descriptors, which come back).
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        let Ok((connection, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let pod = Arc::clone(&pod);
        tasks.spawn(stop.clone().run_until_cancelled_owned(async move {
            let _permit = permit;
            if let Err(error) = program.serve(connection, &pod).await {
                tracing::debug!(%error, ?program, "a connection to a demo pod ended");
            }
        }));
    }
}
