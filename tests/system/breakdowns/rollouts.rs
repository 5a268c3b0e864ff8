//! Pods that are replaced, and pods that are killed.

use std::{io, time::Duration};

use crate::{
    breakdowns::{
        load::{Load, Request},
        roll_out, under_load, until,
    },
    lab::{Lab, connect, echo, local, read_all, says_the_same},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_out_of_two_pods_fails_nobody() {
    let mut lab = Lab::start().await;
    assert!(lab.demo.scale("demo", "echo", 2));
    until(|| lab.demo.ready_pods("demo", "echo") == 2).await;
    let (_, mut load) = under_load(&mut lab).await;
    roll_out(&lab.demo, Duration::ZERO).await;
    load.serves(40).await;
    load.end().await.is_flawless();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_out_of_one_pod_fails_nobody() {
    let mut lab = Lab::start().await;
    let (_, mut load) = under_load(&mut lab).await;
    roll_out(&lab.demo, Duration::ZERO).await;
    load.serves(40).await;
    load.end().await.is_flawless();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_seconds_without_a_ready_pod_fail_nobody() {
    let mut lab = Lab::start().await;
    let (_, mut load) = under_load(&mut lab).await;
    roll_out(&lab.demo, Duration::from_secs(5)).await;
    load.serves(40).await;
    let outcome = load.end().await;
    outcome.is_flawless();
    let longest = outcome.requests.iter().map(Request::took).max().unwrap();
    assert!(longest > Duration::from_secs(4), "there was no gap: {outcome:?}");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_pod_takes_only_those_along_who_are_in_flight_on_it() {
    for replicas in [1, 2] {
        let mut lab = Lab::start().await;
        assert!(lab.demo.scale("demo", "echo", replicas));
        until(|| lab.demo.ready_pods("demo", "echo") == replicas as usize).await;
        let view = lab.forward(echo()).await;
        let port = local(&view, 0);
        let mut load = Load::start(port);
        load.serves(20).await;
        let mut open = connect(port).await;
        says_the_same(&mut open, b"in flight").await.unwrap();
        let pod = view.pod.unwrap();
        let kill = async { lab.demo.kill_pod("demo", &pod) };
        let (fault, was_there) = load.fault("the pod is killed", kill).await;
        assert!(was_there);
        assert_eq!(read_all(&mut open).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        load.serves(60).await;
        load.end().await.only_in_flight_failed(&[fault]);
        lab.shutdown().await;
    }
}
