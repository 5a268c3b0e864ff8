//! Watches that break off, and histories that are forgotten.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// What ends the watches that are open.
#[derive(Default)]
pub(crate) struct Watches(Mutex<CancellationToken>);

impl Watches {
    /// Cancelled when the watches of now are cut.
    pub(crate) fn cut_off(&self) -> CancellationToken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn cut_all(&self) {
        let of_later = CancellationToken::new();
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), of_later).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_later_is_not_cut() {
        let watches = Watches::default();
        let open = watches.cut_off();
        watches.cut_all();
        assert!(open.is_cancelled());
        assert!(!watches.cut_off().is_cancelled());
    }
}
