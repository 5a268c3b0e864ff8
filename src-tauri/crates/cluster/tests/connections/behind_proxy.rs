//! A demo cluster behind a proxy.

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cluster::{Cluster, Error, KubeconfigSources, ProxyEnvironment};
use democluster::DemoCluster;
use serde_json::{Value, json};

use crate::{certificates::Authority, proxy_double::Manners};

/// A name that only the proxy can resolve.
pub(crate) const SERVER: &str = "https://api.culvert.test:6443";
pub(crate) const DESTINATION: &str = "api.culvert.test:6443";

/// Percent-encoded where a URL needs it.
pub(crate) const USER: (&str, &str) = ("me", "p@ss:MustNotShow");
pub(crate) const IN_URL: &str = "me:p%40ss%3AMustNotShow@";

pub(crate) fn address(cluster: &DemoCluster) -> SocketAddr {
    cluster.server_url().trim_start_matches("https://").parse().unwrap()
}

pub(crate) fn manners(cluster: &DemoCluster) -> Manners {
    Manners { names: [(DESTINATION.to_owned(), address(cluster))].into(), ..Manners::default() }
}

/// The demo cluster's kubeconfig as JSON, by a name that its certificate is not for.
pub(crate) fn kubeconfig(demo: &DemoCluster, more: &Value, authority: Option<&Authority>) -> String {
    let yaml = demo.kubeconfig_with_client_certificate();
    let value = |key: &str| {
        let line = yaml.lines().find_map(|line| line.trim().strip_prefix(&format!("{key}: "))).unwrap();
        line.to_owned()
    };
    let mut authorities = STANDARD.decode(value("certificate-authority-data")).unwrap();
    authorities.extend(authority.map(Authority::pem).unwrap_or_default().into_bytes());
    let mut cluster = json!({
        "server": SERVER, "tls-server-name": "localhost", "certificate-authority-data": STANDARD.encode(authorities),
    });
    cluster.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let user = json!({
        "client-certificate-data": value("client-certificate-data"), "client-key-data": value("client-key-data"),
    });
    json!({
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u", "namespace": "demo"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    })
    .to_string()
}

pub(crate) async fn connect(kubeconfig: String, variables: &[(&str, &str)]) -> Result<Cluster, Error> {
    let get =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let sources = KubeconfigSources::inline("test", kubeconfig);
    sources.with_proxies(ProxyEnvironment::from_variables(get)).connect(None).await
}
