//! Watches that break off, and histories that are forgotten.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::pods::gauge::Gauge;

/// The watches that are open, and what ends them.
#[derive(Default)]
pub(crate) struct Watches {
    cut: Mutex<CancellationToken>,
    pub(crate) open: Gauge,
}

impl Watches {
    /// Cancelled when the watches of now are cut.
    pub(crate) fn cut_off(&self) -> CancellationToken {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn cut_all(&self) {
        let of_later = CancellationToken::new();
        std::mem::replace(&mut *self.cut.lock().unwrap_or_else(PoisonError::into_inner), of_later).cancel();
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
