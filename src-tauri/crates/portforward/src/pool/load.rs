//! How much a flow moves, as far as it matters to others on its link.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A flow that moved nothing for so long has settled: others may join it.
const SETTLED: Duration = Duration::from_secs(1);

/// Bytes moved without such a pause that make a flow a bulk one. More than a page of a web shop, less than what a
/// reader that stops leaves in the sockets.
const BULK: u64 = 256 * 1024;

/// What one flow moves.
#[derive(Debug)]
pub(crate) struct Load(Mutex<State>);

#[derive(Debug)]
struct State {
    /// When bytes last moved, or the flow began.
    moved: Instant,
    /// Bytes since the last pause.
    bytes: u64,
    /// The local side has ended and the pod pauses: what is left needs no link for itself.
    resting: bool,
}

impl Load {
    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(State { moved: now, bytes: 0, resting: false }))
    }

    /// Bytes moved in either direction.
    pub(crate) fn moved(&self, bytes: u64) {
        let now = Instant::now();
        let mut state = self.lock();
        if now.saturating_duration_since(state.moved) > SETTLED {
            state.bytes = 0;
        }
        state.moved = now;
        state.bytes += bytes;
    }

    /// From now on the flow needs no link for itself.
    pub(crate) fn rest(&self) {
        self.lock().resting = true;
    }

    pub(super) fn is_resting(&self) -> bool {
        self.lock().resting
    }

    /// Whether bytes move, or may begin to: a new flow may become anything.
    pub(super) fn is_busy(&self, now: Instant) -> bool {
        let state = self.lock();
        !state.resting && now.saturating_duration_since(state.moved) <= SETTLED
    }

    /// Whether it moved so much at once that others had better keep away. One that stands still in the midst of it, for
    /// somebody does not read, stays one; the next small exchange ends it.
    pub(super) fn is_bulk(&self) -> bool {
        self.lock().bytes >= BULK
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn flows_settle_and_grow() {
        let load = Load::new(Instant::now());
        assert!(load.is_busy(Instant::now()), "a new flow may become anything");
        tokio::time::advance(SETTLED + Duration::from_millis(1)).await;
        assert!(!load.is_busy(Instant::now()));
        load.moved(BULK - 1);
        assert!(load.is_busy(Instant::now()) && !load.is_bulk());
        tokio::time::advance(SETTLED / 2).await;
        load.moved(1);
        assert!(load.is_bulk());
        tokio::time::advance(SETTLED * 10).await;
        assert!(load.is_bulk(), "it may be stuck");
        load.moved(1);
        assert!(!load.is_bulk());
        load.rest();
        assert!(!load.is_busy(Instant::now()) && load.is_resting());
    }
}
