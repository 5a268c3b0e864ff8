//! One local connection on one stream pair.

mod download;
mod opening;
mod upload;

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite},
    time::timeout,
};

use crate::{Error, Meter, link::LinkFlow};

pub(crate) use opening::{Opening, read_ready};

/// Bytes read from the local connection at a time: two data frames.
const LOCAL_READ: usize = 64 * 1024;

/// How long a local sender that has not noticed the end may go on sending into the void. Closing a socket with unread
/// data resets it, and the reset may overtake the answer.
const DRAIN_WAIT: Duration = Duration::from_millis(500);

/// Carries bytes both ways until both ends are done. `resting` is called once the local side has ended and the pod
/// paused: what is left needs no link for itself.
pub(crate) async fn carry<R, W>(
    flow: LinkFlow,
    reader: &mut R,
    mut writer: W,
    opening: Opening,
    meter: &Meter,
    half_close_quiet: Duration,
    resting: impl FnMut() + Send,
) -> Result<(), Error>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    meter.add_sent(opening.first.len() as u64);
    let mut upload = pin!(upload::run(&flow, reader, opening, meter, half_close_quiet, resting));
    let mut download = pin!(download::run(flow.inbox(), &mut writer, meter));
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
    let mut scrap = BytesMut::with_capacity(LOCAL_READ);
    let drained = async {
        while matches!(reader.read_buf(&mut scrap).await, Ok(1..)) {
            scrap.clear();
        }
    };
    // Whether it ended or not is the same from here on.
    let _ = timeout(DRAIN_WAIT, drained).await;
}

/// Takes what was read, keeping the space behind it for the next read.
fn take(buffer: &mut BytesMut) -> Bytes {
    buffer.split().freeze()
}
