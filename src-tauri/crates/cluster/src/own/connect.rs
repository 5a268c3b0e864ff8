//! Connecting to a server that no kubeconfig describes.

use super::Server;
use crate::{Cluster, Credentials, Error, ProxyEnvironment};

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
    let _ = (credentials, namespace, proxies);
    Err(Error::BadServer { server: server.normalized_url()?, reason: "not yet".to_owned() })
}
