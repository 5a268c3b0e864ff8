//! Proxies: which one leads to a server, and the way through it.
//!
//! kube has proxies of its own, but matches `NO_PROXY` against the proxy instead of the server, knows no `ALL_PROXY`,
//! shows client certificates to the proxy, leaves Nagle's algorithm on, and says only "unsuccessful" when refused.

mod address;
mod connect;
mod destination;
mod dial;
mod environment;
mod failure;
mod no_proxy;
mod socks;

pub(crate) use address::{Proxy, in_kubeconfig};
pub(crate) use destination::Destination;
pub(crate) use dial::{Connection, Dial, STEP_TIMEOUT};
pub use environment::ProxyEnvironment;
pub use failure::ProxyFailure;
