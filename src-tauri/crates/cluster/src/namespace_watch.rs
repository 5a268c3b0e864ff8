//! One watch over the pods of a namespace, shared by all who follow some of them.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    runtime::{WatchStreamExt as _, watcher},
};
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
    time::sleep,
};

use crate::{
    ReadyPod,
    patience::Patience,
    pod_choice::{is_finished, is_ready, is_terminating},
    target_pods::PodScope,
};

/// How long it takes until it is tried again whether watching is still forbidden.
const ALLOWED_AFTER: Duration = Duration::from_secs(300);

/// How a pod is, as far as port-forwarding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodStanding {
    /// It serves.
    Ready,
    /// It runs but says it is not ready.
    NotReady,
    /// It is being deleted.
    Terminating,
    /// It is deleted or has ended.
    Gone,
}

/// The watch, as long as somebody holds it.
pub(crate) struct NamespaceWatch {
    known: Arc<Known>,
    task: AbortHandle,
}

/// What is known of the pods.
#[derive(Default)]
pub(crate) struct Known(Mutex<Content>);

#[derive(Default)]
struct Content {
    pods: BTreeMap<String, Sketch>,
    /// A new list is coming in, page by page.
    incoming: Option<BTreeMap<String, Sketch>>,
    listed: bool,
    /// Nothing has come since the connection was lost.
    interrupted: bool,
    forbidden: bool,
    followers: BTreeMap<u64, Follower>,
    /// The number of the latest follower.
    numbers: u64,
}

/// What is kept of a pod: a namespace may have thousands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sketch {
    uid: String,
    labels: BTreeMap<String, String>,
    standing: PodStanding,
}

struct Follower {
    scope: PodScope,
    news: Arc<Notify>,
    /// All pods of its scope are known.
    informed: bool,
    /// Counts what it was told of.
    told: u64,
}

impl Follower {
    fn tell(&mut self) {
        self.told += 1;
        self.news.notify_one();
    }
}

impl NamespaceWatch {
    /// Starts to watch. Each change of `renewed` starts anew: connections are dead of which nobody was told.
    pub(crate) fn start(api: Api<Pod>, renewed: watch::Receiver<u64>) -> Self {
        let known = Arc::new(Known::default());
        let task = tokio::spawn(run(api, Arc::clone(&known), renewed)).abort_handle();
        Self { known, task }
    }

    pub(crate) fn known(&self) -> &Known {
        &self.known
    }
}

impl Drop for NamespaceWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Known {
    /// `news` is told of each change among the pods of the scope, until [`Known::leave`] with the number that this gives.
    pub(crate) fn follow(&self, scope: PodScope, news: Arc<Notify>) -> u64 {
        let mut content = self.lock();
        content.numbers += 1;
        let (number, informed) = (content.numbers, content.listed);
        content.followers.insert(number, Follower { scope, news, informed, told: 0 });
        number
    }

    pub(crate) fn leave(&self, number: u64) {
        self.lock().followers.remove(&number);
    }

    /// How often this follower was told of something.
    pub(crate) fn told(&self, number: u64) -> u64 {
        self.lock().followers.get(&number).map_or(0, |follower| follower.told)
    }

