//! Clusters that no kubeconfig describes: looked at before anything is trusted, and connected to.

mod connect;
mod probe;
mod server;

pub use connect::connect_own;
pub use probe::{ServerCertificate, ServerFinding, probe};

pub use server::{Server, ServerTrust};
