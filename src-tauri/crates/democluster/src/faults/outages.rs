//! The API server goes down and comes back, while the pods run on.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::server;
use crate::certificates::Certificates;
use crate::{DemoCluster, Error};

/// The API server's address, and whether it is up there.
pub(crate) struct Presence {
    address: SocketAddr,
    state: Mutex<State>,
}

enum State {
    Up(Uptime),
    /// Bound and not listening, so that nobody else gets the port; nothing where the system does not allow it.
    Down(Option<TcpSocket>),
}

/// The API server from one start to its end.
#[derive(Clone)]
pub(crate) struct Uptime {
    /// Ends the listener and every connection.
    pub(crate) end: CancellationToken,
    /// The listener and every connection.
    pub(crate) tasks: TaskTracker,
}

impl Presence {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, state: Mutex::new(State::Down(None)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoCluster {
    /// Takes the API server down: when this returns its port is closed, and every connection to it is cut, upgraded ones
    /// too. Pods run on, and deleted ones are replaced. Nothing happens when it is down.
    ///
    /// As a real one that has no other beside it: port-forward passes through the API server and ends with it, though
    /// the node and its kubelet live on.
    pub async fn go_down(&self) {
        let uptime = match &*self.presence.lock() {
            State::Up(uptime) => uptime.clone(),
            State::Down(_) => return,
        };
        uptime.end.cancel();
        self.context.links.drop_all();
        uptime.tasks.close();
        uptime.tasks.wait().await;
        *self.presence.lock() = State::Down(reserve(self.presence.address));
    }

    /// Has the API server listen again, on the same address and port, with everything that it knew. Nothing happens when
    /// it is up.
    ///
    /// # Errors
    /// [`Error::Listen`] when the port was taken meanwhile.
    pub async fn come_back(&self) -> Result<(), Error> {
        match &mut *self.presence.lock() {
            State::Up(_) => return Ok(()),
            State::Down(reserved) => drop(reserved.take()),
        }
        let address = self.presence.address;
        let listener =
            TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
        self.go_up(listener);
        Ok(())
    }

    /// Serves on this listener until the API server goes down.
    pub(crate) fn go_up(&self, listener: TcpListener) {
        let uptime = Uptime { end: self.context.shutdown.child_token(), tasks: TaskTracker::new() };
        let tls = TlsAcceptor::from(self.certificates.server.clone());
        let serving = server::serve(listener, tls, self.context.clone(), uptime.clone());
        let serving = uptime.end.clone().run_until_cancelled_owned(serving);
        self.context.tasks.spawn(uptime.tasks.track_future(serving));
        *self.presence.lock() = State::Up(uptime);
    }

    /// Serves OpenShift's OAuth server on a port of its own. It stays when the API server goes down: it is a pod.
    pub(crate) fn serve_oauth(&self, listener: TcpListener, certificates: &Certificates) {
        let uptime = Uptime { end: self.context.shutdown.child_token(), tasks: TaskTracker::new() };
        let tls = TlsAcceptor::from(certificates.server.clone());
        self.spawn(server::serve(listener, tls, self.context.clone(), uptime));
    }
}

fn reserve(address: SocketAddr) -> Option<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.ok()?;
    socket.set_reuseaddr(true).ok()?;
    socket.bind(address).ok()?;
    Some(socket)
}
