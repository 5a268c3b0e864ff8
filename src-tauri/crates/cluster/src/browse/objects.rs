//! What is kept of a namespace's objects: what is offered for choosing, and what services need to know of pods.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
};

use k8s_openapi::{
    Metadata,
    api::{
        apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
        batch::v1::Job,
        core::v1::{Pod, Service},
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use crate::{
    Target, TargetKind, TargetSummary,
    pod_choice::{is_finished, is_ready, is_terminating},
    ports::{self, NamedPort},
    selector,
    summary::{self, Selected, ServiceSketch},
};

/// In the order in which a listing has them.
const ORDER: [TargetKind; 7] = [
    TargetKind::Service,
    TargetKind::Deployment,
    TargetKind::StatefulSet,
    TargetKind::DaemonSet,
    TargetKind::ReplicaSet,
    TargetKind::Job,
    TargetKind::Pod,
];

/// The objects of one namespace.
#[derive(Default)]
pub(crate) struct Objects {
    pods: BTreeMap<String, PodSketch>,
    services: BTreeMap<String, ServiceSketch>,
    offered: BTreeMap<Target, TargetSummary>,
    /// What services depend on has changed since they were counted.
    stale: bool,
}

/// What services need to know of a pod.
#[derive(PartialEq, Eq)]
struct PodSketch {
    labels: BTreeMap<String, String>,
    named_ports: Vec<NamedPort>,
    ready: bool,
    /// It has neither ended nor is it on its way out.
    counts: bool,
}

/// An object that can be offered.
pub(crate) trait Offered: Metadata<Ty = ObjectMeta> {
    /// Its kind.
    const OFFERED_AS: TargetKind;

    /// How it is offered; `None` if it is not.
    fn summary(&self) -> Option<TargetSummary>;

    /// Notes what others need to know of it.
    fn note(&self, _name: &str, _objects: &mut Objects) {}
}

impl Objects {
    /// Notes how an object is now; whether that changes how it is offered. Services are offered by [`Objects::settle`].
    pub(crate) fn put<K: Offered>(&mut self, object: &K) -> Option<Target> {
        let summary = object.summary()?;
        let target = summary.target.clone();
        object.note(&target.name, self);
        if K::OFFERED_AS == TargetKind::Service || self.offered.get(&target) == Some(&summary) {
            return None;
        }
        self.offered.insert(target.clone(), summary);
        Some(target)
    }

    /// It is gone; whether it was offered.
    pub(crate) fn remove(&mut self, target: &Target) -> bool {
        match target.kind {
            TargetKind::Pod => self.stale |= self.pods.remove(&target.name).is_some(),
            TargetKind::Service => self.stale |= self.services.remove(&target.name).is_some(),
            _ => {}
        }
        self.offered.remove(target).is_some()
    }

    /// Whether it is kept.
    pub(crate) fn knows(&self, target: &Target) -> bool {
        match target.kind {
            TargetKind::Service => self.services.contains_key(&target.name),
            _ => self.offered.contains_key(target),
        }
    }

    /// How many of this kind are kept.
    pub(crate) fn count(&self, kind: TargetKind) -> usize {
        match kind {
            TargetKind::Pod => self.pods.len(),
            kind => self.names(kind).count(),
        }
    }

    /// Whether [`Objects::settle`] may have something to do.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale
    }

    /// Counts the pods of all services anew if that is necessary, in one pass over the pods: the work is proportional to
    /// pods and their labels, however many services there are. Answers the services that are offered differently now.
    pub(crate) fn settle(&mut self) -> Vec<Target> {
        if !mem::take(&mut self.stale) {
            return Vec::new();
        }
        let services: Vec<&ServiceSketch> = self.services.values().collect();
        // A pod that has all labels of a selector has its first.
        let mut by_label: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (index, service) in services.iter().enumerate() {
            if let Some((name, value)) = service.selector.iter().flatten().next() {
                by_label.entry((name, value)).or_default().push(index);
            }
        }
        let mut selected = vec![Selected::default(); services.len()];
        for pod in self.pods.values().filter(|pod| pod.counts) {
            let labels = pod.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            for index in labels.filter_map(|label| by_label.get(&label)).flatten() {
                let service = services[*index];
                let whole = service.selector.as_ref();
                if whole.is_some_and(|labels| selector::matches(labels, Some(&pod.labels))) {
                    let selected = &mut selected[*index];
                    selected.wanted += 1;
                    selected.ready += u32::from(pod.ready);
                    selected.renumbered |= service.renumbering.is_so_for(&pod.named_ports);
                }
            }
        }
        let mut changed = Vec::new();
        for (service, selected) in services.into_iter().zip(selected) {
            let summary = service.with(selected);
            if self.offered.get(&summary.target) != Some(&summary) {
                changed.push(summary.target.clone());
                self.offered.insert(summary.target.clone(), summary);
            }
        }
        changed
    }

    /// How it is offered, if it is.
    pub(crate) fn offered(&self, target: &Target) -> Option<&TargetSummary> {
        self.offered.get(target)
    }

    /// All that is offered.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Target> {
        self.offered.keys()
    }

    /// The names of this kind.
    pub(crate) fn names(&self, kind: TargetKind) -> Box<dyn Iterator<Item = &String> + '_> {
        match kind {
            TargetKind::Service => Box::new(self.services.keys()),
            kind => {
                let of_kind = self.offered.range(Target::new(kind, "")..);
                Box::new(
                    of_kind
                        .take_while(move |(target, _)| target.kind == kind)
                        .map(|(target, _)| &target.name),
                )
            }
        }
    }

    /// All that is offered, kind by kind, each by name.
    pub(crate) fn into_targets(self) -> Vec<TargetSummary> {
        let mut targets: Vec<TargetSummary> = self.offered.into_values().collect();
        let rank = |kind: TargetKind| ORDER.iter().position(|other| *other == kind);
        // What is equal keeps its order, which is that of the names.
        targets.sort_by_key(|summary| rank(summary.target.kind));
        targets
    }
}

