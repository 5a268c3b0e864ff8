//! An API server double in process: demo mode, tests and benchmarks.
//!
//! A [`DemoCluster`] listens on a loopback address over TLS and answers as a Kubernetes API server does, as far as
//! clients of port-forward need: discovery, list, get and watch, deletion of pods, access reviews, and the
//! ways to port-forward that servers of all ages have: by pod and by node, by SPDY/3.1, by SPDY tunnelled in WebSocket
//! and by the v4 channels. Its pods are real TCP servers inside this process. `kubectl` works against it unchanged.
//!
//! ```text
//! api/          what is said over HTTP: routes, answers, watches, tables
//! objects/      what the cluster consists of: kinds, manifests, the store and its history
//! content/      what there is in the demo cluster when it starts
//! control/      who keeps it alive: replaces deleted pods, keeps statuses and endpoints true
//! pods/         the programs in the pods, and the sandboxes they run in
//! portforward/  upgraded connections: what kubelet and containerd do
//! faults/       what tests do to it: frozen, dropped and dismissed links, refusals, outages, watches that break off
//! upheavals     what people do to it: roll-outs, killed pods, namespaces that go and come back
//! crowd         many pods that cost nothing
//! permissions   what the user may do
//! tokens        by which the user is known
//! openshift     its users, passwords and sign-ins, where it plays one
//! ```

#![allow(clippy::result_large_err, reason = "an error is a whole HTTP answer, made at most once per request")]

mod api;
mod certificates;
mod content;
mod control;
mod crowd;
mod demo_cluster;
mod error;
mod faults;
mod identity;
mod kubeconfig;
mod objects;
mod openshift;
mod options;
mod permissions;
mod pods;
mod portforward;
pub mod ports;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod scenarios;
mod server_version;
#[cfg(test)]
mod testing;
mod tokens;
mod upheavals;

pub use demo_cluster::DemoCluster;
pub use error::Error;
pub use options::{DemoOptions, Runtime, ServerCertificate};
pub use pods::programs::source_bytes;
pub use pods::sandbox::StreamingServer;
pub use server_version::ServerVersion;
