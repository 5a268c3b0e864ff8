//! Who takes what comes on each stream of a client.
//!
//! A frame that nobody takes is never dropped: the worker that holds it waits for a taker, if need be for ever. So late
//! data wedges a worker of a real server, too.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use spdy::StreamId;

use super::handoff::Giver;

/// The streams whose client side is open, or whose pair still runs.
#[derive(Default)]
pub(super) struct Inbound {
    streams: HashMap<StreamId, Stream>,
}

struct Stream {
    taker: Option<By>,
    /// Whether a pair takes from it, or may come and do so.
    awaited: bool,
    /// Whether the client has ended its side, so that nothing more comes.
    ended: bool,
    /// Told to the pair when the client resets the stream.
    reset: Arc<AtomicBool>,
}

/// Who takes.
enum By {
    /// The connection into the pod.
    Pair(Giver),
    /// The rest of one that is over: it waits in a read, takes one frame, and finds its socket closed.
    Remnant,
}

/// A piece that a worker wants to hand over.
pub(super) struct Held {
    pub(super) stream: StreamId,
    /// Until it is given.
    pub(super) piece: Option<Bytes>,
    /// Whether the client ended the stream with it.
    pub(super) end: bool,
}

impl Inbound {
    /// A stream that nobody reads yet, and nobody ever will unless it is `awaited` by a pair.
    pub(super) fn open(&mut self, stream: StreamId, awaited: bool, ended: bool) {
        if awaited || !ended {
            self.streams.insert(stream, Stream { taker: None, awaited, ended, reset: Arc::default() });
        }
    }

    /// Lets a pair take what comes on its data stream. Answers how it learns of a reset; `None` when the client has
    /// reset the stream already.
    pub(super) fn start(&mut self, stream: StreamId, giver: Giver) -> Option<Arc<AtomicBool>> {
        let stream = self.streams.get_mut(&stream)?;
        // Without the giver the pair sees the end at once.
        stream.taker = (!stream.ended).then_some(By::Pair(giver));
        Some(Arc::clone(&stream.reset))
    }

    /// The pair of a data stream is over; `reading` says whether it was in the middle of a read.
    pub(super) fn finish(&mut self, stream: StreamId, reading: bool) {
        let Some(state) = self.streams.get_mut(&stream) else { return };
        state.awaited = false;
        state.taker = reading.then_some(By::Remnant);
        if state.ended {
            self.streams.remove(&stream);
        }
    }

    /// The client ended its side.
    pub(super) fn end(&mut self, stream: StreamId) {
        let Some(state) = self.streams.get_mut(&stream) else { return };
        state.ended = true;
        state.taker = None;
        if !state.awaited {
            self.streams.remove(&stream);
        }
    }

    /// The stream is gone, by a reset of either side: what comes is dropped.
    pub(super) fn remove(&mut self, stream: StreamId) {
        if let Some(stream) = self.streams.remove(&stream) {
            stream.reset.store(true, Ordering::Relaxed);
        }
    }

    /// Hands over what a worker holds. Answers whether it was taken; if not, it has to be asked again.
    pub(super) fn hand_over(&mut self, held: &mut Held) -> bool {
        let Some(stream) = self.streams.get_mut(&held.stream) else { return true };
        match &mut stream.taker {
            _ if stream.ended => true,
            None => false,
            Some(By::Remnant) => {
                stream.taker = None;
                true
            }
            Some(By::Pair(giver)) => {
                if let Some(piece) = held.piece.take() {
                    held.piece = giver.give(piece).err();
                }
                held.piece.is_none() && giver.is_taken()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Notify;

    use super::super::handoff::handoff;
    use super::*;

    fn stream() -> StreamId {
        StreamId::new(1).expect("a valid number")
    }

    fn held() -> Held {
        Held { stream: stream(), piece: Some(Bytes::from_static(b"x")), end: false }
    }

    #[test]
    fn data_of_half_a_pair_waits_and_data_of_no_stream_is_dropped() {
        let mut inbound = Inbound::default();
        assert!(inbound.hand_over(&mut held()));
        inbound.open(stream(), true, false);
        let mut held = held();
        assert!(!inbound.hand_over(&mut held));
        inbound.remove(stream());
        assert!(inbound.hand_over(&mut held));
    }

    #[tokio::test]
    async fn after_the_end_one_frame_is_taken_and_the_second_never() {
        let mut inbound = Inbound::default();
        inbound.open(stream(), true, false);
        let (giver, mut taker) = handoff(Arc::new(Notify::new()));
        let reset = inbound.start(stream(), giver).expect("an open stream");
        let mut first = held();
        assert!(!inbound.hand_over(&mut first));
        assert!(taker.take().await.is_some());
        assert!(inbound.hand_over(&mut first));
        drop(taker);
        inbound.finish(stream(), true);
        assert!(inbound.hand_over(&mut held()));
        assert!(!inbound.hand_over(&mut held()));
        assert!(!reset.load(Ordering::Relaxed));
    }
}
