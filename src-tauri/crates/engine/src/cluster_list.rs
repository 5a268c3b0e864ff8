//! The clusters that can be chosen, with what is known of each, kept as it is shown.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use cluster::{ContextCatalog, ContextEntry, Credentials, KeyringStanding, SecretKeeper};
use tokio::{sync::Notify, time::sleep};

use crate::{
    book::{Book, ContextMark, OwnCluster},
    cluster_book::ClusterBook,
    cluster_view::{ClusterView, KeyringState, OwnView, Standing},
    expiry_warning::{is_warned_of, next_warning},
    journal::{Journal, now_ms},
    problem::{Problem, ProblemCode, RemedyAction},
    profile::ContextRef,
    sign_in::{KeepSecret, SignInMethod},
    view::DemoState,
    words,
};

/// The ways of signing in to a cluster whose kind is not known.
const ALL_METHODS: [SignInMethod; 4] =
    [SignInMethod::Token, SignInMethod::Password, SignInMethod::Browser, SignInMethod::Certificate];

/// Puts together what is shown of clusters, and tells it when it has changed.
pub(crate) struct ClusterList {
    pub(crate) journal: Arc<Journal>,
    pub(crate) book: Arc<ClusterBook>,
    pub(crate) secrets: SecretKeeper,
    notes: Mutex<Notes>,
    /// A sign-in has got another end.
    ends_changed: Notify,
}

#[derive(Default)]
struct Notes {
    by_context: BTreeMap<ContextRef, Note>,
    /// One that is being added, while the browser is open for it.
    coming: Option<OwnCluster>,
}

/// What is known of one context beside what is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Note {
    standing: Standing,
    /// The address for the browser that is waited for; until it is not any more, that is how it stands.
    signing_in: Option<String>,
    user: Option<String>,
    expires_at_ms: Option<u64>,
    /// A login helper signs in: there is nothing to be done from the window.
    helper: bool,
}

impl ClusterList {
    pub(crate) fn new(journal: Arc<Journal>, book: Arc<ClusterBook>, secrets: SecretKeeper) -> Self {
        Self { journal, book, secrets, notes: Mutex::default(), ends_changed: Notify::new() }
    }

    /// It answered, as it does to those who are signed in.
    pub(crate) fn reached(&self, context: &ContextRef) {
        self.note(context, |note| note.standing = Standing::Reachable);
    }

    /// A request or a connection failed. Gives the problem with the button that helps with this cluster.
    pub(crate) fn failed(&self, context: &ContextRef, problem: Problem) -> Problem {
        if problem.code == ProblemCode::LoginHelper {
            self.note(context, |note| note.helper = true);
        }
        let problem = self.with_button(context, problem);
        let told = problem.clone();
        match problem.code {
            ProblemCode::Unauthorized
            | ProblemCode::LoginHelper
            | ProblemCode::Keyring
            | ProblemCode::BadLogin => {
                self.note(context, |note| note.standing = Standing::NeedsSignIn { problem: told });
            }
            ProblemCode::Unreachable
            | ProblemCode::Proxy
            | ProblemCode::Untrusted
            | ProblemCode::Kubeconfig
            | ProblemCode::Demo => {
                self.note(context, |note| note.standing = Standing::Unreachable { problem: told });
            }
            // These are answers to somebody who is signed in.
            ProblemCode::Forbidden
            | ProblemCode::TooBusy
            | ProblemCode::TargetNotFound
            | ProblemCode::TargetUnsuitable
            | ProblemCode::NoPod
            | ProblemCode::PortNotDeclared => self.reached(context),
            _ => {}
        }
        problem
    }

    fn with_button(&self, context: &ContextRef, problem: Problem) -> Problem {
        let is_own = matches!(context, ContextRef::Own { .. });
        match problem.code {
            ProblemCode::Unauthorized | ProblemCode::BadLogin if !self.methods(context).is_empty() => {
                words::sign_in_here(problem)
                    .with_action(RemedyAction::SignIn { context: context.clone().into() })
            }
            ProblemCode::Untrusted if is_own => {
                problem.with_action(RemedyAction::TrustServer { context: context.clone().into() })
            }
            _ => problem,
        }
    }

    /// The ways of signing in from the window that make sense.
    pub(crate) fn methods(&self, context: &ContextRef) -> Vec<SignInMethod> {
        self.lock().by_context.get(context).cloned().unwrap_or_default().methods(context)
    }

    /// The browser is to be opened for signing in.
    pub(crate) fn signing_in(&self, context: &ContextRef, address: String) {
        self.note(context, |note| note.signing_in = Some(address));
    }

    /// The browser is not waited for any more.
    pub(crate) fn signing_in_ended(&self, context: &ContextRef) {
        self.note(context, |note| note.signing_in = None);
    }

    /// These contexts are described in another way now, perhaps without a login helper.
    pub(crate) fn redescribed(&self, is_it: impl Fn(&ContextRef) -> bool) {
        for (_, note) in self.lock().by_context.iter_mut().filter(|(context, _)| is_it(context)) {
            note.helper = false;
        }
    }

    /// One that is being added is shown while the browser is open for it.
    pub(crate) fn coming(&self, cluster: Option<OwnCluster>) {
        self.lock().coming = cluster;
        self.tell();
    }

    /// These credentials are used from now on.
    pub(crate) fn uses(&self, context: &ContextRef, credentials: &Credentials) {
        let (user, expires_at_ms) = (credentials.user().map(str::to_owned), credentials.expires_at().map(ms));
        self.note(context, |note| {
            note.user = user;
            note.expires_at_ms = expires_at_ms;
        });
        self.ends_changed.notify_one();
    }

