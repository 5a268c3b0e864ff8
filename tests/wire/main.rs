//! Tunnels against the demo cluster, over real TLS sockets: what connections to one pod do to each other.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not as it should be fails the test"
)]

mod bulk;
mod command;
mod crowds;
mod ends;
mod idle;
mod lab;
mod leaks;
mod many_forwards;
mod servers;
mod stalls;
