//! One upgraded connection to a pod.
//!
//! A task of its own drives each connection: it alone touches the socket and the SPDY session. Flows talk to it
//! through a short queue of commands, and it to each of them through that flow's [`Inbox`].

mod clock;
mod command;
mod driver;
mod exchange;
mod goodbye;
mod health;
mod inbox;
mod pacing;
mod round_trip;
mod streams;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{future::poll_fn, task::AtomicWaker};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

use self::{
    clock::ReadingClock,
    command::{Command, FlowKey, Notice},
    driver::Driver,
    exchange::Exchange,
};
use crate::{Error, Observer, upgrade::LinkIo};

pub(crate) use self::{
    exchange::Pairing,
    inbox::{DataEvent, Inbox},
};

/// Commands waiting for the driver, each with at most one read of a local connection (64 KiB). Enough to keep the
/// driver busy while flows are scheduled.
const COMMAND_QUEUE: usize = 4;

/// Longest wait for an old server to accept a stream, as kubectl's for any.
const REPLY_WAIT: Duration = Duration::from_secs(30);

/// What may be expected of a link.
#[derive(Clone, Debug)]
pub(crate) enum LinkState {
    /// It answers; new flows are welcome.
    Trusted,
    /// Five pings are under way.
    Checking,
    /// It does not answer all pings, or its far end takes no more streams. What runs on it may go on.
    Doubtful,
    /// It is over.
    Ended(Error),
}

/// A handle of one link. Dropping it ends the link at once; [`Link::close`] ends it in order.
pub(crate) struct Link {
    commands: mpsc::Sender<Command>,
    notices: mpsc::UnboundedSender<Notice>,
    state: watch::Receiver<LinkState>,
    next_flow: AtomicU64,
    driver_waker: Arc<AtomicWaker>,
    clock: Arc<ReadingClock>,
    /// Flows that were dropped and not yet released by the driver: what becomes of the link is not known before.
    releasing: Arc<AtomicUsize>,
    _task: AbortOnDropHandle<()>,
}

impl Link {
    /// Starts a link on an upgraded connection.
    pub(crate) fn start(io: LinkIo, observer: Observer) -> Self {
        match io {
            LinkIo::WebSocketTunnel(io) => Self::drive(io, Pairing::ById, observer),
            LinkIo::Spdy(io) => Self::drive(io, Pairing::ById, observer),
        }
    }

