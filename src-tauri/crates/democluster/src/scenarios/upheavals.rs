//! What happens to pods, to links into them and to statuses when a cluster is turned over.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use spdy::{Event, StreamId};
use tokio::time::Instant;

use super::client_link::{ClientLink, PATIENCE, pod_of, start};
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::objects::{is_terminating, number, text};
use crate::{DemoCluster, ports};

/// The pods of a workload, with those on their way out.
fn pods_of(cluster: &DemoCluster, namespace: &str, workload: &str) -> Vec<Arc<Value>> {
    let mut pods = cluster.context.store.list(Kind::Pod, Some(namespace)).1;
    pods.retain(|pod| text(pod, "/metadata/labels/app") == workload);
    pods
}

/// Looks at the cluster at each change until it is as wanted.
async fn until(cluster: &DemoCluster, mut holds: impl FnMut() -> bool) {
    let mut changes = cluster.context.store.subscribe();
    let waiting = async {
        while !holds() {
            changes.changed().await.expect("the store lives as long as the cluster");
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("in time");
}

fn deployment(cluster: &DemoCluster, name: &str) -> Arc<Value> {
    cluster.context.store.get(&Key::new(Kind::Deployment, "demo", name)).expect("a deployment")
}

#[tokio::test]
async fn a_roll_out_replaces_all_pods_and_always_has_as_many_ready_as_are_wanted() {
    let cluster = start().await;
    let old = cluster.pods("demo");
    for round in 0..2 {
        let before = pods_of(&cluster, "demo", "web");
        assert!(cluster.roll_out("demo", "web", Duration::ZERO));
        until(&cluster, || {
            let pods = pods_of(&cluster, "demo", "web");
            assert!(cluster.ready_pods("demo", "web") >= 2, "{pods:?}");
            let names = |pods: &[Arc<Value>]| -> Vec<_> {
                pods.iter().map(|pod| text(pod, "/metadata/name").to_owned()).collect()
            };
            let (before, now) = (names(&before), names(&pods));
            now.len() == 2 && now.iter().all(|pod| !before.contains(pod))
        })
        .await;
        until(&cluster, || {
            let status = &deployment(&cluster, "web")["status"];
            number(status, "/updatedReplicas") == 2
                && number(status, "/observedGeneration") == round + 2
                && number(status, "/replicas") == 2
        })
        .await;
    }
    let sets = cluster.context.store.list(Kind::ReplicaSet, Some("demo")).1;
    let of_web = sets.iter().filter(|set| text(set, "/metadata/labels/app") == "web");
    let mut wanted: Vec<_> = of_web.map(|set| number(set, "/spec/replicas")).collect();
    wanted.sort_unstable();
    assert_eq!(wanted, [0, 0, 2]);
    let others =
        |pods: Vec<String>| pods.into_iter().filter(|pod| !pod.starts_with("web-")).collect::<Vec<_>>();
    assert_eq!(others(cluster.pods("demo")), others(old), "nobody else is touched");
    assert!(!cluster.roll_out("demo", "cache", Duration::ZERO), "a stateful set is no deployment");
    cluster.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_roll_out_with_a_gap_has_no_ready_pod_for_so_long() {
    let cluster = start().await;
    assert!(cluster.roll_out("demo", "echo", Duration::from_millis(4500)));
    until(&cluster, || cluster.ready_pods("demo", "echo") == 0).await;
    let none = Instant::now();
    until(&cluster, || cluster.ready_pods("demo", "echo") == 1).await;
    let gap = none.elapsed();
    assert!((5..7).contains(&gap.as_secs()), "{gap:?}");
    // The next one without a gap has none.
    assert!(cluster.roll_out("demo", "echo", Duration::ZERO));
    let old = pod_of(&cluster, "demo", "echo");
    until(&cluster, || {
        assert_ne!(cluster.ready_pods("demo", "echo"), 0);
        pods_of(&cluster, "demo", "echo").iter().all(|pod| text(pod, "/metadata/name") != old)
    })
    .await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_deployment_has_as_many_pods_as_it_is_told_to() {
    let cluster = start().await;
    for (replicas, rolls_out) in [(3, false), (1, false), (2, true)] {
        assert!(cluster.scale("demo", "echo", replicas));
        if rolls_out {
            cluster.roll_out("demo", "echo", Duration::ZERO);
        }
        let wanted = u64::from(replicas);
        until(&cluster, || {
            let status = &deployment(&cluster, "echo")["status"];
            pods_of(&cluster, "demo", "echo").len() as u64 == wanted
                && number(status, "/readyReplicas") == wanted
                && number(status, "/updatedReplicas") == wanted
        })
        .await;
    }
    assert!(!cluster.scale("demo", "nothing", 1));
    cluster.shutdown().await;
}

/// Sends something, and waits for what comes back.
async fn is_answered(link: &mut ClientLink, data: StreamId) {
    link.session.send(data, Bytes::from_static(b"x\r\n"), false).expect("an open stream");
    match link.next_but_replies().await {
        Some(Event::Data { stream, end: false, .. }) => assert_eq!(stream, data),
        other => panic!("unexpected: {other:?}"),
    }
}

#[tokio::test]
async fn a_killed_pod_is_gone_at_once_and_connections_into_it_are_reset() {
    let cluster = start().await;
    for (namespace, workload, port) in [("demo", "echo", ports::ECHO), ("demo", "cache", ports::CACHE)] {
        let pod = pod_of(&cluster, namespace, workload);
        let uid = pods_of(&cluster, namespace, workload)[0]["metadata"]["uid"].clone();
        let mut link = ClientLink::open(&cluster, namespace, &pod).await;
        let [error, data] = link.dial(port);
        is_answered(&mut link, data).await;
        assert!(cluster.kill_pod(namespace, &pod));
        let is_there =
            || pods_of(&cluster, namespace, workload).iter().any(|pod| pod["metadata"]["uid"] == uid);
        assert!(!is_there());
        let mut resets = Vec::new();
        while resets.len() < 2 {
            match link.next_but_replies().await {
                Some(Event::Reset { stream, .. }) => resets.push(stream),
                other => panic!("unexpected: {other:?}"),
            }
        }
        assert_eq!(resets, [data, error]);
        // The link lives, and leads nowhere.
        let [error, _] = link.dial(port);
        match link.next_but_replies().await {
            Some(Event::Data { stream, data, .. }) if stream == error => {
                let text = String::from_utf8_lossy(&data);
                assert!(text.contains("failed to find sandbox"), "{text}");
            }
            other => panic!("unexpected: {other:?}"),
        }
        // One of a stateful set has the same name again, and is not taken for the dead one.
        until(&cluster, || cluster.ready_pods(namespace, workload) == 1).await;
        assert!(!is_there());
        ClientLink::open(&cluster, namespace, &pod_of(&cluster, namespace, workload)).await;
    }
    assert!(!cluster.kill_pod("demo", "nobody"));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_deleted_namespace_goes_with_everything_and_comes_back_whole() {
    let cluster = start().await;
    let shape = |namespace: &str| -> Vec<(Kind, usize)> {
        let namespaced = Kind::ALL.into_iter().filter(|kind| kind.facts().namespaced);
        namespaced.map(|kind| (kind, cluster.context.store.list(kind, Some(namespace)).1.len())).collect()
    };
    let key = Key::new(Kind::Namespace, "", "demo");
    let (demo, lab) = (shape("demo"), shape("lab"));
    let old = cluster.pods("demo");
    assert!(cluster.delete_namespace("demo"));
    let namespace = cluster.context.store.get(&key);
    assert!(namespace.is_some_and(|it| is_terminating(&it) && text(&it, "/status/phase") == "Terminating"));
    until(&cluster, || cluster.context.store.get(&key).is_none()).await;
    assert!(shape("demo").iter().all(|(_, count)| *count == 0), "{:?}", shape("demo"));
    assert!(!cluster.delete_namespace("demo"));

    cluster.restore_namespace("demo").await;
    until(&cluster, || shape("demo") == demo && cluster.ready_pods("demo", "web") == 2).await;
    assert_eq!(shape("lab"), lab);
    let new = cluster.pods("demo");
    assert!(new.iter().all(|pod| pod == "cache-0" || !old.contains(pod)), "{old:?}, {new:?}");

    // While it is on its way out it cannot be created: that is waited for.
    assert!(cluster.delete_namespace("demo"));
    cluster.restore_namespace("demo").await;
    until(&cluster, || shape("demo") == demo && cluster.ready_pods("demo", "echo") == 1).await;
    cluster.shutdown().await;
}
