//! The pod that serves a target, and what its ports mean.

use std::fmt;

use k8s_openapi::api::core::v1::{Pod, Service};

use crate::{
    Error, PortRequest, Target, TranslatedPort,
    pod_choice::{is_ready, is_terminating},
    ports,
};

/// The pod that serves a target now.
#[derive(Clone)]
pub struct ServingPod {
    target: Target,
    service: Option<Service>,
    pod: Pod,
    namespace: String,
}

impl ServingPod {
    pub(crate) fn new(target: Target, namespace: &str, service: Option<Service>, mut pod: Pod) -> Self {
        pod.metadata.managed_fields = None;
        Self { target, service, pod, namespace: namespace.to_owned() }
    }

    /// The pod's name.
    pub fn name(&self) -> &str {
        self.pod.metadata.name.as_deref().unwrap_or_default()
    }

    /// The namespace of pod and target.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The pod's unique identifier: a later pod of the same name has another one.
    pub fn uid(&self) -> &str {
        self.pod.metadata.uid.as_deref().unwrap_or_default()
    }

    /// The node it runs on.
    pub fn node(&self) -> Option<&str> {
        self.pod.spec.as_ref()?.node_name.as_deref().filter(|name| !name.is_empty())
    }

    /// Whether it was ready when it was chosen.
    pub fn is_ready(&self) -> bool {
        is_ready(&self.pod)
    }

    /// Whether it was being deleted when it was chosen: there was none better, but it will soon be gone.
    pub fn is_terminating(&self) -> bool {
        is_terminating(&self.pod)
    }

    /// Translates the remote side of a port mapping as kubectl does.
    ///
    /// # Errors
    /// [`Error::PortNotDeclared`] and [`Error::TargetUnsuitable`] (not a TCP port), in kubectl's words.
    pub fn translate(&self, remote: PortRequest<'_>) -> Result<TranslatedPort, Error> {
        match &self.service {
            Some(service) => ports::through_service(&self.target, service, &self.pod, remote),
            None => ports::in_pod(&self.target, &self.pod, remote),
        }
    }
}

impl fmt::Debug for ServingPod {
    /// Names only: a pod's environment may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServingPod")
            .field("target", &self.target)
            .field("namespace", &self.namespace)
            .field("name", &self.name())
            .field("uid", &self.uid())
            .finish_non_exhaustive()
    }
}
