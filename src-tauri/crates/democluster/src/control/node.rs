//! The node: runs the programs of pods, reports their state, ends deleted ones.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::identity;
use crate::objects::kind::Kind;
use crate::objects::manifest;
use crate::objects::store::{Key, Store};
use crate::objects::{is_terminating, number, text};
use crate::pods::programs::Program;
use crate::pods::sandbox::{FarEnd, Sandbox, Sandboxes, StreamingServer};
use crate::pods::servers::PodServers;

/// Runs pods. Each has one task, which ends with the pod or with the cluster.
pub(crate) struct Node {
    store: Arc<Store>,
    sandboxes: Arc<Sandboxes>,
    pace: Pace,
    /// Whether new pods are ready at once, as those of the beginning are.
    at_once: AtomicBool,
    addresses: AtomicU32,
    endings: Mutex<HashMap<Key, Ending>>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// How long the steps of a pod's life take.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) startup: Duration,
    pub(crate) termination: Duration,
}

/// How a pod is told to end: in its own time, or now.
#[derive(Clone)]
struct Ending {
    deleted: CancellationToken,
    forced: CancellationToken,
}

impl Node {
    pub(crate) fn new(
        store: Arc<Store>,
        sandboxes: Arc<Sandboxes>,
        pace: Pace,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            store,
            sandboxes,
            pace,
            at_once: AtomicBool::new(true),
            addresses: AtomicU32::new(2),
            endings: Mutex::default(),
            tasks,
            shutdown,
        }
    }

    /// From now on new pods take their time.
    pub(crate) fn settle(&self) {
        self.at_once.store(false, Ordering::Relaxed);
    }

    /// Adds a pod and runs the program of its image. Nothing happens when the name is taken.
    pub(crate) fn run(self: &Arc<Self>, pod: Value) {
        self.add(pod, FarEnd::Programs(OnceLock::new()));
    }

    /// Adds a pod that is reached through a streaming server elsewhere; it is running at once.
    pub(crate) fn run_relay(
        self: &Arc<Self>,
        namespace: &str,
        name: &str,
        ports: &[u16],
        far_end: Arc<dyn StreamingServer>,
    ) {
        let ports: Vec<_> =
            ports.iter().map(|&number| crate::content::ContainerPort { name: None, number }).collect();
        let container = manifest::container(name, "culvert.demo/relay:1.0", &ports);
        let pod = manifest::bare_pod(namespace, name, &json!([container]));
        self.add(pod, FarEnd::Relay(far_end));
    }

    /// Deletes a pod as the API does: it is `Terminating` for a while and then gone, or gone at once if `now`.
    /// Answers the pod as it then is, `None` if there is none.
    pub(crate) fn delete(&self, namespace: &str, name: &str, now: bool) -> Option<Arc<Value>> {
        let key = Key::new(Kind::Pod, namespace, name);
        let grace = if now { 0 } else { 30 };
        let pod = self.store.update(&key, |pod| {
            if !is_terminating(pod) {
                pod["metadata"]["deletionTimestamp"] = json!(identity::now());
                pod["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
            }
        })?;
        match self.endings().get(&key) {
            Some(ending) => {
                ending.deleted.cancel();
                if now {
                    ending.forced.cancel();
                }
            }
            // Nothing runs in it that could take its time.
            None => {
                self.store.delete(&key);
            }
        }
        Some(pod)
    }

    /// Ends a pod without grace: it is gone when this returns, and every connection into it is reset. Answers whether there
    /// was one.
    pub(crate) fn kill(&self, namespace: &str, name: &str) -> bool {
        let key = Key::new(Kind::Pod, namespace, name);
        let mut endings = self.endings();
        let Some(ending) = endings.remove(&key) else { return false };
        self.sandboxes.kill(namespace, name);
        ending.deleted.cancel();
        ending.forced.cancel();
        self.store.delete(&key);
        true
    }

    fn add(self: &Arc<Self>, pod: Value, far_end: FarEnd) {
        let key = Key::of(Kind::Pod, &pod);
        let sandbox = Arc::new(Sandbox::new(far_end, self.sandboxes.connections().clone()));
        // Children of the shutdown token: the end of the cluster ends every pod, at once.
        let ending = Ending { deleted: self.shutdown.child_token(), forced: self.shutdown.child_token() };
        let pod = {
            // Held meanwhile, so that nobody sees the pod and finds no way to end it.
            let mut endings = self.endings();
            let Some(pod) = self.store.create(Kind::Pod, pod) else { return };
            endings.insert(key.clone(), ending.clone());
            self.sandboxes.insert(&key.namespace, &key.name, Arc::clone(&sandbox));
            pod
        };
        if matches!(sandbox.far_end, FarEnd::Relay(_)) {
            self.report(&key, &self.next_address(), true);
        }
        let node = Arc::clone(self);
        self.tasks.spawn(async move { node.live(key, pod, sandbox, ending).await });
    }

    /// The life of a pod from its start to its end.
    async fn live(&self, key: Key, pod: Arc<Value>, sandbox: Arc<Sandbox>, ending: Ending) {
        let servers = tokio::select! {
            servers = self.start(&key, &pod, &sandbox) => {
                ending.deleted.cancelled().await;
                servers
            }
            () = ending.deleted.cancelled() => None,
        };
        // No time is none at all: even a sleep of zero waits for the clock's next tick, and callers come in meanwhile.
        if !self.pace.termination.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(self.pace.termination) => {}
                () = ending.forced.cancelled() => {}
            }
        }
        if let Some(servers) = servers {
            servers.stop().await;
        }
        let mut endings = self.endings();
        if sandbox.is_gone() {
            // It was killed. Nothing of it is left, and its name may belong to another pod.
            return;
        }
        self.sandboxes.remove(&key.namespace, &key.name);
        if self.shutdown.is_cancelled() {
            return;
        }
        endings.remove(&key);
        self.store.delete(&key);
    }

    /// Starts the programs of a pod and reports it running, then ready. A relay has nothing to start.
    async fn start(&self, key: &Key, pod: &Value, sandbox: &Sandbox) -> Option<PodServers> {
        let FarEnd::Programs(addresses) = &sandbox.far_end else { return None };
        let pause = if self.at_once.load(Ordering::Relaxed) { Duration::ZERO } else { self.pace.startup };
        tokio::time::sleep(pause).await;
        let container = &pod["spec"]["containers"][0];
        let program = Program::from_image(text(container, "/image"))?;
        let ports = container["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ports: Vec<_> =
            ports.iter().filter_map(|port| u16::try_from(number(port, "/containerPort")).ok()).collect();
        let failed = |error| tracing::warn!(%error, pod = key.name, "a demo pod could not start");
        let mut servers = PodServers::bind(program, &key.name, &ports).map_err(failed).ok()?;
        // Nobody else sets it: a sandbox belongs to one life of one pod.
        let _ = addresses.set(servers.addresses());
        let address = self.next_address();
        // A program whose probe is asked late is one that takes long to listen.
        let slow = Duration::from_secs(number(container, "/readinessProbe/initialDelaySeconds"));
        if slow.is_zero() {
            servers.listen().map_err(failed).ok()?;
        }
        let pause = pause + slow;
        if !pause.is_zero() {
            self.report(key, &address, false);
            tokio::time::sleep(pause).await;
        }
        servers.listen().map_err(failed).ok()?;
        self.report(key, &address, true);
        Some(servers)
    }

    fn report(&self, key: &Key, address: &str, ready: bool) {
        self.store.update(key, |pod| pod["status"] = manifest::running_status(pod, address, ready));
    }

    /// The next address of the pod network. They repeat only after all of the network.
    fn next_address(&self) -> String {
        let number = self.addresses.fetch_add(1, Ordering::Relaxed) & 0xffff;
        format!("10.244.{}.{}", number >> 8, number & 0xff)
    }

    fn endings(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Ending>> {
        self.endings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
