//! Connecting to a server that no kubeconfig describes.

use kube::config::{Cluster as ClusterEntry, Context, Kubeconfig, NamedCluster, NamedContext};

use super::Server;
use crate::{Cluster, Credentials, Error, ProxyEnvironment, client, kubeconfig::Merged};

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
    trust.check().map_err(|error| Error::BadAuthority { reason: error.to_string() })?;
    let merged = Merged::just(Kubeconfig {
        current_context: Some(NAME.to_owned()),
        contexts: vec![NamedContext {
            name: NAME.to_owned(),
            context: Some(Context {
                cluster: NAME.to_owned(),
                user: None,
                namespace: namespace.filter(|name| !name.is_empty()).map(str::to_owned),
                ..Context::default()
            }),
            ..NamedContext::default()
        }],
        clusters: vec![NamedCluster {
            name: NAME.to_owned(),
            cluster: Some(ClusterEntry { server: Some(url), ..ClusterEntry::default() }),
            ..NamedCluster::default()
        }],
        ..Kubeconfig::default()
    });
    client::connect(merged, None, proxies, client::Own { credentials, trust: Some(trust) }).await
}
