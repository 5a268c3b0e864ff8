//! Ways to a demo cluster that are broken on purpose, and kubeconfigs that lead there. What cannot be made panics: it fails
//! the test.

#![expect(clippy::unwrap_used, reason = "what is not as it should be fails the test")]

use std::{net::SocketAddr, sync::Arc};

use democluster::DemoCluster;
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// The context in the kubeconfigs here.
pub const CONTEXT: &str = "work";

/// The value of a field in a kubeconfig of the demo cluster.
fn field(kubeconfig: &str, name: &str) -> String {
    let line = kubeconfig.lines().find_map(|line| line.trim_start().strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_matches('"').to_owned()
}

/// The authority of a demo cluster, as kubeconfigs have it.
pub fn authority_of(demo: &DemoCluster) -> String {
    field(&demo.kubeconfig(), "certificate-authority-data")
}

/// What a kubeconfig says of the demo cluster's server.
pub fn cluster_of(demo: &DemoCluster) -> Value {
    json!({"server": demo.server_url(), "certificate-authority-data": authority_of(demo)})
}

/// A kubeconfig of one context.
pub fn kubeconfig(cluster: &Value, user: &Value) -> String {
    json!({
        "current-context": CONTEXT,
        "contexts": [{"name": CONTEXT, "context": {"cluster": "c", "user": "u", "namespace": "demo"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    })
    .to_string()
}

/// A port at which nothing listens.
pub async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A server that ends with the test.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A proxy that lets nobody through.
    pub async fn refusing_proxy() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
                });
            }
        });
        Self { address, task }
    }

    /// Takes connections and answers none. Tells of each once it has said something (`true`), and of its end (`false`).
    /// One that only looks whether anybody is there says nothing.
    pub async fn silent() -> (Self, mpsc::UnboundedReceiver<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let tell = tell.clone();
                tokio::spawn(async move {
                    let mut bytes = [0; 4096];
                    if !matches!(stream.read(&mut bytes).await, Ok(1..)) {
                        return;
                    }
                    let _ = tell.send(true);
                    while let Ok(1..) = stream.read(&mut bytes).await {}
                    let _ = tell.send(false);
                });
            }
        });
        (Self { address, task }, told)
    }

    /// Shows a certificate that has expired. Answers what a kubeconfig says of it, too.
    pub async fn expired() -> (Self, Value) {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.not_after = date_time_ymd(2020, 1, 1);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        let directory = tempfile::tempdir().unwrap();
        let file = directory.keep().join("ca.crt");
        std::fs::write(&file, issuer.pem()).unwrap();
        let cluster = json!({"server": format!("https://{address}"), "certificate-authority": file});
        (Self { address, task }, cluster)
    }
}
