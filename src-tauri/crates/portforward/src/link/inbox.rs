//! What has come from the pod for one flow and waits for its local reader.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures::task::AtomicWaker;
use tokio::time::Instant;

use super::clock::ReadingClock;
use crate::{Error, error_text};

/// Bytes held for a flow above which its link is not read any more. SPDY as servers speak it has no flow control:
/// not reading is the only way to slow a sender. Four reads of 64 KiB keep a fast reader busy.
const FULL: usize = 256 * 1024;
/// Bytes held below which the link is read again.
const DRAINED: usize = 64 * 1024;
/// What a chunk counts beyond its bytes, so that tiny ones are bounded too.
const CHUNK_COST: usize = 64;
/// Chunks smaller than this are copied: as slices of what was read they would keep a whole read of 128 KiB each.
const COPIED: usize = 16 * 1024;
/// Most bytes kept of an error text; real ones have a few hundred.
const MAX_TEXT: usize = 16 * 1024;

/// Shared by the link's driver, which fills it, and the flow, which empties it.
pub(crate) struct Inbox {
    port: u16,
    state: Mutex<State>,
    /// Both halves of a flow run in one task, so one waker is enough.
    flow: AtomicWaker,
    driver: Arc<AtomicWaker>,
    clock: Arc<ReadingClock>,
}

struct State {
    chunks: VecDeque<Bytes>,
    held: usize,
    full: bool,
    /// When data last came or was taken, in either direction.
    moved: Instant,
    data: StreamEnd,
    error: StreamEnd,
    text: Vec<u8>,
    lost: Option<Error>,
    abandoned: bool,
    /// Both streams are open.
    opened: bool,
    /// The link still has what the flow gave it last.
    sending: bool,
}

/// How far the server's side of a stream has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamEnd {
    Open,
    Finished,
    Reset,
}

/// What the flow gets next.
#[derive(Debug)]
pub(crate) enum DataEvent {
    Chunk(Bytes),
    /// The data stream is over, in order or by reset; the error stream tells what that means.
    End,
}

impl Inbox {
    pub(super) fn new(port: u16, driver: Arc<AtomicWaker>, clock: Arc<ReadingClock>) -> Self {
        let state = State {
            chunks: VecDeque::new(),
            held: 0,
            full: false,
            moved: Instant::now(),
            data: StreamEnd::Open,
            error: StreamEnd::Open,
            text: Vec::new(),
            lost: None,
            abandoned: false,
            opened: false,
            sending: true,
        };
        Self { port, state: Mutex::new(state), flow: AtomicWaker::new(), driver, clock }
    }

    // The driver's side.

    /// Adds data; says whether the link has to stop reading.
    pub(super) fn push(&self, data: Bytes) -> bool {
        let data = if data.len() < COPIED { Bytes::copy_from_slice(&data) } else { data };
        let mut state = self.lock();
        state.held += data.len() + CHUNK_COST;
        state.full |= state.held >= FULL;
        state.moved = Instant::now();
        state.chunks.push_back(data);
        let full = state.full;
        drop(state);
        self.flow.wake();
        full
    }

    pub(super) fn is_full(&self) -> bool {
        self.lock().full
    }

    pub(super) fn end_data(&self, end: StreamEnd) {
        let mut state = self.lock();
        if state.data == StreamEnd::Open {
            state.data = end;
        }
        drop(state);
        self.flow.wake();
    }

    pub(super) fn push_text(&self, text: &[u8]) {
        let mut state = self.lock();
        let room = MAX_TEXT.saturating_sub(state.text.len());
        state.text.extend_from_slice(&text[..text.len().min(room)]);
    }

    pub(super) fn end_error(&self, end: StreamEnd) {
        let mut state = self.lock();
        if state.error == StreamEnd::Open {
            state.error = end;
        }
        drop(state);
        self.flow.wake();
    }

    /// The link is over.
    pub(super) fn fail(&self, error: Error) {
        self.lock().lost.get_or_insert(error);
        self.flow.wake();
    }