impl Offered for Pod {
    const OFFERED_AS: TargetKind = TargetKind::Pod;

    fn summary(&self) -> Option<TargetSummary> {
        Some(summary::of_pod(self))
    }

    fn note(&self, name: &str, objects: &mut Objects) {
        let sketch = PodSketch {
            labels: self.metadata.labels.clone().unwrap_or_default(),
            named_ports: ports::named_ports(self),
            ready: is_ready(self),
            counts: !is_finished(self) && !is_terminating(self),
        };
        if objects.pods.get(name) != Some(&sketch) {
            objects.stale = true;
            objects.pods.insert(name.to_owned(), sketch);
        }
    }
}

impl Offered for Service {
    const OFFERED_AS: TargetKind = TargetKind::Service;

    fn summary(&self) -> Option<TargetSummary> {
        Some(ServiceSketch::of(self).with(Selected::default()))
    }

    fn note(&self, name: &str, objects: &mut Objects) {
        let sketch = ServiceSketch::of(self);
        if objects.services.get(name) != Some(&sketch) {
            objects.stale = true;
            objects.services.insert(name.to_owned(), sketch);
        }
    }
}

impl Offered for Deployment {
    const OFFERED_AS: TargetKind = TargetKind::Deployment;

    fn summary(&self) -> Option<TargetSummary> {
        Some(summary::of_deployment(self))
    }
}

impl Offered for StatefulSet {
    const OFFERED_AS: TargetKind = TargetKind::StatefulSet;

    fn summary(&self) -> Option<TargetSummary> {
        Some(summary::of_stateful_set(self))
    }
}

impl Offered for DaemonSet {
    const OFFERED_AS: TargetKind = TargetKind::DaemonSet;

    fn summary(&self) -> Option<TargetSummary> {
        Some(summary::of_daemon_set(self))
    }
}

impl Offered for ReplicaSet {
    const OFFERED_AS: TargetKind = TargetKind::ReplicaSet;

    /// One that something else keeps is left out: that is a deployment nearly always, which leads to the same pods and
    /// stays.
    fn summary(&self) -> Option<TargetSummary> {
        let alone = self.metadata.owner_references.as_ref().is_none_or(Vec::is_empty);
        alone.then(|| summary::of_replica_set(self))
    }
}

impl Offered for Job {
    const OFFERED_AS: TargetKind = TargetKind::Job;

    fn summary(&self) -> Option<TargetSummary> {
        Some(summary::of_job(self))
    }
}
