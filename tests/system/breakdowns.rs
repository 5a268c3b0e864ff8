//! Faults while 20 requests a second run, each a new connection to the local port of a forward: who is served, who fails,
//! and after how long.

mod links;
mod load;
mod rollouts;
mod servers;
#[cfg(unix)]
mod tokens;
mod watches;
mod withdrawals;

use std::time::Duration;

use democluster::DemoCluster;
use engine::ForwardView;
use tokio::time::timeout;

use self::load::Load;
use crate::lab::{Lab, TOO_LONG, echo, local};

/// What takes long by its nature, at the same time, for most of it is waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_minute_of_faults() {
    tokio::join!(
        Box::pin(links::dropped_every_five_seconds_for_a_minute_they_fail_nobody_new()),
        Box::pin(servers::ten_seconds_without_an_api_server_fail_nobody_new()),
        Box::pin(servers::after_forty_frozen_seconds_everybody_is_served_within_five()),
    );
}

/// The deployment `echo` forwarded, and requests to it that are being served.
async fn under_load(lab: &mut Lab) -> (ForwardView, Load) {
    let view = lab.forward(echo()).await;
    let mut load = Load::start(local(&view, 0));
    load.serves(20).await;
    (view, load)
}

/// Waits for what follows from something else in its own time.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(TOO_LONG, waiting).await.expect("it did not come to that");
}

/// The pods of the deployment `echo` that are not on their way out.
fn echo_pods(demo: &DemoCluster) -> Vec<String> {
    demo.pods("demo").into_iter().filter(|pod| pod.starts_with("echo-")).collect()
}

/// Rolls the deployment `echo` out again and waits until it has so many new pods, and they are ready.
async fn roll_out(demo: &DemoCluster, gap: Duration) {
    let old = echo_pods(demo);
    assert!(demo.roll_out("demo", "echo", gap));
    let is_new = |pod: &String| !old.contains(pod);
    until(|| {
        let pods = echo_pods(demo);
        pods.len() == old.len() && pods.iter().all(is_new) && demo.ready_pods("demo", "echo") == old.len()
    })
    .await;
}
