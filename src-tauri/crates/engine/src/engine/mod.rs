//! The engine: takes commands, keeps profiles and runs forwards.

mod browsing;
mod commands;
mod connections;
mod diagnosis;
mod guardrails;
mod importing;
mod kubeconfigs;
mod lifetime;
mod order;
mod own_clusters;
mod pasted;
mod preferences;
mod signing_in;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use cluster::{KubeconfigSources, SecretKeeper};
use futures::future::join_all;
use tokio::{
    runtime::Handle,
    sync::{Mutex, Notify, Semaphore, watch},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    Error,
    cluster_book::ClusterBook,
    cluster_list::ClusterList,
    clusters::{Clusters, DemoSource},
    command::{Command, Reply},
    forward::{Forward, Shared},
    journal::{Journal, Listener},
    looks::Looks,
    network,
    preference_book::PreferenceBook,
    problem::Problem,
    profile::{Profile, ProfileId},
    profiles::Profiles,
    sleep::SleepWatch,
    start_at_login::LoginItem,
    store::{ClusterStore, PreferenceStore, ProfileStore},
    traffic::{self, Pulse},
    view::{DemoState, ForwardView},
    words,
};

/// Deleted profiles that can be restored. More than anybody undoes.
const DELETED_KEPT: usize = 100;

/// Longest wait for tunnels to be closed in order when the engine ends; each takes about two seconds at most.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// What an engine is made of.
pub struct EngineOptions {
    /// Where clusters are described.
    pub kubeconfigs: KubeconfigSources,
    /// Where profiles are kept.
    pub store: ProfileStore,
    /// Where it is kept what the person says about clusters.
    pub clusters: ClusterStore,
    /// Where it is kept what the person prefers.
    pub preferences: PreferenceStore,
    /// What the system starts at a login, if this program can be started so.
    pub login_item: Option<Arc<dyn LoginItem>>,
    /// The demo cluster, if this program has one.
    pub demo: Option<Arc<dyn DemoSource>>,
    /// Where secrets are kept.
    pub secrets: SecretKeeper,
}

impl EngineOptions {
    /// Keeps everything in memory, and has no demo cluster.
    pub fn in_memory(kubeconfigs: KubeconfigSources) -> Self {
        Self {
            kubeconfigs,
            store: ProfileStore::memory(),
            clusters: ClusterStore::memory(),
            preferences: PreferenceStore::memory(),
            login_item: None,
            demo: None,
            secrets: SecretKeeper::memory(),
        }
    }
}

/// Runs forwards. A handle: clones are the same engine. When the last one is dropped everything ends at once;
/// [`Engine::shutdown`] ends it in order.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    login_item: Option<Arc<dyn LoginItem>>,
    looks: Arc<Looks>,
    /// Held while a command that changes profiles or forwards is carried out: one at a time.
    running: Mutex<Running>,
    /// Clusters that were removed, for as long as they can be restored.
    removed: std::sync::Mutex<own_clusters::Removed>,
    /// Held while a cluster of the person's own is changed, and while it is kept what one is signed in to with: a secret
    /// is never kept for another server than it was given for.
    changing_own: Mutex<()>,
    /// The file that the person looks at, to take forwards from it.
    importing: importing::Importing,
    /// Sign-ins that are under way.
    waiting: signing_in::Waiting,
    /// A forward has got or lost a time at which it is turned off.
    ends_changed: Arc<Notify>,
    /// Other kubeconfig files are to be looked at.
    files_changed: Arc<Notify>,
    tasks: TaskTracker,
    /// Room for diagnoses.
    diagnoses: Semaphore,
    /// Ends forwards at once.
    end: CancellationToken,
    /// Ends what runs beside forwards.
    end_chores: CancellationToken,
    _end_on_drop: DropGuard,
}

#[derive(Default)]
struct Running {
    forwards: BTreeMap<ProfileId, Forward>,
    /// The latest last.
    deleted: Vec<Profile>,
    /// The latest last.
    imported: Vec<importing::Imported>,
    down: bool,
}

