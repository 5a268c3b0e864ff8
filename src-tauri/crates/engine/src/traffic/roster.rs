//! The open connections of one forward, each with what it has carried.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Gauge, Pulse};
use crate::{
    connections::{ConnectionState, ConnectionView, Connections},
    journal::now_ms,
};

/// Connections that are listed from either end, the latest and the oldest: more than a person looks through, and little
/// enough to be told four times a second. One that is stuck is among the oldest, one that was just made among the latest.
const LISTED: usize = 64;

/// Numbers of connections, for all forwards: one that is closed by its number must not be that of another run of a forward.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// All that are open, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Roster(Mutex<BTreeMap<u64, Arc<Entry>>>);

/// What is known of one.
#[derive(Debug)]
struct Entry {
    from: String,
    port: usize,
    opened_at_ms: u64,
    received: AtomicU64,
    sent: AtomicU64,
    /// The pod that it is carried to; none while it waits.
    pod: Mutex<Option<String>>,
}

/// A connection that is on the roster as long as this lives.
#[derive(Debug)]
pub(crate) struct Listed {
    number: u64,
    entry: Arc<Entry>,
    gauge: Arc<Gauge>,
    pulse: Arc<Pulse>,
}

impl Roster {
    /// As they are shown now.
    pub(crate) fn view(&self) -> Connections {
        let entries = self.lock();
        let (count, view) = (entries.len(), |(number, entry): (&u64, &Arc<Entry>)| entry.view(*number));
        let latest = entries.iter().rev().take(LISTED);
        let oldest = entries.iter().rev().skip(LISTED.max(count.saturating_sub(LISTED)));
        let listed: Vec<_> = latest.chain(oldest).map(view).collect();
        Connections { left_off: u32::try_from(count - listed.len()).unwrap_or(u32::MAX), listed }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Entry>>> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listed {
    /// Puts a connection on the gauge's roster, as one that waits. `from`: the program, where its address is known.
    pub(super) fn new(gauge: Arc<Gauge>, pulse: Arc<Pulse>, from: Option<SocketAddr>, port: usize) -> Self {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let entry = Arc::new(Entry {
            from: from.map(|from| from.to_string()).unwrap_or_default(),
            port,
            opened_at_ms: now_ms(),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            pod: Mutex::default(),
        });
        gauge.roster.lock().insert(number, Arc::clone(&entry));
        pulse.beat();
        Self { number, entry, gauge, pulse }
    }

    /// What it is closed by.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// It is carried to this pod from now on, or waits.
    pub(crate) fn carried_to(&self, pod: Option<String>) {
        *self.entry.lock_pod() = pod;
        self.pulse.beat();
    }

    pub(crate) fn add_received(&self, bytes: usize) {
        self.entry.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_sent(&self, bytes: usize) {
        self.entry.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.gauge.roster.lock().remove(&self.number);
        self.pulse.beat();
    }
}

impl Entry {
    fn view(&self, number: u64) -> ConnectionView {
        ConnectionView {
            number,
            from: self.from.clone(),
            port: u32::try_from(self.port).unwrap_or(u32::MAX),
            state: match self.lock_pod().clone() {
                Some(pod) => ConnectionState::Open { pod },
                None => ConnectionState::Waiting,
            },
            opened_at_ms: self.opened_at_ms,
            bytes_in: self.received.load(Ordering::Relaxed),
            bytes_out: self.sent.load(Ordering::Relaxed),
        }
    }

    fn lock_pod(&self) -> MutexGuard<'_, Option<String>> {
        // A name is put there whole or not at all.
        self.pod.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::traffic::Counter;

    #[derive(Clone, Debug)]
    enum Step {
        Open,
        /// One of those that are open ends.
        End(usize),
        Receive(usize, usize),
        Send(usize, usize),
        Carry(usize, bool),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            // So many more come than go that not all can be listed.
            8 => Just(Step::Open),
            1 => any::<usize>().prop_map(Step::End),
            2 => (any::<usize>(), 0..5000usize).prop_map(|(which, bytes)| Step::Receive(which, bytes)),
            2 => (any::<usize>(), 0..5000usize).prop_map(|(which, bytes)| Step::Send(which, bytes)),
            1 => (any::<usize>(), any::<bool>()).prop_map(|(which, open)| Step::Carry(which, open)),
        ];
        prop::collection::vec(step, 0..600)
    }

    proptest! {
        /// Whatever comes, goes and moves: what is shown is what was done, and no byte is counted for another connection.
        #[test]
        fn what_is_shown_is_what_was_done(steps in steps()) {
            let counter = Arc::new(Counter::default());
            // The connection, and received, sent and the pod as they must be.
            let mut open: Vec<(Listed, u64, u64, Option<String>)> = Vec::new();
            for step in steps {
                let count = open.len();
                match step {
                    Step::Open => open.push((counter.list(None, count), 0, 0, None)),
                    Step::End(which) if count > 0 => drop(open.remove(which % count)),
                    Step::Receive(which, bytes) if count > 0 => {
                        let (listed, received, ..) = &mut open[which % count];
                        listed.add_received(bytes);
                        *received += bytes as u64;
                    }
                    Step::Send(which, bytes) if count > 0 => {
                        let (listed, _, sent, _) = &mut open[which % count];
                        listed.add_sent(bytes);
                        *sent += bytes as u64;
                    }
                    Step::Carry(which, carried) if count > 0 => {
                        let (listed, .., pod) = &mut open[which % count];
                        *pod = carried.then(|| "web".to_owned());
                        listed.carried_to(pod.clone());
                    }
                    _ => {}
                }
            }
            let shown = counter.meter.roster.view();
            let all: Vec<_> = open.iter().rev().collect();
            let middle = all.len().saturating_sub(2 * LISTED);
            prop_assert_eq!(shown.left_off as usize, middle);
            let expected = all[..all.len().min(LISTED)].iter().chain(&all[all.len().min(LISTED + middle)..]);
            let expected: Vec<_> = expected
                .map(|(listed, received, sent, pod)| (listed.number(), *received, *sent, pod.clone()))
                .collect();
            let shown: Vec<_> = shown.listed.into_iter().map(|view| {
                let pod = match view.state {
                    ConnectionState::Waiting => None,
                    ConnectionState::Open { pod } => Some(pod),
                };
                (view.number, view.bytes_in, view.bytes_out, pod)
            }).collect();
            prop_assert_eq!(shown, expected);
            drop(open);
            prop_assert_eq!(counter.meter.roster.view(), Connections::default());
        }
    }
}
