//! What happens to the pods that somebody follows.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use cluster::{Following, PodStanding};
use futures::FutureExt;
use serde_json::json;
use support::{
    Server,
    objects::{PODS, cluster, forbidden, list, pod},
};

fn names(following: &Following) -> Vec<String> {
    following.ready().into_iter().map(|pod| pod.name).collect()
}

#[tokio::test]
async fn followers_of_a_namespace_share_one_watch() {
    let server = Server::start().await;
    server.answer(&format!("{PODS}/a"), 200, pod("a", true));
    server.answer(&format!("{PODS}?&labelSelector=app%3Decho"), 200, list(json!([pod("a", true)])));
    server.answer(&format!("{PODS}?&limit=500"), 200, list(json!([pod("a", true), pod("b", false)])));
    let mut leaving = pod("a", true);
    leaving["metadata"]["deletionTimestamp"] = json!("2024-01-01T00:00:00Z");
    let mut other = pod("a", true);
    other["metadata"]["uid"] = json!("another");
    let feed = server.feed(PODS);
    let cluster = cluster(&server).await;
    let by_name = cluster.pods_of("demo", &"a".parse().unwrap()).await.unwrap();
    let by_label = cluster.pods_of("demo", &"selector/app=echo".parse().unwrap()).await.unwrap();
    let pod_a = by_name.best().unwrap();
    let (mut one, mut many) = (cluster.follow(&by_name), cluster.follow(&by_label));
    for following in [&mut one, &mut many] {
        following.changed().await;
        assert_eq!(following.objection(&pod_a), None);
        assert_eq!(names(following), ["a"]);
        assert!(!following.has_to_ask());
    }
    // A pod of the label alone is no news for who follows the other by name.
    feed.tell("MODIFIED", pod("b", true));
    many.changed().await;
    assert_eq!(names(&many), ["a", "b"]);
    assert!(one.changed().now_or_never().is_none());
    for (event, object, objection) in [
        ("MODIFIED", pod("a", false), Some(PodStanding::NotReady)),
        ("MODIFIED", pod("a", true), None),
        ("MODIFIED", leaving, Some(PodStanding::Terminating)),
        // What was objected to for good is not used any more.
        ("ADDED", other, None),
    ] {
        feed.tell(event, object);
        one.changed().await;
        many.changed().await;
        assert_eq!(one.objection(&pod_a), objection);
        assert_eq!(many.objection(&pod_a), objection);
    }
    assert_eq!(server.watches(), 1);
}

#[tokio::test]
async fn what_the_watch_has_not_seen_it_does_not_judge() {
    let server = Server::start().await;
    server.answer(&format!("{PODS}/a"), 200, pod("a", true));
    // The watch is behind: the pod is not ready there yet.
    server.answer(&format!("{PODS}?&limit=500"), 200, list(json!([pod("a", false)])));
    let feed = server.feed(PODS);
    let cluster = cluster(&server).await;
    let pods = cluster.pods_of("demo", &"a".parse().unwrap()).await.unwrap();
    let mut following = cluster.follow(&pods);
    following.changed().await;
    assert_eq!(following.objection(&pods.best().unwrap()), None);
    feed.tell("DELETED", pod("a", false));
    following.changed().await;
    assert_eq!(following.objection(&pods.best().unwrap()), None);
    // By now it must have caught up.
    following.changed().await;
    assert_eq!(following.objection(&pods.best().unwrap()), Some(PodStanding::Gone));
}

#[tokio::test]
async fn pods_that_may_not_be_watched_are_asked_after() {
    let server = Server::start().await;
    server.answer(&format!("{PODS}/a"), 200, pod("a", true));
    server.answer(PODS, 403, forbidden());
    let cluster = cluster(&server).await;
    let pods = cluster.pods_of("demo", &"a".parse().unwrap()).await.unwrap();
    let mut following = cluster.follow(&pods);
    while following.ready().is_empty() {
        following.changed().await;
    }
    assert!(following.has_to_ask());
    assert_eq!(following.objection(&pods.best().unwrap()), None);
    let gone =
        json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "message": "no", "code": 404});
    server.answer(&format!("{PODS}/a"), 404, gone);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(16)).await;
    tokio::time::resume();
    following.changed().await;
    assert_eq!(following.objection(&pods.best().unwrap()), Some(PodStanding::Gone));
}

#[tokio::test]
async fn connections_are_made_anew_on_demand() {
    let server = Server::start().await;
    server.answer(&format!("{PODS}/a"), 200, pod("a", true));
    let cluster = cluster(&server).await;
    let ask = async || cluster.pods_of("demo", &"a".parse().unwrap()).await.unwrap();
    ask().await;
    ask().await;
    assert_eq!(server.connections(), 1);
    cluster.renew_connections();
    ask().await;
    assert_eq!(server.connections(), 2);
}
