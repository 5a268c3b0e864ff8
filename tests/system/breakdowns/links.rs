//! Links that break again and again.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    breakdowns::load::Load,
    lab::{Lab, echo, local},
};

pub(super) async fn dropped_every_five_seconds_for_a_minute_they_fail_nobody_new() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    let mut load = Load::start(local(&view, 0));
    let mut faults = Vec::new();
    for _ in 0..12 {
        sleep(Duration::from_secs(5)).await;
        faults.push(load.fault("links are dropped", async { lab.demo.drop_links() }).await.0);
    }
    load.serves(20).await;
    load.end().await.only_in_flight_failed(&faults);
    lab.shutdown().await;
}
