//! Connections over real sockets: through proxies, and with certificates of every kind.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod behind_proxy;
mod certificates;
mod client_keys;
mod proxies;
mod proxy_double;
mod proxy_failures;
mod server_certificates;
mod tls_server;
