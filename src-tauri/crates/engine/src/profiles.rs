//! The saved profiles while the engine runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{
    Error,
    profile::{ClusterIdentity, Profile, ProfileId},
    store::ProfileStore,
};

/// The list of profiles, and its way to the store. Changes are made at once and saved together.
#[derive(Debug)]
pub(crate) struct Profiles {
    list: Mutex<List>,
    store: ProfileStore,
    /// The version of the list that is in the store; held while saving, so that saves do not overtake each other.
    saved: tokio::sync::Mutex<u64>,
    save_soon: Notify,
}

#[derive(Debug)]
struct List {
    profiles: Vec<Profile>,
    /// Counts changes.
    version: u64,
}

impl Profiles {
    pub(crate) fn new(store: ProfileStore, profiles: Vec<Profile>) -> Self {
        Self {
            list: Mutex::new(List { profiles, version: 0 }),
            store,
            saved: tokio::sync::Mutex::new(0),
            save_soon: Notify::new(),
        }
    }

    pub(crate) fn all(&self) -> Vec<Profile> {
        self.lock().profiles.clone()
    }

    /// Those that are turned off at some time.
    pub(crate) fn with_an_end(&self) -> Vec<Profile> {
        self.lock()
            .profiles
            .iter()
            .filter(|profile| profile.on && profile.off_at_ms.is_some())
            .cloned()
            .collect()
    }

    pub(crate) fn get(&self, id: &ProfileId) -> Option<Profile> {
        self.lock().profiles.iter().find(|profile| profile.id == *id).cloned()
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().profiles.len()
    }

    /// Replaces the profile of this identifier, or adds it at the end.
    pub(crate) fn put(&self, profile: Profile) {
        let mut list = self.lock();
        match list.profiles.iter_mut().find(|known| known.id == profile.id) {
            Some(known) if *known == profile => return,
            Some(known) => *known = profile,
            None => list.profiles.push(profile),
        }
        list.version += 1;
    }

    pub(crate) fn remove(&self, id: &ProfileId) {
        let mut list = self.lock();
        list.profiles.retain(|profile| profile.id != *id);
        list.version += 1;
    }

