//! Looks at what there is in a cluster.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod support;

use std::{collections::BTreeMap, time::Duration};

use cluster::{Cluster, Error, KubeconfigSources, TargetKind, TargetLook, TargetNews, TargetSummary};
use democluster::{DemoCluster, DemoOptions};
use serde_json::{Value, json};
use support::{
    Server,
    objects::{PODS, cluster, forbidden, list, pod},
};
use tokio::time::timeout;
use wording::Spoken;

/// A wait that is longer than this has failed.
const TOO_LONG: Duration = Duration::from_secs(60);

/// The lists of a namespace.
const LISTS: [&str; 7] = [
    PODS,
    "/api/v1/namespaces/demo/services",
    "/apis/apps/v1/namespaces/demo/deployments",
    "/apis/apps/v1/namespaces/demo/statefulsets",
    "/apis/apps/v1/namespaces/demo/daemonsets",
    "/apis/apps/v1/namespaces/demo/replicasets",
    "/apis/batch/v1/namespaces/demo/jobs",
];

/// Takes what a look tells, as a window does.
struct Viewer {
    look: TargetLook,
    targets: BTreeMap<String, TargetSummary>,
    /// Of the last news.
    news: TargetNews,
    batches: usize,
}

impl Viewer {
    fn new(look: TargetLook) -> Self {
        Self { look, targets: BTreeMap::new(), news: TargetNews::default(), batches: 0 }
    }

    async fn next(&mut self) {
        loop {
            timeout(TOO_LONG, self.look.changed()).await.expect("nothing changed");
            let Some(news) = self.look.take(500).unwrap() else { continue };
            assert!(news.put.len() + news.gone.len() <= 500);
            for summary in &news.put {
                self.targets.insert(summary.target.to_string(), summary.clone());
            }
            for gone in &news.gone {
                self.targets.remove(&gone.to_string());
            }
            self.batches += 1;
            self.news = news;
            return;
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Self) -> bool) {
        while !wanted(self) {
            self.next().await;
        }
    }

    fn has(&self, target: &str) -> bool {
        self.targets.contains_key(target)
    }

    /// Ready and wanted pods.
    fn counts(&self, target: &str) -> Option<(u32, u32)> {
        self.targets.get(target).map(|summary| (summary.ready, summary.wanted))
    }

    fn pods(&self) -> usize {
        self.targets.keys().filter(|name| name.starts_with("pod/")).count()
    }
}

async fn demo() -> (DemoCluster, Cluster) {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let cluster = KubeconfigSources::inline("demo", demo.kubeconfig()).connect(None).await.unwrap();
    (demo, cluster)
}

/// Waits until something outside the look is as wanted, which has no event.
/// Turns that everything which is ready has for certain had by then.
const TURNS: usize = 100;

async fn eventually(wanted: impl Fn() -> bool) {
    let wait = async {
        while !wanted() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(TOO_LONG, wait).await.expect("it never came to be");
}

fn empty_lists(server: &Server) {
    for path in LISTS {
        server.answer(path, 200, list(json!([])));
    }
}

#[tokio::test]
async fn each_page_is_told_before_the_next_has_come() {
    let server = Server::start().await;
    empty_lists(&server);
    let page = |name: &str, next: Value| json!({"metadata": {"resourceVersion": "10", "continue": next}, "items": [pod(name, true)]});
    server.answer(&format!("{PODS}?&limit=500"), 200, page("first", json!("token")));
    // The second page does not come.
    let second = format!("{PODS}?&limit=500&continue=token");
    server.answer(&second, 503, json!({"kind": "Status", "status": "Failure", "message": "no", "code": 503}));
    let cluster = cluster(&server).await;
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    viewer.until(|viewer| viewer.has("pod/first")).await;
    viewer.until(|viewer| viewer.news.failures.iter().any(|(kind, _)| *kind == TargetKind::Pod)).await;
    assert!(viewer.has("pod/first"), "what has come stays");
    server.answer(&second, 200, page("second", json!("")));
    viewer.until(|viewer| viewer.has("pod/second")).await;
}

#[tokio::test]
async fn what_changes_is_told_and_services_count_along() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 50);
    demo.add_services("crowd", 2);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert_eq!(viewer.pods(), 50);
    assert_eq!(viewer.counts("service/crowd-0"), Some((25, 25)));
    demo.set_ready("crowd", 3, false);
    viewer.until(|viewer| viewer.counts("pod/crowd-00003") == Some((0, 1))).await;
    viewer.until(|viewer| viewer.counts("service/crowd-0") == Some((24, 25))).await;
    assert_eq!(viewer.counts("service/crowd-1"), Some((25, 25)));
    demo.remove_pod("crowd", 3);
    viewer.until(|viewer| !viewer.has("pod/crowd-00003")).await;
    viewer.until(|viewer| viewer.counts("service/crowd-0") == Some((24, 24))).await;
    demo.add_pod("crowd", 3);
    viewer.until(|viewer| viewer.counts("service/crowd-0") == Some((25, 25))).await;
    demo.add_services("crowd", 3);
    viewer.until(|viewer| viewer.counts("service/crowd-2") == Some((0, 0))).await;
    assert!(viewer.news.failures.is_empty(), "{:?}", viewer.news.failures);
}

