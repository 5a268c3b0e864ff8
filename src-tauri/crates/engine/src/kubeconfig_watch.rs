//! Word of changes of kubeconfig files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

/// Whoever writes a file does it in several steps: they are acted on together, after this time without another one.
const QUIET: Duration = Duration::from_millis(200);

/// Where something is written all the time, it is acted on after this time nevertheless.
const LONGEST_BURST: Duration = Duration::from_secs(2);

/// How often files are looked at where the system does not tell of changes.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Links that are followed from one file; systems follow 40.
const MOST_LINKS: usize = 40;

/// What the files of a list are now, as far as their metadata tell.
type Looks = Vec<Option<(SystemTime, u64, PathBuf)>>;

/// Tells of each change of the files that `files` names, among them those that do not exist yet, and once at its start, for
/// what has changed before. `again` is notified when the list is another one.
pub(crate) async fn report<F>(files: impl Fn() -> Vec<PathBuf>, again: Arc<Notify>, tell: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    let mut watch = Watch::new();
    let mut looks = None;
    loop {
        let list = files();
        let prepare = move || {
            let is_told = watch.follow(places(&list));
            (watch, is_told, look(&list))
        };
        // An error only when the runtime is being shut down: nobody is left to hear.
        let Ok((same, is_told, seen)) = tokio::task::spawn_blocking(prepare).await else { return };
        watch = same;
        // Compared only now that changes are told: nothing is missed in between.
        if looks.as_ref() != Some(&seen) {
            looks = Some(seen);
            tell().await;
        }
        let look_again = async {
            if is_told {
                std::future::pending::<()>().await;
            }
            sleep(LOOK_EVERY).await;
        };
        tokio::select! {
            () = again.notified() => {}
            () = look_again => {}
            () = watch.news.notified() => {
                let end = Instant::now() + LONGEST_BURST;
                while Instant::now() < end && timeout(QUIET, watch.news.notified()).await.is_ok() {}
                // Whatever the metadata say: a file may be written twice within one tick of the file system's clock.
                looks = None;
            }
        }
    }
}

/// The system's word of changes.
struct Watch {
    watcher: Option<RecommendedWatcher>,
    /// Something has happened to one of the places.
    news: Arc<Notify>,
    places: Arc<Mutex<BTreeSet<PathBuf>>>,
    directories: BTreeSet<PathBuf>,
}

impl Watch {
    fn new() -> Self {
        let (news, places) = (Arc::new(Notify::new()), Arc::<Mutex<BTreeSet<PathBuf>>>::default());
        let (of_watcher, watched) = (Arc::clone(&news), Arc::clone(&places));
        let hear = move |event: notify::Result<Event>| {
            // Where some word was lost, anything may have happened.
            let matters = event.map_or(true, |event| {
                let places = watched.lock().unwrap_or_else(PoisonError::into_inner);
                event.need_rescan()
                    || (is_change(event.kind) && event.paths.iter().any(|path| places.contains(path)))
            });
            if matters {
                of_watcher.notify_one();
            }
        };
        let watcher = notify::recommended_watcher(hear)
            .inspect_err(|error| tracing::warn!(%error, "changes of kubeconfig files are looked for"))
            .ok();
        Self { watcher, news, places, directories: BTreeSet::new() }
    }

    /// Watches the directories of these places and no others. Answers whether all of them can be. Blocks.
    fn follow(&mut self, places: BTreeSet<PathBuf>) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let mut directories = BTreeSet::new();
        for place in &places {
            // What does not exist yet appears in the nearest directory that does.
            let above = place.ancestors().skip(1).find(|directory| directory.is_dir());
            directories.extend(above.map(Path::to_owned));
        }
        for gone in self.directories.difference(&directories) {
            // It may have been deleted, and then is watched no more anyway.
            let _ = watcher.unwatch(gone);
        }
        let mut all = true;
        let mut followed = BTreeSet::new();
        for directory in directories {
            // Once more where it is watched already: another one may have come in its place.
            let _ = watcher.unwatch(&directory);
            match watcher.watch(&directory, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    followed.insert(directory);
                }
                Err(error) => {
                    tracing::debug!(%error, "a directory of kubeconfig files cannot be watched");
                    all = false;
                }
            }
        }
        self.directories = followed;
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) = places;
        all
    }
}

