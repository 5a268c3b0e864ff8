//! Faults on purpose: what a test or a person does to the cluster to see how clients bear it.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The upgraded connections that are open, all of which can be cut at once.
pub(crate) struct Links {
    current: Mutex<CancellationToken>,
    shutdown: CancellationToken,
}

impl Links {
    pub(crate) fn new(shutdown: &CancellationToken) -> Self {
        Self { current: Mutex::new(shutdown.child_token()), shutdown: shutdown.clone() }
    }

    /// What ends a link that opens now.
    pub(crate) fn end_of_new(&self) -> CancellationToken {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).child_token()
    }

    /// Cuts every link that is open; those that open later live.
    pub(crate) fn drop_all(&self) {
        let next = self.shutdown.child_token();
        std::mem::replace(&mut *self.current.lock().unwrap_or_else(PoisonError::into_inner), next).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_what_is_open_and_nothing_later() {
        let shutdown = CancellationToken::new();
        let links = Links::new(&shutdown);
        let open = links.end_of_new();
        links.drop_all();
        let later = links.end_of_new();
        assert!(open.is_cancelled());
        assert!(!later.is_cancelled());
        shutdown.cancel();
        assert!(later.is_cancelled());
    }
}
