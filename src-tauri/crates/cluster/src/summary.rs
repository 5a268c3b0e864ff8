//! Kubernetes objects as they are offered for choosing.

use std::collections::BTreeMap;

use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
    batch::v1::Job,
    core::v1::{Pod, PodTemplateSpec, Service},
};
use wording::text;

use crate::{
    Target, TargetKind, TargetSummary,
    pod_choice::{is_finished, is_ready, status_text},
    ports::{self, Renumbering},
};

/// A pod.
pub(crate) fn of_pod(pod: &Pod) -> TargetSummary {
    TargetSummary {
        target: Target::new(TargetKind::Pod, pod.metadata.name.clone().unwrap_or_default()),
        ready: u32::from(is_ready(pod)),
        wanted: 1,
        ports: ports::of_pod(pod),
        obstacle: is_finished(pod).then(|| {
            let status = status_text(pod);
            text!("This pod has ended: {status}.", "Dieser Pod ist beendet: {status}.")
        }),
        note: None,
    }
}

/// What is kept of a service: how it is offered depends on the pods of its namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceSketch {
    /// The labels of the pods that it selects; absent where it selects none by labels.
    pub(crate) selector: Option<BTreeMap<String, String>>,
    pub(crate) renumbering: Renumbering,
    /// As if it selected no pod.
    alone: TargetSummary,
}

/// The pods that a service selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) ready: u32,
    pub(crate) wanted: u32,
    /// The service's [`Renumbering`] is so for one of them.
    pub(crate) renumbered: bool,
}

impl ServiceSketch {
    pub(crate) fn of(service: &Service) -> Self {
        let name = service.metadata.name.clone().unwrap_or_default();
        let spec = service.spec.as_ref();
        let selector = spec.and_then(|spec| spec.selector.clone()).filter(|labels| !labels.is_empty());
        let ports = ports::of_service(service);
        let declares_other = spec
            .and_then(|spec| spec.ports.as_ref())
            .is_some_and(|declared| !declared.is_empty() && ports.is_empty());
        let obstacle = if selector.is_none() {
            Some(text!(
                "This service has no selector, so no pod is known to forward to.",
                "Dieser Service hat keinen Selektor; darum ist kein Pod bekannt, zu dem weitergeleitet werden könnte."
            ))
        } else if declares_other {
            Some(text!(
                "This service has no TCP port; others cannot be forwarded.",
                "Dieser Service hat keinen TCP-Port; andere lassen sich nicht weiterleiten."
            ))
        } else {
            None
        };
        let target = Target::new(TargetKind::Service, name);
        let alone = TargetSummary { target, ready: 0, wanted: 0, ports, obstacle, note: None };
        Self { selector, renumbering: Renumbering::of(service), alone }
    }

    /// How it is offered, with the readiness of the pods that it selects.
    pub(crate) fn with(&self, selected: Selected) -> TargetSummary {
        let note = (self.renumbering == Renumbering::Always || selected.renumbered).then(|| {
            text!("This service is headless: the port of a pod is that of the service, whatever target port it names.", "Dieser Service ist „headless“: der Port eines Pods ist der des Service, gleich welchen Zielport er nennt.")
        });
        TargetSummary { ready: selected.ready, wanted: selected.wanted, note, ..self.alone.clone() }
    }
}

/// A deployment, with its own count of ready pods.
pub(crate) fn of_deployment(deployment: &Deployment) -> TargetSummary {
    workload(
        TargetKind::Deployment,
        deployment.metadata.name.as_deref(),
        deployment.status.as_ref().and_then(|status| status.ready_replicas),
        deployment.spec.replicas,
        Some(&deployment.spec.template),
    )
}

/// A stateful set, with its own count of ready pods.
pub(crate) fn of_stateful_set(set: &StatefulSet) -> TargetSummary {
    workload(
        TargetKind::StatefulSet,
        set.metadata.name.as_deref(),
        set.status.as_ref().and_then(|status| status.ready_replicas),
        set.spec.replicas,
        Some(&set.spec.template),
    )
}

