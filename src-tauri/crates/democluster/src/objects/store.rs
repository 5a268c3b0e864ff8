//! Keeps the objects, gives every change a resource version, and remembers recent changes for watches.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::kind::Kind;
use super::text;
use crate::identity;

/// How many changes are remembered. A watch that starts further back is told to list again (410), as by a real server
/// after five minutes; a thousand changes are several hundred deleted pods.
const HISTORY: usize = 1024;

/// The resource version before the first object. Real ones never start at 1 either, so nobody should rely on it.
const FIRST_VERSION: u64 = 1000;

/// Where an object is: kind, namespace (empty for cluster-wide kinds), name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        Self { kind, namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// The key of an object by its metadata.
    pub(crate) fn of(kind: Kind, object: &Value) -> Self {
        Self::new(kind, text(object, "/metadata/namespace"), text(object, "/metadata/name"))
    }
}

/// One change of one object.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) version: u64,
    pub(crate) key: Key,
    /// The object before; nothing if it is new.
    pub(crate) before: Option<Arc<Value>>,
    /// The object after; nothing if it is gone.
    pub(crate) after: Option<Arc<Value>>,
}

/// The version asked for is older than what is remembered.
#[derive(Debug)]
pub(crate) struct TooOld {
    pub(crate) oldest: u64,
}

/// All objects of the cluster.
pub(crate) struct Store {
    state: Mutex<State>,
    latest: watch::Sender<u64>,
}

struct State {
    version: u64,
    /// The version before the oldest remembered change.
    forgotten: u64,
    objects: BTreeMap<Key, Arc<Value>>,
    history: VecDeque<Change>,
}

impl Store {
    pub(crate) fn new() -> Self {
        let state = State {
            version: FIRST_VERSION,
            forgotten: FIRST_VERSION,
            objects: BTreeMap::new(),
            history: VecDeque::new(),
        };
        Self { state: Mutex::new(state), latest: watch::Sender::new(FIRST_VERSION) }
    }

    /// Wakes whenever there are new changes; the value is the newest resource version.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    /// Adds an object and completes its metadata. Nothing happens if there is one by that name: the answer is `None`.
    pub(crate) fn create(&self, kind: Kind, mut object: Value) -> Option<Arc<Value>> {
        let key = Key::of(kind, &object);
        let mut state = self.lock();
        if state.objects.contains_key(&key) {
            return None;
        }
        object["apiVersion"] = json!(kind.api_version());
        object["kind"] = json!(kind.facts().kind);
        object["metadata"]["uid"] = json!(identity::uid());
        object["metadata"]["creationTimestamp"] = json!(identity::now());
        Some(self.record(&mut state, key, None, object))
    }

    /// Changes an object. A change that changes nothing is none. Answers the object as it then is, `None` if there is
    /// no such object.
    pub(crate) fn update(&self, key: &Key, change: impl FnOnce(&mut Value)) -> Option<Arc<Value>> {
        let mut state = self.lock();
        let before = Arc::clone(state.objects.get(key)?);
        let mut after = Value::clone(&before);
        change(&mut after);
        if after == *before {
            return Some(before);
        }
        Some(self.record(&mut state, key.clone(), Some(before), after))
    }

