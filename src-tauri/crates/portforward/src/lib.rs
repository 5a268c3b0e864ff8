//! Port-forward links to one pod: upgrade, streams, flows.
//!
//! A [`Tunnel`] leads to one pod. It carries local connections ("flows"), each over a pair of SPDY streams on one of
//! up to eight upgraded connections ("links"). A flow has a link to itself while there are few, since SPDY as
//! Kubernetes servers speak it has no flow control and flows on one link can stall each other.
//!
//! ```no_run
//! use portforward::{Meter, PodAddress, Tunnel, TunnelOptions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = kube::Client::try_default().await?;
//! let pod = PodAddress { namespace: "default".into(), pod: "web-0".into(), node: None };
//! let tunnel = Tunnel::open(client, pod, TunnelOptions::default()).await?;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let (mut local, _) = listener.accept().await?;
//! let meter = Meter::default();
//! if let Err(error) = tunnel.carry(&mut local, 80, &meter).await {
//!     eprintln!("{error}");
//!     local.set_zero_linger()?; // a torn answer must not look like a whole one
//! }
//! println!("{} bytes received", meter.received());
//! tunnel.close().await;
//! # Ok(())
//! # }
//! ```

mod error;
mod error_text;
mod flow;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod link;
mod measurement;
mod meter;
mod options;
mod pool;
mod singles;
mod tunnel;
mod upgrade;
mod websocket;

pub use error::{Error, Scope};
pub use measurement::{Measurement, Observer};
pub use meter::Meter;
pub use options::{
    HALF_CLOSE_QUIET, MAX_LINKS, PodAddress, Route, Transport, TunnelOptions, UPGRADE_TIMEOUT,
};
pub use tunnel::Tunnel;
