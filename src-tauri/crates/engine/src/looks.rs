//! Who looks at what there is in clusters, and what they are told of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cluster::Target;
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    browsing::Browsed, clusters::Connected, event::Event, forward::Shared, journal::Journal,
    problem::Problem, profile::ContextRef, words,
};

/// Looks at a time; a window has two. Beyond it the oldest ends: nobody knows whether who began it is still there.
pub(crate) const MOST_LOOKS: usize = 16;

/// How often a look is told of changes at most: a list that changes ten times a second looks alive, and more is a burden.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Targets told of in one event: the first page of a list, and no more than a window shows between two frames.
const BATCH: usize = 500;

/// Events that a listener may be behind before looks are told less often: they must not push it into a new snapshot, nor
/// keep memory while it is slow.
const FAR_BEHIND: usize = 64;

/// How often a look is told while a listener is so far behind. Not never: one that never comes back must not stop the others.
const TELL_SLOWLY_EVERY: Duration = Duration::from_secs(2);

/// All looks.
#[derive(Default)]
pub(crate) struct Looks(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    looks: BTreeMap<u32, Entry>,
    /// The number of the latest entry.
    numbers: u64,
}

struct Entry {
    /// Different from that of every other entry: the same look may be begun again.
    number: u64,
    context: ContextRef,
    namespace: Option<String>,
    /// Targets that it was told of.
    told: BTreeSet<Target>,
    _end: DropGuard,
}

/// One look, as it was begun.
struct Look {
    looks: Arc<Looks>,
    shared: Arc<Shared>,
    id: u32,
    number: u64,
    context: ContextRef,
    namespace: Option<String>,
    ended: CancellationToken,
}

impl Looks {
    /// Begins a look, or begins it again. Answers what is to be run for it, until it is over. It ends where it is stopped,
    /// where something fails that whoever looks has to mend, and where nobody watches events any more.
    pub(crate) fn begin(
        self: &Arc<Self>,
        shared: Arc<Shared>,
        id: u32,
        context: ContextRef,
        namespace: Option<String>,
    ) -> impl Future<Output = ()> + Send + 'static {
        let mut entries = self.lock();
        let look = self.insert(&mut entries, shared, id, context, namespace);
        if entries.looks.len() > MOST_LOOKS
            && let Some(oldest) = entries.oldest()
        {
            entries.looks.remove(&oldest);
            look.shared.journal.browsing(Event::LookEnded { look: oldest, problem: words::too_many_looks() });
        }
        look.run()
    }

    fn insert(
        self: &Arc<Self>,
        entries: &mut Entries,
        shared: Arc<Shared>,
        id: u32,
        context: ContextRef,
        namespace: Option<String>,
    ) -> Look {
        let ended = CancellationToken::new();
        entries.numbers += 1;
        let number = entries.numbers;
        let (told, _end) = (BTreeSet::new(), ended.clone().drop_guard());
        let entry = Entry { number, context: context.clone(), namespace: namespace.clone(), told, _end };
        entries.looks.insert(id, entry);
        Look { looks: Arc::clone(self), shared, id, number, context, namespace, ended }
    }

    /// Begins looks at these contexts again, which are signed in to in another way now, and tells that all is gone which they
    /// were told of. Answers what is to be run for them.
    pub(crate) fn begin_again(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        is_it: impl Fn(&ContextRef) -> bool,
    ) -> Vec<impl Future<Output = ()> + Send + 'static> {
        // Held meanwhile: nothing more comes of what was known before, and whoever stops one stops the new one.
        let mut entries = self.lock();
        let (stopped, others): (BTreeMap<_, _>, _) =
            std::mem::take(&mut entries.looks).into_iter().partition(|(_, entry)| is_it(&entry.context));
        entries.looks = others;
        let mut looks = Vec::new();
        for (look, entry) in stopped {
            let told: Vec<_> = entry.told.into_iter().collect();
            for gone in told.chunks(BATCH) {
                let (put, gone, notices) = (Vec::new(), gone.to_vec(), Vec::new());
                let browsed = Browsed::Targets { put, gone, complete: false, notices };
                shared.journal.browsing(Event::Browsed { look, browsed });
            }
            let look = self.insert(&mut entries, Arc::clone(shared), look, entry.context, entry.namespace);
            looks.push(look.run());
        }
        looks
    }

    /// After this nothing is told of it any more.
    pub(crate) fn stop(&self, id: u32) {
        self.lock().looks.remove(&id);
    }

    /// Ends all.
    pub(crate) fn stop_all(&self) {
        self.lock().looks.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn oldest(&self) -> Option<u32> {
        self.looks.iter().min_by_key(|(_, entry)| entry.number).map(|(id, _)| *id)
    }
}

