//! A pod sandbox as a far end for port-forward links.

use democluster::StreamingServer;
use futures::future::BoxFuture;

use super::cri::Cri;

/// A pod sandbox that runs. [`super::runtime::Containerd`] removes it.
pub(super) struct Sandbox {
    cri: Cri,
    id: String,
}

impl Sandbox {
    pub(super) fn new(cri: Cri, id: String) -> Self {
        Self { cri, id }
    }
}

impl StreamingServer for Sandbox {
    /// A URL of containerd's streaming server that takes one upgrade, within a minute.
    fn port_forward_url<'a>(&'a self, ports: &'a [u16]) -> BoxFuture<'a, Result<String, String>> {
        Box::pin(self.cri.port_forward(&self.id, ports))
    }
}
