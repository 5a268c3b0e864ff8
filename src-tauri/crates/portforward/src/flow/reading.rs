//! Reading local connections without holding memory for those that are silent.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::future::poll_fn;
use tokio::io::{AsyncRead, ReadBuf};

/// Bytes read from the local connection at a time: one data frame.
const LOCAL_READ: usize = 64 * 1024;

thread_local! {
    /// One for each thread and not for each flow: thousands of flows may wait for data, and only one reads at a time.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; LOCAL_READ].into());
}

/// What the local side has sent next; nothing at its end.
pub(super) async fn read_some<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Bytes> {
    poll_fn(|cx| poll_read_some(reader, cx)).await
}

/// As [`read_some`], without waiting.
pub(super) fn poll_read_some<R: AsyncRead + Unpin>(
    reader: &mut R,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Bytes>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut buffer = ReadBuf::new(scratch);
        Pin::new(reader).poll_read(cx, &mut buffer).map_ok(|()| Bytes::copy_from_slice(buffer.filled()))
    })
}
