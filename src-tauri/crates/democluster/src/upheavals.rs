//! What people and nodes do to a cluster: roll-outs, pods that are killed, namespaces that go and come back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::objects::{is_ready_pod, is_terminating, manifest, number, text};
use crate::{DemoCluster, content, identity};

impl DemoCluster {
    /// Rolls a deployment out again, as `kubectl rollout restart` does: its template changes, so that it gets a new replica
    /// set, and pods of the new one take the place of the old ones. Answers whether there is such a deployment.
    ///
    /// Without a `gap` the new pods come a quarter at a time and an old one goes when a new one is ready (strategy
    /// `RollingUpdate` with its defaults). With one, all old pods go first (strategy `Recreate`), and the new ones are
    /// ready only after this time, rounded up to seconds (`initialDelaySeconds` of their readiness probe), has passed on
    /// top of the usual: no pod is ready for at least so long. Until then their programs are starting: the pods run, and
    /// their ports refuse connections.
    pub fn roll_out(&self, namespace: &str, deployment: &str, gap: Duration) -> bool {
        let key = Key::new(Kind::Deployment, namespace, deployment);
        let seconds = gap.as_secs() + u64::from(gap.subsec_nanos() > 0);
        self.context.store.update(&key, |deployment| change_template(deployment, seconds)).is_some()
    }

    /// Has a deployment keep so many pods, as `kubectl scale` does. Answers whether there is such a deployment.
    pub fn scale(&self, namespace: &str, deployment: &str, replicas: u32) -> bool {
        let key = Key::new(Kind::Deployment, namespace, deployment);
        let scaled = self.context.store.update(&key, |deployment| {
            deployment["spec"]["replicas"] = json!(replicas);
            deployment["metadata"]["generation"] = json!(number(deployment, "/metadata/generation") + 1);
        });
        scaled.is_some()
    }

    /// How many pods of a workload are ready.
    #[must_use]
    pub fn ready_pods(&self, namespace: &str, workload: &str) -> usize {
        let (_, pods) = self.context.store.list(Kind::Pod, Some(namespace));
        pods.iter().filter(|pod| text(pod, "/metadata/labels/app") == workload && is_ready_pod(pod)).count()
    }

    /// Ends a pod without grace, as the loss of its node or `kubectl delete --grace-period=0 --force` does: it is gone from
    /// the API at once, every connection into it is reset at once, and whoever made it makes another one. Links to it stay,
    /// and new streams on them find no sandbox, as on a real node. Answers whether there was such a pod.
    pub fn kill_pod(&self, namespace: &str, name: &str) -> bool {
        self.context.node.kill(namespace, name)
    }

    /// Deletes a namespace with everything in it, as `kubectl delete namespace` does: it is `Terminating` while its pods end
    /// in their own time, and gone with the last one. Answers whether there was one.
    ///
    /// As on a real node, links into its pods stay open, and streams on them fail when the pods are gone.
    pub fn delete_namespace(&self, name: &str) -> bool {
        let key = Key::new(Kind::Namespace, "", name);
        let deleted = self.context.store.update(&key, |namespace| {
            if !is_terminating(namespace) {
                namespace["metadata"]["deletionTimestamp"] = json!(identity::now());
                namespace["status"]["phase"] = json!("Terminating");
            }
        });
        deleted.is_some()
    }

    /// Creates a namespace of the demo cluster again, with what was in it at first, once a deleted one of that name is gone.
    /// Its pods need their time to be ready. What is there already stays as it is.
    pub async fn restore_namespace(&self, name: &str) {
        let key = Key::new(Kind::Namespace, "", name);
        let mut changes = self.context.store.subscribe();
        // The store keeps the sender, so waiting does not fail.
        while self.context.store.get(&key).is_some_and(|namespace| is_terminating(&namespace))
            && changes.changed().await.is_ok()
        {}
        content::apply(&self.context.store, self.context.server, Some(name));
    }
}

/// A template that differs from all before, with pods that are ready so many seconds later than usual.
fn change_template(deployment: &mut Value, seconds: u64) {
    const REVISION: &str = "deployment.kubernetes.io/revision";
    let before = deployment["metadata"]["annotations"][REVISION].as_str().and_then(|text| text.parse().ok());
    let revision = before.unwrap_or(0_u64) + 1;
    deployment["metadata"]["annotations"][REVISION] = json!(revision.to_string());
    deployment["metadata"]["generation"] = json!(number(deployment, "/metadata/generation") + 1);
    let template = &mut deployment["spec"]["template"];
    // The time alone has whole seconds, in which there may be several.
    template["metadata"]["annotations"] = json!({
        "kubectl.kubernetes.io/restartedAt": identity::now(), "culvert.demo/revision": revision.to_string(),
    });
    let container = &mut template["spec"]["containers"][0];
    if seconds > 0 {
        container["readinessProbe"] = json!({
            "tcpSocket": {"port": container["ports"][0]["containerPort"]},
            "initialDelaySeconds": seconds, "periodSeconds": 1, "successThreshold": 1, "failureThreshold": 3,
            "timeoutSeconds": 1,
        });
        deployment["spec"]["strategy"] = json!({"type": "Recreate"});
    } else {
        if let Some(container) = container.as_object_mut() {
            container.remove("readinessProbe");
        }
        deployment["spec"]["strategy"] = manifest::rolling_update();
    }
}