/// Reading is none: we do it ourselves.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// Where something happens when one of the files changes: each file, each link on the way to it, and each directory above
/// them that may come, go or become another one. Blocks.
fn places(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    let mut next: Vec<(PathBuf, usize)> = files.iter().map(|file| (file.clone(), 0)).collect();
    while let Some((place, links)) = next.pop() {
        // The directory above a relative path is named only by an absolute one.
        let Ok(place) = std::path::absolute(&place) else { continue };
        for part in place.ancestors().filter(|part| part.parent().is_some()) {
            if let Ok(target) = fs::read_link(part)
                && links < MOST_LINKS
                && let Some(directory) = part.parent()
            {
                let rest = place.strip_prefix(part).unwrap_or(Path::new(""));
                let target = directory.join(target);
                next.push((if rest.as_os_str().is_empty() { target } else { target.join(rest) }, links + 1));
            }
            let is_watchable = part == place || !part.is_dir() || part.is_symlink();
            if is_watchable && !places.insert(part.to_owned()) && part == place {
                break;
            }
        }
    }
    places
}

/// What the files are now, as far as their metadata tell. Blocks.
fn look(files: &[PathBuf]) -> Looks {
    let look = |file: &PathBuf| {
        let data = file.metadata().ok()?;
        Some((data.modified().ok()?, data.len(), file.canonicalize().ok()?))
    };
    files.iter().map(look).collect()
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio_util::task::AbortOnDropHandle;

    use super::*;

    const TOO_LONG: Duration = Duration::from_secs(30);

    struct Lab {
        directory: tempfile::TempDir,
        told: mpsc::UnboundedReceiver<()>,
        _reporting: AbortOnDropHandle<()>,
    }

    impl Lab {
        /// Watches `file` in a directory that `prepare` fills first.
        async fn of(file: &str, prepare: impl FnOnce(&Path)) -> Self {
            let directory = tempfile::tempdir().unwrap();
            prepare(directory.path());
            let file = directory.path().join(file);
            let (tell, told) = mpsc::unbounded_channel();
            let tell = move || {
                let _ = tell.send(());
                std::future::ready(())
            };
            let reporting = tokio::spawn(report(move || vec![file.clone()], Arc::default(), tell));
            let mut lab = Self { directory, told, _reporting: AbortOnDropHandle::new(reporting) };
            lab.is_told().await;
            lab
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.path().join(name)
        }

        async fn is_told(&mut self) {
            timeout(TOO_LONG, self.told.recv()).await.expect("nothing was told");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_written_replaced_or_deleted_is_told() {
        let mut lab = Lab::of("config", |at| fs::write(at.join("config"), "one").unwrap()).await;
        fs::write(lab.path("config"), "two").unwrap();
        lab.is_told().await;
        fs::write(lab.path("new"), "three").unwrap();
        fs::rename(lab.path("new"), lab.path("config")).unwrap();
        lab.is_told().await;
        fs::remove_file(lab.path("config")).unwrap();
        lab.is_told().await;
    }

    #[tokio::test]
    async fn a_file_whose_directory_does_not_exist_yet_is_told() {
        let mut lab = Lab::of("a/b/config", |_| {}).await;
        fs::create_dir_all(lab.path("a/b")).unwrap();
        lab.is_told().await;
        fs::write(lab.path("a/b/config"), "one").unwrap();
        lab.is_told().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_that_leads_elsewhere_is_told() {
        use std::os::unix::fs::symlink;
        let mut lab = Lab::of("config", |at| {
            for version in ["1", "2"] {
                fs::create_dir(at.join(version)).unwrap();
                fs::write(at.join(version).join("config"), version).unwrap();
            }
            symlink("1", at.join("..data")).unwrap();
            symlink("..data/config", at.join("config")).unwrap();
        })
        .await;
        // As the kubelet does it.
        symlink("2", lab.path("..new")).unwrap();
        fs::rename(lab.path("..new"), lab.path("..data")).unwrap();
        lab.is_told().await;
        fs::write(lab.path("2/config"), "three").unwrap();
        lab.is_told().await;
    }
}