/// A daemon set: a pod is wanted on each node that it fits.
pub(crate) fn of_daemon_set(set: &DaemonSet) -> TargetSummary {
    let status = set.status.as_ref();
    workload(
        TargetKind::DaemonSet,
        set.metadata.name.as_deref(),
        status.map(|status| status.number_ready),
        Some(status.map_or(0, |status| status.desired_number_scheduled)),
        Some(&set.spec.template),
    )
}

/// A replica set, with its own count of ready pods.
pub(crate) fn of_replica_set(set: &ReplicaSet) -> TargetSummary {
    workload(
        TargetKind::ReplicaSet,
        set.metadata.name.as_deref(),
        set.status.as_ref().and_then(|status| status.ready_replicas),
        set.spec.replicas,
        set.spec.template.as_ref(),
    )
}

/// A job, with its own count of ready pods. One that is complete or has failed leads nowhere any more.
pub(crate) fn of_job(job: &Job) -> TargetSummary {
    let conditions = job.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let over = conditions
        .filter(|condition| condition.status == "True")
        .any(|condition| matches!(condition.type_.as_str(), "Complete" | "Failed"));
    let summary = workload(
        TargetKind::Job,
        job.metadata.name.as_deref(),
        job.status.as_ref().and_then(|status| status.ready),
        job.spec.as_ref().and_then(|spec| spec.parallelism),
        job.spec.as_ref().map(|spec| &spec.template),
    );
    TargetSummary {
        obstacle: over.then(|| text!("This job has ended.", "Dieser Job ist beendet.")),
        ..summary
    }
}

