//! kubectl, unchanged, against the demo cluster: the demo cluster's own conformance test.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod ages;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use democluster::{DemoCluster, DemoOptions, source_bytes};
use support::requirement::{require, skip};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// How long one step of kubectl may take; it takes a fraction of a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where there are newer ones than the system's packages have.
const INSTALL_KUBECTL: &str = "https://kubernetes.io/docs/tasks/tools/";

/// What is downloaded through each tunnel, in bytes.
const DOWNLOAD: u64 = 64 * 1024 * 1024;

/// A demo cluster and a kubectl that knows nothing else: a home and a kubeconfig of its own.
struct Kubectl {
    cluster: DemoCluster,
    home: TempDir,
}

impl Kubectl {
    async fn start() -> Self {
        Self::start_with(DemoOptions::default()).await
    }

    async fn start_with(options: DemoOptions) -> Self {
        let cluster = DemoCluster::start(options).await.expect("the demo cluster starts");
        let home = TempDir::new().expect("a temporary directory");
        std::fs::write(home.path().join("kubeconfig"), cluster.kubeconfig()).expect("a file can be written");
        Self { cluster, home }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kubectl");
        command
            .args(arguments)
            .env("HOME", self.home.path())
            .env("KUBECONFIG", self.kubeconfig())
            .env_remove("KUBECTL_PORT_FORWARD_WEBSOCKETS")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn kubeconfig(&self) -> PathBuf {
        self.home.path().join("kubeconfig")
    }

    /// Runs kubectl to its end, which has to be a success, and answers what it printed.
    async fn run(&self, arguments: &[&str]) -> String {
        let output: Output = tokio::time::timeout(PATIENCE, self.command(arguments).output())
            .await
            .expect("kubectl ends in time")
            .expect("kubectl can be run");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "kubectl {arguments:?}: {err}{out}");
        out.into_owned()
    }

    /// Starts `kubectl port-forward` and waits until it has told its local port.
    async fn forward(&self, transport: Transport, arguments: &[&str]) -> Forward {
        let mut command = self.command(&["port-forward"]);
        let mut child = command
            .args(arguments)
            .env("KUBECTL_PORT_FORWARD_WEBSOCKETS", transport.variable())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl can be run");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let err = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let first =
            tokio::time::timeout(PATIENCE, out.next_line()).await.expect("kubectl says something in time");
        let first = first.expect("text").unwrap_or_default();
        let port = first
            .strip_prefix("Forwarding from 127.0.0.1:")
            .and_then(|rest| rest.split(' ').next())
            .and_then(|port| port.parse().ok())
            .unwrap_or_else(|| panic!("kubectl port-forward {arguments:?} said {first:?}"));
        Forward { child, _out: out, err, port }
    }
}

/// How kubectl carries the streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    WebSocketTunnel,
    Spdy,
}

impl Transport {
    /// The value of `KUBECTL_PORT_FORWARD_WEBSOCKETS`.
    fn variable(self) -> &'static str {
        match self {
            Self::WebSocketTunnel => "true",
            Self::Spdy => "false",
        }
    }
}

/// A running `kubectl port-forward`.
struct Forward {
    child: Child,
    /// Held, so that kubectl can go on writing.
    _out: Lines<BufReader<ChildStdout>>,
    err: Lines<BufReader<ChildStderr>>,
    port: u16,
}

impl Forward {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.expect("kubectl listens")
    }

    async fn end(mut self) {
        self.child.kill().await.expect("kubectl runs");
    }
}

/// The transports to prove: both. An older kubectl proves one of them.
async fn transports(kubectl: &Kubectl) -> Vec<Transport> {
    let known = known_transports(kubectl).await;
    if !known.contains(&Transport::WebSocketTunnel) {
        skip(&format!("kubectl before 1.30 knows no WebSocket tunnel: {INSTALL_KUBECTL}"));
    }
    known
}

