//! A program on this computer that connected to a local port.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use portforward::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};

use crate::traffic::{Counter, Listed};

/// What a caller may send before the pod answers and still be served by another pod. A request's head fits in; more is
/// remembered by nobody.
const REMEMBERED: usize = 64 << 10;

/// How often one caller may be given to a tunnel. Each time a pod went away under it; five in a row are not a roll-out.
const TRIES: u32 = 5;

/// A local connection. Unless it was ended by [`Caller::finish`], dropping it resets it, so that no program takes a torn
/// answer for a whole one.
///
/// Until the pod answers it remembers what it read: if the pod turns out to be gone, another one gets the same bytes.
#[derive(Debug)]
pub(super) struct Caller {
    stream: TcpStream,
    /// Which of the profile's ports, by index.
    pub(super) port: usize,
    /// The local port.
    pub(super) local: u16,
    /// For how long it may still be held, once it was held.
    pub(super) hold_left: Option<Duration>,
    /// All that was read; absent once the pod has answered or it is too much.
    read: Option<Vec<u8>>,
    /// What is read again, before the stream.
    again: Vec<u8>,
    again_from: usize,
    answered: bool,
    finished: bool,
    tries: u32,
    counter: Arc<Counter>,
    /// Absent until it is looked at.
    listed: Option<Listed>,
    /// Nothing is carried any more: what is still read is thrown away.
    over: bool,
    /// Told at the first byte from the pod.
    answer_came: Arc<Notify>,
}

impl Caller {
    pub(super) fn new(
        stream: TcpStream,
        port: usize,
        local: u16,
        counter: Arc<Counter>,
        answer_came: Arc<Notify>,
    ) -> Self {
        // Small messages must not wait for each other. A socket that is dead already shows when it is used.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            port,
            local,
            hold_left: None,
            read: Some(Vec::new()),
            again: Vec::new(),
            again_from: 0,
            answered: false,
            finished: false,
            tries: 0,
            counter,
            listed: None,
            over: false,
            answer_came,
        }
    }

    /// From now on it is among the open connections that are shown.
    pub(super) fn list(&mut self) {
        // A program that is gone already has no address.
        self.listed = Some(self.counter.list(self.stream.peer_addr().ok(), self.port));
    }

    /// What it is closed by; none before [`Caller::list`].
    pub(super) fn number(&self) -> Option<u64> {
        self.listed.as_ref().map(Listed::number)
    }

    /// It is carried to this pod from now on; none: it waits.
    pub(super) fn carried_to(&self, pod: Option<&str>) {
        if let Some(listed) = &self.listed {
            listed.carried_to(pod.map(ToOwned::to_owned));
        }
    }

    /// Whether the pod has sent anything.
    pub(super) fn answered(&self) -> bool {
        self.answered
    }

    /// All was carried: dropping it now closes it in order.
    pub(super) fn finish(&mut self) {
        self.finished = true;
    }

    /// Makes it as if nothing had been read, when it can be carried again after this error: nothing of it can have
    /// reached an application.
    pub(super) fn rewind(&mut self, error: &Error) -> bool {
        self.tries += 1;
        let Some(read) = &self.read else { return false };
        let untouched = match error {
            // The node found no pod, nothing was sent, or there was no link at all.
            Error::PodGone { .. }
            | Error::NotOpened { .. }
            | Error::Refused { .. }
            | Error::Unreachable(_)
            | Error::NoTransport { .. } => true,
            // What was given to a link may have arrived.
            Error::LinkLost { .. } | Error::Protocol(_) | Error::Closed => read.is_empty(),
            _ => false,
        };
        if !untouched || self.tries >= TRIES {
            return false;
        }
        self.again.clone_from(read);
        self.again_from = 0;
        true
    }
}

