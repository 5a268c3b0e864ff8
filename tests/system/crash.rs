//! What is there after Culvert was killed in the middle of whatever it did.

use std::{collections::BTreeMap, net::TcpListener, path::Path};

use democluster::{DemoCluster, DemoOptions};
use serde_json::Value;
use support::engine_process::{EngineProcess, Home};
use tokio::time::timeout;

use crate::lab::{TOO_LONG, connect, says_the_same};

/// Profiles, and how many of them are left alone.
const PROFILES: usize = 12;
const STEADY: usize = 4;

/// After so many changes of others it is killed: off and on, at the first save and at later ones.
const CHANGES: [usize; 6] = [0, 1, 2, 5, 8, 13];

async fn start(home: &Home, steady: Option<usize>) -> EngineProcess {
    let program = Path::new(env!("CARGO_BIN_EXE_many-forwards"));
    let starting = EngineProcess::start(program, home, steady);
    timeout(TOO_LONG, starting).await.expect("it does not listen").unwrap()
}

/// The last local port of every profile that is on, by the profile's identifier.
fn on_in(file: &Value) -> BTreeMap<String, u16> {
    let profiles = file["profiles"].as_array().unwrap();
    assert_eq!(profiles.len(), PROFILES, "a profile is lost");
    let on = profiles.iter().filter(|profile| profile["on"] == true);
    on.map(|profile| {
        let port = profile["ports"][0]["lastLocal"].as_u64().unwrap();
        (profile["id"].as_str().unwrap().to_owned(), port.try_into().unwrap())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_profiles_are_whole_and_what_was_on_listens_on_the_same_ports() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let home = Home::with_forwards(PROFILES, &demo.kubeconfig()).await.unwrap();
    // Everybody gets a port that is remembered.
    let first = start(&home, None).await;
    let ports = first.ports.clone();
    assert_eq!(ports.len(), PROFILES);
    first.end().await.unwrap();
    for changes in CHANGES {
        let mut restless = start(&home, Some(STEADY)).await;
        for _ in 0..changes {
            timeout(TOO_LONG, restless.next_line()).await.expect("nothing is changed").unwrap();
        }
        restless.kill().await.unwrap();
        for port in ports.values() {
            for address in ["127.0.0.1", "::1"] {
                drop(TcpListener::bind((address, *port)).unwrap());
            }
        }

        let on = on_in(&home.read().unwrap());
        let is_steady = |id: &&String| ports.keys().take(STEADY).any(|steady| steady == *id);
        assert_eq!(on.keys().filter(is_steady).count(), STEADY, "{on:?}");
        let next = start(&home, None).await;
        assert_eq!(next.ports, on);
        for (id, port) in &next.ports {
            assert_eq!(ports[id], *port);
            let mut stream = connect(*port).await;
            says_the_same(&mut stream, id.as_bytes()).await.unwrap();
        }
        next.end().await.unwrap();
    }
    demo.shutdown().await;
}
