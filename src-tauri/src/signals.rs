//! Signals that ask the program to end.

use crate::controller::{Request, Requests};

/// Hands in a request to quit when the system or a terminal asks the program to end (SIGTERM, SIGINT; Ctrl-C elsewhere).
pub(crate) async fn watch(requests: Requests) {
    match next().await {
        Ok(()) => requests.send(Request::Quit),
        Err(error) => tracing::warn!("signals cannot be watched: {error}"),
    }
}

#[cfg(unix)]
async fn next() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn next() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
