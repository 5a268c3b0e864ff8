//! Kubeconfig files: those that the person added, and changes of all of them.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};

use tokio::sync::Notify;

use super::Inner;
use crate::{
    clusters::Reloaded,
    command::Reply,
    forward::Shared,
    kubeconfig_watch,
    problem::{Problem, ProblemCode},
    view::ForwardState,
    words,
};

/// Files that can be added. More than anybody has; bounds what is read at each change.
const MOST_FILES: usize = 100;

/// Reads kubeconfig files whenever one of them changes. Ends with the engine.
pub(super) async fn keep_reading(engine: Weak<Inner>, shared: Weak<Shared>, files_changed: Arc<Notify>) {
    let files = move || shared.upgrade().map(|shared| shared.clusters.sources().files()).unwrap_or_default();
    let tell = || async {
        if let Some(inner) = engine.upgrade() {
            inner.reload_contexts().await;
        }
    };
    kubeconfig_watch::report(files, files_changed, tell).await;
}

impl Inner {
    pub(super) async fn add_kubeconfig_file(&self, path: String) -> Result<Reply, Problem> {
        let file = PathBuf::from(&path);
        if !file.is_absolute() {
            return Err(words::kubeconfig_path(&path));
        }
        let known = self.shared.clusters.sources().files().contains(&file);
        if !known {
            let change = |files: &mut Vec<PathBuf>| {
                let has_room = files.len() < MOST_FILES;
                if has_room {
                    files.push(file);
                }
                has_room
            };
            if !self.change_files(change).await? {
                return Err(words::too_many_kubeconfigs(MOST_FILES));
            }
        }
        Ok(Reply::Contexts { catalog: self.reload_contexts().await.catalog })
    }

    pub(super) async fn remove_kubeconfig_file(&self, path: &str) -> Result<Reply, Problem> {
        self.change_files(|files| files.retain(|file| file != Path::new(path))).await?;
        Ok(Reply::Contexts { catalog: self.reload_contexts().await.catalog })
    }

    /// Reads the kubeconfig files again. Forwards that stand still for what another sign-in or another file may cure go on
    /// where the files say something else of their context now: somebody has signed in in a terminal.
    pub(super) async fn reload_contexts(&self) -> Reloaded {
        let reloaded = self.shared.clusters.reload().await;
        self.look_again(|of| reloaded.leads_elsewhere(of));
        let running = self.running.lock().await;
        for forward in self.shared.journal.snapshot().forwards {
            if let ForwardState::NeedsAttention { problem } = &forward.state
                && may_be_cured(problem.code)
                && reloaded.changed(&forward.profile.context)
                && let Some(running) = running.forwards.get(&forward.profile.id)
            {
                running.retry().await;
            }
        }
        reloaded
    }

    async fn change_files<T>(&self, change: impl FnOnce(&mut Vec<PathBuf>) -> T) -> Result<T, Problem> {
        let changed = self.shared.book.change(|book| change(&mut book.kubeconfig_files)).await;
        let answer = changed.map_err(|error| words::store_problem(&error))?;
        self.shared.clusters.set_added(&self.shared.book.read().kubeconfig_files);
        self.files_changed.notify_one();
        Ok(answer)
    }
}

/// A context that is not there counts as [`ProblemCode::Kubeconfig`] too.
fn may_be_cured(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Kubeconfig | ProblemCode::Unauthorized | ProblemCode::LoginHelper)
}
