//! The API as the kube crate, a client that is not ours, sees it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use democluster::{DemoCluster, DemoOptions, ServerVersion};
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::core::v1::{Namespace, Pod, Service};
use kube::api::{DeleteParams, ListParams, PostParams, WatchEvent, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Client, Config, ResourceExt};

/// How long something may take that takes milliseconds, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

async fn client_of(kubeconfig: &str) -> Client {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).expect("YAML");
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a usable context");
    Client::try_from(config).expect("a usable configuration")
}

async fn start() -> (DemoCluster, Client) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = DemoOptions {
        startup: Duration::from_millis(20),
        termination: Duration::from_millis(20),
        ..DemoOptions::default()
    };
    let cluster = DemoCluster::start(options).await.expect("the cluster starts");
    let client = client_of(&cluster.kubeconfig()).await;
    (cluster, client)
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

#[tokio::test]
async fn everything_promised_is_there_and_ready() {
    let (cluster, client) = start().await;
    let namespaces =
        Api::<Namespace>::all(client.clone()).list(&ListParams::default()).await.expect("a list");
    let names: Vec<_> = namespaces.iter().map(ResourceExt::name_any).collect();
    assert_eq!(names, ["default", "demo", "kube-system", "lab"]);

    let pods = Api::<Pod>::all(client.clone()).list(&ListParams::default()).await.expect("a list");
    assert_eq!(pods.items.len(), 12);
    assert!(pods.iter().all(is_ready));
    assert!(pods.iter().all(|pod| pod.uid().is_some() && !pod.owner_references().is_empty()));

    let services = Api::<Service>::namespaced(client.clone(), "demo");
    let web = services.get("web").await.expect("the web shop has a service");
    let port = &web.spec.as_ref().expect("a spec").ports.as_ref().expect("ports")[0];
    assert_eq!(port.port, 80);
    assert_eq!(serde_json::to_value(&port.target_port).expect("JSON"), "http");

    let web = Api::<Deployment>::namespaced(client.clone(), "demo").get("web").await.expect("a deployment");
    assert_eq!(web.status.expect("a status").ready_replicas, Some(2));
    let cache =
        Api::<StatefulSet>::namespaced(client.clone(), "demo").get("cache").await.expect("a stateful set");
    assert_eq!(cache.status.expect("a status").ready_replicas, Some(1));
    let external =
        Api::<Service>::namespaced(client.clone(), "lab").get("external").await.expect("a service");
    assert!(external.spec.expect("a spec").selector.is_none());
    let version = client.apiserver_version().await.expect("a version");
    assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "34"));
    cluster.shutdown().await;
}

