//! Tells listeners about moving bytes: never more often than a person can see, and not at all while nothing moves.

mod gauge;
mod peaks;
mod roster;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering, fence},
    },
    time::Duration,
};

use portforward::Observer;
use tokio::sync::Notify;

pub(crate) use self::{
    gauge::Gauge,
    roster::{Listed, Roster},
};
use crate::journal::Journal;

/// Four times a second is as fluent as numbers can be read.
const PERIOD: Duration = Duration::from_millis(250);

/// The bytes of one forward, and the word that they moved.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    pub(crate) meter: Arc<Gauge>,
    pulse: Arc<Pulse>,
}

impl Counter {
    pub(crate) fn new(pulse: Arc<Pulse>) -> Self {
        Self { meter: Arc::default(), pulse }
    }

    /// A connection that is open from now on, for as long as the result lives.
    pub(crate) fn list(&self, from: Option<SocketAddr>, port: usize) -> Listed {
        Listed::new(Arc::clone(&self.meter), Arc::clone(&self.pulse), from, port)
    }

    /// Bytes from the pod were given to the program on this computer.
    pub(crate) fn received(&self, bytes: usize) {
        if bytes > 0 {
            self.meter.add_received(bytes as u64);
            self.pulse.beat();
        }
    }

    /// Bytes were taken from the program on this computer.
    pub(crate) fn sent(&self, bytes: usize) {
        if bytes > 0 {
            self.meter.add_sent(bytes as u64);
            self.pulse.beat();
        }
    }
}

/// Who takes in what is measured of the way to the pod.
pub(crate) fn observer(gauge: Arc<Gauge>, pulse: Arc<Pulse>) -> Observer {
    Observer::new(move |measurement| {
        if gauge.measured(measurement) {
            pulse.beat();
        }
    })
}

/// Set by every flow that has counted bytes.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    moved: AtomicBool,
    wake: Notify,
}

impl Pulse {
    /// Bytes moved and are counted. Costs one fence and one atomic read while the last ones are not told yet.
    pub(crate) fn beat(&self) {
        // With the one in `forget`: either this sees that the last ones were told, or these are told with them.
        fence(Ordering::SeqCst);
        if !self.moved.load(Ordering::Relaxed) && !self.moved.swap(true, Ordering::AcqRel) {
            self.wake.notify_one();
        }
    }

    /// What was counted before is about to be told.
    fn forget(&self) {
        self.moved.store(false, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}

/// Reports traffic while there is any and somebody listens. Never returns.
pub(crate) async fn report(journal: Arc<Journal>, pulse: Arc<Pulse>) {
    loop {
        pulse.wake.notified().await;
        journal.leave_connections_unless_watched();
        journal.has_watcher().await;
        tokio::time::sleep(PERIOD).await;
        // First forget, then read: what is counted in between beats again.
        pulse.forget();
        journal.report_traffic();
        if !journal.report_connections() {
            pulse.beat();
        }
    }
}

#[cfg(test)]
mod tests {
    use cluster::ContextCatalog;

    use super::*;
    use crate::{
        event::{Event, Update},
        profile::tests::profile,
        view::{DemoState, ForwardView},
    };

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_told_once_and_the_next_one_again() {
        let journal = Arc::new(Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Stopped, None));
        let pulse = Arc::new(Pulse::default());
        let meter = Arc::new(Gauge::default());
        journal.forward_started(ForwardView::off(profile("a")), Arc::clone(&meter));
        let reporter = tokio::spawn(report(Arc::clone(&journal), Arc::clone(&pulse)));

        // Before anybody listens.
        meter.add_sent(1);
        pulse.beat();
        tokio::time::sleep(PERIOD * 10).await;
        assert_eq!(journal.snapshot().number, 1);

        let mut listener = journal.listen();
        listener.next().await.unwrap();
        for burst in 1..=2u64 {
            for _ in 0..100 {
                meter.add_received(1);
                pulse.beat();
            }
            let Some(Update::Event { event }) = listener.next().await else { panic!("no event") };
            let Event::Traffic { bytes_in, bytes_out, .. } = event.event else { panic!("{event:?}") };
            assert_eq!((bytes_in, bytes_out), (burst * 100, 1));
        }
        tokio::time::sleep(PERIOD * 10).await;
        assert_eq!(journal.snapshot().number, 3, "an event for each burst and none for silence");
        reporter.abort();
    }
}