fn workload(
    kind: TargetKind,
    name: Option<&str>,
    ready: Option<i32>,
    replicas: Option<i32>,
    template: Option<&PodTemplateSpec>,
) -> TargetSummary {
    let ports = template.and_then(|template| template.spec.as_ref()).map_or_else(Vec::new, |spec| {
        ports::of_containers(&spec.containers, spec.init_containers.as_deref().unwrap_or_default())
    });
    let count = |number: Option<i32>, default| number.map_or(default, |n| u32::try_from(n).unwrap_or(0));
    TargetSummary {
        target: Target::new(kind, name.unwrap_or_default()),
        ready: count(ready, 0),
        wanted: count(replicas, 1),
        ports,
        obstacle: None,
        note: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::browse::Objects;

    /// As it is offered among these pods.
    fn of_service(service: &Service, pods: &[Pod]) -> TargetSummary {
        let mut objects = Objects::default();
        for pod in pods {
            objects.put(pod);
        }
        objects.put(service);
        objects.settle();
        objects.into_targets().into_iter().find(|found| found.target.kind == TargetKind::Service).unwrap()
    }

    fn pod(name: &str, app: &str, ready: bool, phase: &str) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": name, "labels": {"app": app}},
            "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 5000, "name": "echo"}]}]},
            "status": {"phase": phase, "conditions": [
                {"type": "Ready", "status": if ready { "True" } else { "False" }}]},
        }))
        .unwrap()
    }

    fn service(spec: Value) -> Service {
        serde_json::from_value(json!({"metadata": {"name": "s"}, "spec": spec})).unwrap()
    }

    #[test]
    fn services_count_the_pods_they_select() {
        let mut leaving = pod("e", "x", true, "Running");
        leaving.metadata.deletion_timestamp = serde_json::from_value(json!("2024-01-01T00:00:00Z")).unwrap();
        let pods = [
            pod("a", "x", true, "Running"),
            pod("b", "x", false, "Running"),
            pod("c", "y", true, "Running"),
            pod("d", "x", false, "Succeeded"),
            leaving,
        ];
        let summary = of_service(
            &service(json!({"selector": {"app": "x"}, "ports": [
                {"port": 80, "name": "http"}, {"port": 53, "protocol": "UDP"}, {"port": 81}]})),
            &pods,
        );
        assert_eq!((summary.ready, summary.wanted, summary.obstacle), (1, 2, None));
        assert_eq!(summary.ports.iter().map(|port| port.number).collect::<Vec<_>>(), [80, 81]);
    }

    #[test]
    fn obstacles_are_sentences() {
        for spec in [
            json!({"ports": [{"port": 80}]}),
            json!({"selector": {}, "ports": [{"port": 80}]}),
            json!({"type": "ExternalName", "externalName": "example.com"}),
        ] {
            let obstacle = of_service(&service(spec), &[]).obstacle.unwrap();
            assert!(obstacle.contains("no selector"), "{obstacle}");
        }
        let udp = service(json!({"selector": {"app": "x"}, "ports": [{"port": 53, "protocol": "UDP"}]}));
        assert!(of_service(&udp, &[]).obstacle.unwrap().contains("no TCP port"));
        assert!(of_pod(&pod("a", "x", false, "Failed")).obstacle.unwrap().contains("Failed"));
        assert_eq!(of_pod(&pod("a", "x", true, "Running")).obstacle, None);
    }

    #[test]
    fn a_headless_service_whose_target_ports_do_not_count_says_so() {
        let note = |address: &str, target: Value| {
            let port = json!({"port": 80, "targetPort": target});
            let spec = json!({"clusterIP": address, "selector": {"app": "x"}, "ports": [port]});
            of_service(&service(spec), &[]).note
        };
        assert!(note("None", json!(8080)).unwrap().contains("headless"));
        assert_eq!(note("None", json!("echo")), None, "no pod says what it is");
        let named = json!({"clusterIP": "None", "selector": {"app": "x"}, "ports": [{"port": 80, "targetPort": "echo"}]});
        assert!(of_service(&service(named), &[pod("a", "x", true, "Running")]).note.is_some());
        assert_eq!(note("None", json!(80)), None);
        assert_eq!(note("None", json!(0)), None);
        assert_eq!(note("10.0.0.1", json!(8080)), None);
    }

    #[test]
    fn workloads_tell_their_own_counts() {
        let template = json!({"spec": {"containers": [{"name": "c", "ports": [
            {"containerPort": 8080, "name": "http"}, {"containerPort": 8080, "name": "again"},
            {"containerPort": 53, "protocol": "UDP"}]}]}});
        let deployment: Deployment = serde_json::from_value(json!({
            "metadata": {"name": "web"},
            "spec": {"replicas": 3, "selector": {}, "template": template},
            "status": {"readyReplicas": 2},
        }))
        .unwrap();
        let summary = of_deployment(&deployment);
        assert_eq!((summary.ready, summary.wanted, summary.ports.len()), (2, 3, 1));
        let set: StatefulSet = serde_json::from_value(json!({
            "metadata": {"name": "cache"}, "spec": {"selector": {}, "serviceName": "", "template": template}}))
        .unwrap();
        let summary = of_stateful_set(&set);
        assert_eq!((summary.ready, summary.wanted), (0, 1));
        let set: DaemonSet = serde_json::from_value(json!({
            "metadata": {"name": "agent"}, "spec": {"selector": {}, "template": template},
            "status": {"currentNumberScheduled": 3, "desiredNumberScheduled": 4, "numberMisscheduled": 0, "numberReady": 2}}))
        .unwrap();
        let summary = of_daemon_set(&set);
        assert_eq!((summary.ready, summary.wanted, summary.ports.len()), (2, 4, 1));
        let set: ReplicaSet = serde_json::from_value(json!({
            "metadata": {"name": "web-1"}, "spec": {"replicas": 2, "selector": {}, "template": template},
            "status": {"replicas": 2, "readyReplicas": 1}}))
        .unwrap();
        let summary = of_replica_set(&set);
        assert_eq!((summary.ready, summary.wanted, summary.ports.len()), (1, 2, 1));
    }

    #[test]
    fn a_job_that_has_ended_says_so() {
        let job = |condition: &str, status: &str| -> Job {
            serde_json::from_value(json!({
                "metadata": {"name": "report"}, "spec": {"parallelism": 2, "template": {}},
                "status": {"ready": 1, "conditions": [{"type": condition, "status": status}]}}))
            .unwrap()
        };
        let summary = of_job(&job("Suspended", "True"));
        assert_eq!((summary.ready, summary.wanted, summary.obstacle), (1, 2, None));
        assert_eq!(of_job(&job("Complete", "False")).obstacle, None);
        for over in ["Complete", "Failed"] {
            assert!(of_job(&job(over, "True")).obstacle.unwrap().contains("ended"), "{over}");
        }
    }
}
