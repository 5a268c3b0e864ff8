//! What is told of a forward's past: its timeline and its numbers.

use std::collections::BTreeMap;

use engine::{
    Command, Event, ProfileId, Reply,
    TimelineCode::{self, Back, FindingPod, Listening, TunnelLost, TunnelOpened, TurnedOff, TurnedOn},
    TimelineEntry,
};

use crate::lab::{Lab, connect, echo, local, says_the_same};

async fn timeline(lab: &Lab, id: &ProfileId) -> Vec<TimelineEntry> {
    match lab.engine.execute(Command::Timeline { id: id.clone() }).await {
        Ok(Reply::Timeline { entries }) => entries,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_that_was_lost_and_is_back_is_told_as_it_happens_and_when_asked() {
    let mut lab = Lab::start().await;
    let id = lab.create(echo()).await;
    let mut heard = BTreeMap::new();
    let mut hear = |event: &Event, code: TimelineCode| match event {
        Event::Happened { entry, .. } => {
            heard.insert(entry.number, entry.clone());
            (entry.code == code).then_some(())
        }
        _ => None,
    };
    lab.watcher.event(|event| hear(event, TunnelOpened)).await;
    let pod = lab.watcher.forward_that(&id, |view| view.pod.is_some()).await.pod.unwrap();
    assert!(lab.demo.delete_pod("demo", &pod));
    lab.watcher.event(|event| hear(event, Back)).await;

    let entries = timeline(&lab, &id).await;
    assert_eq!(entries, heard.into_values().collect::<Vec<_>>());
    let codes: Vec<_> = entries.iter().map(|entry| entry.code).collect();
    assert_eq!(codes[..5], [TurnedOn, Listening, FindingPod, TunnelOpened, TunnelLost]);
    assert_eq!(codes.last(), Some(&Back));
    assert!(entries[4].detail.contains(&pod), "{:?}", entries[4]);
    assert!(entries.is_sorted_by_key(|entry| entry.number));

    // It outlives the forward's being on, and ends with the profile.
    lab.do_it(Command::Disconnect { id: id.clone() }).await;
    assert_eq!(timeline(&lab, &id).await.last().unwrap().code, TurnedOff);
    lab.do_it(Command::Delete { id: id.clone() }).await;
    lab.refuse(Command::Timeline { id }).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_rates_and_times_are_counted() {
    let mut lab = Lab::start().await;
    let view = lab.forward(echo()).await;
    assert!(view.statistics.dial_ms.is_some(), "{view:?}");
    let mut stream = connect(local(&view, 0)).await;
    says_the_same(&mut stream, &[7; 1000]).await.unwrap();
    let (id, mut answered) = (view.profile.id, None);
    // The first ping may come before or after the bytes are told.
    let statistics = lab
        .watcher
        .event(|event| match event {
            Event::Traffic { id: of, statistics, .. } if *of == id => {
                answered = answered.or(statistics.round_trip_us);
                (answered.is_some() && statistics.peak_in > 0).then_some(*statistics)
            }
            _ => None,
        })
        .await;
    assert_eq!((statistics.connections, statistics.failed), (1, 0));
    assert!(statistics.peak_in <= 1000 && statistics.peak_out <= 1000, "{statistics:?}");
    lab.shutdown().await;
}
