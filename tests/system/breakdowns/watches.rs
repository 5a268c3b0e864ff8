//! Watches that are told to begin again or break off, and requests that are refused in bursts.

use std::time::Duration;

use crate::{
    breakdowns::{roll_out, under_load, until},
    lab::Lab,
};

#[tokio::test(flavor = "multi_thread")]
async fn watches_that_expire_or_break_off_fail_nobody() {
    let mut lab = Lab::start().await;
    let (_, mut load) = under_load(&mut lab).await;
    for round in 0..2 {
        if round == 0 {
            lab.demo.expire_watches();
        } else {
            lab.demo.drop_watches();
        }
        load.serves(20).await;
        // What happens afterwards is seen.
        roll_out(&lab.demo, Duration::ZERO).await;
        load.serves(20).await;
    }
    load.end().await.is_flawless();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_of_refusals_fail_nobody() {
    let mut lab = Lab::start().await;
    let (_, mut load) = under_load(&mut lab).await;
    for status in [429, 500] {
        lab.demo.refuse_all(status, 5);
        // Nothing is asked as long as all is well; what runs on the links is finished.
        lab.demo.go_away_links();
        lab.demo.drop_watches();
        until(|| lab.demo.refusals_left() == 0).await;
        load.serves(20).await;
    }
    load.end().await.is_flawless();
    lab.shutdown().await;
}
