//! The task behind a link.
//!
//! It polls reading, writing, commands and timers side by side: a socket that takes no bytes does not keep it from
//! reading, nor the other way round.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures::{FutureExt as _, future::poll_fn, task::AtomicWaker};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::{Instant, Interval, MissedTickBehavior, Sleep, interval, sleep_until},
};
use tokio_util::io::{poll_read_buf, poll_write_buf};
use wording::text;

use super::{
    command::{Command, Notice},
    exchange::Exchange,
    goodbye::say_goodbye,
    health::{PING_INTERVAL, until_next_ping},
};
use crate::{Error, error::io_words};

/// Bytes waiting to be written above which no commands are taken. More would only put data that may come too late
/// (protocol: data behind the server's end blocks one of its workers) in a queue of ours.
const WRITE_AHEAD: usize = 128 * 1024;
/// Space taken for reading at a time; payload is handed on as slices of it.
const READ_BUFFER: usize = 128 * 1024;
/// Least free space worth a read.
const READ_LEAST: usize = 32 * 1024;
/// Reads in a row before writing gets its turn.
const READS_IN_A_ROW: usize = 8;

pub(super) struct Driver<T> {
    io: T,
    exchange: Exchange,
    commands: mpsc::Receiver<Command>,
    notices: mpsc::UnboundedReceiver<Notice>,
    waker: Arc<AtomicWaker>,
    releasing: Arc<AtomicUsize>,
    received: BytesMut,
    ticker: Interval,
    /// When the silence of the far end is judged next.
    look: Option<Pin<Box<Sleep>>>,
}

/// Why the driver stopped.
enum Stop {
    Asked,
    Broken(Error),
}

impl<T: AsyncRead + AsyncWrite + Unpin> Driver<T> {
    pub(super) fn new(
        io: T,
        commands: mpsc::Receiver<Command>,
        notices: mpsc::UnboundedReceiver<Notice>,
        exchange: Exchange,
        waker: Arc<AtomicWaker>,
        releasing: Arc<AtomicUsize>,
    ) -> Self {
        let mut ticker = interval(PING_INTERVAL);
        // Keeps the beat of all links, also after one that came late.
        ticker.set_missed_tick_behavior(MissedTickBehavior::Skip);
        ticker.reset_after(until_next_ping(Instant::now()));
        Self {
            io,
            exchange,
            commands,
            notices,
            waker,
            releasing,
            received: BytesMut::new(),
            ticker,
            look: None,
        }
    }

    /// Drives the link to its end.
    pub(super) async fn run(mut self) {
        let stop = poll_fn(|cx| self.poll(cx)).await;
        let error = match &stop {
            Stop::Asked => Error::Closed,
            Stop::Broken(error) => error.clone(),
        };
        tracing::debug!(%error, "the link ends");
        self.exchange.fail_flows(&error);
        self.commands.close();
        while let Ok(command) = self.commands.try_recv() {
            // Its flow would wait for ever.
            if let Command::Open { inbox, .. } = command {
                inbox.fail(error.before_sending());
            }
        }
        if matches!(stop, Stop::Asked) {
            say_goodbye(&mut self.io, self.exchange.session()).await;
        }
        // The socket is closed before anyone hears of the end.
        drop(self.io);
        self.exchange.finish(error);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Stop> {
        self.waker.register(cx.waker());
        loop {
            if self.poll_notices(cx) {
                return Poll::Ready(Stop::Asked);
            }
            let commanded = self.poll_commands(cx);
            if let Err(error) = self.poll_timers(cx) {
                return Poll::Ready(Stop::Broken(error));
            }
            let read = match self.poll_read(cx) {
                Ok(read) => read,
                Err(error) => return Poll::Ready(Stop::Broken(error)),
            };
            self.exchange.settle();
            let written = match self.poll_write(cx) {
                Ok(written) => written,
                Err(error) => {
                    let reason = text!("writing failed: {why}", "das Schreiben ist gescheitert: {why}"; why = io_words(&error));
                    return Poll::Ready(Stop::Broken(Error::lost(reason)));
                }
            };
            // Once nothing moves, everything that can has registered to wake us: a queue that is not polled because
            // there is enough to write is polled after the next write.
            if !(commanded || read || written) {
                return Poll::Pending;
            }
        }
    }

    /// Whether the owner asked for the end.
    fn poll_notices(&mut self, cx: &mut Context<'_>) -> bool {
        while let Poll::Ready(notice) = self.notices.poll_recv(cx) {
            match notice {
                Some(Notice::Drop(flow)) => {
                    self.exchange.release(flow);
                    self.releasing.fetch_sub(1, Ordering::AcqRel);
                }
                Some(Notice::Check) => self.exchange.check(),
                Some(Notice::Close) | None => return true,
            }
        }
        false
    }

    fn poll_commands(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while self.exchange.queued() < WRITE_AHEAD {
            let Poll::Ready(Some(command)) = self.commands.poll_recv(cx) else { break };
            moved = true;
            match command {
                Command::Open { flow, port, first, inbox } => self.exchange.open(flow, port, first, inbox),
                Command::Data { flow, data } => self.exchange.send(flow, data, false),
                Command::End { flow } => self.exchange.send(flow, Bytes::new(), true),
            }
        }
        moved
    }

    fn poll_timers(&mut self, cx: &mut Context<'_>) -> Result<(), Error> {
        while let Poll::Ready(due) = self.ticker.poll_tick(cx) {
            if due.elapsed() >= PING_INTERVAL {
                self.exchange.overslept();
            }
            self.exchange.keep_alive();
            self.exchange.look()?;
        }
        loop {
            let at = self.exchange.next_look();
            let look = self.look.get_or_insert_with(|| Box::pin(sleep_until(at)));
            // One that is too early is left: it moves with all that is heard, and looking once more costs less.
            if look.deadline() > at {
                look.as_mut().reset(at);
            }
            if look.poll_unpin(cx).is_pending() {
                return Ok(());
            }
            self.exchange.look()?;
            look.as_mut().reset(self.exchange.next_look());
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, Error> {
        for reads in 0..READS_IN_A_ROW {
            if self.exchange.is_paused() {
                return Ok(reads > 0);
            }
            if self.received.capacity() - self.received.len() < READ_LEAST {
                self.received.reserve(READ_BUFFER);
            }
            match poll_read_buf(Pin::new(&mut self.io), cx, &mut self.received) {
                Poll::Pending => return Ok(reads > 0),
                Poll::Ready(Ok(0)) => return Err(Error::closed_there()),
                Poll::Ready(Ok(_)) => self.exchange.receive(self.received.split().freeze())?,
                Poll::Ready(Err(error)) => {
                    return Err(Error::lost(text!(
                        "reading failed: {why}",
                        "das Lesen ist gescheitert: {why}"; why = io_words(&error)
                    )));
                }
            }
        }
        Ok(true)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let mut moved = false;
        while self.exchange.queued() > 0 {
            match poll_write_buf(Pin::new(&mut self.io), cx, self.exchange.output())? {
                Poll::Pending => break,
                Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(_) => moved = true,
            }
        }
        // Also when nothing was written: the tunnel may owe an answer to a ping.
        if let Poll::Ready(flushed) = Pin::new(&mut self.io).poll_flush(cx) {
            flushed?;
        }
        Ok(moved)
    }
}