    /// Removes an object and answers its last state.
    pub(crate) fn delete(&self, key: &Key) -> Option<Arc<Value>> {
        let mut state = self.lock();
        let before = state.objects.remove(key)?;
        state.version += 1;
        let version = state.version;
        let mut last = Value::clone(&before);
        last["metadata"]["resourceVersion"] = json!(version.to_string());
        let last = Arc::new(last);
        self.remember(
            &mut state,
            Change { version, key: key.clone(), before: Some(Arc::clone(&last)), after: None },
        );
        Some(last)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Value>> {
        self.lock().objects.get(key).cloned()
    }

    /// All objects of a kind, in one namespace or in all, by namespace and name, and the version of this list.
    pub(crate) fn list(&self, kind: Kind, namespace: Option<&str>) -> (u64, Vec<Arc<Value>>) {
        let state = self.lock();
        let start = Key::new(kind, namespace.unwrap_or_default(), "");
        let objects = state
            .objects
            .range(start..)
            .take_while(|(key, _)| {
                key.kind == kind && namespace.is_none_or(|namespace| key.namespace == namespace)
            })
            .map(|(_, object)| Arc::clone(object))
            .collect();
        (state.version, objects)
    }

    /// What changed after `version`, oldest first, and up to which version that is complete.
    ///
    /// # Errors
    /// [`TooOld`] when some of it is forgotten.
    pub(crate) fn changes_since(
        &self,
        version: u64,
        kind: Kind,
        namespace: Option<&str>,
    ) -> Result<(u64, Vec<Change>), TooOld> {
        let state = self.lock();
        if version < state.forgotten {
            return Err(TooOld { oldest: state.forgotten });
        }
        let first = state.history.partition_point(|change| change.version <= version);
        let changes = state
            .history
            .iter()
            .skip(first)
            .filter(|change| {
                change.key.kind == kind && namespace.is_none_or(|wanted| change.key.namespace == wanted)
            })
            .cloned()
            .collect();
        Ok((state.version.max(version), changes))
    }

    /// Forgets all changes, and that there was a present state: whoever follows has to list again.
    pub(crate) fn forget(&self) {
        let mut state = self.lock();
        state.version += 1;
        state.forgotten = state.version;
        state.history.clear();
        self.latest.send_replace(state.version);
    }

    fn record(
        &self,
        state: &mut State,
        key: Key,
        before: Option<Arc<Value>>,
        mut object: Value,
    ) -> Arc<Value> {
        state.version += 1;
        let version = state.version;
        object["metadata"]["resourceVersion"] = json!(version.to_string());
        let object = Arc::new(object);
        state.objects.insert(key.clone(), Arc::clone(&object));
        self.remember(state, Change { version, key, before, after: Some(Arc::clone(&object)) });
        object
    }

    fn remember(&self, state: &mut State, change: Change) {
        if state.history.len() == HISTORY
            && let Some(forgotten) = state.history.pop_front()
        {
            state.forgotten = forgotten.version;
        }
        self.latest.send_replace(change.version);
        state.history.push_back(change);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics between related writes, so a poisoned state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(namespace: &str, name: &str) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name}, "spec": {"n": 0}})
    }

    #[test]
    fn lists_stop_at_the_namespace_and_at_the_kind() {
        let store = Store::new();
        for (namespace, name) in [("a", "x"), ("b", "x"), ("b", "y"), ("c", "x")] {
            assert!(store.create(Kind::Pod, pod(namespace, name)).is_some());
        }
        store.create(Kind::Service, pod("b", "z"));
        let names = |namespace| {
            let (_, pods) = store.list(Kind::Pod, namespace);
            pods.iter().map(|pod| text(pod, "/metadata/name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(Some("b")), ["x", "y"]);
        assert_eq!(names(None).len(), 4);
        assert!(names(Some("nowhere")).is_empty());
        assert!(store.create(Kind::Pod, pod("b", "x")).is_none(), "the name is taken");
    }

    #[test]
    fn every_change_has_a_version_and_can_be_read_again() {
        let store = Store::new();
        let (start, _) = store.list(Kind::Pod, None);
        store.create(Kind::Pod, pod("a", "x"));
        let key = Key::new(Kind::Pod, "a", "x");
        store.update(&key, |pod| pod["spec"]["n"] = json!(1));
        store.update(&key, |pod| pod["spec"]["n"] = json!(1));
        store.create(Kind::Service, pod("a", "s"));
        let gone = store.delete(&key).expect("the pod was there");
        let (version, changes) = store.changes_since(start, Kind::Pod, Some("a")).expect("all is remembered");
        let kinds: Vec<_> =
            changes.iter().map(|change| (change.before.is_some(), change.after.is_some())).collect();
        assert_eq!(kinds, [(false, true), (true, true), (true, false)]);
        assert!(changes.is_sorted_by_key(|change| change.version));
        assert_eq!(text(&gone, "/metadata/resourceVersion"), version.to_string());
        assert!(store.get(&key).is_none());
    }

    #[test]
    fn after_forgetting_only_a_new_list_can_be_followed() {
        let store = Store::new();
        store.create(Kind::Pod, pod("a", "x"));
        let (before, _) = store.list(Kind::Pod, None);
        store.forget();
        assert!(store.changes_since(before, Kind::Pod, None).is_err());
        let (after, pods) = store.list(Kind::Pod, None);
        assert_eq!(pods.len(), 1);
        store.create(Kind::Pod, pod("a", "y"));
        let (_, changes) = store.changes_since(after, Kind::Pod, None).expect("nothing is missing");
        assert_eq!(changes.len(), 1);
    }

    #[test]
    fn what_is_forgotten_is_said_to_be_too_old() {
        let store = Store::new();
        let (start, _) = store.list(Kind::Pod, None);
        for number in 0..=HISTORY {
            store.create(Kind::Pod, pod("a", &number.to_string()));
        }
        assert!(store.changes_since(start, Kind::Pod, None).is_err());
        let (_, rest) = store.changes_since(start + 1, Kind::Pod, None).expect("this much is remembered");
        assert_eq!(rest.len(), HISTORY);
    }
}
