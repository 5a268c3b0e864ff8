//! The engine against the demo cluster, over real TLS sockets: commands in, events out, bytes through local ports.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not as it should be fails the test"
)]

mod breakdowns;
mod catalog;
mod crash;
mod history;
mod keyring;
mod lab;
mod on_demand;
mod options;
mod own_clusters;
mod pods;
mod ports;
mod problems;
mod promises;
mod restart;
mod sign_in;
mod survival;
mod traffic;
mod tunnels;
mod ways;
