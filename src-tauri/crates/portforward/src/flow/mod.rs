//! One local connection on one stream pair.

mod channel;
mod download;
mod opening;
mod reading;
mod tally;
mod upload;

use std::{pin::pin, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use crate::{Error, link::LinkFlow};

pub(crate) use channel::carry_channel;
pub(crate) use opening::{Opening, read_ready};
pub(crate) use tally::Tally;

/// How long a local sender that has not noticed the end may go on sending into the void. Closing a socket with unread
/// data resets it, and the reset may overtake the answer.
const DRAIN_WAIT: Duration = Duration::from_millis(500);

/// Carries bytes both ways until both ends are done.
pub(crate) async fn carry<R, W>(
    flow: LinkFlow,
    reader: &mut R,
    mut writer: W,
    opening: Opening,
    tally: Tally<'_>,
    half_close_quiet: Duration,
) -> Result<(), Error>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    tally.sent(opening.first.len());
    let mut upload = pin!(upload::run(&flow, reader, opening, tally, half_close_quiet));
    let mut download = pin!(download::run(flow.inbox(), &mut writer, tally));
    let mut uploading = true;
    loop {
        // In turns that are left to chance: a steady stream one way must not starve the other.
        tokio::select! {
            result = &mut download => return result,
            result = &mut upload, if uploading => {
                result?;
                uploading = false;
            }
        }
    }
}

/// After a clean end: reads and throws away what the local sender still has, until it ends or [`DRAIN_WAIT`] is over.
pub(crate) async fn drain(mut reader: impl AsyncRead + Unpin) {
    let drained =
        async { while matches!(reading::read_some(&mut reader).await, Ok(some) if !some.is_empty()) {} };
    // Whether it ended or not is the same from here on.
    let _ = timeout(DRAIN_WAIT, drained).await;
}
