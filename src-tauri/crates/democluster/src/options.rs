//! What can be chosen about a demo cluster.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::ServerVersion;

/// What can be chosen when a demo cluster starts.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The address that the API server listens on; it should be a loopback address.
    pub address: IpAddr,
    /// The port that the API server listens on; 0 takes a free one.
    pub port: u16,
    /// Which API server it pretends to be. Objects, lists and watches are the same for all.
    pub server: ServerVersion,
    /// Whose manners the far end of port-forward has; [`of`](Self::of) picks what fits an old server.
    pub runtime: Runtime,
    /// What all paths begin with, as behind Rancher: `/k8s/clusters/c-abc`. Anything else is answered 404. Empty is none.
    pub base_path: String,
    /// Whether it plays OpenShift: its OAuth server (`DemoCluster::set_password`), `users/~`.
    pub openshift: bool,
    /// Whether OpenShift's OAuth server has a port of its own with a self-signed certificate of its own, as the router has
    /// one for it in OpenShift Local.
    pub own_oauth_server: bool,
    /// What is wrong with the server's certificate, if anything is.
    pub certificate: ServerCertificate,
    /// How long a new pod takes to run, and again to be ready. The pods of the beginning take no time.
    pub startup: Duration,
    /// How long a deleted pod goes on serving as `Terminating` before it is gone.
    pub termination: Duration,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            server: ServerVersion::default(),
            runtime: Runtime::Containerd21,
            base_path: String::new(),
            openshift: false,
            own_oauth_server: false,
            certificate: ServerCertificate::default(),
            startup: Duration::from_millis(300),
            termination: Duration::from_millis(300),
        }
    }
}

impl DemoOptions {
    /// A server of this version with a runtime of its time.
    #[must_use]
    pub fn of(server: ServerVersion) -> Self {
        let runtime =
            if server >= ServerVersion::V1_34 { Runtime::Containerd21 } else { Runtime::Containerd16 };
        Self { server, runtime, ..Self::default() }
    }
}

/// Which container runtime the far end of port-forward behaves like: they differ in how they end streams
/// (`pkg/streaming/portforward/httpstream.go` in cri-streaming, and in the copies of it that containerd vendored).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Runtime {
    /// containerd 1.6 (Debian 12): the error stream always ends with FIN; a pod's reset is reported as text.
    Containerd16,
    /// containerd 2.1 and Kubernetes from 1.32 on: after an error the error stream is reset, and a pod's reset resets
    /// both streams without a text.
    Containerd21,
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ServerCertificate {
    /// Nothing, for who knows the authority in the kubeconfig.
    #[default]
    Good,
    /// It is signed by itself.
    SelfSigned,
    /// It is for another name.
    WrongName,
    /// It has expired.
    Expired,
}
