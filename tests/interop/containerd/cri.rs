//! The calls of the Container Runtime Interface that a pod sandbox needs.
//!
//! Field numbers: `k8s.io/cri-api/pkg/apis/runtime/v1/api.proto`.

use std::path::Path;

use super::grpc::Channel;
use super::protobuf::{self, Message};

/// `NamespaceMode.CONTAINER`: a namespace for the one container.
const CONTAINER: u64 = 1;
/// `NamespaceMode.NODE`: the namespace of the host.
const NODE: u64 = 2;

/// A client of a container runtime.
pub(super) struct Cri(Channel);

impl Cri {
    pub(super) async fn connect(socket: &Path) -> Result<Self, String> {
        Channel::connect(socket).await.map(Self)
    }

    /// Whether the runtime knows `image`.
    pub(super) async fn has_image(&self, image: &str) -> Result<bool, String> {
        let request = Message::default().nested(1, &Message::default().text(1, image));
        let answer = self.0.call("/runtime.v1.ImageService/ImageStatus", &request).await?;
        Ok(!protobuf::nested(&answer, 1)?.is_empty())
    }

    /// Runs a pod sandbox in the host's network and returns its id.
    pub(super) async fn run_pod_sandbox(&self, namespace: &str, name: &str) -> Result<String, String> {
        let metadata = Message::default().text(1, name).text(2, name).text(3, namespace);
        let namespaces = Message::default().number(1, NODE).number(2, CONTAINER).number(3, NODE);
        let security = Message::default().nested(1, &namespaces);
        let linux = Message::default().nested(2, &security);
        let sandbox = Message::default().nested(1, &metadata).nested(8, &linux);
        let answer = self.runtime("RunPodSandbox", &Message::default().nested(1, &sandbox)).await?;
        protobuf::text(&answer, 1)
    }

    /// The ids of all pod sandboxes.
    pub(super) async fn pod_sandboxes(&self) -> Result<Vec<String>, String> {
        let answer = self.runtime("ListPodSandbox", &Message::default()).await?;
        protobuf::nested(&answer, 1)?.into_iter().map(|sandbox| protobuf::text(sandbox, 1)).collect()
    }

    /// A URL that takes one port-forward upgrade; channels are for these ports.
    pub(super) async fn port_forward(&self, sandbox: &str, ports: &[u16]) -> Result<String, String> {
        let request = Message::default().text(1, sandbox);
        let request = ports.iter().fold(request, |request, &port| request.number(2, port.into()));
        let answer = self.runtime("PortForward", &request).await?;
        protobuf::text(&answer, 1)
    }

    pub(super) async fn stop_pod_sandbox(&self, sandbox: &str) -> Result<(), String> {
        self.runtime("StopPodSandbox", &Message::default().text(1, sandbox)).await.map(drop)
    }

    pub(super) async fn remove_pod_sandbox(&self, sandbox: &str) -> Result<(), String> {
        self.runtime("RemovePodSandbox", &Message::default().text(1, sandbox)).await.map(drop)
    }

    async fn runtime(&self, method: &str, message: &Message) -> Result<bytes::Bytes, String> {
        self.0.call(&format!("/runtime.v1.RuntimeService/{method}"), message).await
    }
}