#[tokio::test]
async fn a_look_says_the_same_as_a_listing() {
    let (_demo, cluster) = demo().await;
    for namespace in ["demo", "lab"] {
        let listing = cluster.targets(namespace).await;
        let mut viewer = Viewer::new(cluster.look_at_targets(namespace).unwrap());
        viewer.until(|viewer| viewer.news.complete).await;
        let listed: BTreeMap<_, _> =
            listing.targets.into_iter().map(|summary| (summary.target.to_string(), summary)).collect();
        assert_eq!(viewer.targets, listed);
    }
}

#[tokio::test]
async fn what_happened_behind_a_broken_watch_is_learned() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 30);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    eventually(|| demo.open_watches() == 7).await;
    // The watches break off, and what happens meanwhile is told by those that follow.
    demo.drop_watches();
    demo.remove_pod("crowd", 0);
    viewer.until(|viewer| !viewer.has("pod/crowd-00000")).await;
    eventually(|| demo.open_watches() == 7).await;
    // What happened is forgotten (410): only a new list tells that one is gone and another is not ready.
    demo.remove_pod("crowd", 1);
    demo.set_ready("crowd", 2, false);
    demo.expire_watches();
    viewer.until(|viewer| !viewer.has("pod/crowd-00001")).await;
    viewer.until(|viewer| viewer.counts("pod/crowd-00002") == Some((0, 1))).await;
    assert_eq!(viewer.pods(), 28);
    eventually(|| demo.open_watches() == 7).await;
    assert!(viewer.news.failures.is_empty());
}

#[tokio::test]
async fn one_kind_that_may_not_be_listed_hides_nothing_else() {
    let (demo, cluster) = demo().await;
    demo.forbid("list", "pods");
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert!(viewer.has("service/web") && viewer.pods() == 0);
    let [(TargetKind::Pod, Error::Forbidden { action, .. })] = viewer.news.failures.as_slice() else {
        panic!("{:?}", viewer.news.failures)
    };
    assert_eq!(action.of(Spoken::German), "Pods im Namespace demo auflisten");
    assert_eq!(action, "list pods in namespace demo");
    // The permission came: whoever looks anew gets it at once.
    demo.allow_all();
    let _second = cluster.look_at_targets("demo").unwrap();
    viewer.until(|viewer| viewer.pods() > 0 && viewer.news.failures.is_empty()).await;
    viewer.until(|viewer| viewer.counts("service/web") == Some((2, 2))).await;
}

#[tokio::test]
async fn what_may_not_be_watched_is_asked_for_again_while_somebody_looks() {
    let server = Server::start().await;
    empty_lists(&server);
    for path in LISTS {
        server.refuse_watches(path);
    }
    server.answer(&format!("{PODS}?&limit=500"), 200, list(json!([pod("a", true)])));
    let cluster = cluster(&server).await;
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert!(viewer.news.failures.is_empty(), "nobody needs to know: {:?}", viewer.news.failures);
    eventually(|| server.watches() == LISTS.len()).await;
    server.answer(&format!("{PODS}?&limit=500"), 200, list(json!([pod("b", true)])));
    let lists = || server.seen().iter().filter(|(path, _)| path.starts_with(PODS)).count();
    let before = lists();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(16)).await;
    tokio::time::resume();
    viewer.until(|viewer| viewer.has("pod/b") && !viewer.has("pod/a")).await;
    assert!(lists() > before);
    drop(viewer);
    eventually(|| server.watches() == 2 * LISTS.len()).await;
    // Nobody looks: however much later, nothing is asked for.
    let before = server.seen().len();
    tokio::time::pause();
    for _ in 0..5 {
        tokio::time::advance(Duration::from_secs(16)).await;
        tokio::task::yield_now().await;
    }
    tokio::time::resume();
    // Another request goes over the same connections, so what was asked for before it has been seen.
    let _ = cluster.namespaces().await;
    assert_eq!(server.seen().len(), before + 1, "{:?}", server.seen());
}

