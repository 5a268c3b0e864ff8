//! The orderly end of a link.

use std::{future::poll_fn, pin::Pin, time::Duration};

use bytes::Buf as _;
use spdy::{GoAwayStatus, Session};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};
use tokio_util::io::poll_write_buf;

/// Longest an orderly end may take before the socket is just closed.
pub(super) const GOODBYE_WAIT: Duration = Duration::from_secs(2);

/// Most bytes read and thrown away while waiting for the far end to close. What was on its way fits easily.
const LEFTOVERS: u64 = 16 * 1024 * 1024;

/// Writes what is queued and a GOAWAY, ends the upgraded connection, and waits for the far end to do the same.
///
/// GOAWAY comes last because servers stop reading at it. Errors do not matter any more.
pub(super) async fn say_goodbye<T: AsyncRead + AsyncWrite + Unpin>(io: &mut T, session: &mut Session) {
    session.go_away(GoAwayStatus::Ok);
    let goodbye = async {
        while session.output().has_remaining() {
            if poll_fn(|cx| poll_write_buf(Pin::new(&mut *io), cx, session.output())).await? == 0 {
                return Ok(());
            }
        }
        io.flush().await?;
        io.shutdown().await?;
        let mut rest = io.take(LEFTOVERS);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        std::io::Result::Ok(())
    };
    match timeout(GOODBYE_WAIT, goodbye).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the link ended while saying goodbye"),
        Err(_) => tracing::debug!("the far end did not close the link in time"),
    }
}