    /// Whether nobody waits for what comes.
    pub(super) fn is_abandoned(&self) -> bool {
        self.lock().abandoned
    }

    /// Both streams are open.
    pub(super) fn opened(&self) {
        self.lock().opened = true;
        self.flow.wake();
    }

    /// What the flow gave to the link last has been queued for the socket, or is of no use any more.
    pub(super) fn taken(&self) {
        let mut state = self.lock();
        let sent = std::mem::take(&mut state.sending);
        if sent {
            // The pod can answer from now on.
            state.moved = Instant::now();
        }
        drop(state);
        if sent {
            self.flow.wake();
        }
    }

    // The flow's side.

    /// Ready when both streams are open.
    pub(super) fn poll_opened(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.flow.register(cx.waker());
        let state = self.lock();
        if state.opened {
            return Poll::Ready(Ok(()));
        }
        match self.failure(&state) {
            Some(error) => Poll::Ready(Err(error)),
            None if state.error != StreamEnd::Open => Poll::Ready(Err(Error::RemoteReset)),
            None => Poll::Pending,
        }
    }

    /// Ready when the link takes more from the flow; it then counts as having something.
    pub(super) fn poll_send(&self, cx: &mut Context<'_>) -> Poll<()> {
        // Only the flow sets it again, and both its halves run in one task.
        ready!(self.poll_taken(cx));
        self.lock().sending = true;
        Poll::Ready(())
    }

