//! Refusals on purpose.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Statuses, and how many requests still get each, in order.
#[derive(Default)]
pub(crate) struct Refusals {
    waiting: Mutex<VecDeque<(u16, u32)>>,
}

impl Refusals {
    pub(super) fn add(&self, status: u16, times: u32) {
        if times > 0 {
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back((status, times));
        }
    }

    pub(super) fn left(&self) -> u32 {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, times)| times).sum()
    }

    pub(super) fn clear(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The status for the next request, if it is to be refused.
    pub(crate) fn take(&self) -> Option<u16> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, times) = waiting.front_mut()?;
        let status = *status;
        *times -= 1;
        if *times == 0 {
            waiting.pop_front();
        }
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_come_in_order_and_run_out() {
        let refusals = Refusals::default();
        refusals.add(429, 2);
        refusals.add(404, 0);
        refusals.add(500, 1);
        assert_eq!(refusals.left(), 3);
        let taken: Vec<_> = (0..4).map(|_| refusals.take()).collect();
        assert_eq!(taken, [Some(429), Some(429), Some(500), None]);
        assert_eq!(refusals.left(), 0);
    }
}
