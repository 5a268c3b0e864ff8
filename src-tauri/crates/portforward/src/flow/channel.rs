//! One local connection on one WebSocket of v4 channels.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use super::{Opening, Tally, reading::read_some};
use crate::{
    Error,
    error::io_words,
    error_text,
    websocket::{ChannelReader, ChannelWriter, Piece, split},
};

/// Time between pings, shorter than any idle limit known of load balancers.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// There is no half-close: the end of the local data can only be told by ending everything. So much longer than a
/// half-close is held back on SPDY, where servers also end everything after one second.
const LINGER: Duration = Duration::from_secs(1);

/// Longest the server may take to hear that it is over.
const CLOSE_WAIT: Duration = Duration::from_secs(2);

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
    let heard = Heard::new();
    let linger = half_close_quiet + LINGER;
    let finished = {
        let download = download(&mut from_pod, port, &mut writer, tally, &heard);
        let upload = upload(&mut to_pod, reader, opening, tally);
        tokio::pin!(download, upload);
        let (mut uploading, mut broken) = (true, None);
        loop {
            tokio::select! {
                result = &mut download => break result,
                result = &mut upload, if uploading => {
                    match result {
                        Err(error @ Error::Local(_)) => return Err(error),
                        // An answer that came before the server took no more is whole all the same.
                        result => broken = result.err(),
                    }
                    uploading = false;
                    // The answer to what was sent last is only now on its way.
                    heard.now();
                }
                () = heard.quiet_for(linger), if !uploading => break broken.map_or(Ok(()), Err),
            }
        }
    };
    finished?;
    writer.shutdown().await?;
    // What was received is whole, whether the server hears of it or not.
    let _ = timeout(CLOSE_WAIT, to_pod.close()).await;
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
                // However long the local reader takes: that is no silence of the pod.
                heard.busy(true);
                writer.write_all(&data).await?;
                writer.flush().await?;
                tally.received(data.len());
                heard.busy(false);
            }
            Piece::Error { text: part, end } => {
                text.extend_from_slice(&part[..part.len().min(MAX_TEXT - text.len())]);
                if end {
                    return Err(error_text::classify(port, &text));
                }
            }
            Piece::End if text.is_empty() => return Ok(()),
            // A close frame may come inside a message. What was said of an error must not look like a whole answer.
            Piece::End => return Err(error_text::classify(port, &text)),
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

/// When the pod was last heard, or could first have answered.
struct Heard(Mutex<Listening>);

struct Listening {
    since: Instant,
    /// What it said is being written; meanwhile nothing is read.
    busy: bool,
}

impl Heard {
    fn new() -> Self {
        Self(Mutex::new(Listening { since: Instant::now(), busy: false }))
    }

    /// Its silence begins anew.
    fn now(&self) {
        self.lock().since = Instant::now();
    }

    fn busy(&self, busy: bool) {
        *self.lock() = Listening { since: Instant::now(), busy };
    }

    /// Waits until the pod has been silent for `bound`.
    async fn quiet_for(&self, bound: Duration) {
        loop {
            let until = {
                let listening = self.lock();
                if listening.busy { Instant::now() + bound } else { listening.since + bound }
            };
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::closed_there(),
        _ => Error::lost(io_words(error)),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tokio::io::{AsyncReadExt as _, duplex};

    use super::*;
    use crate::Meter;

    /// Carries with an opening that has ended already; gives the server's end and the local reader's.
    fn carried(
        buffer: usize,
    ) -> (tokio::io::DuplexStream, tokio::io::DuplexStream, tokio::task::JoinHandle<Result<(), Error>>) {
        let (near, far) = duplex(1 << 20);
        let (local, out) = duplex(buffer);
        let task = tokio::spawn(async move {
            let meter = Meter::default();
            let opening = Opening { first: Bytes::from_static(b"all"), ended: true };
            let quiet = Duration::from_secs(2);
            let mut reader = tokio::io::empty();
            carry_channel(near, 80, &mut reader, out, opening, Tally::new(&meter, None), quiet).await
        });
        (far, local, task)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_no_silence_of_the_pod() {
        let (mut far, mut local, task) = carried(4);
        far.write_all(b"\x82\x0c\x00\x50\x00123456789").await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(!task.is_finished(), "half of the answer is still on its way");
        let mut answer = [0; 9];
        local.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"123456789");
        task.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_pod_is_left_after_a_while_and_not_before() {
        let (mut far, mut local, task) = carried(64);
        let start = Instant::now();
        tokio::time::sleep(Duration::from_millis(2900)).await;
        far.write_all(b"\x82\x04\x00\x50\x00x").await.unwrap();
        task.await.unwrap().unwrap();
        assert_eq!(start.elapsed().as_millis(), 5900);
        assert_eq!(local.read_u8().await.unwrap(), b'x');
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_makes_the_end_an_error() {
        let (mut far, _local, task) = carried(64);
        far.write_all(b"\x82\x04\x00\x50\x00x\x82\x15\x01\x50\x00connection refused").await.unwrap();
        assert!(matches!(task.await.unwrap(), Err(Error::PortNotListening { port: 80, .. })));
    }

    #[tokio::test]
    async fn an_error_text_without_an_end_is_an_error() {
        let (near, mut far) = duplex(1024);
        far.write_all(b"\x02\x0c\x01\x88\x13broken pi\x88\x02\x03\xe8").await.unwrap();
        let (mut from_pod, _to_pod) = split(near);
        let meter = Meter::default();
        let (mut local, tally, heard) = (Vec::new(), Tally::new(&meter, None), Heard::new());
        let result = download(&mut from_pod, 5000, &mut local, tally, &heard).await;
        assert!(matches!(&result, Err(Error::Remote { text, .. }) if text == "broken pi"), "{result:?}");
    }
}