    /// Puts and removes many at once. Answers how each of them was before, for [`Profiles::put_back`].
    pub(crate) fn change_many<'a>(
        &self,
        put: Vec<Profile>,
        remove: impl Iterator<Item = &'a ProfileId>,
    ) -> Vec<(usize, ProfileId, Option<Profile>)> {
        let mut list = self.lock();
        let mut places: BTreeMap<ProfileId, usize> =
            list.profiles.iter().enumerate().map(|(at, profile)| (profile.id.clone(), at)).collect();
        let mut before = Vec::new();
        for profile in put {
            match places.get(&profile.id) {
                Some(&at) => {
                    let was = std::mem::replace(&mut list.profiles[at], profile);
                    before.push((at, was.id.clone(), Some(was)));
                }
                None => {
                    let at = list.profiles.len();
                    before.push((at, profile.id.clone(), None));
                    places.insert(profile.id.clone(), at);
                    list.profiles.push(profile);
                }
            }
        }
        let gone: BTreeSet<&ProfileId> = remove.collect();
        if !gone.is_empty() {
            let mut at = 0;
            list.profiles.retain(|profile| {
                let is_gone = gone.contains(&profile.id);
                if is_gone {
                    before.push((at, profile.id.clone(), Some(profile.clone())));
                }
                at += 1;
                !is_gone
            });
        }
        list.version += 1;
        before
    }

    /// Undoes a [`Profiles::change_many`] that could not be saved; each is in its place again.
    pub(crate) fn put_back(&self, before: Vec<(usize, ProfileId, Option<Profile>)>) {
        let mut list = self.lock();
        for (at, id, was) in before {
            let now = list.profiles.iter().position(|profile| profile.id == id);
            match (now, was) {
                (Some(now), Some(was)) => list.profiles[now] = was,
                (Some(now), None) => {
                    list.profiles.remove(now);
                }
                (None, Some(was)) => {
                    let at = at.min(list.profiles.len());
                    list.profiles.insert(at, was);
                }
                (None, None) => {}
            }
        }
        list.version += 1;
    }

    /// The identifiers in the person's own order, which is the one that is saved.
    pub(crate) fn order(&self) -> Vec<ProfileId> {
        self.lock().profiles.iter().map(|profile| profile.id.clone()).collect()
    }

    /// Puts these first, in this order; the others follow as they were.
    pub(crate) fn reorder(&self, ids: &[ProfileId]) {
        let mut list = self.lock();
        let places = places(ids);
        let place = |profile: &Profile| places.get(&profile.id).copied().unwrap_or(usize::MAX);
        if !list.profiles.is_sorted_by_key(place) {
            // Stable.
            list.profiles.sort_by_key(place);
            list.version += 1;
        }
    }

    /// Notes which free port a forward got; saved soon, by [`Profiles::keep_saving`].
    pub(crate) fn remember_local(&self, id: &ProfileId, port: usize, local: u16) {
        let mut list = self.lock();
        if let Some(profile) = list.profiles.iter_mut().find(|profile| profile.id == *id)
            && let Some(port) = profile.ports.get_mut(port)
        {
            port.last_local = Some(local);
            list.version += 1;
            self.save_soon.notify_one();
        }
    }

    /// Notes which cluster a profile leads to, unless it is known already; saved soon. Answers the profile if it has changed.
    pub(crate) fn remember_cluster(&self, id: &ProfileId, cluster: ClusterIdentity) -> Option<Profile> {
        let mut list = self.lock();
        let profile = list.profiles.iter_mut().find(|profile| profile.id == *id)?;
        if profile.cluster.is_some() {
            return None;
        }
        profile.cluster = Some(cluster);
        let changed = profile.clone();
        list.version += 1;
        self.save_soon.notify_one();
        Some(changed)
    }

    /// Saves what is not saved yet.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        let mut saved = self.saved.lock().await;
        let (version, profiles) = {
            let list = self.lock();
            if list.version == *saved {
                return Ok(());
            }
            (list.version, list.profiles.clone())
        };
        self.store.save(profiles).await?;
        *saved = version;
        Ok(())
    }

    /// Saves whenever something was noted in passing, and tells what came of it. Never returns.
    pub(crate) async fn keep_saving(&self, tell: impl Fn(Result<(), Error>)) {
        loop {
            self.save_soon.notified().await;
            tell(self.save().await);
        }
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        // Nothing under the lock can leave it half done.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of each of these; the first counts where one is named twice.
pub(crate) fn places(ids: &[ProfileId]) -> BTreeMap<&ProfileId, usize> {
    ids.iter().enumerate().rev().map(|(place, id)| (id, place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tests::profile;

    #[tokio::test]
    async fn what_is_changed_is_saved_and_what_is_not_costs_nothing() {
        let store = ProfileStore::memory();
        let profiles = Profiles::new(store.clone(), Vec::new());
        profiles.put(profile("a"));
        profiles.put(profile("b"));
        profiles.remove(&profile("a").id);
        profiles.remember_local(&profile("b").id, 0, 50_000);
        profiles.save().await.unwrap();
        let mut expected = profile("b");
        expected.ports[0].last_local = Some(50_000);
        assert_eq!(store.load().await.content, [expected.clone()]);

        // Emptied behind its back: a save without a change does not write.
        store.save(Vec::new()).await.unwrap();
        profiles.put(expected);
        profiles.save().await.unwrap();
        assert!(store.load().await.content.is_empty());
    }

    #[tokio::test]
    async fn the_order_is_saved_and_what_is_not_named_comes_last() {
        let store = ProfileStore::memory();
        let names =
            |profiles: Vec<Profile>| profiles.into_iter().map(|profile| profile.name).collect::<String>();
        let ids = |names: &str| names.chars().map(|name| profile(&name.to_string()).id).collect::<Vec<_>>();
        let profiles =
            Profiles::new(store.clone(), "abcde".chars().map(|name| profile(&name.to_string())).collect());
        for (asked, expected) in
            [("", "abcde"), ("dab", "dabce"), ("ee", "edabc"), ("xbx", "bedac"), ("bac", "baced")]
        {
            profiles.reorder(&ids(asked));
            assert_eq!(profiles.order(), ids(expected), "{asked}");
            profiles.save().await.unwrap();
            let saved = store.load().await.content;
            // Without a change nothing is written.
            assert_eq!(names(saved), if asked.is_empty() { "" } else { expected }, "{asked}");
        }
    }

    #[tokio::test]
    async fn a_failed_save_is_tried_again_by_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("not yet a directory");
        std::fs::write(&place, "in the way").unwrap();
        let store = ProfileStore::file(place.join("profiles.json"));
        let profiles = Profiles::new(store.clone(), Vec::new());
        profiles.put(profile("a"));
        assert!(profiles.save().await.is_err());
        std::fs::remove_file(&place).unwrap();
        profiles.save().await.unwrap();
        assert_eq!(store.load().await.content, [profile("a")]);
    }

    #[test]
    fn many_changes_are_put_back_into_their_places() {
        let all = ["a", "b", "c", "d"].map(profile);
        let profiles = Profiles::new(ProfileStore::memory(), all.to_vec());
        let changed = Profile { name: "other".into(), ..profile("b") };
        let gone = [profile("a").id, profile("c").id];
        let before = profiles.change_many(vec![changed.clone(), profile("e"), profile("f")], gone.iter());
        assert_eq!(profiles.all(), [changed, profile("d"), profile("e"), profile("f")]);
        profiles.put_back(before);
        assert_eq!(profiles.all(), all);
    }

    #[tokio::test]
    async fn what_is_noted_in_passing_is_saved_and_its_outcome_told() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("not yet a directory");
        std::fs::write(&place, "in the way").unwrap();
        let profiles = Profiles::new(ProfileStore::file(place.join("profiles.json")), vec![profile("a")]);
        let (told, mut outcomes) = tokio::sync::mpsc::unbounded_channel();
        let saving = profiles.keep_saving(|saved| told.send(saved.is_ok()).unwrap());
        let noting = async {
            for expected in [false, true] {
                profiles.remember_local(&profile("a").id, 0, 50_000);
                assert_eq!(outcomes.recv().await, Some(expected));
                let _ = std::fs::remove_file(&place);
            }
        };
        tokio::select! {
            () = saving => unreachable!(),
            () = noting => {}
        }
    }
}
