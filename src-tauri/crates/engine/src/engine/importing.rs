//! Forwards to a file and from one.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::task;

use super::{Inner, Running, commands::MOST_PROFILES, own_clusters::MOST_CLUSTERS};
use crate::{
    book::OwnCluster,
    command::Reply,
    drafts,
    exchange::{self, Compared, Prepared, Resolved, Surroundings},
    import::{ImportChoice, ImportCluster, ImportClusterChoice, ImportDeed, ImportPreview},
    problem::Problem,
    profile::{ContextRef, Profile, ProfileDraft, ProfileId},
    words,
};

/// Imports that can be undone. More than anybody undoes; each is as large as what it brought.
const IMPORTS_KEPT: usize = 5;

/// The file that a person looks at.
#[derive(Default)]
pub(super) struct Importing(Mutex<Latest>);

#[derive(Default)]
struct Latest {
    number: u32,
    /// What can be taken over, by row.
    prepared: Vec<Option<Prepared>>,
    names: Vec<String>,
}

/// What an import did.
pub(super) struct Imported {
    number: u32,
    /// Each profile that was put, and the one that was there before.
    profiles: Vec<(ProfileId, Option<Profile>)>,
    clusters: Vec<OwnCluster>,
}

impl Importing {
    fn lock(&self) -> MutexGuard<'_, Latest> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Writes profiles to a file, in the order of the list; all of them where none are named.
    pub(super) async fn export_profiles(
        &self,
        ids: Option<Vec<ProfileId>>,
        path: String,
        replace: bool,
    ) -> Result<Reply, Problem> {
        let mut profiles = self.shared.profiles.all();
        if let Some(ids) = ids {
            profiles.retain(|profile| ids.contains(&profile.id));
        }
        if profiles.is_empty() {
            return Err(words::import::nothing_to_export());
        }
        let (book, clusters) = (self.shared.book.read(), self.shared.journal.snapshot().clusters);
        let count = profiles.len();
        let written = on_blocking_thread(move || {
            let text = exchange::export(&profiles, &book, &clusters).map_err(|_| not_carried_out())?;
            exchange::write_file(&path, &text, replace)
        });
        let path = written.await?.display().to_string();
        Ok(Reply::Exported { count: count_of(count), path })
    }

    /// Reads a file and compares it with what there is. Changes nothing.
    pub(super) async fn read_import(
        &self,
        path: String,
        choices: &[ImportClusterChoice],
    ) -> Result<Reply, Problem> {
        let of_file = path.clone();
        let paper = on_blocking_thread(move || exchange::read(&exchange::read_file(&of_file)?)).await?;
        let snapshot = self.shared.journal.snapshot();
        let here =
            Surroundings { clusters: &snapshot.clusters, current: snapshot.catalog.current.as_deref() };
        let chosen =
            |key: &str| choices.iter().find(|choice| choice.key == key).map(|choice| &choice.context);
        let resolved: Vec<Resolved> =
            paper.clusters.iter().map(|named| exchange::resolve(named, &here, chosen(&named.key))).collect();
        let saved = self.shared.profiles.all();
        let describe = |(named, resolved): (&exchange::NamedCluster, &Resolved)| ImportCluster {
            key: named.key.clone(),
            name: words::import::short(&named.name),
            server: named.server.clone(),
            file: named.file().map(words::import::short),
            found: resolved.found.clone(),
            context: resolved.context.clone(),
            has_sign_in: named.has_sign_in,
        };
        let clusters = paper.clusters.iter().zip(&resolved).map(describe).collect();
        let kind = paper.kind;
        // Thousands of forwards beside thousands.
        let Compared { rows, prepared } =
            on_blocking_thread(move || Ok(exchange::compare(&paper, &resolved, &saved))).await?;
        let mut latest = self.importing.lock();
        latest.number = latest.number.wrapping_add(1);
        latest.prepared = prepared;
        latest.names = rows.iter().map(|row| row.name.clone()).collect();
        Ok(Reply::ImportPreview {
            preview: ImportPreview { import: latest.number, path, kind, clusters, rows },
        })
    }

