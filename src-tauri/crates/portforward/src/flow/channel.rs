//! One local connection on one WebSocket of v4 channels.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{Opening, Tally, reading::read_some};
use crate::{
    Error, error_text,
    websocket::{ChannelReader, ChannelWriter, Piece, split},
};

/// Time between pings, shorter than any idle limit known of load balancers.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// There is no half-close: the end of the local data can only be told by ending everything. So much longer than a
/// half-close is held back on SPDY, where servers also end everything after one second.
const LINGER: Duration = Duration::from_secs(1);

/// Most bytes kept of an error text; real ones have a few hundred.
const MAX_TEXT: usize = 16 * 1024;

/// Carries bytes both ways until the pod is done, or the local side is and the pod has been silent for
/// `half_close_quiet` and a second.
pub(crate) async fn carry_channel<T, R, W>(
    io: T,
    port: u16,
    reader: &mut R,
    mut writer: W,
    opening: Opening,
    tally: Tally<'_>,
    half_close_quiet: Duration,
) -> Result<(), Error>
where
    T: AsyncRead + AsyncWrite,
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (from_pod, mut to_pod) = split(io);
    let mut from_pod = from_pod.of_port(port);
    let heard = Heard::now();
    let linger = half_close_quiet + LINGER;
    let finished = {
        let download = download(&mut from_pod, port, &mut writer, tally, &heard);
        let upload = upload(&mut to_pod, reader, opening, tally);
        tokio::pin!(download, upload);
        let mut uploading = true;
        loop {
            tokio::select! {
                result = &mut download => break result,
                result = &mut upload, if uploading => {
                    result?;
                    uploading = false;
                }
                () = heard.quiet_for(linger), if !uploading => break Ok(()),
            }
        }
    };
    finished?;
    // What was received is whole, whether the server hears of it or not.
    let _ = to_pod.close().await;
    writer.shutdown().await?;
    Ok(())
}

async fn download<T: AsyncRead + AsyncWrite>(
    from_pod: &mut ChannelReader<T>,
    port: u16,
    writer: &mut (impl AsyncWrite + Unpin),
    tally: Tally<'_>,
    heard: &Heard,
) -> Result<(), Error> {
    let mut text = BytesMut::new();
    loop {
        match from_pod.next().await.map_err(|error| lost(&error))? {
            Piece::Data(data) => {
                writer.write_all(&data).await?;
                writer.flush().await?;
                tally.received(data.len());
                heard.again();
            }
            Piece::Error { text: part, end } => {
                text.extend_from_slice(&part[..part.len().min(MAX_TEXT - text.len())]);
                if end {
                    return Err(error_text::classify(port, &text));
                }
            }
            Piece::End => return Ok(()),
        }
    }
}

/// Ends with the local data; until then it also keeps the connection alive.
async fn upload<T: AsyncRead + AsyncWrite>(
    to_pod: &mut ChannelWriter<T>,
    reader: &mut (impl AsyncRead + Unpin),
    opening: Opening,
    tally: Tally<'_>,
) -> Result<(), Error> {
    let mut ticker = interval(PING_INTERVAL);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticker.reset();
    if !opening.first.is_empty() {
        to_pod.send(&opening.first).await.map_err(|error| lost(&error))?;
        tally.sent(opening.first.len());
    }
    if opening.ended {
        return Ok(());
    }
    loop {
        tokio::select! {
            read = read_some(reader) => {
                let read = read?;
                if read.is_empty() {
                    return Ok(());
                }
                to_pod.send(&read).await.map_err(|error| lost(&error))?;
                tally.sent(read.len());
            }
            answered = to_pod.answer_pings() => answered.map_err(|error| lost(&error))?,
            _ = ticker.tick() => to_pod.ping().await.map_err(|error| lost(&error))?,
        }
    }
}

/// When the pod was last heard.
struct Heard(Mutex<Instant>);

impl Heard {
    fn now() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    fn again(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Waits until the pod has been silent for `bound`.
    async fn quiet_for(&self, bound: Duration) {
        loop {
            let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner) + bound;
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

fn lost(error: &io::Error) -> Error {
    Error::lost(match error.kind() {
        io::ErrorKind::UnexpectedEof => "the cluster closed it".to_owned(),
        _ => error.to_string(),
    })
}
