//! One upgraded connection: a SPDY session on one side, connections into one pod on the other.
//!
//! A single task reads, writes and owns everything. Pairs run beside it and are reached without buffers, so a slow client
//! slows its pods, and a slow pod its worker and in the end the link, as in a real server; nothing is shared between links.

use std::io;
use std::sync::Arc;

use bytes::{Buf as _, BytesMut};
use spdy::Output;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::forwarding::Order;
use super::streams::{Manners, Streams};
use crate::pods::sandbox::Sandbox;

/// Space for reading: at least a TLS record is read at a time, and space for eight is taken at once.
const READ_LEAST: usize = 16 * 1024;
const READ_BLOCK: usize = 128 * 1024;

/// How much may wait to be written before pods have to wait: enough to keep the socket busy, little enough that a
/// client that does not read holds a quarter of a megabyte.
const OUTPUT: usize = 256 * 1024;

/// How many reads of pods may wait to be queued, for the same reason.
const ORDERS: usize = 4;

/// Serves a link until the client ends it.
pub(super) async fn run<S>(io: S, sandbox: Arc<Sandbox>, manners: Manners)
where
    S: AsyncRead + AsyncWrite + Send,
{
    if let Err(error) = serve(io, sandbox, manners).await {
        tracing::debug!(%error, "a link to a demo pod ended");
    }
}

/// What a turn of the link brought.
enum Turn {
    Read(io::Result<usize>),
    Taken,
    /// Whether there is something to flush after it.
    Written(io::Result<bool>),
    Order(Order<spdy::StreamId>),
    PairEnded,
    Unpaired,
}

async fn serve<S>(io: S, sandbox: Arc<Sandbox>, manners: Manners) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send,
{
    let (reader, writer) = tokio::io::split(io);
    let (mut reader, mut writer) = (std::pin::pin!(reader), std::pin::pin!(writer));
    let (orders, mut arriving) = mpsc::channel(ORDERS);
    let taken = Arc::new(Notify::new());
    let mut streams = Streams::new(sandbox, manners, orders, Arc::clone(&taken));
    let mut input = BytesMut::new();
    let mut unflushed = false;
    loop {
        let queued = streams.output().remaining();
        let deadline = streams.deadline();
        if input.capacity() - input.len() < READ_LEAST {
            input.reserve(READ_BLOCK);
        }
        let (reads, waits) = (streams.can_read(), streams.waits_for_pods());
        let (output, pairs) = streams.output_and_pairs();
        let turn = tokio::select! {
            read = reader.read_buf(&mut input), if reads => Turn::Read(read),
            () = taken.notified(), if waits => Turn::Taken,
            written = write_or_flush(&mut writer, output), if queued > 0 || unflushed => Turn::Written(written),
            // The streams hold a sender themselves, so there is always a next order to wait for.
            Some(order) = arriving.recv(), if queued < OUTPUT => Turn::Order(order),
            Some(_) = pairs.join_next() => Turn::PairEnded,
            () = until(deadline), if deadline.is_some() => Turn::Unpaired,
        };
        match turn {
            Turn::Read(read) => {
                if read? == 0 {
                    return Ok(());
                }
                streams.count_read();
            }
            Turn::Written(written) => unflushed = written?,
            Turn::Order(order) => streams.obey(order),
            Turn::Unpaired => streams.expire(Instant::now()),
            Turn::Taken | Turn::PairEnded => {}
        }
        // A real server stops reading at a goodbye, and what still runs dies with the connection.
        if !streams.advance(&mut input).map_err(io::Error::other)? {
            return Ok(());
        }
    }
}

/// Writes some of the output or, when there is none, flushes. Answers whether there is something to flush after it.
async fn write_or_flush(writer: &mut (impl AsyncWrite + Unpin), output: &mut Output) -> io::Result<bool> {
    if !output.has_remaining() {
        writer.flush().await?;
        return Ok(false);
    }
    match writer.write_buf(output).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(true),
    }
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}