    pub(crate) fn drive<T>(io: T, pairing: Pairing, observer: Observer) -> Self
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (commands, command_queue) = mpsc::channel(COMMAND_QUEUE);
        // Unbounded in type only: each flow sends one notice in its life, and the pool checks a link or closes it
        // once at a time. It must never wait, for it is used from `Drop`.
        let (notices, notice_queue) = mpsc::unbounded_channel();
        let (state_sender, state) = watch::channel(LinkState::Trusted);
        let driver_waker = Arc::new(AtomicWaker::new());
        let clock = Arc::new(ReadingClock::new());
        let releasing = Arc::new(AtomicUsize::new(0));
        let exchange = Exchange::new(state_sender, pairing, Arc::clone(&clock), observer);
        let driver = Driver::new(
            io,
            command_queue,
            notice_queue,
            exchange,
            Arc::clone(&driver_waker),
            Arc::clone(&releasing),
        );
        let task = AbortOnDropHandle::new(tokio::spawn(driver.run()));
        Self {
            commands,
            notices,
            state,
            next_flow: AtomicU64::new(1),
            driver_waker,
            clock,
            releasing,
            _task: task,
        }
    }

    /// Opens a stream pair to `port` of the pod and sends `first` with it; waits for no answer.
    pub(crate) async fn open(self: &Arc<Self>, port: u16, first: Bytes) -> Result<LinkFlow, Error> {
        let key = FlowKey(self.next_flow.fetch_add(1, Ordering::Relaxed));
        let inbox = Arc::new(Inbox::new(port, Arc::clone(&self.driver_waker), Arc::clone(&self.clock)));
        let open = Command::Open { flow: key, port, first, inbox: Arc::clone(&inbox) };
        if self.commands.send(open).await.is_err() {
            return Err(self.end());
        }
        Ok(LinkFlow { key, inbox, link: Arc::clone(self) })
    }

    /// As [`Link::open`] for a link with [`Pairing::ByPort`]: waits until the server has taken both streams.
    pub(crate) async fn open_in_turn(self: &Arc<Self>, port: u16, first: Bytes) -> Result<LinkFlow, Error> {
        let flow = self.open(port, first).await?;
        match timeout(REPLY_WAIT, poll_fn(|cx| flow.inbox.poll_opened(cx))).await {
            Ok(opened) => opened.map(|()| flow),
            Err(_) => {
                let text =
                    format!("the node did not accept a stream within {} seconds", REPLY_WAIT.as_secs());
                Err(Error::Remote { port, text })
            }
        }
    }

    /// What may be expected of this link now.
    pub(crate) fn state(&self) -> LinkState {
        self.state.borrow().clone()
    }

    /// Whether a flow has just left, so that the link may have to be checked.
    pub(crate) fn is_releasing(&self) -> bool {
        self.releasing.load(Ordering::Acquire) > 0
    }

    /// Whether it is not read now, since a flow on it is full.
    pub(crate) fn is_paused(&self) -> bool {
        self.clock.is_paused()
    }

    /// Watches [`Link::state`].
    pub(crate) fn watch(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// Sends five pings, one for each worker of the server (protocol: moby/spdystream connection.go), and waits for
    /// all echoes or the bound of [`health::CHECK_WAIT`].
    pub(crate) async fn check(&self) -> bool {
        let mut state = self.watch();
        state.mark_unchanged();
        if self.notices.send(Notice::Check).is_err() {
            return false;
        }
        while state.changed().await.is_ok() {
            match *state.borrow_and_update() {
                LinkState::Trusted => return true,
                LinkState::Checking => {}
                LinkState::Doubtful | LinkState::Ended(_) => return false,
            }
        }
        false
    }

    /// Waits until the check that is under way, if any, is over; says whether the link can be trusted.
    pub(crate) async fn checked(&self) -> bool {
        let mut state = self.watch();
        match state.wait_for(|state| !matches!(state, LinkState::Checking)).await {
            Ok(state) => matches!(*state, LinkState::Trusted),
            Err(_) => false,
        }
    }

    /// Ends the link in order: streams, GOAWAY, the upgraded connection, TCP. Returns when all that is done or its
    /// bound ([`goodbye::GOODBYE_WAIT`]) is over.
    pub(crate) async fn close(&self) {
        // An error means that the driver is gone already.
        let _ = self.notices.send(Notice::Close);
        self.ended().await;
    }

    /// Waits for the end of the link.
    pub(crate) async fn ended(&self) -> Error {
        // An error means that the driver is gone without a word: it was aborted.
        let _ = self.watch().wait_for(|state| matches!(state, LinkState::Ended(_))).await;
        self.end()
    }

    fn end(&self) -> Error {
        match &*self.state.borrow() {
            LinkState::Ended(error) => error.clone(),
            _ => Error::Closed,
        }
    }
}

/// One stream pair. Dropping it resets what has not ended.
pub(crate) struct LinkFlow {
    key: FlowKey,
    inbox: Arc<Inbox>,
    link: Arc<Link>,
}

impl LinkFlow {
    /// What comes from the pod.
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Sends data to the pod. Waits while the link has enough to write; data after the pod's end is dropped, for it
    /// would block a worker of the server.
    pub(crate) async fn send(&self, data: Bytes) -> Result<(), Error> {
        poll_fn(|cx| self.inbox.poll_send(cx)).await;
        let sent = self.link.commands.send(Command::Data { flow: self.key, data }).await;
        sent.map_err(|_| self.link.end())
    }

    /// Ends the data to the pod.
    pub(crate) async fn end(&self) -> Result<(), Error> {
        self.link.commands.send(Command::End { flow: self.key }).await.map_err(|_| self.link.end())
    }
}

impl Drop for LinkFlow {
    fn drop(&mut self) {
        // First, for the driver may see the notice before the command that opens the streams.
        self.inbox.abandon();
        self.link.releasing.fetch_add(1, Ordering::AcqRel);
        // An error means that the link is over, and the streams with it.
        let _ = self.link.notices.send(Notice::Drop(self.key));
    }
}
