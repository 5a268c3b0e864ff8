//! Connecting to a server that no kubeconfig describes.

use kube::config::Cluster as ClusterEntry;

use super::{Server, trust::unusable};
use crate::{
    Cluster, Credentials, Error, ProxyEnvironment,
    client::{self, Logins},
    kubeconfig::Chosen,
};

/// Names everything in the kubeconfig of one cluster that is made on the way. Never seen.
const NAME: &str = "own";

/// Connects to a server with these credentials, or with none. As of
/// [`KubeconfigSources::connect`](crate::KubeconfigSources::connect), no request is made yet.
///
/// # Errors
/// [`Error::BadServer`], [`Error::BadAuthority`], [`Error::BadCredentials`]; [`Error::Proxy`] where an environment
/// variable names a proxy that cannot be used.
pub async fn connect_own(
    server: &Server,
    credentials: Option<&Credentials>,
    namespace: Option<&str>,
    proxies: &ProxyEnvironment,
) -> Result<Cluster, Error> {
    let url = server.normalized_url()?;
    let trust = server.trust.load().await?;
    // Found out here, where it is known to be the person's own words and not a kubeconfig's.
    trust.check().map_err(|error| unusable(&error))?;
    let cluster = ClusterEntry {
        server: Some(url),
        proxy_url: server.way.proxy.as_ref().map(|url| url.expose().to_owned()),
        tls_server_name: server.way.name.clone(),
        ..ClusterEntry::default()
    };
    let namespace = namespace.filter(|name| !name.is_empty()).map(str::to_owned);
    let mut chosen = Chosen::own(NAME, cluster, namespace);
    if let Some(credentials) = credentials {
        chosen = chosen.signed_in(credentials);
    }
    client::connect(chosen, proxies, &Logins::default(), Some(trust)).await
}
