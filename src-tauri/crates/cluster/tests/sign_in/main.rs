//! Signing in over real TLS sockets: to the demo cluster as OpenShift, and to servers that are up to no good.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod browser;
mod hostile;
mod password;
mod servers;

use cluster::{ProxyEnvironment, Server, ServerTrust};
use democluster::{DemoCluster, DemoOptions};

pub(crate) fn no_proxies() -> ProxyEnvironment {
    ProxyEnvironment::default()
}

pub(crate) async fn openshift() -> (DemoCluster, Server) {
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    let server = known(&demo);
    (demo, server)
}

pub(crate) fn known(demo: &DemoCluster) -> Server {
    Server {
        url: demo.server_url().to_owned(),
        trust: ServerTrust::Pem(demo.authority().to_owned()),
        ..Server::default()
    }
}
