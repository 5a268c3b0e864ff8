//! Clusters that no kubeconfig describes: looked at before anything is trusted, and connected to.

mod certificate;
mod connect;
mod probe;
mod server;
mod trust;

pub use connect::connect_own;
pub use probe::{ServerCertificate, ServerFinding, SignInServer, probe};
pub use server::{Server, ServerTrust};
pub(crate) use server::{no_url, normalize};
