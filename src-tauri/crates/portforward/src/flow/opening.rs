//! What the local side has sent already when its streams are opened.

use std::{io, task::Poll};

use bytes::Bytes;
use futures::future::poll_fn;
use tokio::io::AsyncRead;

use super::reading::poll_read_some;

/// The first bytes of the local side, sent along with the opening of the streams.
#[derive(Clone)]
pub(crate) struct Opening {
    pub(crate) first: Bytes,
    /// The local side has ended its data already.
    pub(crate) ended: bool,
}

/// Takes what is there without waiting, for in many protocols the server speaks first.
pub(crate) async fn read_ready<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Opening> {
    let read = poll_fn(|cx| {
        Poll::Ready(match poll_read_some(reader, cx) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        })
    })
    .await;
    Ok(match read.transpose()? {
        None => Opening { first: Bytes::new(), ended: false },
        Some(first) => Opening { ended: first.is_empty(), first },
    })
}
