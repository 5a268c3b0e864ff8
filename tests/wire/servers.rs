//! Servers of all ages, each reached by what it knows.

use democluster::{DemoOptions, ServerVersion};
use portforward::{Error, Route, Transport, TunnelOptions};

use crate::lab::{CLOSED, ECHO, Lab, Local};

const ALL: [Transport; 3] = [Transport::WebSocketTunnel, Transport::Spdy, Transport::Channel];

async fn works(options: DemoOptions, tunnel: TunnelOptions, expected: (Route, Transport)) {
    let named = format!("{:?} {:?}", options.server, options.base_path);
    let lab = Lab::start(options).await;
    let tunnel = lab.tunnel(tunnel).await;
    assert_eq!((tunnel.route(), tunnel.transport()), expected, "{named}");
    let mut all = Vec::new();
    for turn in 0..2 {
        // Not more than a server of the first age takes at a time.
        let mut locals: Vec<_> = (0..4).map(|_| Local::connect(&tunnel, ECHO)).collect();
        for local in &mut locals {
            local.says_the_same(format!("{named} {turn}").repeat(5000).as_bytes()).await;
        }
        all.extend(locals);
        let mut refused = Local::connect(&tunnel, CLOSED);
        let end = refused.outcome().await;
        assert!(matches!(end, Err(Error::PortNotListening { port: CLOSED, .. })), "{named}: {end:?}");
        Local::end_all(all.drain(..)).await;
    }
    tunnel.close().await;
    lab.demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_age_by_the_automatic_choice() {
    for (server, route, transport) in [
        (ServerVersion::V1_0, Route::Historic, Transport::Spdy),
        (ServerVersion::V1_9, Route::Pod, Transport::Spdy),
        (ServerVersion::V1_22, Route::Pod, Transport::Spdy),
        (ServerVersion::V1_29, Route::Pod, Transport::Spdy),
        (ServerVersion::V1_34, Route::Pod, Transport::WebSocketTunnel),
        (ServerVersion::V1_36, Route::Pod, Transport::WebSocketTunnel),
    ] {
        works(DemoOptions::of(server), TunnelOptions::default(), (route, transport)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_that_can_be_pinned() {
    for (server, route, transports) in [
        (ServerVersion::V1_9, Route::Pod, &ALL[1..]),
        (ServerVersion::V1_9, Route::Node, &ALL[1..]),
        (ServerVersion::V1_9, Route::Historic, &ALL[1..2]),
        (ServerVersion::V1_34, Route::Pod, &ALL),
        (ServerVersion::V1_34, Route::Node, &ALL[1..]),
        (ServerVersion::V1_36, Route::Node, &ALL),
    ] {
        for &transport in transports {
            let pinned = TunnelOptions {
                routes: vec![route],
                transports: vec![transport],
                ..TunnelOptions::default()
            };
            works(DemoOptions::of(server), pinned, (route, transport)).await;
        }
    }
}

/// As behind Rancher, which serves many clusters under one name.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_below_a_base_path() {
    for (server, route, transport) in [
        (ServerVersion::V1_0, Route::Historic, Transport::Spdy),
        (ServerVersion::V1_34, Route::Pod, Transport::WebSocketTunnel),
        (ServerVersion::V1_34, Route::Node, Transport::Channel),
        (ServerVersion::V1_34, Route::Node, Transport::Spdy),
    ] {
        let options = DemoOptions { base_path: "/k8s/clusters/c-m-abc".into(), ..DemoOptions::of(server) };
        let pinned =
            TunnelOptions { routes: vec![route], transports: vec![transport], ..TunnelOptions::default() };
        works(options, pinned, (route, transport)).await;
    }
}
