//! The JSON of each kind of object, as realistic as clients of port-forward (and people who look) need it.

use serde_json::{Value, json};

use crate::content::{ContainerPort, Kept, ServiceShape, Workload};
use crate::identity;

use super::{number, text};

/// The one node of the cluster.
pub(crate) const NODE: &str = "demo-node-1";
/// The address that the node pretends to have.
pub(crate) const NODE_ADDRESS: &str = "192.0.2.10";

pub(crate) fn namespace(name: &str) -> Value {
    json!({
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

/// The one node, whose kubelet has this version.
pub(crate) fn node(kubelet: &str) -> Value {
    let now = identity::now();
    json!({
        "metadata": {
            "name": NODE,
            "labels": {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux", "node-role.kubernetes.io/control-plane": ""},
        },
        "spec": {"podCIDR": "10.244.0.0/24"},
        "status": {
            "addresses": [{"type": "InternalIP", "address": NODE_ADDRESS}, {"type": "Hostname", "address": NODE}],
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "KubeletReady",
                "message": "kubelet is posting ready status", "lastHeartbeatTime": now, "lastTransitionTime": now,
            }],
            "nodeInfo": {
                "kubeletVersion": kubelet, "containerRuntimeVersion": "containerd://2.1.0",
                "osImage": "Culvert demo", "kernelVersion": "none", "operatingSystem": "linux", "architecture": "amd64",
                "bootID": "", "kubeProxyVersion": "", "machineID": "", "systemUUID": "",
            },
        },
    })
}

/// The deployment, stateful set, daemon set or job of a workload.
pub(crate) fn workload(workload: &Workload) -> Value {
    let labels = json!({"app": workload.name});
    let mut object = json!({
        "metadata": {
            "name": workload.name, "namespace": workload.namespace, "labels": labels, "generation": 1,
        },
        "spec": {
            "replicas": workload.replicas,
            "selector": {"matchLabels": labels},
            "template": pod_template(workload),
            "revisionHistoryLimit": 10,
        },
        "status": {},
    });
    match workload.kept_by {
        Kept::Deployment => {
            object["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": "1"});
            object["spec"]["strategy"] = rolling_update();
            object["spec"]["progressDeadlineSeconds"] = json!(600);
        }
        Kept::StatefulSet => {
            object["spec"]["serviceName"] = json!(workload.name);
            object["spec"]["podManagementPolicy"] = json!("OrderedReady");
            object["spec"]["updateStrategy"] =
                json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}});
        }
        Kept::DaemonSet => {
            object["spec"] = json!({
                "selector": object["spec"]["selector"], "template": object["spec"]["template"],
                "revisionHistoryLimit": 10, "updateStrategy": {"type": "RollingUpdate"},
            });
        }
        Kept::Job => {
            let mut template = object["spec"]["template"].clone();
            template["metadata"]["labels"]["batch.kubernetes.io/job-name"] = json!(workload.name);
            template["spec"]["restartPolicy"] = json!("Never");
            object["spec"] = json!({
                "selector": {"matchLabels": {"batch.kubernetes.io/job-name": workload.name}},
                "template": template, "parallelism": workload.replicas, "completions": workload.replicas,
                "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
            });
        }
    }
    object
}

/// How a deployment replaces its pods where nothing else is said.
pub(crate) fn rolling_update() -> Value {
    json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}})
}

/// The replica set that a deployment makes of its template.
pub(crate) fn replica_set(deployment: &Value) -> Value {
    let name = text(deployment, "/metadata/name");
    let hash = identity::template_hash(&deployment["spec"]["template"].to_string());
    let labels = json!({"app": name, "pod-template-hash": hash});
    let mut template = deployment["spec"]["template"].clone();
    template["metadata"]["labels"] = labels.clone();
    json!({
        "metadata": {
            "name": format!("{name}-{hash}"),
            "namespace": deployment["metadata"]["namespace"],
            "labels": labels,
            "annotations": deployment["metadata"]["annotations"],
            "generation": 1,
            "ownerReferences": [owner(deployment)],
        },
        "spec": {
            "replicas": deployment["spec"]["replicas"],
            "selector": {"matchLabels": labels},
            "template": template,
        },
        "status": {"replicas": 0},
    })
}

/// A new pod of a replica set, a stateful set, a daemon set or a job, already assigned to the node and not yet running.
pub(crate) fn pod(name: &str, owner_object: &Value) -> Value {
    let template = &owner_object["spec"]["template"];
    let mut labels = template["metadata"]["labels"].clone();
    if owner_object["kind"] == "StatefulSet" {
        labels["statefulset.kubernetes.io/pod-name"] = json!(name);
        labels["controller-revision-hash"] = json!(revision(owner_object));
    }
    let mut pod = bare_pod(text(owner_object, "/metadata/namespace"), name, &template["spec"]["containers"]);
    pod["metadata"]["labels"] = labels;
    if let Some(annotations) = template["metadata"].get("annotations") {
        pod["metadata"]["annotations"] = annotations.clone();
    }
    pod["metadata"]["ownerReferences"] = json!([owner(owner_object)]);
    if owner_object["kind"] != "StatefulSet" {
        pod["metadata"]["generateName"] = json!(format!("{}-", text(owner_object, "/metadata/name")));
    }
    pod
}