/// The transports that this kubectl knows: the tunnel came with 1.30 (KEP-4006). Some installations choose the kubectl
/// by the server's age.
async fn known_transports(kubectl: &Kubectl) -> Vec<Transport> {
    let version = kubectl.run(&["version", "--client", "--output=json"]).await;
    let version: serde_json::Value = serde_json::from_str(&version).expect("JSON");
    let minor = version["clientVersion"]["minor"].as_str().unwrap_or_default();
    let minor: u32 = minor.trim_end_matches('+').parse().expect("a number");
    let mut known = vec![Transport::Spdy];
    if minor >= 30 {
        known.push(Transport::WebSocketTunnel);
    }
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_lists_what_there_is() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    let all = kubectl.run(&["get", "pods,svc,deploy,ds,jobs", "--all-namespaces"]).await;
    let mut rows = BTreeMap::<&str, usize>::new();
    for line in all.lines() {
        let columns: Vec<_> = line.split_whitespace().collect();
        if let [_, name, ready, status, ..] = columns[..]
            && let Some((kind, _)) = name.split_once('/')
        {
            *rows.entry(kind).or_default() += 1;
            if kind == "pod" {
                assert_eq!((ready, status), ("1/1", "Running"), "{line}");
            }
        }
    }
    let expected =
        [("pod", 12), ("service", 10), ("deployment.apps", 8), ("daemonset.apps", 1), ("job.batch", 1)];
    assert_eq!(rows, BTreeMap::from(expected), "{all}");
    let namespaces = kubectl.run(&["get", "ns", "--output=name"]).await;
    let expected = ["namespace/default", "namespace/demo", "namespace/kube-system", "namespace/lab"];
    assert_eq!(namespaces.lines().collect::<Vec<_>>(), expected);
    kubectl.cluster.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_deletes_a_pod_and_sees_its_successor() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    let names = ["get", "pods", "--selector=app=echo", "--output=name"];
    let old = kubectl.run(&names).await;
    // It waits until the pod is gone.
    kubectl.run(&["delete", old.trim(), "--timeout=30s"]).await;
    let new = kubectl.run(&names).await;
    assert_ne!(old, new);
    kubectl.run(&["wait", "--for=condition=Ready", new.trim(), "--timeout=30s"]).await;
    kubectl.cluster.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_forwards_to_every_kind_of_target() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    for transport in transports(&kubectl).await {
        let pods = kubectl.cluster.pods("demo");
        let echo = pods.iter().find(|pod| pod.starts_with("echo-")).expect("the echo pod");
        let pod = format!("pod/{echo}");
        let replica_set = format!("rs/{}", echo.rsplit_once('-').expect("the set's name is in it").0);
        for (namespace, target) in [
            ("demo", pod.as_str()),
            ("demo", "svc/echo"),
            ("demo", "deploy/echo"),
            ("demo", replica_set.as_str()),
            ("lab", "ds/agent"),
            ("lab", "job/report"),
        ] {
            let forward = kubectl.forward(transport, &["--namespace", namespace, target, ":5000"]).await;
            let mut connection = forward.connect().await;
            connection.write_all(b"hello, pod\n").await.expect("an open connection");
            let mut back = [0; 11];
            connection.read_exact(&mut back).await.expect("an echo");
            assert_eq!(&back, b"hello, pod\n", "{transport:?} {target}");
            forward.end().await;
        }
        let forward = kubectl.forward(transport, &["svc/web", ":80"]).await;
        let mut connection = forward.connect().await;
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        connection.write_all(request).await.expect("an open connection");
        let mut page = String::new();
        connection.read_to_string(&mut page).await.expect("a page");
        assert!(
            page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("Served by pod <code>web-"),
            "{page}"
        );
        forward.end().await;
    }
    kubectl.cluster.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_carries_a_large_download() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    for transport in transports(&kubectl).await {
        let forward = kubectl.forward(transport, &["--namespace=lab", "svc/source", ":7001"]).await;
        let mut connection = forward.connect().await;
        connection.write_all(format!("{DOWNLOAD}\n").as_bytes()).await.expect("an open connection");
        let mut received = 0;
        let (mut buffer, mut expected) = (vec![0; 256 * 1024], vec![0; 256 * 1024]);
        loop {
            let count = connection.read(&mut buffer).await.expect("an open connection");
            if count == 0 {
                break;
            }
            source_bytes(received, &mut expected[..count]);
            assert!(buffer[..count] == expected[..count], "{transport:?}: wrong bytes after {received}");
            received += count as u64;
        }
        assert_eq!(received, DOWNLOAD, "{transport:?}");
        forward.end().await;
    }
    kubectl.cluster.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_reports_a_refused_port() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    for transport in transports(&kubectl).await {
        let mut forward = kubectl.forward(transport, &["deploy/echo", ":5999"]).await;
        let mut connection = forward.connect().await;
        let mut nothing = Vec::new();
        // Closed or reset: either way there is nothing to read.
        let _ = connection.read_to_end(&mut nothing).await;
        assert!(nothing.is_empty());
        let told = async {
            while let Some(line) = forward.err.next_line().await.expect("text") {
                if line.contains("connection refused") {
                    return line;
                }
            }
            panic!("{transport:?}: kubectl ended without a reason");
        };
        let line = tokio::time::timeout(PATIENCE, told).await.expect("kubectl says why in time");
        assert!(line.contains("failed to connect to localhost:5999 inside namespace"), "{line}");
        forward.end().await;
    }
    kubectl.cluster.shutdown().await;
}
