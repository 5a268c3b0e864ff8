//! Why a demo cluster could not start.

use std::io;

/// What can go wrong with a demo cluster. Once it runs it has no errors of its own: clients get theirs as HTTP answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address for the API server could not be bound.
    #[error("the demo cluster could not listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The certificates of this cluster could not be made.
    #[error("the demo cluster could not make its certificates: {0}")]
    Certificates(#[from] rcgen::Error),
    /// The TLS library refused the certificates.
    #[error("the demo cluster could not set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// Not every pod was ready in time (10 s).
    #[error("the pods of the demo cluster did not start in time")]
    PodsNotReady,
}
