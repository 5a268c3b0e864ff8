//! Which pod of several serves, by kubectl's order: the reverse of `ActivePods` in kubectl `pkg/util/podutils`.

use std::cmp::{Ordering, Reverse};

use k8s_openapi::{
    api::core::v1::{ContainerStatus, Pod},
    apimachinery::pkg::apis::meta::v1::Time,
};

/// The pod that kubectl would forward to: assigned, Running > Unknown > Pending, ready, not being deleted, longest
/// ready, fewest restarts, oldest. The first of equals.
pub(crate) fn best(pods: Vec<Pod>) -> Option<Pod> {
    pods.into_iter().reduce(|best, pod| if preference(&pod, &best) == Ordering::Greater { pod } else { best })
}

/// Whether the pod's condition `Ready` is true.
pub(crate) fn is_ready(pod: &Pod) -> bool {
    ready_condition(pod).is_some()
}

/// Whether the pod is being deleted.
pub(crate) fn is_terminating(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_some()
}

/// The pod's phase; `Unknown` where it says none.
pub(crate) fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Unknown")
}

/// Whether its containers have ended for good.
pub(crate) fn is_finished(pod: &Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

/// The phase with the reason that a person can use, for example `Pending (ImagePullBackOff)`.
pub(crate) fn status_text(pod: &Pod) -> String {
    let status = pod.status.as_ref();
    let waiting = || {
        let status = status?;
        let of = |list: &Option<Vec<ContainerStatus>>| {
            list.iter()
                .flatten()
                .filter_map(|container| container.state.as_ref()?.waiting.as_ref()?.reason.clone())
                .find(|reason| reason != "PodInitializing" && reason != "ContainerCreating")
        };
        of(&status.init_container_statuses).or_else(|| of(&status.container_statuses))
    };
    let unscheduled = || {
        let conditions = status?.conditions.as_ref()?;
        conditions
            .iter()
            .find(|condition| condition.type_ == "PodScheduled" && condition.status == "False")
            .and_then(|condition| condition.reason.clone())
    };
    match status.and_then(|status| status.reason.clone()).or_else(waiting).or_else(unscheduled) {
        Some(reason) => format!("{} ({reason})", phase(pod)),
        None => phase(pod).to_owned(),
    }
}

/// Greater = kubectl would rather forward to `a`.
fn preference(a: &Pod, b: &Pod) -> Ordering {
    let both_ready = is_ready(a) && is_ready(b);
    let both_terminating = is_terminating(a) && is_terminating(b);
    is_assigned(a)
        .cmp(&is_assigned(b))
        .then_with(|| phase_rank(a).cmp(&phase_rank(b)))
        .then_with(|| is_ready(a).cmp(&is_ready(b)))
        .then_with(|| (!is_terminating(a)).cmp(&!is_terminating(b)))
        .then_with(|| {
            if both_terminating {
                a.metadata.deletion_timestamp.cmp(&b.metadata.deletion_timestamp)
            } else {
                Ordering::Equal
            }
        })
        .then_with(|| if both_ready { earlier_wins(ready_since(a), ready_since(b)) } else { Ordering::Equal })
        .then_with(|| Reverse(restarts(a)).cmp(&Reverse(restarts(b))))
        .then_with(|| {
            earlier_wins(a.metadata.creation_timestamp.as_ref(), b.metadata.creation_timestamp.as_ref())
        })
}

fn is_assigned(pod: &Pod) -> bool {
    pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).is_some_and(|node| !node.is_empty())
}

/// Phases that podutils does not list rank with `Pending`.
fn phase_rank(pod: &Pod) -> u8 {
    match phase(pod) {
        "Running" => 2,
        "Unknown" => 1,
        _ => 0,
    }
}

/// Greater = `a` is earlier; an unknown time is the latest of all (`afterOrZero`).
fn earlier_wins(a: Option<&Time>, b: Option<&Time>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.cmp(a),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => Ordering::Equal,
    }
}

fn ready_condition(pod: &Pod) -> Option<Option<&Time>> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions
        .iter()
        .find(|condition| condition.type_ == "Ready" && condition.status == "True")
        .map(|condition| condition.last_transition_time.as_ref())
}

fn ready_since(pod: &Pod) -> Option<&Time> {
    ready_condition(pod).flatten()
}