impl Engine {
    /// Reads profiles and kubeconfig files, and turns on what was on, or as each profile says. Nothing that is wrong with those is an error here:
    /// it is in the snapshot.
    ///
    /// # Errors
    /// [`Error::NoRuntime`] outside a Tokio runtime.
    pub async fn start(options: EngineOptions) -> Result<Self, Error> {
        Handle::try_current().map_err(|_| Error::NoRuntime)?;
        let loaded = options.store.load().await;
        let book = options.clusters.load().await;
        let preferences = options.preferences.load().await;
        let kubeconfigs = options.kubeconfigs.with_added(&book.content.kubeconfig_files);
        let catalog = kubeconfigs.catalog().await;
        let views = loaded.content.iter().cloned().map(ForwardView::off).collect();
        let demo = if options.demo.is_some() { DemoState::Stopped } else { DemoState::Unavailable };
        let found = loaded.finding.as_ref().map(words::finding_problem);
        let found = found.or_else(|| book.finding.as_ref().map(words::clusters_finding_problem));
        let found = found.or_else(|| preferences.finding.as_ref().map(words::preferences_finding_problem));
        let journal = Arc::new(Journal::new(views, catalog, demo, found));
        let book = Arc::new(ClusterBook::new(options.clusters, book.content));
        let preferences = PreferenceBook::new(options.preferences, preferences.content);
        journal.preferences_changed(preferences.read());
        let list = Arc::new(ClusterList::new(Arc::clone(&journal), Arc::clone(&book), options.secrets));
        list.tell();
        let shared = Arc::new(Shared {
            clusters: Clusters::new(kubeconfigs, options.demo, Arc::clone(&list)),
            list,
            book,
            preferences,
            profiles: Arc::new(Profiles::new(options.store, loaded.content)),
            pulse: Arc::new(Pulse::default()),
            journal,
            sleep: SleepWatch::new(),
            woken: watch::Sender::default(),
            wakeful: watch::Sender::default(),
        });
        let end = CancellationToken::new();
        let end_chores = end.child_token();
        let tasks = TaskTracker::new();
        let report = traffic::report(Arc::clone(&shared.journal), Arc::clone(&shared.pulse));
        tasks.spawn(end_chores.clone().run_until_cancelled_owned(report));
        let of_chore = Arc::clone(&shared);
        let network = async move { network::report(|change| of_chore.network_changed(change)).await };
        tasks.spawn(end_chores.clone().run_until_cancelled_owned(network));
        let of_chore = Arc::clone(&shared);
        let look_for_sleep = async move { of_chore.keep_looking_for_sleep().await };
        tasks.spawn(end_chores.clone().run_until_cancelled_owned(look_for_sleep));
        let list = Arc::clone(&shared.list);
        let warn = async move { list.keep_warning().await };
        tasks.spawn(end_chores.clone().run_until_cancelled_owned(warn));
        let (profiles, journal) = (Arc::clone(&shared.profiles), Arc::clone(&shared.journal));
        let keep_saving = async move { profiles.keep_saving(|saved| tell_saved(&journal, saved)).await };
        tasks.spawn(end_chores.clone().run_until_cancelled_owned(keep_saving));
        let engine = Self {
            inner: Arc::new(Inner {
                shared,
                login_item: options.login_item,
                looks: Arc::default(),
                running: Mutex::default(),
                removed: std::sync::Mutex::default(),
                changing_own: Mutex::default(),
                importing: importing::Importing::default(),
                waiting: signing_in::Waiting::default(),
                ends_changed: Arc::default(),
                files_changed: Arc::default(),
                tasks,
                diagnoses: Semaphore::new(diagnosis::MOST_RUNS),
                _end_on_drop: end.clone().drop_guard(),
                end,
                end_chores,
            }),
        };
        // Before forwards are turned on: it is what later changes are told by.
        engine.inner.shared.clusters.reload().await;
        engine.inner.read_start_at_login().await;
        engine.inner.begin().await;
        let keep_reading = kubeconfigs::keep_reading(
            Arc::downgrade(&engine.inner),
            Arc::downgrade(&engine.inner.shared),
            Arc::clone(&engine.inner.files_changed),
        );
        engine.inner.tasks.spawn(engine.inner.end_chores.clone().run_until_cancelled_owned(keep_reading));
        let keep_time =
            lifetime::keep_time(Arc::downgrade(&engine.inner), Arc::clone(&engine.inner.ends_changed));
        engine.inner.tasks.spawn(engine.inner.end_chores.clone().run_until_cancelled_owned(keep_time));
        Ok(engine)
    }

    /// Carries out one command.
    ///
    /// # Errors
    /// What went wrong, in words for a person. A forward that cannot connect is not an error of the command that turned
    /// it on: its state tells.
    pub async fn execute(&self, command: Command) -> Result<Reply, Problem> {
        Box::pin(self.inner.execute(command)).await
    }

    /// Listens to everything from now on.
    pub fn listen(&self) -> Listener {
        self.inner.shared.journal.listen()
    }

    /// As [`Engine::listen`], but never hears [`Event::Traffic`](crate::Event::Traffic), which costs nothing as long as
    /// nobody else wants to. The numbers of events have gaps where one was left out.
    pub fn listen_without_traffic(&self) -> Listener {
        self.inner.shared.journal.listen_without_traffic()
    }

    /// Everything that is open may be dead without a word, for the computer slept or its network changed: tunnels in use
    /// are opened anew, and what waits is tried at once. That the computer slept is noticed anyway, at the next connection
    /// or within 30 s.
    pub fn doubt_connections(&self) {
        self.inner.shared.doubt_connections();
    }

    /// Ends all forwards in order: when this returns ports are closed and what changed is saved. Which profiles are wanted
    /// on does not change. Listeners end.
    pub async fn shutdown(&self) {
        let inner = &self.inner;
        let mut running = inner.running.lock().await;
        if running.down {
            return;
        }
        running.down = true;
        let forwards = std::mem::take(&mut running.forwards);
        join_all(forwards.into_values().map(|forward| forward.stop(true))).await;
        if let Err(error) = inner.shared.profiles.save().await {
            tracing::warn!(%error, "profiles not saved");
        }
        inner.looks.stop_all();
        inner.shared.clusters.end();
        inner.shared.journal.close();
        inner.end_chores.cancel();
        inner.tasks.close();
        // Ports are closed; what is left is closing tunnels. Whatever takes too long is dropped.
        let _ = timeout(SHUTDOWN_LIMIT, inner.tasks.wait()).await;
        inner.end.cancel();
        inner.tasks.wait().await;
        inner.shared.clusters.end();
    }
}

/// Shows that profiles could not be saved, or not any more.
fn tell_saved(journal: &Journal, saved: Result<(), Error>) {
    journal.saved(saved.map_err(|error| {
        tracing::warn!(%error, "profiles not saved");
        words::store_problem(&error)
    }));
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