impl Look {
    /// Until it is over.
    fn run(self) -> impl Future<Output = ()> + Send + 'static {
        let ended = self.ended.clone();
        async move {
            ended.run_until_cancelled(self.look_until_over()).await;
        }
    }

    async fn look_until_over(&self) {
        let journal = Arc::clone(&self.shared.journal);
        let problem = tokio::select! {
            problem = self.look() => Some(problem),
            () = journal.has_no_watcher() => None,
        };
        let mut entries = self.looks.lock();
        if entries.looks.get(&self.id).is_some_and(|entry| entry.number == self.number) {
            entries.looks.remove(&self.id);
            if let Some(problem) = problem {
                journal.browsing(Event::LookEnded { look: self.id, problem });
            }
        }
    }

    /// Ends only with a problem.
    async fn look(&self) -> Problem {
        let connected = match self.shared.clusters.get(&self.context).await {
            Ok(connected) => connected,
            Err(problem) => return problem,
        };
        let error = match &self.namespace {
            None => self.look_at_namespaces(&connected).await,
            Some(namespace) => self.look_at_targets(&connected, namespace).await,
        };
        match self.while_it_lasts(|_| self.shared.clusters.explain(&self.context, &connected, &error)) {
            Some(problem) => problem,
            // It is being stopped.
            None => pending().await,
        }
    }

    async fn look_at_namespaces(&self, connected: &Connected) -> cluster::Error {
        let preferred = connected.cluster.default_namespace();
        let mut look = connected.cluster.look_at_namespaces();
        let mut told = cluster::NamespaceNews::default();
        // Where the context prefers to be is known before anything is listed.
        self.tell(namespaces(preferred, told.clone(), None));
        loop {
            look.changed().await;
            match look.take() {
                Ok(Some(news)) if news != told => {
                    told = news.clone();
                    let is_answer = news.complete && news.failure.is_none() || !news.names.is_empty();
                    let notice = news.failure.as_ref().map(|error| self.told(error));
                    if is_answer {
                        self.reached();
                    }
                    self.tell(namespaces(preferred, news, notice));
                    breathe(&self.shared.journal).await;
                }
                Ok(_) => {}
                Err(error) => return error,
            }
        }
    }

    async fn look_at_targets(&self, connected: &Connected, namespace: &str) -> cluster::Error {
        let look = match connected.cluster.look_at_targets(namespace) {
            Ok(look) => look,
            Err(error) => return error,
        };
        loop {
            look.changed().await;
            match look.take(BATCH) {
                Ok(Some(news)) => {
                    let notices = words::list_notices(namespace, &news.failures, |error| self.told(error));
                    if !news.put.is_empty() || news.complete && news.failures.is_empty() {
                        self.reached();
                    }
                    let (put, gone, complete) = (news.put, news.gone, news.complete);
                    self.tell(Browsed::Targets { put, gone, complete, notices });
                    breathe(&self.shared.journal).await;
                }
                Ok(None) => {}
                Err(error) => return error,
            }
        }
    }

    fn tell(&self, browsed: Browsed) {
        self.while_it_lasts(|entry| {
            if let Browsed::Targets { put, gone, .. } = &browsed {
                entry.told.extend(put.iter().map(|summary| summary.target.clone()));
                gone.iter().for_each(|target| {
                    entry.told.remove(target);
                });
            }
            self.shared.journal.browsing(Event::Browsed { look: self.id, browsed });
        });
    }

    /// A failure in plain words, which the list of clusters hears of too.
    fn told(&self, error: &cluster::Error) -> Problem {
        let told = self.while_it_lasts(|_| self.shared.clusters.told(&self.context, error));
        told.unwrap_or_else(|| words::cluster_problem(error))
    }

    /// The cluster answered to whom this look is signed in as.
    fn reached(&self) {
        self.while_it_lasts(|_| self.shared.clusters.reached(&self.context));
    }

    /// Does nothing where the look was stopped.
    fn while_it_lasts<T>(&self, act: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        // Held meanwhile: after a look was stopped nothing is told of it.
        let mut entries = self.looks.lock();
        entries.looks.get_mut(&self.id).filter(|entry| entry.number == self.number).map(act)
    }
}

/// Waits before more is told.
async fn breathe(journal: &Journal) {
    sleep(TELL_EVERY).await;
    let mut waited = TELL_EVERY;
    while waited < TELL_SLOWLY_EVERY && journal.backlog() > FAR_BEHIND {
        sleep(TELL_EVERY).await;
        waited += TELL_EVERY;
    }
}

fn namespaces(preferred: &str, news: cluster::NamespaceNews, notice: Option<Problem>) -> Browsed {
    Browsed::Namespaces {
        names: news.names,
        preferred: preferred.to_owned(),
        complete: news.complete,
        notice,
    }
}

#[cfg(test)]
mod tests {
    use cluster::ContextCatalog;
    use tokio::{
        join,
        time::{Instant, timeout},
    };

    use super::*;
    use crate::view::DemoState;

    /// Whether the wait before more is told is as long as this, to less than a turn; the clock is not the real one.
    async fn breathes_for(journal: &Journal, expected: Duration) -> bool {
        let began = Instant::now();
        let ended = timeout(TELL_SLOWLY_EVERY * 2, breathe(journal)).await.is_ok();
        ended && (expected..expected + TELL_EVERY).contains(&began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_listener_that_is_far_behind_slows_looks_and_does_not_stop_them() {
        let journal = Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Unavailable, None);
        let journal = Arc::new(journal);
        let mut listener = journal.listen();
        let tell = || journal.browsing(Event::LookEnded { look: 1, problem: words::too_many_looks() });
        for _ in 0..FAR_BEHIND {
            tell();
        }
        assert!(breathes_for(&journal, TELL_EVERY).await, "it is not too far behind");
        tell();
        assert!(breathes_for(&journal, TELL_SLOWLY_EVERY).await, "it is too far behind, for all the time");
        let hearing = async {
            sleep(TELL_EVERY * 7 / 2).await;
            // The snapshot, and one of the events.
            listener.next().await;
            listener.next().await;
        };
        let (waited, ()) = join!(breathes_for(&journal, TELL_EVERY * 4), hearing);
        assert!(waited, "as soon as it is not too far behind any more");
    }
}
