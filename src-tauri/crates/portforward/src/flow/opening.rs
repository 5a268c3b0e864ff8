//! What the local side has sent already when its streams are opened.

use std::{io, pin::Pin, task::Poll};

use bytes::{Bytes, BytesMut};
use futures::future::poll_fn;
use tokio::io::AsyncRead;
use tokio_util::io::poll_read_buf;

use super::{LOCAL_READ, take};

/// The first bytes of the local side, sent along with the opening of the streams.
#[derive(Clone)]
pub(crate) struct Opening {
    pub(crate) first: Bytes,
    /// The local side has ended its data already.
    pub(crate) ended: bool,
}

/// Takes what is there without waiting, for in many protocols the server speaks first.
pub(crate) async fn read_ready<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Opening> {
    let mut buffer = BytesMut::with_capacity(LOCAL_READ);
    let read = poll_fn(|cx| {
        Poll::Ready(match poll_read_buf(Pin::new(&mut *reader), cx, &mut buffer) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        })
    })
    .await;
    let ended = match read {
        None => false,
        Some(read) => read? == 0,
    };
    Ok(Opening { first: take(&mut buffer), ended })
}