#[tokio::test]
async fn who_looks_again_soon_knows_at_once_and_asks_nothing() {
    let server = Server::start().await;
    empty_lists(&server);
    let feed = server.feed(PODS);
    server.answer(&format!("{PODS}?&limit=500"), 200, list(json!([pod("a", true)])));
    let cluster = cluster(&server).await;
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    drop(viewer);
    let asked = || server.seen().iter().filter(|(path, _)| path.starts_with(PODS)).count();
    eventually(|| asked() == 2).await;
    let mut second = Viewer::new(cluster.look_at_targets("demo").unwrap());
    second.next().await;
    assert!(second.has("pod/a") && second.news.complete);
    feed.tell("ADDED", pod("b", true));
    second.until(|viewer| viewer.has("pod/b")).await;
    assert_eq!(asked(), 2, "{:?}", server.seen());
}

#[tokio::test]
async fn what_nobody_looks_at_any_more_ends() {
    let (demo, cluster) = demo().await;
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    let mut namespaces = cluster.look_at_namespaces();
    viewer.until(|viewer| viewer.news.complete).await;
    namespaces.changed().await;
    eventually(|| demo.open_watches() == 8).await;
    drop((viewer, namespaces));
    // Whoever waits for it was woken by that, on this very thread, and begins to count once it has had its turn: the
    // clock stands still until then.
    tokio::time::pause();
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    eventually(|| demo.open_watches() == 0).await;
    // It begins anew for who comes later.
    let mut viewer = Viewer::new(cluster.look_at_targets("demo").unwrap());
    viewer.until(|viewer| viewer.news.complete && viewer.pods() > 0).await;
    eventually(|| demo.open_watches() == 7).await;
    // With the cluster what lingers ends at once.
    drop(viewer);
    drop(cluster);
    eventually(|| demo.open_watches() == 0).await;
}

#[tokio::test]
async fn few_namespaces_are_kept_at_a_time() {
    let (demo, cluster) = demo().await;
    demo.add_namespaces(20);
    for number in 0..20 {
        let mut viewer = Viewer::new(cluster.look_at_targets(&format!("space-{number:05}")).unwrap());
        viewer.until(|viewer| viewer.news.complete).await;
    }
    eventually(|| demo.open_watches() == 8 * 7).await;
}

#[tokio::test]
async fn namespaces_come_and_go() {
    let (demo, cluster) = demo().await;
    demo.add_namespaces(1200);
    let mut look = cluster.look_at_namespaces();
    let mut latest = cluster::NamespaceNews::default();
    let mut until = async |wanted: &dyn Fn(&cluster::NamespaceNews) -> bool| {
        while !wanted(&latest) {
            timeout(TOO_LONG, look.changed()).await.unwrap();
            latest = look.take().unwrap().unwrap_or_default();
        }
    };
    until(&|news| news.complete).await;
    until(&|news| news.names.len() == 1204 && news.names.is_sorted()).await;
    demo.delete_namespace("lab");
    until(&|news| !news.names.contains(&"lab".to_owned())).await;
    demo.restore_namespace("lab").await;
    until(&|news| news.names.contains(&"lab".to_owned())).await;
}

#[tokio::test]
async fn forbidden_namespaces_are_said() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 403, forbidden());
    let cluster = cluster(&server).await;
    let mut look = cluster.look_at_namespaces();
    let news = loop {
        look.changed().await;
        if let Some(news) = look.take().unwrap() {
            break news;
        }
    };
    assert!(news.complete && news.names.is_empty());
    assert!(matches!(news.failure, Some(Error::Forbidden { .. })), "{news:?}");
}