    /// Takes over what was chosen of the file that was read last: all of it, or nothing.
    pub(super) async fn import(&self, number: u32, choices: &[ImportChoice]) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let chosen = self.chosen(number, choices)?;
        let mut profiles: BTreeMap<ProfileId, (Profile, Option<Profile>)> = BTreeMap::new();
        let mut order = Vec::new();
        let mut clusters: Vec<OwnCluster> = Vec::new();
        for (prepared, choice) in chosen {
            let draft = if choice.free_ports { prepared.with_free_ports() } else { prepared.draft.clone() };
            let (profile, before) = match (choice.deed, &prepared.replaces) {
                (ImportDeed::Replace, Some((id, seen))) => {
                    let before = self.still(id, seen)?;
                    (drafts::read(draft, Some(&before))?, Some(before))
                }
                (ImportDeed::Replace, None) => return Err(words::import::preview_is_old()),
                (ImportDeed::Add, _) => {
                    let profile = drafts::read(draft, None)?;
                    (Profile { cluster: prepared.identity.clone(), ..profile }, None)
                }
            };
            if let Some(own) = prepared.added
                && !clusters.iter().any(|known| known.id == own.id)
            {
                clusters.push(own);
            }
            order.push(profile.id.clone());
            profiles.insert(profile.id.clone(), (profile, before));
        }
        let added = profiles.values().filter(|(_, before)| before.is_none()).count();
        if self.shared.profiles.len() + added > MOST_PROFILES {
            return Err(words::too_many_profiles(MOST_PROFILES));
        }
        self.add_clusters(&clusters).await?;
        let put =
            order.iter().filter_map(|id| profiles.get(id).map(|(profile, _)| profile.clone())).collect();
        if let Err(problem) = self.put_all(put).await {
            self.drop_clusters(&clusters).await;
            return Err(problem);
        }
        let count = order.len();
        let mut done = Imported { number, profiles: Vec::new(), clusters };
        for id in order {
            let Some((profile, before)) = profiles.remove(&id) else { continue };
            match &before {
                Some(before) => self.settle(&mut running, before, profile).await,
                None => self.shared.journal.forward_off(profile),
            }
            done.profiles.push((id, before));
        }
        if running.imported.len() >= IMPORTS_KEPT {
            running.imported.remove(0);
        }
        running.imported.push(done);
        // It is compared anew before anything else is taken of it.
        *self.importing.lock() = Latest { number, ..Latest::default() };
        Ok(Reply::Imported { import: number, count: count_of(count) })
    }

    /// Takes back all that an import did: what it brought goes, and what it replaced is as it was before.
    pub(super) async fn undo_import(&self, number: u32) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let at = running.imported.iter().rposition(|done| done.number == number);
        let at = at.ok_or_else(words::import::unknown_import)?;
        let Imported { profiles, clusters, .. } = &running.imported[at];
        let (mut gone, mut back) = (Vec::new(), Vec::new());
        for (id, before) in profiles {
            // What was deleted since needs no undoing, and stays deleted.
            let Ok(now) = self.profile(id) else { continue };
            match before {
                // Whether it is on is up to the person, and not to the import.
                Some(before) => back.push((now.clone(), as_before(before.clone(), now))),
                None => gone.push(now),
            }
        }
        let clusters = clusters.clone();
        let keep = back.iter().map(|(_, before)| before.clone()).collect();
        self.change_all(keep, gone.iter().map(|profile| &profile.id)).await?;
        running.imported.remove(at);
        for profile in gone {
            if let Some(forward) = running.forwards.remove(&profile.id) {
                forward.stop(profile.on).await;
            }
            self.shared.journal.forward_removed(&profile.id);
        }
        for (now, before) in back {
            self.settle(&mut running, &now, before).await;
        }
        // A cluster that something else has come to use stays.
        let in_use: Vec<ContextRef> =
            self.shared.profiles.all().into_iter().map(|profile| profile.context).collect();
        let unused: Vec<_> = clusters
            .into_iter()
            .filter(|own| !in_use.contains(&ContextRef::Own { id: own.id.clone() }))
            .filter(|own| !self.is_signed_in(own))
            .collect();
        self.drop_clusters(&unused).await;
        Ok(Reply::Done)
    }

    fn chosen(
        &self,
        number: u32,
        choices: &[ImportChoice],
    ) -> Result<Vec<(Prepared, ImportChoice)>, Problem> {
        let latest = self.importing.lock();
        if latest.number != number || latest.prepared.is_empty() {
            return Err(words::import::preview_is_old());
        }
        let mut rows = std::collections::BTreeSet::new();
        choices
            .iter()
            .map(|choice| {
                let row = usize::try_from(choice.row).unwrap_or(usize::MAX);
                let name = latest.names.get(row).map_or("", String::as_str);
                let prepared = latest.prepared.get(row).cloned().flatten();
                let prepared = prepared.filter(|_| rows.insert(row));
                prepared.map(|prepared| (prepared, *choice)).ok_or_else(|| words::import::cannot_import(name))
            })
            .collect()
    }

    /// A profile that is to be replaced, if it is what the person saw.
    fn still(&self, id: &ProfileId, seen: &ProfileDraft) -> Result<Profile, Problem> {
        let now = self.shared.profiles.get(id).filter(|now| now.draft() == *seen);
        now.ok_or_else(words::import::preview_is_old)
    }

    async fn add_clusters(&self, clusters: &[OwnCluster]) -> Result<(), Problem> {
        if clusters.is_empty() {
            return Ok(());
        }
        let added = self.shared.book.change(|book| {
            let has_room = book.own.len() + clusters.len() <= MOST_CLUSTERS;
            if has_room {
                book.own.extend_from_slice(clusters);
            }
            has_room
        });
        if !added.await.map_err(|error| words::clusters_store_problem(&error))? {
            return Err(words::too_many_clusters(MOST_CLUSTERS));
        }
        self.shared.list.tell();
        Ok(())
    }

    /// Clusters that nothing names any more. One that stays because that cannot be saved is only in the way.
    async fn drop_clusters(&self, clusters: &[OwnCluster]) {
        if clusters.is_empty() {
            return;
        }
        let is_one = |own: &OwnCluster| clusters.iter().any(|gone| gone.id == own.id);
        if let Err(error) = self.shared.book.change(|book| book.own.retain(|own| !is_one(own))).await {
            tracing::warn!(%error, "clusters of an import that is not there stay");
        }
        self.shared.list.tell();
    }

    fn is_signed_in(&self, own: &OwnCluster) -> bool {
        let key = crate::cluster_list::secret_key(&ContextRef::Own { id: own.id.clone() });
        self.shared.list.secrets.kept(&key).is_some()
    }

    /// Saves many profiles at once, or none.
    async fn put_all(&self, profiles: Vec<Profile>) -> Result<(), Problem> {
        self.change_all(profiles, std::iter::empty()).await
    }

    /// Puts and removes many profiles at once, or changes nothing.
    async fn change_all(
        &self,
        put: Vec<Profile>,
        remove: impl Iterator<Item = &ProfileId>,
    ) -> Result<(), Problem> {
        let before = self.shared.profiles.change_many(put, remove);
        self.save().await.inspect_err(|_| self.shared.profiles.put_back(before))
    }

    /// What follows when a profile has taken the place of another: as after an edit.
    async fn settle(&self, running: &mut Running, before: &Profile, profile: Profile) {
        let goes_on = running.forwards.get(&profile.id).is_some_and(|forward| !forward.has_ended());
        if goes_on && profile.works_like(before) {
            self.shared.journal.profile_changed(profile);
            self.ends_changed.notify_one();
        } else {
            self.start_anew(running, profile).await;
        }
    }
}

/// A replaced profile as it was, on or off as it is now.
fn as_before(before: Profile, now: Profile) -> Profile {
    Profile { on: now.on, off_at_ms: now.off_at_ms, off_because: now.off_because, ..before }
}

async fn on_blocking_thread<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    task::spawn_blocking(act).await.unwrap_or_else(|_| Err(not_carried_out()))
}

/// The engine is ending, or has a defect.
fn not_carried_out() -> Problem {
    words::ending()
}

fn count_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
