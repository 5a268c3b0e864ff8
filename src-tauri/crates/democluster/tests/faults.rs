//! Faults of the API as the kube crate, a client that is not ours, sees them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use democluster::{DemoCluster, DemoOptions};
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, WatchEvent, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::watcher;
use kube::{Api, Client, Config};

/// How long something may take that takes milliseconds, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that repeats nothing by itself.
async fn client_of(cluster: &DemoCluster) -> Client {
    let kubeconfig = Kubeconfig::from_yaml(&cluster.kubeconfig()).expect("YAML");
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a usable context");
    config.default_retry = false;
    Client::try_from(config).expect("a usable configuration")
}

async fn start() -> (DemoCluster, Client) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cluster = DemoCluster::start(DemoOptions::default()).await.expect("the cluster starts");
    let client = client_of(&cluster).await;
    (cluster, client)
}

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("in time")
}

/// The status that the server answered with.
fn status<T: std::fmt::Debug>(answer: kube::Result<T>) -> u16 {
    match answer {
        Ok(_) => 200,
        Err(kube::Error::Api(status)) => status.code,
        Err(other) => panic!("unexpected: {other:?}"),
    }
}

#[tokio::test]
async fn expired_watches_are_told_so_and_so_is_who_asks_for_what_came_before() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client, "demo");
    let version = pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version;
    let version = version.expect("a version");
    for opened_before in [true, false] {
        let mut events = None;
        if opened_before {
            events = Some(pods.watch(&WatchParams::default(), &version).await.expect("a watch").boxed());
            cluster.expire_watches();
        }
        let mut events = match events {
            Some(events) => events,
            None => pods.watch(&WatchParams::default(), &version).await.expect("a watch").boxed(),
        };
        match soon(events.try_next()).await.expect("a healthy watch") {
            Some(WatchEvent::Error(status)) => assert_eq!(status.code, 410),
            other => panic!("unexpected: {other:?}"),
        }
        assert!(soon(events.try_next()).await.expect("an orderly end").is_none());
    }
    // Who lists again can follow from there.
    let version = pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version;
    let version = version.expect("a version");
    let mut events = pods.watch(&WatchParams::default(), &version).await.expect("a watch").boxed();
    assert!(cluster.delete_pod("demo", "cache-0"));
    assert!(matches!(soon(events.try_next()).await, Ok(Some(WatchEvent::Modified(_)))));
    cluster.shutdown().await;
}

#[tokio::test]
async fn dropped_watches_break_off_and_are_taken_up_again() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client, "demo");
    let version = pods.list(&ListParams::default()).await.expect("a list").metadata.resource_version;
    let version = version.expect("a version");
    let mut events = pods.watch(&WatchParams::default(), &version).await.expect("a watch").boxed();
    cluster.drop_watches();
    assert!(!matches!(soon(events.try_next()).await, Ok(Some(_))));

    let mut followed = watcher(pods, watcher::Config::default()).boxed();
    while !matches!(soon(followed.try_next()).await, Ok(Some(watcher::Event::InitDone))) {}
    cluster.drop_watches();
    assert!(cluster.delete_pod("demo", "cache-0"));
    loop {
        match soon(followed.try_next()).await {
            Ok(Some(watcher::Event::Apply(_))) => break,
            // The break may be told before.
            Err(_) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn any_request_can_be_refused() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client.clone(), "demo");
    let mut events = pods.watch(&WatchParams::default(), "0").await.expect("a watch").boxed();
    for _ in 0..5 {
        soon(events.try_next()).await.expect("a healthy watch").expect("a pod");
    }
    cluster.refuse_all(429, 1);
    cluster.refuse_all(500, 3);
    assert_eq!(cluster.refusals_left(), 4);
    assert_eq!(status(client.apiserver_version().await), 429);
    assert_eq!(status(pods.get("cache-0").await), 500);
    assert_eq!(status(pods.list(&ListParams::default()).await), 500);
    assert_eq!(status(pods.watch(&WatchParams::default(), "0").await.map(|_| ())), 500);
    assert_eq!(cluster.refusals_left(), 0);
    assert_eq!(status(pods.get("cache-0").await), 200);
    // What was open stays open.
    assert!(cluster.delete_pod("demo", "cache-0"));
    assert!(matches!(soon(events.try_next()).await, Ok(Some(WatchEvent::Modified(_)))));
    cluster.shutdown().await;
}

#[tokio::test]
async fn tokens_expire_and_what_is_open_stays_open() {
    let (cluster, first) = start().await;
    let old = cluster.token();
    let new = cluster.issue_token();
    assert!(cluster.kubeconfig().contains(&new) && !cluster.kubeconfig().contains(&old));
    let second = client_of(&cluster).await;
    let pods = Api::<Pod>::namespaced(first.clone(), "demo");
    let mut events = pods.watch(&WatchParams::default(), "0").await.expect("a watch").boxed();
    for _ in 0..5 {
        soon(events.try_next()).await.expect("a healthy watch").expect("a pod");
    }
    cluster.revoke_token(&old);
    assert_eq!(status(first.apiserver_version().await), 401);
    assert_eq!(status(second.apiserver_version().await), 200);
    assert!(cluster.delete_pod("demo", "cache-0"));
    assert!(matches!(soon(events.try_next()).await, Ok(Some(WatchEvent::Modified(_)))));
    cluster.shutdown().await;
}
