//! The engine against the demo cluster, over real TLS sockets: commands in, events out, bytes through local ports.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not as it should be fails the test"
)]

mod bad_inputs;
mod breakdowns;
mod browsing;
mod catalog;
mod changed_clusters;
mod connections;
mod crash;
mod exchange;
mod guardrails;
mod history;
mod keyring;
mod kubeconfigs;
mod lab;
mod ladder;
mod least_rights;
mod on_demand;
mod openshift;
mod options;
mod own_clusters;
mod pods;
mod ports;
mod preferences;
mod problems;
mod promises;
mod restart;
mod secrets;
mod sign_in;
mod survival;
mod traffic;
mod tunnels;
mod ways;
