//! The unbuffered hand-off of a client's bytes to the connection into the pod, as between a worker of moby/spdystream and
//! the reader of a stream (`dataChan` in its `stream.go`): whoever gives waits until the other has taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

/// The side that gives, one piece at a time.
pub(super) struct Giver {
    pieces: mpsc::Sender<Bytes>,
    given: u64,
    taken: Arc<AtomicU64>,
}

/// The side that takes. Nothing more comes when the giver is dropped.
pub(super) struct Taker {
    pieces: mpsc::Receiver<Bytes>,
    taken: Arc<AtomicU64>,
    moved: Arc<Notify>,
}

/// Both sides; `moved` is told of everything that is taken.
pub(super) fn handoff(moved: Arc<Notify>) -> (Giver, Taker) {
    let (sender, receiver) = mpsc::channel(1);
    let taken = Arc::new(AtomicU64::new(0));
    let giver = Giver { pieces: sender, given: 0, taken: Arc::clone(&taken) };
    (giver, Taker { pieces: receiver, taken, moved })
}

impl Giver {
    /// Offers a piece; the one before has to be taken.
    ///
    /// # Errors
    /// The piece, when nobody takes any more.
    pub(super) fn give(&mut self, piece: Bytes) -> Result<(), Bytes> {
        self.pieces.try_send(piece).map_err(mpsc::error::TrySendError::into_inner)?;
        self.given += 1;
        Ok(())
    }

    /// Whether everything given was taken.
    pub(super) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire) == self.given
    }
}

impl Taker {
    /// The next piece; `None` when no more come.
    pub(super) async fn take(&mut self) -> Option<Bytes> {
        let piece = self.pieces.recv().await?;
        self.taken.fetch_add(1, Ordering::Release);
        self.moved.notify_one();
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_given_counts_when_it_is_taken_and_not_when_it_is_lost() {
        let moved = Arc::new(Notify::new());
        let (mut giver, mut taker) = handoff(Arc::clone(&moved));
        giver.give(Bytes::from_static(b"a")).expect("a taker");
        assert!(!giver.is_taken());
        assert_eq!(taker.take().await.as_deref(), Some(&b"a"[..]));
        moved.notified().await;
        assert!(giver.is_taken());
        giver.give(Bytes::from_static(b"b")).expect("a taker");
        drop(taker);
        assert!(!giver.is_taken());
        assert_eq!(giver.give(Bytes::from_static(b"c")), Err(Bytes::from_static(b"c")));
    }
}