impl AsyncRead for Caller {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.again_from < this.again.len() {
            let rest = &this.again[this.again_from..];
            let count = rest.len().min(buf.remaining());
            buf.put_slice(&rest[..count]);
            this.again_from += count;
            if this.again_from == this.again.len() {
                this.again = Vec::new();
                this.again_from = 0;
            }
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let new = &buf.filled()[before..];
        if let Some(read) = &mut this.read {
            if read.len() + new.len() <= REMEMBERED {
                read.extend_from_slice(new);
            } else {
                this.read = None;
            }
        }
        // Counted here and not by the tunnel, so that bytes that are read again for another pod count once.
        if !this.over {
            this.count_sent(buf.filled().len() - before);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Caller {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.note_answer(!buf.is_empty());
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, buf))?;
        this.count_received(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.note_answer(bufs.iter().any(|buf| !buf.is_empty()));
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, bufs))?;
        this.count_received(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // An end is an answer too: another pod could not take it back.
        this.read = None;
        this.over = true;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl Caller {
    fn count_received(&self, bytes: usize) {
        // First its own: they are told once the forward's are known to have moved.
        if let Some(listed) = &self.listed {
            listed.add_received(bytes);
        }
        self.counter.received(bytes);
    }

    fn count_sent(&self, bytes: usize) {
        if let Some(listed) = &self.listed {
            listed.add_sent(bytes);
        }
        self.counter.sent(bytes);
    }

    fn note_answer(&mut self, bytes: bool) {
        if bytes && !self.answered {
            self.answered = true;
            self.read = None;
            self.answer_came.notify_one();
        }
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        if !self.finished {
            // It fails only on a socket that is dead already.
            let _ = self.stream.set_zero_linger();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    async fn pair() -> (TcpStream, Caller) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let program = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (program, Caller::new(stream, 0, 5000, Arc::default(), Arc::default()))
    }

    fn gone() -> Error {
        Error::PodGone { text: String::new() }
    }

    fn lost() -> Error {
        Error::LinkLost { reason: wording::Text::default() }
    }

    async fn read(caller: &mut Caller, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        caller.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    #[tokio::test]
    async fn the_next_pod_reads_the_same_bytes() {
        let (mut program, mut caller) = pair().await;
        program.write_all(b"GET /").await.unwrap();
        assert_eq!(read(&mut caller, 3).await, b"GET");
        assert!(caller.rewind(&gone()));
        // Rewound in the middle of what is read again.
        assert_eq!(read(&mut caller, 2).await, b"GE");
        assert!(caller.rewind(&gone()));
        assert_eq!(read(&mut caller, 5).await, b"GET /");
        program.write_all(b" HTTP").await.unwrap();
        assert_eq!(read(&mut caller, 5).await, b" HTTP");
        assert!(caller.rewind(&gone()));
        assert_eq!(read(&mut caller, 10).await, b"GET / HTTP");
        assert_eq!(caller.counter.meter.sent(), 10, "each byte counts once");
    }

    #[tokio::test]
    async fn an_answer_is_never_followed_by_another_one() {
        let (_program, mut caller) = pair().await;
        caller.write_all(b"hello").await.unwrap();
        assert!(caller.answered());
        assert!(!caller.rewind(&gone()));
    }

    #[tokio::test]
    async fn what_is_thrown_away_in_the_end_does_not_count() {
        let (mut program, mut caller) = pair().await;
        caller.write_all(b"no more").await.unwrap();
        caller.shutdown().await.unwrap();
        program.write_all(b"in vain").await.unwrap();
        assert_eq!(read(&mut caller, 7).await, b"in vain");
        assert_eq!((caller.counter.meter.received(), caller.counter.meter.sent()), (7, 0));
    }

    #[tokio::test]
    async fn what_may_have_arrived_is_not_sent_twice() {
        let (mut program, mut caller) = pair().await;
        assert!(caller.rewind(&lost()), "nothing was sent yet");
        program.write_all(b"DELETE").await.unwrap();
        assert_eq!(read(&mut caller, 6).await, b"DELETE");
        assert!(!caller.rewind(&lost()));
        assert!(!caller.rewind(&Error::RemoteReset));
    }

    #[tokio::test]
    async fn tries_and_memory_are_bounded() {
        let (_program, mut caller) = pair().await;
        assert_eq!((0..100).filter(|_| caller.rewind(&gone())).count(), TRIES as usize - 1);

        let (mut program, mut caller) = pair().await;
        let much = vec![7; REMEMBERED + 1];
        let sender = tokio::spawn(async move {
            program.write_all(&much).await.unwrap();
            program
        });
        read(&mut caller, REMEMBERED + 1).await;
        assert!(!caller.rewind(&gone()));
        drop(sender.await.unwrap());
    }

    #[tokio::test]
    async fn only_a_finished_caller_sees_an_orderly_end() {
        for finished in [true, false] {
            let (mut program, mut caller) = pair().await;
            if finished {
                caller.finish();
            }
            drop(caller);
            let end = program.read(&mut [0; 1]).await;
            match finished {
                true => assert_eq!(end.unwrap(), 0),
                false => assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset),
            }
        }
    }
}
