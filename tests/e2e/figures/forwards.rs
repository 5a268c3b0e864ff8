//! Saved forwards of a demo cluster that runs beside the application.

use std::{
    fs,
    net::Ipv4Addr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cluster::KubeconfigSources;
use democluster::{DemoCluster, DemoOptions};
use engine::{Command, Engine, EngineOptions, ProfileStore, Reply};
use serde_json::json;
use tokio::{io::AsyncReadExt as _, io::AsyncWriteExt as _, net::TcpStream, task::JoinSet, time};

use crate::waiting::answer;

/// The demo cluster.
pub(super) struct Forwards(DemoCluster);

/// Connections that say a line now and then; they end with this.
pub(super) struct Talk {
    lines: Arc<AtomicUsize>,
    _connections: JoinSet<()>,
}

impl Forwards {
    pub(super) async fn start() -> Self {
        Self(DemoCluster::start(DemoOptions::default()).await.expect("the demo cluster starts"))
    }

    /// Has so many pods that lead nowhere in a namespace of their own, and says what a list calls the first.
    pub(super) fn add_pods(&self, namespace: &str, count: usize) -> String {
        self.0.add_pods(namespace, count);
        "pod crowd-00000".to_owned()
    }

    /// As [`save`](Self::save) without any forward, and with the kubeconfig's context in this namespace.
    pub(super) async fn save_none_in(&self, home: &Path, namespace: &str) {
        self.save(home, 0, 0).await;
        let file = home.join(".kube/config");
        let kubeconfig = fs::read_to_string(&file).expect("it has just been written");
        let kubeconfig = kubeconfig.replace("namespace: demo", &format!("namespace: {namespace}"));
        fs::write(&file, kubeconfig).expect("the home is ours");
    }

    /// Saves so many forwards of `demo/echo`, and the cluster's kubeconfig, in a home. Gives the local ports of those that
    /// are on: the first so many.
    pub(super) async fn save(&self, home: &Path, count: usize, on: usize) -> Vec<u16> {
        let kubeconfig = self.0.kubeconfig();
        let file = home.join(".kube/config");
        fs::create_dir_all(home.join(".kube")).expect("the home is ours");
        fs::write(&file, &kubeconfig).expect("the home is ours");
        if count == 0 {
            return Vec::new();
        }
        let options = EngineOptions {
            store: ProfileStore::file(home.join(".config/culvert/profiles.json")),
            ..EngineOptions::in_memory(KubeconfigSources::inline(
                file.to_str().expect("a temporary directory's name is text"),
                kubeconfig,
            ))
        };
        let engine = Engine::start(options).await.expect("the engine starts");
        let mut ports = Vec::new();
        for number in 0..count {
            let draft = serde_json::from_value(json!({
                "name": number.to_string(), "context": { "kind": "kubeconfig", "name": "culvert-demo" },
                "namespace": "demo", "target": { "kind": "deployment", "name": "echo" }, "ports": [":5000"],
                "bindAddress": "",
            }));
            let create = Command::Create { draft: draft.expect("a draft"), connect: number < on };
            let reply = engine.execute(create).await;
            let Ok(Reply::Created { id }) = reply else { panic!("not saved: {reply:?}") };
            if number < on {
                let port = answer(async || {
                    let Ok(Reply::Snapshot { snapshot }) = engine.execute(Command::Snapshot).await else {
                        return None;
                    };
                    snapshot.forwards.iter().find(|forward| forward.profile.id == id)?.ports[0].local
                });
                ports.push(port.await.expect("it listens"));
            }
        }
        engine.shutdown().await;
        ports
    }
}

impl Talk {
    /// How many lines came back.
    pub(super) fn lines(&self) -> usize {
        self.lines.load(Ordering::Relaxed)
    }
}

/// Says a line to the echo behind each of the ports ten times a second.
pub(super) fn keep_talking(ports: Vec<u16>) -> Talk {
    let lines = Arc::new(AtomicUsize::new(0));
    let mut connections = JoinSet::new();
    for port in ports {
        let lines = lines.clone();
        connections.spawn(async move {
            let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
            let mut stream = connected.expect("it listens");
            let mut beat = time::interval(time::Duration::from_millis(100));
            let mut back = [0; 1024];
            loop {
                beat.tick().await;
                if stream.write_all(&back).await.is_err() || stream.read_exact(&mut back).await.is_err() {
                    return;
                }
                lines.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    Talk { lines, _connections: connections }
}