#[tokio::test]
async fn lists_are_selected_and_come_in_parts() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client, "demo");
    let web = pods.list(&ListParams::default().labels("app=web")).await.expect("a list");
    assert_eq!(web.items.len(), 2);
    let one = web.items[0].name_any();
    let named =
        pods.list(&ListParams::default().fields(&format!("metadata.name={one}"))).await.expect("a list");
    assert_eq!(named.items.len(), 1);
    let mut names = Vec::new();
    let mut parameters = ListParams::default().limit(2);
    loop {
        let part = pods.list(&parameters).await.expect("a part");
        assert!(part.items.len() <= 2);
        names.extend(part.iter().map(ResourceExt::name_any));
        match part.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => parameters = parameters.continue_token(&token),
            None => break,
        }
    }
    assert_eq!(names, cluster.pods("demo"));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_deleted_pod_is_replaced_and_watchers_see_it_all() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client, "demo");
    let before = pods.list(&ListParams::default().labels("app=echo")).await.expect("a list");
    let old = before.items[0].name_any();
    let version = before.metadata.resource_version.expect("a version");
    let mut events =
        pods.watch(&WatchParams::default().labels("app=echo"), &version).await.expect("a watch").boxed();
    pods.delete(&old, &DeleteParams::default()).await.expect("the pod is there");
    let (mut terminating, mut gone, mut ready) = (false, false, None);
    let watching = async {
        while !(gone && ready.is_some()) {
            match events.try_next().await.expect("a healthy watch").expect("an endless watch") {
                WatchEvent::Added(pod) => assert_ne!(pod.name_any(), old),
                WatchEvent::Modified(pod) if pod.name_any() == old => {
                    terminating |= pod.metadata.deletion_timestamp.is_some();
                }
                WatchEvent::Modified(pod) if is_ready(&pod) => ready = Some(pod.name_any()),
                WatchEvent::Modified(_) => {}
                WatchEvent::Deleted(pod) => gone = pod.name_any() == old,
                other => panic!("unexpected: {other:?}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, watching).await.expect("a new pod in time");
    assert!(terminating);
    assert!(cluster.pods("demo").contains(&ready.expect("a new pod")));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_stateful_set_keeps_the_name() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client, "demo");
    let old = pods.get("cache-0").await.expect("the pod is there").uid();
    let mut events =
        watcher(pods, watcher::Config::default().fields("metadata.name=cache-0")).applied_objects().boxed();
    assert!(cluster.delete_pod("demo", "cache-0"));
    assert!(!cluster.delete_pod("demo", "cache-1"));
    let watching = async {
        loop {
            let pod = events.try_next().await.expect("a healthy watch").expect("an endless watch");
            if pod.uid() != old && is_ready(&pod) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, watching).await.expect("a new pod in time");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_watch_from_too_long_ago_is_told_to_list_again() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::all(client);
    let mut events = pods.watch(&WatchParams::default(), "1").await.expect("a watch").boxed();
    match events.try_next().await.expect("a healthy watch") {
        Some(WatchEvent::Error(status)) => assert_eq!(status.code, 410),
        other => panic!("unexpected: {other:?}"),
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_streamed_list_ends_with_its_bookmark() {
    let (cluster, client) = start().await;
    let config = watcher::Config::default().streaming_lists();
    let mut events = watcher(Api::<Pod>::namespaced(client, "demo"), config).boxed();
    let mut count = 0;
    let listing = async {
        loop {
            match events.try_next().await.expect("a healthy watch").expect("an endless watch") {
                watcher::Event::InitApply(_) => count += 1,
                watcher::Event::InitDone => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, listing).await.expect("the end of the list in time");
    assert_eq!(count, 5);
    cluster.shutdown().await;
}

#[tokio::test]
async fn who_is_known_may_do_everything_and_who_is_not_nothing() {
    let (cluster, client) = start().await;
    let review = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                namespace: Some("demo".to_owned()),
                verb: Some("create".to_owned()),
                resource: Some("pods".to_owned()),
                subresource: Some("portforward".to_owned()),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let answer = Api::<SelfSubjectAccessReview>::all(client).create(&PostParams::default(), &review).await;
    assert!(answer.expect("an answer").status.expect("a status").allowed);

    let by_certificate = client_of(&cluster.kubeconfig_with_client_certificate()).await;
    by_certificate.apiserver_version().await.expect("the certificate is good");

    let stranger = cluster.kubeconfig().replace("token: \"", "token: \"not-");
    let error = client_of(&stranger).await.apiserver_version().await.expect_err("the token is bad");
    assert!(matches!(&error, kube::Error::Api(status) if status.code == 401), "{error:?}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_is_forbidden_is_refused_and_reviews_say_so_beforehand() {
    let (cluster, client) = start().await;
    let may = |verb: &str, subresource: &str| {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    verb: Some(verb.to_owned()),
                    resource: Some("pods".to_owned()),
                    subresource: Some(subresource.to_owned()),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let reviews = Api::<SelfSubjectAccessReview>::all(client.clone());
        async move {
            let answer = reviews.create(&PostParams::default(), &review).await.expect("an answer");
            answer.status.expect("a status").allowed
        }
    };
    cluster.forbid("list", "pods");
    cluster.forbid("create", "pods/portforward");
    assert!(!may("list", "").await);
    assert!(may("get", "").await);
    assert!(!may("create", "portforward").await);
    assert!(may("get", "portforward").await);
    let pods = Api::<Pod>::namespaced(client.clone(), "demo");
    let error = pods.list(&ListParams::default()).await.expect_err("forbidden");
    let expected = "pods is forbidden: User \"demo-user\" cannot list resource \"pods\" in API group \"\" in \
                    the namespace \"demo\"";
    assert!(
        matches!(&error, kube::Error::Api(status) if status.code == 403 && status.message == expected),
        "{error:?}"
    );
    drop(pods.watch(&WatchParams::default(), "0").await.expect("a watch is something else"));
    cluster.allow_all();
    pods.list(&ListParams::default()).await.expect("allowed again");
    cluster.shutdown().await;
}

#[tokio::test]
async fn the_version_is_that_of_the_server_it_pretends_to_be() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options =
        DemoOptions { base_path: "/k8s/clusters/c-abc".to_owned(), ..DemoOptions::of(ServerVersion::V1_9) };
    let cluster = DemoCluster::start(options).await.expect("the cluster starts");
    let client = client_of(&cluster.kubeconfig()).await;
    let version = client.apiserver_version().await.expect("a version");
    assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "9"));
    let pods = Api::<Pod>::all(client).list(&ListParams::default()).await.expect("a list");
    assert!(pods.iter().all(|pod| pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).is_some()));
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_said_so() {
    let (cluster, client) = start().await;
    let pods = Api::<Pod>::namespaced(client.clone(), "demo");
    let error = pods.get("nope").await.expect_err("no such pod");
    assert!(
        matches!(&error, kube::Error::Api(status) if status.code == 404 && status.reason == "NotFound"),
        "{error:?}"
    );
    let namespaces = Api::<Namespace>::all(client);
    let error = namespaces.delete("demo", &DeleteParams::default()).await.expect_err("not possible");
    assert!(matches!(&error, kube::Error::Api(status) if status.code == 405), "{error:?}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn after_the_shutdown_nothing_listens() {
    let (cluster, _) = start().await;
    let address = cluster.server_url().trim_start_matches("https://").to_owned();
    assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
    cluster.shutdown().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
}