    /// Ready when the link has taken all that the flow gave it.
    pub(crate) fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.flow.register(cx.waker());
        let state = self.lock();
        if state.sending && state.lost.is_none() { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Nobody waits for what comes any more.
    pub(super) fn abandon(&self) {
        self.lock().abandoned = true;
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The next data, in order; what was received before an error comes before it.
    pub(crate) fn poll_data(&self, cx: &mut Context<'_>) -> Poll<Result<DataEvent, Error>> {
        self.flow.register(cx.waker());
        let mut state = self.lock();
        if let Some(chunk) = state.chunks.pop_front() {
            state.held -= chunk.len() + CHUNK_COST;
            state.moved = Instant::now();
            let drained = state.full && state.held <= DRAINED;
            if drained {
                state.full = false;
            }
            drop(state);
            if drained {
                self.driver.wake();
            }
            return Poll::Ready(Ok(DataEvent::Chunk(chunk)));
        }
        if let Some(error) = self.failure(&state) {
            return Poll::Ready(Err(error));
        }
        match state.data {
            StreamEnd::Open => Poll::Pending,
            StreamEnd::Finished | StreamEnd::Reset => Poll::Ready(Ok(DataEvent::End)),
        }
    }

    /// After the data: what the end means, once the error stream has ended.
    pub(crate) fn poll_verdict(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.flow.register(cx.waker());
        let state = self.lock();
        if let Some(error) = self.failure(&state) {
            return Poll::Ready(Err(error));
        }
        match (state.data, state.error) {
            (StreamEnd::Reset, _) if state.error != StreamEnd::Open => Poll::Ready(Err(Error::RemoteReset)),
            // Runtimes reset both streams when the pod reset its connection (k8s.io/cri-streaming, httpstream.go).
            (_, StreamEnd::Reset) => Poll::Ready(Err(Error::RemoteReset)),
            (_, StreamEnd::Finished) => Poll::Ready(Ok(())),
            (_, StreamEnd::Open) => Poll::Pending,
        }
    }

    /// What the end means if the error stream never ends.
    pub(crate) fn verdict_without_end(&self) -> Result<(), Error> {
        let state = self.lock();
        if !state.text.is_empty() {
            return Err(error_text::classify(self.port, &state.text));
        }
        if state.data == StreamEnd::Reset { Err(Error::RemoteReset) } else { Ok(()) }
    }

    /// Ready when the pod takes no more data from us.
    pub(crate) fn poll_remote_done(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.flow.register(cx.waker());
        let state = self.lock();
        if state.data != StreamEnd::Open || self.failure(&state).is_some() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Since when nothing came from the pod though we listened, and nothing waits to be written locally; now, if
    /// something waits.
    pub(crate) fn quiet_since(&self) -> Instant {
        let state = self.lock();
        if state.chunks.is_empty() { state.moved.max(self.clock.reading_since()) } else { Instant::now() }
    }

    fn failure(&self, state: &State) -> Option<Error> {
        if state.error != StreamEnd::Open && !state.text.is_empty() {
            return Some(error_text::classify(self.port, &state.text));
        }
        state.lost.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::task::noop_waker;

    fn inbox() -> Inbox {
        Inbox::new(80, Arc::new(AtomicWaker::new()), Arc::new(ReadingClock::new()))
    }

    fn next(inbox: &Inbox) -> Poll<Result<DataEvent, Error>> {
        inbox.poll_data(&mut Context::from_waker(&noop_waker()))
    }

    fn verdict(inbox: &Inbox) -> Poll<Result<(), Error>> {
        inbox.poll_verdict(&mut Context::from_waker(&noop_waker()))
    }

    #[test]
    fn fills_and_drains_with_a_gap_between() {
        let inbox = inbox();
        let chunk = Bytes::from(vec![0; 32 * 1024]);
        let mut pushed = 0;
        while !inbox.push(chunk.clone()) {
            pushed += 1;
        }
        assert_eq!(pushed, 7);
        let mut taken = 0;
        while inbox.is_full() {
            assert!(matches!(next(&inbox), Poll::Ready(Ok(DataEvent::Chunk(_)))));
            taken += 1;
        }
        assert_eq!(taken, 7, "one chunk is left below the lower mark");
    }

    #[test]
    fn tiny_chunks_are_bounded_too() {
        let inbox = inbox();
        let mut pushed = 1;
        while !inbox.push(Bytes::from_static(b"x")) {
            pushed += 1;
        }
        assert!(pushed < 5000, "{pushed}");
    }

    #[test]
    fn a_text_after_the_end_of_data_fails_the_flow() {
        let inbox = inbox();
        inbox.push(Bytes::from_static(b"torn"));
        inbox.end_data(StreamEnd::Finished);
        assert!(matches!(next(&inbox), Poll::Ready(Ok(DataEvent::Chunk(_)))));
        assert!(matches!(next(&inbox), Poll::Ready(Ok(DataEvent::End))));
        assert!(verdict(&inbox).is_pending());
        inbox.push_text(b"connection re");
        assert!(verdict(&inbox).is_pending(), "judged only at the end of the text");
        inbox.push_text(b"fused");
        inbox.end_error(StreamEnd::Reset);
        let Poll::Ready(Err(Error::PortNotListening { port: 80, text })) = verdict(&inbox) else { panic!() };
        assert_eq!(text, "connection refused");
    }

    #[test]
    fn ends() {
        for (data, error, clean) in [
            (StreamEnd::Finished, StreamEnd::Finished, true),
            (StreamEnd::Finished, StreamEnd::Reset, false),
            (StreamEnd::Reset, StreamEnd::Finished, false),
            (StreamEnd::Reset, StreamEnd::Reset, false),
        ] {
            let inbox = inbox();
            inbox.end_data(data);
            inbox.end_error(error);
            match verdict(&inbox) {
                Poll::Ready(Ok(())) => assert!(clean, "{data:?} {error:?}"),
                Poll::Ready(Err(Error::RemoteReset)) => assert!(!clean, "{data:?} {error:?}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_lost_link_comes_after_what_was_received() {
        let inbox = inbox();
        inbox.push(Bytes::from_static(b"x"));
        inbox.fail(Error::lost(wording::Text::verbatim("cut")));
        assert!(matches!(next(&inbox), Poll::Ready(Ok(DataEvent::Chunk(_)))));
        assert!(matches!(next(&inbox), Poll::Ready(Err(Error::LinkLost { .. }))));
    }
}
