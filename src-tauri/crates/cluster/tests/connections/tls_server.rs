//! An API server that says one thing, over TLS, to whoever trusts it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use cluster::{Cluster, Error, KubeconfigSources};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

const NAMESPACES: &str = r#"{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[]}"#;

/// Stops with the test.
pub(crate) struct TlsServer {
    address: SocketAddr,
    /// For each request, whether a client certificate was shown.
    shown: Arc<Mutex<Vec<bool>>>,
    task: JoinHandle<()>,
}

impl TlsServer {
    pub(crate) async fn start(tls: Arc<rustls::ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shown: Arc<Mutex<Vec<bool>>> = Arc::default();
        let log = Arc::clone(&shown);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // One who does not trust this server ends the handshake.
                let Ok(mut stream) = TlsAcceptor::from(Arc::clone(&tls)).accept(stream).await else {
                    continue;
                };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    head.push(byte);
                }
                log.lock().unwrap().push(stream.get_ref().1.peer_certificates().is_some());
                let length = NAMESPACES.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{NAMESPACES}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { address, shown, task }
    }

    /// Asks for the namespaces, by a kubeconfig with this more about cluster and user.
    pub(crate) async fn ask(&self, cluster: Value, user: Value) -> Result<(), Error> {
        let mut about = json!({"server": format!("https://{}", self.address)});
        about.as_object_mut().unwrap().extend(cluster.as_object().unwrap().clone());
        let yaml = json!({
            "current-context": "it",
            "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": about}],
            "users": [{"name": "u", "user": user}],
        });
        let cluster: Cluster = KubeconfigSources::inline("test", yaml.to_string()).connect(None).await?;
        cluster.namespaces().await.map(drop)
    }

    pub(crate) fn shown(&self) -> Vec<bool> {
        self.shown.lock().unwrap().clone()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
