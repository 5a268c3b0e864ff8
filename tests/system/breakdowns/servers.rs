//! API servers that are down, or frozen.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    breakdowns::load::Load,
    lab::{Lab, echo, local},
};

/// How long a caller is held.
const HELD: Duration = Duration::from_secs(30);
/// After the return of a frozen API server everybody has to be served within this time.
const SOON: Duration = Duration::from_secs(5);

/// So long a half-open link is not doubted (4 s from when data waits on it): who comes earlier may be given to it, and not
/// to another one when it turns out to be dead, for what was sent may have arrived.
const UNNOTICED: Duration = Duration::from_secs(5);

pub(super) async fn ten_seconds_without_an_api_server_fail_nobody_new() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let mut load = Load::start(local(&view, 0));
    load.serves(20).await;
    let (fault, ()) = load.fault("the API server goes down", lab.demo.go_down()).await;
    sleep(Duration::from_secs(10)).await;
    lab.demo.come_back().await.unwrap();
    load.serves(20).await;
    load.end().await.only_in_flight_failed(&[fault]);
    lab.shutdown().await;
}

pub(super) async fn after_forty_frozen_seconds_everybody_is_served_within_five() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let mut load = Load::start(local(&view, 0));
    load.serves(20).await;
    let (frozen, ()) = load.fault("the API server freezes", async { lab.demo.freeze_all() }).await;
    sleep(Duration::from_secs(40)).await;
    let back = Instant::now();
    lab.demo.thaw();
    load.serves(40).await;
    let outcome = load.end().await;
    let noticed = frozen.end + UNNOTICED;
    for request in outcome.requests.iter().filter(|request| !request.was_in_flight(&frozen)) {
        if request.failure.is_some() && request.sent >= noticed {
            // Nobody is held for longer.
            let waited_in_vain = request.ended < back && request.took() >= HELD;
            assert!(waited_in_vain, "{outcome:?}\n{request:?}");
        }
        let late = request.ended.saturating_duration_since(request.sent.max(back));
        assert!(late <= SOON, "{late:?}\n{outcome:?}\n{request:?}");
    }
    lab.shutdown().await;
}
