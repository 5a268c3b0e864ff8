//! From the pod to the local connection.

use std::time::Duration;

use futures::future::poll_fn;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

use super::Tally;
use crate::{
    Error,
    link::{DataEvent, Inbox},
};

/// Longest wait for the end of the error stream after that of the data. Servers write both, and any text between,
/// without a pause; a server that never ends it has nothing to report.
const VERDICT_WAIT: Duration = Duration::from_secs(5);

/// Writes what the pod sends. The local side sees the end only once it is known to be one: until the error stream
/// has ended, a torn answer looks like a whole one.
pub(super) async fn run<W: AsyncWrite + Unpin>(
    inbox: &Inbox,
    writer: &mut W,
    tally: Tally<'_>,
) -> Result<(), Error> {
    while let DataEvent::Chunk(chunk) = poll_fn(|cx| inbox.poll_data(cx)).await? {
        writer.write_all(&chunk).await?;
        writer.flush().await?;
        tally.received(chunk.len());
    }
    match timeout(VERDICT_WAIT, poll_fn(|cx| inbox.poll_verdict(cx))).await {
        Ok(verdict) => verdict?,
        Err(_) => inbox.verdict_without_end()?,
    }
    writer.shutdown().await?;
    Ok(())
}