    /// Signed in just now, and known to work.
    pub(crate) fn signed_in(&self, context: &ContextRef, credentials: &Credentials) {
        self.note(context, |note| note.standing = Standing::Reachable);
        self.uses(context, credentials);
    }

    /// Nothing is known of it any more.
    pub(crate) fn forget(&self, context: &ContextRef) {
        self.note(context, |note| {
            let Note { helper, signing_in, .. } = std::mem::take(note);
            *note = Note { helper, signing_in, ..Note::default() };
        });
        self.tell();
        self.ends_changed.notify_one();
    }

    fn note(&self, context: &ContextRef, change: impl FnOnce(&mut Note)) {
        let mut notes = self.lock();
        let note = notes.by_context.entry(context.clone()).or_default();
        let before = note.clone();
        change(note);
        let changed = *note != before;
        drop(notes);
        if changed {
            self.tell();
        }
    }

    /// Shows everything as it is now, where that is another than before.
    pub(crate) fn tell(&self) {
        // Under one lock, so that nobody tells older news later.
        let notes = self.lock();
        self.journal.change_clusters(|catalog, demo| self.views(&notes, catalog, demo));
        drop(notes);
        let keyring = match self.secrets.standing() {
            KeyringStanding::Unknown => KeyringState::Unknown,
            KeyringStanding::Working => KeyringState::Working,
            KeyringStanding::Unavailable(error) => {
                KeyringState::Unavailable { problem: words::cluster_problem(&error) }
            }
        };
        let secrets = u32::try_from(self.secrets.count()).unwrap_or(u32::MAX);
        self.journal.keyring_changed(keyring, secrets);
    }

    fn views(&self, notes: &Notes, catalog: &ContextCatalog, demo: DemoState) -> Vec<ClusterView> {
        let book = self.book.read();
        let mut views: Vec<ClusterView> =
            catalog.contexts.iter().map(|entry| self.kubeconfig(notes, &book, entry)).collect();
        views.extend(book.own.iter().map(|own| self.own(notes, &book, own)));
        views.extend(notes.coming.iter().map(|own| self.own(notes, &book, own)));
        if demo != DemoState::Unavailable {
            let mark = mark_of(&book, &ContextRef::Demo);
            views.push(self.view(notes, ContextRef::Demo, "Demo cluster".to_owned(), String::new(), mark));
        }
        views
    }

    fn kubeconfig(&self, notes: &Notes, book: &Book, entry: &ContextEntry) -> ClusterView {
        let file = entry.shadowed.then(|| entry.file.clone());
        let context = ContextRef::Kubeconfig { name: entry.name.clone(), file: file.clone() };
        let mark = mark_of(book, &context);
        let view = self.view(notes, context, entry.name.clone(), entry.server.clone(), mark);
        ClusterView { hint: file, ..view }
    }

    fn own(&self, notes: &Notes, book: &Book, own: &OwnCluster) -> ClusterView {
        let OwnCluster { id, draft } = own;
        let context = ContextRef::Own { id: id.clone() };
        let mark = mark_of(book, &context);
        let view = self.view(notes, context, draft.name.clone(), draft.server.clone(), mark);
        let shown =
            OwnView { id: id.clone(), trust: draft.trust.clone(), namespace: draft.namespace.clone() };
        ClusterView { own: Some(shown), ..view }
    }

    fn view(
        &self,
        notes: &Notes,
        context: ContextRef,
        name: String,
        server: String,
        mark: ContextMark,
    ) -> ClusterView {
        let note = notes.by_context.get(&context).cloned().unwrap_or_default();
        let kept = self.secrets.kept(&secret_key(&context)).map(KeepSecret::from);
        let now = now_ms();
        ClusterView {
            sign_in_methods: note.methods(&context),
            name,
            hint: None,
            server,
            standing: match note.signing_in {
                Some(address) => Standing::SigningIn { address },
                None => note.standing,
            },
            user: note.user,
            expires_soon: note.expires_at_ms.is_some_and(|at| is_warned_of(at, now)),
            expires_at_ms: note.expires_at_ms,
            mark,
            kept,
            own: None,
            context,
        }
    }

    /// Warns of sign-ins that are about to end, with one timer for all of them, and none where nothing has an end.
    pub(crate) async fn keep_warning(&self) {
        loop {
            match self.next_warning(now_ms()) {
                Some(nap) => tokio::select! {
                    () = self.ends_changed.notified() => {}
                    () = sleep(nap) => self.tell(),
                },
                None => self.ends_changed.notified().await,
            }
        }
    }

    /// How long to wait before it is looked at again.
    fn next_warning(&self, now_ms: u64) -> Option<Duration> {
        next_warning(self.lock().by_context.values().filter_map(|note| note.expires_at_ms), now_ms)
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        // Nothing under the lock can leave it half done.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Note {
    /// The ways of signing in from the window that make sense.
    fn methods(&self, context: &ContextRef) -> Vec<SignInMethod> {
        if *context == ContextRef::Demo || self.helper { Vec::new() } else { ALL_METHODS.to_vec() }
    }
}

/// What the secret of a context is kept under.
pub(crate) fn secret_key(context: &ContextRef) -> String {
    match context {
        ContextRef::Kubeconfig { name, file: None } => format!("context/{name}"),
        ContextRef::Kubeconfig { name, file: Some(file) } => format!("context/{name} in {file}"),
        ContextRef::Own { id } => format!("cluster/{id}"),
        ContextRef::Demo => "demo".to_owned(),
    }
}

fn mark_of(book: &Book, context: &ContextRef) -> ContextMark {
    book.marks.iter().find(|marked| marked.context == *context).map(|marked| marked.mark).unwrap_or_default()
}

fn ms(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "cluster_list_tests.rs"]
mod tests;