/// A new pod that nothing owns.
pub(crate) fn bare_pod(namespace: &str, name: &str, containers: &Value) -> Value {
    json!({
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {
            "containers": containers,
            "nodeName": NODE,
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default",
            "terminationGracePeriodSeconds": 30,
            "tolerations": [],
        },
        "status": {
            "phase": "Pending",
            "qosClass": "BestEffort",
            "conditions": [condition("PodScheduled", true), condition("Initialized", true),
                not_ready("Ready"), not_ready("ContainersReady")],
        },
    })
}

/// A container that declares these ports.
pub(crate) fn container(name: &str, image: &str, ports: &[ContainerPort]) -> Value {
    let ports: Vec<_> = ports
        .iter()
        .map(|port| {
            let mut declared = json!({"containerPort": port.number, "protocol": "TCP"});
            if let Some(name) = port.name {
                declared["name"] = json!(name);
            }
            declared
        })
        .collect();
    json!({
        "name": name, "image": image, "imagePullPolicy": "IfNotPresent", "ports": ports, "resources": {},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    })
}

/// What a pod's status says once its container runs in this sandbox.
pub(crate) fn running_status(pod: &Value, address: &str, ready: bool) -> Value {
    let now = identity::now();
    let started = match text(pod, "/status/startTime") {
        "" => now.clone(),
        known => known.to_owned(),
    };
    let container = &pod["spec"]["containers"][0];
    let container_id = match text(pod, "/status/containerStatuses/0/containerID") {
        "" => format!("containerd://{}", identity::container_id()),
        known => known.to_owned(),
    };
    let readiness = |kind| if ready { condition(kind, true) } else { not_ready(kind) };
    json!({
        "phase": "Running",
        "qosClass": "BestEffort",
        "hostIP": NODE_ADDRESS,
        "hostIPs": [{"ip": NODE_ADDRESS}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": started,
        "conditions": [condition("PodScheduled", true), condition("Initialized", true),
            readiness("ContainersReady"), readiness("Ready")],
        "containerStatuses": [{
            "name": container["name"], "image": container["image"], "imageID": "", "containerID": container_id,
            "ready": ready, "started": true, "restartCount": 0, "lastState": {},
            "state": {"running": {"startedAt": started}},
        }],
    })
}

pub(crate) fn service(workload: &Workload, shape: &ServiceShape, cluster_address: &str) -> Value {
    let port = json!({
        "name": shape.port_name, "port": shape.port, "protocol": "TCP", "targetPort": shape.target,
    });
    let mut object = cluster_service(workload.namespace, workload.name, cluster_address, &port);
    object["spec"]["selector"] = json!({"app": workload.name});
    object
}

/// A service that selects no pods.
pub(crate) fn service_without_selector(namespace: &str, name: &str, address: &str, port: u16) -> Value {
    let port = json!({"name": "https", "port": port, "protocol": "TCP", "targetPort": port});
    cluster_service(namespace, name, address, &port)
}

fn cluster_service(namespace: &str, name: &str, address: &str, port: &Value) -> Value {
    json!({
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {
            "type": "ClusterIP", "clusterIP": address, "clusterIPs": [address], "ports": [port],
            "sessionAffinity": "None", "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
        },
        "status": {"loadBalancer": {}},
    })
}

/// The endpoints of a service, of the same name, with these subsets.
pub(crate) fn endpoints(service: &Value, subsets: &Value) -> Value {
    json!({
        "metadata": {
            "name": service["metadata"]["name"], "namespace": service["metadata"]["namespace"],
            "labels": service["metadata"]["labels"],
        },
        "subsets": subsets,
    })
}

/// The revision of a stateful set's pods.
pub(crate) fn revision(stateful_set: &Value) -> String {
    let hash = identity::template_hash(&stateful_set["spec"]["template"].to_string());
    format!("{}-{hash}", text(stateful_set, "/metadata/name"))
}

/// Replicas that are wanted: of a daemon set one, since there is one node.
pub(crate) fn replicas(object: &Value) -> u64 {
    match text(object, "/kind") {
        "DaemonSet" => 1,
        "Job" => number(object, "/spec/parallelism"),
        _ => number(object, "/spec/replicas"),
    }
}

pub(crate) fn condition(kind: &str, holds: bool) -> Value {
    let status = if holds { "True" } else { "False" };
    json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": identity::now()})
}

fn not_ready(kind: &str) -> Value {
    let mut condition = condition(kind, false);
    condition["reason"] = json!("ContainersNotReady");
    condition["message"] = json!("containers with unready status");
    condition
}

fn owner(object: &Value) -> Value {
    json!({
        "apiVersion": object["apiVersion"], "kind": object["kind"], "name": object["metadata"]["name"],
        "uid": object["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    })
}

fn pod_template(workload: &Workload) -> Value {
    json!({
        "metadata": {"labels": {"app": workload.name}},
        "spec": {
            "containers": [container(workload.name, workload.program.image(), workload.ports)],
            "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30,
        },
    })
}
