//! Servers that are not, or not yet, connected to by a kubeconfig: looked at before anything is trusted, and connected to.

mod certificate;
mod connect;
mod probe;
mod server;
mod trust;

pub use connect::connect_own;
pub use probe::{ServerCertificate, ServerFinding, SignInServer, probe};
pub use server::{Server, ServerTrust, ServerWay};
pub(crate) use server::{no_url, normalize};
pub(crate) use trust::unusable;
