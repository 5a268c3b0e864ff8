//! Accepts callers on one local address.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
};

use super::caller::Caller;
use crate::traffic::Counter;

/// The wait after the system refused to accept, which it does when there are too many open files. Callers wait in the
/// backlog meanwhile.
const BREATHER: Duration = Duration::from_millis(100);

/// One local address of one port.
pub(super) struct Acceptor {
    pub(super) listener: TcpListener,
    /// Which of the profile's ports, by index.
    pub(super) port: usize,
    pub(super) local: u16,
    pub(super) counter: Arc<Counter>,
    pub(super) answer_came: Arc<Notify>,
    pub(super) callers: mpsc::Sender<Box<Caller>>,
}

impl Acceptor {
    /// Ends when nobody takes callers any more. Holds at most one that is not taken; others wait in the backlog.
    pub(super) async fn run(self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let caller = Caller::new(
                        stream,
                        self.port,
                        self.local,
                        Arc::clone(&self.counter),
                        Arc::clone(&self.answer_came),
                    );
                    if self.callers.send(Box::new(caller)).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, local = self.local, "cannot accept now");
                    tokio::time::sleep(BREATHER).await;
                }
            }
        }
    }
}
