//! Connections that are kept, and attempts at them that those who ask at the same time share.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{Connected, Outcome};
use crate::{profile::ContextRef, words};

/// Clusters that are kept. More than anybody uses at a time; beyond it all are dropped and made anew as they are needed.
const KEPT: usize = 64;

/// How long a sign-in goes on that nobody waits for: whoever looked elsewhere meanwhile need not begin again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections and attempts at them, by context.
#[derive(Default)]
pub(super) struct Attempts(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    by_context: BTreeMap<ContextRef, Entry>,
    /// The number of the latest entry.
    numbers: u64,
}

struct Entry {
    /// Different from that of every other entry.
    number: u64,
    /// How many wait for it.
    waiting: watch::Sender<usize>,
    /// Cancelled when the context is described, or signed in to, in another way than when this began.
    outdated: CancellationToken,
    connecting: Connecting,
}

/// A task, and then what came of it. Those who ask at the same time share one sign-in, and one who asks again after having
/// given up joins the one that is under way: a login helper that takes its time is never started twice.
type Connecting = Shared<BoxFuture<'static, Outcome>>;

impl Attempts {
    /// The connection to a context; what comes of this attempt if there is none and nobody is at it. It is made again where
    /// the context came to be described, or signed in to, in another way meanwhile.
    pub(super) async fn get<F>(self: &Arc<Self>, context: &ContextRef, attempt: impl Fn() -> F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        loop {
            let Joined { number, outdated, connecting, waiting } = self.join(context, &attempt);
            let outcome = connecting.await;
            drop(waiting);
            if outdated.is_cancelled() {
                continue;
            }
            if outcome.is_err() {
                self.remove_number(context, number);
            }
            return outcome;
        }
    }

    /// All that are connected.
    pub(super) fn connected(&self) -> Vec<Arc<Connected>> {
        self.lock().by_context.values().filter_map(Entry::connected).cloned().collect()
    }

    pub(super) fn is_connected(&self, context: &ContextRef) -> bool {
        self.lock().by_context.get(context).is_some_and(|entry| entry.connected().is_some())
    }

    /// Whatever there is for this context ends; who waits for it gets what comes of the next.
    pub(super) fn remove(&self, context: &ContextRef) {
        if let Some(entry) = self.lock().by_context.remove(context) {
            entry.outdated.cancel();
        }
    }

    /// Whether this is the connection that is kept.
    pub(super) fn keeps(&self, context: &ContextRef, connected: &Arc<Connected>) -> bool {
        self.lock().by_context.get(context).is_some_and(|entry| entry.is_of(connected))
    }

    /// This connection ends; answers whether it was the one that is kept.
    pub(super) fn remove_this(&self, context: &ContextRef, connected: &Arc<Connected>) -> bool {
        let mut entries = self.lock();
        let is_it = entries.by_context.get(context).is_some_and(|entry| entry.is_of(connected));
        if is_it {
            entries.by_context.remove(context);
        }
        is_it
    }

    /// Connections end unless they are to stay, and so do attempts, which have none yet; who waits for those gets what comes
    /// of the next.
    pub(super) fn retain(&self, mut stays: impl FnMut(&ContextRef, Option<&Connected>) -> bool) {
        self.lock().by_context.retain(|context, entry| {
            let connected = entry.connected();
            let stays = stays(context, connected.map(Arc::as_ref));
            if !stays && connected.is_none() {
                entry.outdated.cancel();
            }
            stays
        });
    }

    /// Nothing is connected any more, and no login helper goes on.
    pub(super) fn clear(&self) {
        self.lock().by_context.clear();
    }

    /// Waits with those who wait for this context; begins where nobody does.
    fn join<F>(self: &Arc<Self>, context: &ContextRef, attempt: impl FnOnce() -> F) -> Joined
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut entries = self.lock();
        let Entries { by_context, numbers } = &mut *entries;
        if by_context.len() >= KEPT && !by_context.contains_key(context) {
            by_context.clear();
        }
        let entry = by_context.entry(context.clone()).or_insert_with(|| {
            *numbers += 1;
            self.start(context.clone(), *numbers, attempt())
        });
        Joined {
            number: entry.number,
            outdated: entry.outdated.clone(),
            connecting: entry.connecting.clone(),
            waiting: Waiting::new(&entry.waiting),
        }
    }

    /// The task belongs to its entry and to those who wait, and ends with them.
    fn start(
        self: &Arc<Self>,
        context: ContextRef,
        number: u64,
        attempt: impl Future<Output = Outcome> + Send + 'static,
    ) -> Entry {
        let attempts = Arc::downgrade(self);
        let (waiting, outdated) = (watch::Sender::default(), CancellationToken::new());
        let (nobody_waits, is_outdated) = (nobody_waits(waiting.subscribe()), outdated.clone());
        let task = AbortOnDropHandle::new(tokio::spawn(async move {
            let outcome = tokio::select! {
                outcome = attempt => outcome,
                () = nobody_waits => Err(words::connecting_stopped()),
                () = is_outdated.cancelled() => Err(words::connecting_stopped()),
            };
            if outcome.is_err()
                && let Some(attempts) = attempts.upgrade()
            {
                // Though nobody may wait any more, who comes next must not get old news.
                attempts.remove_number(&context, number);
            }
            outcome
        }));
        let connecting = async move { task.await.unwrap_or_else(|_| Err(words::connecting_stopped())) };
        Entry { number, waiting, outdated, connecting: connecting.boxed().shared() }
    }

    fn remove_number(&self, context: &ContextRef, number: u64) {
        let mut entries = self.lock();
        if entries.by_context.get(context).is_some_and(|entry| entry.number == number) {
            entries.by_context.remove(context);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn is_of(&self, connected: &Arc<Connected>) -> bool {
        self.connected().is_some_and(|known| Arc::ptr_eq(known, connected))
    }

    fn connected(&self) -> Option<&Arc<Connected>> {
        self.connecting.peek().and_then(|outcome| outcome.as_ref().ok())
    }
}

/// What somebody waits for.
struct Joined {
    number: u64,
    outdated: CancellationToken,
    connecting: Connecting,
    waiting: Waiting,
}

/// Somebody who waits, as long as this lives.
struct Waiting(watch::Sender<usize>);

impl Waiting {
    fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Returns when nobody has waited for some time.
async fn nobody_waits(mut count: watch::Receiver<usize>) {
    loop {
        // Where nobody can come any more, nobody waits.
        let _ = count.wait_for(|count| *count == 0).await;
        let somebody = count.wait_for(|count| *count > 0);
        match timeout(PATIENCE, somebody).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}
