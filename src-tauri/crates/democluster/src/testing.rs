//! What the tests of this crate share: a cluster with one special pod, and a raw TLS client.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::content::ContainerPort;
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::objects::{is_ready_pod, manifest};
use crate::pods::programs::Program;
use crate::{DemoCluster, DemoOptions, Runtime};

/// A cluster with the manners of the recorded one, and in it the recorded pod: `default/echo`, with one program.
pub(crate) async fn cluster_with(program: Program, port: u16) -> DemoCluster {
    let options =
        DemoOptions { runtime: Runtime::Containerd16, startup: Default::default(), ..DemoOptions::default() };
    let cluster = DemoCluster::start(options).await.expect("the cluster starts");
    let container =
        manifest::container("echo", program.image(), &[ContainerPort { name: None, number: port }]);
    cluster.context.node.run(manifest::bare_pod("default", "echo", &json!([container])));
    let key = Key::new(Kind::Pod, "default", "echo");
    let mut changes = cluster.context.store.subscribe();
    while !cluster.context.store.get(&key).is_some_and(|pod| is_ready_pod(&pod)) {
        changes.changed().await.expect("the store lives as long as the cluster");
    }
    cluster
}

/// A connection to the API server.
pub(crate) async fn connect(cluster: &DemoCluster) -> TlsStream<TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(cluster.certificates.authority.as_bytes());
    roots.add(authority.expect("a certificate")).expect("an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let url: http::Uri = cluster.server_url().parse().expect("a URL");
    let address = url.authority().expect("an address").as_str();
    let connection = TcpStream::connect(address).await.expect("the server listens");
    connection.set_nodelay(true).expect("a socket");
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    TlsConnector::from(Arc::new(config)).connect(name, connection).await.expect("a handshake")
}

/// Sends a request head with the cluster's token added, and reads the head of the answer.
pub(crate) async fn ask(cluster: &DemoCluster, connection: &mut TlsStream<TcpStream>, head: &str) -> Answer {
    let authorization = format!("\r\nAuthorization: Bearer {}\r\n\r\n", cluster.token());
    ask_as_it_is(connection, &head.replacen("\r\n\r\n", &authorization, 1)).await
}

/// Sends a request head as it is, and reads the head of the answer.
pub(crate) async fn ask_as_it_is(connection: &mut TlsStream<TcpStream>, head: &str) -> Answer {
    connection.write_all(head.as_bytes()).await.expect("the server reads");
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(connection.read_u8().await.expect("an answer"));
    }
    let answer = Answer::parse(&String::from_utf8(bytes).expect("text"));
    let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.expect("the body");
    Answer { body: String::from_utf8(body).expect("text"), ..answer }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// Reads an answer, head and body.
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n")).expect("a head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { status: status.expect("a status"), headers, body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
