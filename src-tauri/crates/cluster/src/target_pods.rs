//! The pods that a target leads to.

use std::fmt;

use k8s_openapi::api::core::v1::{Pod, Service};
use kube::core::{Selector, SelectorExt as _};
use wording::{Text, text};

use crate::{
    Error, ServingPod, Target,
    pod_choice::{self, is_ready, is_terminating},
};

/// The pods that a target led to when the cluster was asked.
#[derive(Clone)]
pub struct TargetPods {
    target: Target,
    namespace: String,
    service: Option<Service>,
    scope: PodScope,
    pods: Vec<Pod>,
}

/// Which pods of a namespace are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PodScope {
    /// The one of this name.
    Named(String),
    /// All that have these labels.
    Labelled(Selector),
}

impl TargetPods {
    pub(crate) fn new(
        target: &Target,
        namespace: &str,
        service: Option<Service>,
        scope: PodScope,
        pods: Vec<Pod>,
    ) -> Self {
        Self { target: target.clone(), namespace: namespace.to_owned(), service, scope, pods }
    }

    /// The pod that serves the target as kubectl chooses it: the one that is assigned, Running > Unknown > Pending, ready,
    /// not being deleted, longest ready, with fewest restarts, oldest (kubectl
    /// `polymorphichelpers.attachablePodForObject`, `podutils.ActivePods`).
    ///
    /// # Errors
    /// [`Error::NoPod`] when there is none, or it does not run.
    pub fn best(&self) -> Result<ServingPod, Error> {
        self.serving(pod_choice::best(self.pods.clone()))
    }

    /// The pod of this name and no other.
    ///
    /// # Errors
    /// [`Error::NoPod`] when it is not among them, or does not run.
    pub fn named(&self, name: &str) -> Result<ServingPod, Error> {
        match self.pods.iter().find(|pod| name_of(pod) == name) {
            Some(pod) => self.serving(Some(pod.clone())),
            None => Err(Error::NoPod {
                target: self.target.clone(),
                pod: Some(name.to_owned()),
                status: text!("it is not there", "er ist nicht da"),
            }),
        }
    }

    /// All that are ready and stay, by name.
    pub fn ready(&self) -> Vec<ServingPod> {
        let serves =
            |pod: &&Pod| pod_choice::phase(pod) == "Running" && is_ready(pod) && !is_terminating(pod);
        let mut ready: Vec<&Pod> = self.pods.iter().filter(serves).collect();
        ready.sort_by(|a, b| name_of(a).cmp(name_of(b)));
        ready.into_iter().map(|pod| self.make(pod.clone())).collect()
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) fn scope(&self) -> &PodScope {
        &self.scope
    }

    fn serving(&self, pod: Option<Pod>) -> Result<ServingPod, Error> {
        let no_pod = |pod: Option<&Pod>, status: Text| Error::NoPod {
            target: self.target.clone(),
            pod: pod.and_then(|pod| pod.metadata.name.clone()),
            status,
        };
        match pod {
            None => Err(no_pod(None, text!("no pods", "keine Pods"))),
            Some(pod) if pod_choice::phase(&pod) != "Running" => {
                Err(no_pod(Some(&pod), Text::verbatim(pod_choice::status_text(&pod))))
            }
            Some(pod) => Ok(self.make(pod)),
        }
    }

    fn make(&self, pod: Pod) -> ServingPod {
        ServingPod::new(self.target.clone(), &self.namespace, self.service.clone(), pod)
    }
}

impl PodScope {
    /// Whether a pod of this name and these labels is meant.
    pub(crate) fn has(&self, name: &str, labels: &std::collections::BTreeMap<String, String>) -> bool {
        match self {
            Self::Named(wanted) => wanted == name,
            Self::Labelled(selector) => selector.matches(labels),
        }
    }
}

impl fmt::Debug for TargetPods {
    /// Names only: a pod's environment may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetPods")
            .field("target", &self.target)
            .field("namespace", &self.namespace)
            .field("scope", &self.scope)
            .field("pods", &self.pods.iter().map(name_of).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn name_of(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}