#[tokio::test]
async fn an_expired_sign_in_ends_the_look() {
    let (demo, cluster) = demo().await;
    let look = cluster.look_at_targets("demo").unwrap();
    let mut viewer = Viewer::new(look);
    viewer.until(|viewer| viewer.news.complete).await;
    eventually(|| demo.open_watches() == 7).await;
    demo.revoke_token(&demo.token());
    demo.drop_watches();
    let error = loop {
        timeout(TOO_LONG, viewer.look.changed()).await.unwrap();
        if let Err(error) = viewer.look.take(500) {
            break error;
        }
    };
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    eventually(|| demo.open_watches() == 0).await;
}

#[tokio::test]
async fn a_cluster_that_was_away_is_looked_at_again() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 10);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    demo.go_down().await;
    viewer.until(|viewer| !viewer.news.failures.is_empty()).await;
    assert_eq!(viewer.pods(), 10, "what was known stays");
    demo.remove_pod("crowd", 4);
    demo.come_back().await.unwrap();
    viewer.until(|viewer| viewer.pods() == 9 && viewer.news.failures.is_empty()).await;
}

#[tokio::test]
async fn a_namespace_that_disappears_takes_its_targets_along() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 10);
    demo.add_services("crowd", 1);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete && viewer.pods() == 10).await;
    demo.delete_namespace("crowd");
    viewer.until(|viewer| viewer.targets.is_empty()).await;
}

/// At the bound nothing is missing; one above it the list is cut, and says so.
#[tokio::test]
async fn a_list_that_is_too_long_is_cut_and_says_so() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 10_000);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert_eq!((viewer.pods(), viewer.news.failures.len()), (10_000, 0));
    // One too many that comes while it is followed.
    let is_cut = |failures: &[(TargetKind, Error)]| {
        let shown = |error: &Error| matches!(error, Error::ListCut { kind: TargetKind::Pod, shown: 10_000 });
        matches!(failures, [(TargetKind::Pod, error)] if shown(error))
    };
    demo.add_pod("crowd", 10_000);
    viewer.until(|viewer| is_cut(&viewer.news.failures)).await;
    assert!(viewer.news.complete && !viewer.has("pod/crowd-10000"));
    // What is shown is still followed, and there is room again where something of it goes.
    demo.remove_pod("crowd", 0);
    viewer.until(|viewer| !viewer.has("pod/crowd-00000")).await;
    demo.add_pod("crowd", 10_001);
    viewer.until(|viewer| viewer.has("pod/crowd-10001")).await;
    assert_eq!(viewer.pods(), 10_000);
    // One too many that is there from the beginning.
    let again = KubeconfigSources::inline("demo", demo.kubeconfig()).connect(None).await.unwrap();
    let mut viewer = Viewer::new(again.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert_eq!(viewer.pods(), 10_000);
    assert!(is_cut(&viewer.news.failures), "{:?}", viewer.news.failures);
    let listing = again.targets("crowd").await;
    assert_eq!(listing.targets.len(), 10_000);
    assert!(is_cut(&listing.failures), "{:?}", listing.failures);
}

#[tokio::test]
async fn five_thousand_pods_that_churn_come_in_few_batches() {
    let (demo, cluster) = demo().await;
    demo.add_pods("crowd", 5000);
    demo.add_services("crowd", 200);
    let mut viewer = Viewer::new(cluster.look_at_targets("crowd").unwrap());
    viewer.until(|viewer| viewer.news.complete).await;
    assert_eq!(viewer.targets.len(), 5200);
    assert_eq!(viewer.counts("service/crowd-199"), Some((25, 25)));
    // One that is looked at seldom is told once of what changes often.
    let before = viewer.batches;
    for round in 0..20 {
        for number in 0..50 {
            demo.set_ready("crowd", number, round % 2 == 0);
        }
    }
    demo.remove_pod("crowd", 4999);
    viewer.until(|viewer| !viewer.has("pod/crowd-04999")).await;
    viewer.until(|viewer| viewer.counts("service/crowd-0") == Some((0, 25))).await;
    viewer.until(|viewer| viewer.counts("service/crowd-199") == Some((24, 24))).await;
    println!("{} batches for 1001 changes", viewer.batches - before);
}
