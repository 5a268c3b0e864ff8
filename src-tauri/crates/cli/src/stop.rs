//! The wish to end: Ctrl-C, or being told to by the system.

use std::process;

use crate::error::Error;

/// The usual exit status of a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Listens for Ctrl-C and termination from now on.
pub(crate) struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    /// From now on neither signal ends the program by itself.
    ///
    /// # Errors
    /// [`Error::Runtime`] when the system does not let us listen.
    pub(crate) fn listen() -> Result<Self, Error> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| signal(kind).map_err(Error::Runtime);
            Ok(Self {
                interrupt: listen(SignalKind::interrupt())?,
                terminate: listen(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the wish to end.
    pub(crate) async fn wished(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Does the last work; being told to end once more while it lasts ends the program at once.
    pub(crate) async fn or_at_once(&mut self, last_work: impl Future<Output = ()>) {
        tokio::select! {
            () = last_work => {}
            () = self.wished() => process::exit(INTERRUPTED),
        }
    }
}
