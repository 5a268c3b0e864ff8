//! What is known of a namespace's targets, and what of it each looker has not been told yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::{
    TargetNews,
    interest::Interest,
    objects::{Objects, Offered},
    upkeep::{MOST, Sink},
};
use crate::{Error, Target, TargetKind};

/// Shared by all who look at one namespace.
#[derive(Default)]
pub(crate) struct Known {
    content: Mutex<Content>,
    pub(super) interest: Interest,
}

#[derive(Default)]
struct Content {
    objects: Objects,
    kinds: BTreeMap<TargetKind, Standing>,
    lookers: BTreeMap<u64, Looker>,
    /// The number of the latest looker.
    numbers: u64,
    /// It is not kept up to date any more, and why, if something went wrong.
    over: Option<Option<Error>>,
}

/// How it stands with the list of one kind.
#[derive(Default)]
struct Standing {
    /// It came, or the reason why it did not.
    answered: bool,
    /// There is more than is kept.
    cut: bool,
    failure: Option<Error>,
    /// The names of a list that is coming in.
    incoming: BTreeSet<String>,
}

/// At most as much is kept for each as there are targets: of what changes twice the last is told.
struct Looker {
    news: Arc<Notify>,
    /// What it has not been told.
    untold: BTreeSet<Target>,
    /// What it was told of the lists.
    told: Option<State>,
    /// It was told that all lists have come, which stays so.
    complete: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct State {
    complete: bool,
    failures: Vec<(TargetKind, Error)>,
}

impl Known {
    /// Somebody looks, who is told of everything that is known.
    pub(super) fn enter(&self, news: Arc<Notify>) -> u64 {
        self.interest.enter();
        let mut content = self.lock();
        content.numbers += 1;
        let untold = content.objects.targets().cloned().collect();
        let number = content.numbers;
        content.lookers.insert(number, Looker { news, untold, told: None, complete: false });
        number
    }

    pub(super) fn leave(&self, number: u64) {
        self.lock().lookers.remove(&number);
        self.interest.leave();
    }

    pub(super) fn is_over(&self) -> bool {
        self.lock().over.is_some()
    }

    /// It is not kept up to date any more: nothing is kept.
    pub(super) fn end(&self, error: Option<Error>) {
        let mut content = self.lock();
        content.objects = Objects::default();
        content.over = Some(error);
        content.tell_all();
    }

    /// Whether there is something to take, as far as that is known without counting.
    pub(super) fn has_news(&self, number: u64) -> bool {
        let content = self.lock();
        let Some(looker) = content.lookers.get(&number) else { return false };
        content.over.is_some()
            || content.objects.is_stale()
            || !looker.untold.is_empty()
            || looker.told.as_ref() != Some(&content.state(looker))
    }