/// The most often restarted container's count.
fn restarts(pod: &Pod) -> i32 {
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
    statuses.into_iter().flatten().map(|container| container.restart_count).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A running, ready, assigned pod, changed by `change`.
    fn pod(name: &str, change: impl FnOnce(&mut Value)) -> Pod {
        let mut value = json!({
            "metadata": {"name": name, "creationTimestamp": "2024-01-01T00:00:00Z"},
            "spec": {"nodeName": "node-1", "containers": []},
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2024-01-01T00:01:00Z"}],
                "containerStatuses": [
                    {"name": "a", "restartCount": 0, "ready": true, "image": "", "imageID": ""},
                    {"name": "b", "restartCount": 1, "ready": true, "image": "", "imageID": ""}],
            },
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn chosen(pods: Vec<Pod>) -> String {
        best(pods).unwrap().metadata.name.unwrap()
    }

    type Change = fn(&mut Value);

    /// In each row, a pod with the change loses against one without it.
    const WORSE: &[(&str, Change)] = &[
        ("not assigned", |v| v["spec"]["nodeName"] = json!("")),
        ("unknown phase", |v| v["status"]["phase"] = json!("Unknown")),
        ("pending", |v| v["status"]["phase"] = json!("Pending")),
        ("failed", |v| v["status"]["phase"] = json!("Failed")),
        ("not ready", |v| v["status"]["conditions"][0]["status"] = json!("False")),
        ("no such condition", |v| v["status"]["conditions"][0]["type"] = json!("Initialized")),
        ("being deleted", |v| v["metadata"]["deletionTimestamp"] = json!("2024-02-01T00:00:00Z")),
        ("ready later", |v| {
            v["status"]["conditions"][0]["lastTransitionTime"] = json!("2024-01-01T00:02:00Z");
        }),
        ("ready since nobody knows when", |v| {
            v["status"]["conditions"][0]["lastTransitionTime"] = json!(null);
        }),
        ("more restarts", |v| v["status"]["containerStatuses"][0]["restartCount"] = json!(2)),
        ("younger", |v| v["metadata"]["creationTimestamp"] = json!("2024-01-01T00:00:01Z")),
        ("no creation time", |v| v["metadata"]["creationTimestamp"] = json!(null)),
    ];

    #[test]
    fn each_criterion_alone_decides() {
        for (what, change) in WORSE {
            let good = || pod("good", |_| {});
            let bad = || pod("bad", change);
            assert_eq!(chosen(vec![good(), bad()]), "good", "{what}");
            assert_eq!(chosen(vec![bad(), good()]), "good", "{what}, the other way round");
        }
    }

    #[test]
    fn criteria_count_in_kubectl_s_order() {
        // Each row is worse than the next one by an earlier criterion, though better by all later ones.
        let ladder: &[(&str, Change)] = &[
            ("unassigned", |v| v["spec"]["nodeName"] = json!(null)),
            ("pending", |v| v["status"]["phase"] = json!("Pending")),
            ("unknown", |v| v["status"]["phase"] = json!("Unknown")),
            ("not ready", |v| v["status"]["conditions"][0]["status"] = json!("False")),
            ("deleted", |v| v["metadata"]["deletionTimestamp"] = json!("2024-02-01T00:00:00Z")),
            ("deleted later", |v| v["metadata"]["deletionTimestamp"] = json!("2024-02-02T00:00:00Z")),
            ("ready last", |v| {
                v["status"]["conditions"][0]["lastTransitionTime"] = json!("2024-01-01T00:09:00Z");
            }),
            ("restarted", |v| v["status"]["containerStatuses"][0]["restartCount"] = json!(7)),
            ("young", |v| v["metadata"]["creationTimestamp"] = json!("2024-03-01T00:00:00Z")),
            ("best", |_| {}),
        ];
        for (index, (worse, change)) in ladder.iter().enumerate() {
            for (better, other) in &ladder[index + 1..] {
                let pods = vec![pod(worse, change), pod(better, other)];
                assert_eq!(chosen(pods), *better, "{worse} against {better}");
            }
        }
    }

    #[test]
    fn of_equals_the_first_and_of_none_none() {
        assert_eq!(chosen(vec![pod("a", |_| {}), pod("b", |_| {})]), "a");
        assert!(best(Vec::new()).is_none());
    }

    #[test]
    fn the_status_says_why() {
        let pending = |v: &mut Value| {
            v["status"] = json!({"phase": "Pending", "containerStatuses": [
                {"name": "a", "restartCount": 0, "ready": false, "image": "", "imageID": "",
                 "state": {"waiting": {"reason": "ImagePullBackOff"}}}]});
        };
        assert_eq!(status_text(&pod("a", pending)), "Pending (ImagePullBackOff)");
        let unscheduled = |v: &mut Value| {
            v["status"] = json!({"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]});
        };
        assert_eq!(status_text(&pod("a", unscheduled)), "Pending (Unschedulable)");
        let evicted = |v: &mut Value| v["status"] = json!({"phase": "Failed", "reason": "Evicted"});
        assert_eq!(status_text(&pod("a", evicted)), "Failed (Evicted)");
        assert_eq!(status_text(&pod("a", |_| {})), "Running");
        assert_eq!(status_text(&pod("a", |v| v["status"] = json!({}))), "Unknown");
    }

    proptest! {
        /// Whatever is combined, the choice depends neither on the order of the list nor on pods that lose.
        #[test]
        fn the_order_is_total(masks in proptest::collection::vec(0u32..(1 << WORSE.len()), 1..6)) {
            let pods: Vec<Pod> = masks.iter().map(|mask| pod(&format!("p{mask}"), |value| {
                for (bit, (_, change)) in WORSE.iter().enumerate() {
                    if mask & (1 << bit) != 0 { change(value); }
                }
            })).collect();
            let forwards = best(pods.clone()).unwrap();
            let backwards = best(pods.iter().rev().cloned().collect()).unwrap();
            prop_assert_eq!(preference(&forwards, &backwards), Ordering::Equal);
            for pod in &pods {
                prop_assert_ne!(preference(pod, &forwards), Ordering::Greater);
            }
        }
    }
}
