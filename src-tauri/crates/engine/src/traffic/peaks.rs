//! The fastest second of a forward. Time comes as an argument.

/// Byte totals at the beginning of the second that is running, and the most that moved in one before it.
#[derive(Debug, Default)]
pub(super) struct Peaks {
    /// Since the forward was turned on.
    second: u64,
    received: u64,
    sent: u64,
    most_received: u64,
    most_sent: u64,
}

impl Peaks {
    /// Bytes are about to be counted in this second; so many have been before.
    pub(super) fn advance(&mut self, second: u64, received: u64, sent: u64) {
        if second > self.second {
            (self.most_received, self.most_sent) = self.most(received, sent);
            (self.second, self.received, self.sent) = (second, received, sent);
        }
    }

    /// The most that moved in one second, from the pod and to it, given the totals of now.
    pub(super) fn most(&self, received: u64, sent: u64) -> (u64, u64) {
        (
            self.most_received.max(received.saturating_sub(self.received)),
            self.most_sent.max(sent.saturating_sub(self.sent)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_second_counts_and_silence_does_not_thin_it_out() {
        let mut peaks = Peaks::default();
        // In the first second 300 bytes come and 10 go.
        assert_eq!(peaks.most(300, 10), (300, 10), "the running second counts too");
        peaks.advance(1, 300, 10);
        // In the next one 100 and 50.
        assert_eq!(peaks.most(400, 60), (300, 50));
        // Then nothing for an hour, and 900 and 0.
        peaks.advance(3600, 400, 60);
        assert_eq!(peaks.most(1300, 60), (900, 50));
    }

    #[test]
    fn who_comes_late_from_the_second_before_changes_nothing() {
        let mut peaks = Peaks::default();
        peaks.advance(5, 100, 100);
        peaks.advance(4, 150, 150);
        peaks.advance(5, 150, 150);
        assert_eq!(peaks.most(180, 190), (100, 100));
        assert_eq!(peaks.most(280, 190), (180, 100), "all since second 5 began");
    }
}