    /// Whether watching is not allowed here, so that who follows has to ask.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.lock().forbidden
    }

    /// How the pod of this name and identifier is; `None` as long as that is not known.
    pub(crate) fn standing(&self, number: u64, name: &str, uid: &str) -> Option<PodStanding> {
        let content = self.lock();
        let informed = content.followers.get(&number).is_some_and(|follower| follower.informed);
        match content.pods.get(name) {
            Some(sketch) if sketch.uid == uid => Some(sketch.standing),
            // Another pod of that name, or none.
            Some(_) | None if informed => Some(PodStanding::Gone),
            Some(_) | None => None,
        }
    }

    /// Whether what is known may be old.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.lock().interrupted
    }

    /// The pods of the follower's scope that are ready, by name.
    pub(crate) fn ready(&self, number: u64) -> Vec<ReadyPod> {
        let content = self.lock();
        let Some(follower) = content.followers.get(&number) else { return Vec::new() };
        let ready = content.pods.iter().filter(|(name, sketch)| {
            sketch.standing == PodStanding::Ready && follower.scope.has(name, &sketch.labels)
        });
        ready.map(|(name, sketch)| ReadyPod { name: name.clone(), uid: sketch.uid.clone() }).collect()
    }

    /// Takes the answer to a follower's question: these are all the pods of its scope.
    pub(crate) fn answered(&self, number: u64, pods: &[Pod]) {
        let mut content = self.lock();
        let Some(follower) = content.followers.get_mut(&number) else { return };
        if !std::mem::replace(&mut follower.informed, true) {
            follower.tell();
        }
        let scope = follower.scope.clone();
        let mut now: BTreeMap<String, Sketch> = pods.iter().map(sketch).collect();
        for (name, known) in &content.pods {
            if !scope.has(name, &known.labels) {
                now.entry(name.clone()).or_insert_with(|| known.clone());
            }
        }
        content.replace(now);
    }

    fn take(&self, event: watcher::Event<Pod>) {
        let mut content = self.lock();
        // A new list is only announced by its beginning.
        content.interrupted &= matches!(event, watcher::Event::Init | watcher::Event::InitApply(_));
        match event {
            watcher::Event::Init => content.incoming = Some(BTreeMap::new()),
            watcher::Event::InitApply(pod) => {
                let (name, sketch) = sketch(&pod);
                content.incoming.get_or_insert_default().insert(name, sketch);
            }
            watcher::Event::InitDone => {
                content.forbidden = false;
                let now = content.incoming.take().unwrap_or_default();
                content.replace(now);
                if !std::mem::replace(&mut content.listed, true) {
                    for follower in content.followers.values_mut() {
                        follower.informed = true;
                        follower.tell();
                    }
                }
            }
            watcher::Event::Apply(pod) => {
                let (name, sketch) = sketch(&pod);
                content.put(name, Some(sketch));
            }
            watcher::Event::Delete(pod) => {
                let (name, _) = sketch(&pod);
                content.put(name, None);
            }
        }
    }

    fn forbid(&self) {
        let mut content = self.lock();
        content.forbidden = true;
        content.followers.values_mut().for_each(Follower::tell);
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn replace(&mut self, now: BTreeMap<String, Sketch>) {
        let gone: Vec<String> = self.pods.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
        for name in gone {
            self.put(name, None);
        }
        for (name, sketch) in now {
            self.put(name, Some(sketch));
        }
    }

    /// Notes how a pod is now, and tells whom it concerns if that is new.
    fn put(&mut self, name: String, now: Option<Sketch>) {
        if self.pods.get(&name) == now.as_ref() {
            return;
        }
        let before = match now.clone() {
            Some(sketch) => self.pods.insert(name.clone(), sketch),
            None => self.pods.remove(&name),
        };
        for follower in self.followers.values_mut() {
            let concerned =
                [&before, &now].into_iter().flatten().any(|sketch| follower.scope.has(&name, &sketch.labels));
            if concerned {
                follower.tell();
            }
        }
    }
}

/// Never ends. Lost connections are made anew, backing off from 0.8 s to 30 s with
/// jitter (kube's `DefaultBackoff`); a resource version that is too old (410) starts with a new list.
async fn run(api: Api<Pod>, known: Arc<Known>, mut renewed: watch::Receiver<u64>) {
    loop {
        let watching = watcher(api.clone(), watcher::Config::default()).backoff(Patience::default());
        let mut events = pin!(watching);
        loop {
            let event = tokio::select! {
                Ok(()) = renewed.changed() => {
                    known.lock().interrupted = true;
                    break;
                }
                event = events.next() => event,
            };
            match event {
                Some(Ok(event)) => known.take(event),
                Some(Err(error)) if is_forbidden(&error) => {
                    tracing::debug!("pods may not be watched, they are asked after from time to time");
                    known.forbid();
                    tokio::select! {
                        Ok(()) = renewed.changed() => {}
                        () = sleep(ALLOWED_AFTER) => {}
                    }
                    break;
                }
                // Never the text of the error: it may tell a login helper's output.
                Some(Err(_)) => {
                    tracing::debug!("the watch was interrupted, it will be resumed");
                    known.lock().interrupted = true;
                }
                None => break,
            }
        }
    }
}

fn sketch(pod: &Pod) -> (String, Sketch) {
    let sketch = Sketch {
        uid: pod.metadata.uid.clone().unwrap_or_default(),
        labels: pod.metadata.labels.clone().unwrap_or_default(),
        standing: standing(pod),
    };
    (pod.metadata.name.clone().unwrap_or_default(), sketch)
}

fn standing(pod: &Pod) -> PodStanding {
    match pod {
        pod if is_finished(pod) => PodStanding::Gone,
        pod if is_terminating(pod) => PodStanding::Terminating,
        pod if is_ready(pod) => PodStanding::Ready,
        _ => PodStanding::NotReady,
    }
}

fn is_forbidden(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchError(status) => matches!(status.code, 403 | 405),
        _ => false,
    }
}