    /// At most so many changes.
    pub(super) fn take(&self, number: u64, most: usize) -> Result<Option<TargetNews>, Error> {
        let mut content = self.lock();
        let content = &mut *content;
        match &content.over {
            Some(Some(error)) => return Err(error.clone()),
            Some(None) => return Ok(None),
            None => {}
        }
        let changed = content.objects.settle();
        for looker in content.lookers.values_mut() {
            looker.untold.extend(changed.iter().cloned());
            if !changed.is_empty() {
                looker.news.notify_one();
            }
        }
        let Some(looker) = content.lookers.get_mut(&number) else { return Ok(None) };
        let mut news = TargetNews::default();
        while news.put.len() + news.gone.len() < most
            && let Some(target) = looker.next()
        {
            match content.objects.offered(&target) {
                Some(summary) => news.put.push(summary.clone()),
                None => news.gone.push(target),
            }
        }
        let Some(looker) = content.lookers.get(&number) else { return Ok(None) };
        let state = content.state(looker);
        if news.put.is_empty() && news.gone.is_empty() && looker.told.as_ref() == Some(&state) {
            return Ok(None);
        }
        news.complete = state.complete;
        news.failures.clone_from(&state.failures);
        if let Some(looker) = content.lookers.get_mut(&number) {
            looker.complete = state.complete;
            looker.told = Some(state);
        }
        Ok(Some(news))
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        // Nothing under the lock can leave it half done.
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Offered> Sink<K> for Known {
    fn page(&self, first: bool, objects: &[K]) {
        let mut content = self.lock();
        if first {
            content.standing(K::OFFERED_AS).incoming.clear();
        }
        for object in objects {
            if let Some(summary) = object.summary() {
                content.standing(K::OFFERED_AS).incoming.insert(summary.target.name);
                content.put(object, true);
            }
        }
        content.tell_all();
    }

    fn listed(&self, cut: bool) {
        let mut content = self.lock();
        let incoming = std::mem::take(&mut content.standing(K::OFFERED_AS).incoming);
        let gone: Vec<String> =
            content.objects.names(K::OFFERED_AS).filter(|name| !incoming.contains(*name)).cloned().collect();
        for name in gone {
            content.remove(&Target::new(K::OFFERED_AS, name));
        }
        *content.standing(K::OFFERED_AS) = Standing { answered: true, cut, ..Standing::default() };
        content.tell_all();
    }

    fn put(&self, object: &K) {
        let mut content = self.lock();
        content.put(object, false);
        content.tell_all();
    }

    fn remove(&self, object: &K) {
        let Some(name) = object.metadata().name.clone() else { return };
        let mut content = self.lock();
        content.remove(&Target::new(K::OFFERED_AS, name));
        content.tell_all();
    }

    fn failed(&self, error: Error) {
        let mut content = self.lock();
        let forbidden = matches!(error, Error::Forbidden { .. });
        let standing = content.standing(K::OFFERED_AS);
        standing.answered = true;
        standing.failure = Some(error);
        if forbidden {
            // What is not to be seen any more is not shown any more.
            let names: Vec<String> = content.objects.names(K::OFFERED_AS).cloned().collect();
            for name in names {
                content.remove(&Target::new(K::OFFERED_AS, name));
            }
        }
        content.tell_all();
    }

    fn followed(&self) {
        let mut content = self.lock();
        if content.standing(K::OFFERED_AS).failure.take().is_some() {
            content.tell_all();
        }
    }
}

impl Content {
    /// `listed`: it comes with a list, which has its own bound.
    fn put<K: Offered>(&mut self, object: &K, listed: bool) {
        let Some(summary) = object.summary() else {
            // It may have been offered before.
            if let Some(name) = &object.metadata().name {
                self.remove(&Target::new(K::OFFERED_AS, name.clone()));
            }
            return;
        };
        let target = summary.target;
        if !listed && !self.objects.knows(&target) && self.objects.count(K::OFFERED_AS) >= MOST {
            self.standing(K::OFFERED_AS).cut = true;
            return;
        }
        if let Some(changed) = self.objects.put(object) {
            self.note(&changed);
        }
    }

    fn remove(&mut self, target: &Target) {
        if self.objects.remove(target) {
            self.note(target);
        }
    }

    fn note(&mut self, target: &Target) {
        for looker in self.lookers.values_mut() {
            looker.untold.insert(target.clone());
        }
    }

    fn standing(&mut self, kind: TargetKind) -> &mut Standing {
        self.kinds.entry(kind).or_default()
    }

    fn state(&self, looker: &Looker) -> State {
        let answered = self.kinds.values().filter(|standing| standing.answered).count();
        let all = answered == super::KINDS && !self.objects.is_stale();
        let failures = self.kinds.iter().filter_map(|(kind, standing)| {
            let cut = standing.cut.then_some(Error::ListCut { kind: *kind, shown: MOST });
            Some((*kind, standing.failure.clone().or(cut)?))
        });
        State { complete: looker.complete || all && looker.untold.is_empty(), failures: failures.collect() }
    }

    fn tell_all(&self) {
        self.lookers.values().for_each(|looker| looker.news.notify_one());
    }
}

impl Looker {
    /// What to tell next: pods last, for there are most of them.
    fn next(&mut self) -> Option<Target> {
        let others = self.untold.range(Target::new(TargetKind::Service, "")..).next().cloned();
        let next = others.or_else(|| self.untold.first().cloned())?;
        self.untold.remove(&next);
        Some(next)
    }
}
