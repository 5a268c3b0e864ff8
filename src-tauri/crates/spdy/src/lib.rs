//! SPDY/3.1 as Kubernetes speaks it, without IO and without a clock.
//!
//! Port-forwarding, `exec` and `attach` carry their streams over this protocol. A [`Session`] is one side of
//! one connection: bytes go in, events come out, and the other way round. It neither reads nor writes nor
//! waits, so that it can be driven by anything and tested without either.
//!
//! ```
//! use bytes::Bytes;
//! use spdy::{Event, Headers, Limits, Session};
//!
//! # fn main() -> Result<(), spdy::Error> {
//! let mut client = Session::client(Limits::default());
//! let mut server = Session::server(Limits::default());
//!
//! // A stream and its first bytes leave together; no reply is awaited.
//! let stream = client.open(&Headers::new().with("streamtype", "data").with("port", "5000"), false)?;
//! client.send(stream, Bytes::from_static(b"hello, pod\n"), true)?;
//! while let Some(bytes) = client.poll_output() {
//!     server.receive(bytes)?; // a network in between may split them in any way
//! }
//!
//! while let Some(event) = server.poll_event() {
//!     match event {
//!         Event::Opened { stream, headers, .. } => {
//!             assert_eq!(headers.get("port"), Some("5000"));
//!             server.reply(stream, &Headers::new(), false)?;
//!         }
//!         Event::Data { stream, data, end } => server.send(stream, data, end)?, // an echo
//!         other => panic!("unexpected: {other:?}"),
//!     }
//! }
//! while let Some(bytes) = server.poll_output() {
//!     client.receive(bytes)?;
//! }
//!
//! assert!(matches!(client.poll_event(), Some(Event::Replied { .. })));
//! assert_eq!(
//!     client.poll_event(),
//!     Some(Event::Data { stream, data: Bytes::from_static(b"hello, pod\n"), end: true })
//! );
//! assert_eq!(client.stream_count(), 0); // both sides have ended
//! # Ok(())
//! # }
//! ```
//!
//! What is said about real peers was measured on or read from moby/spdystream, the library behind every
//! Kubernetes server. "§" is a section of the SPDY/3.1 draft.

mod error;
pub mod frame;
pub mod header_block;
mod headers;
mod id;
mod limits;
mod session;
mod status;

pub use error::{Error, Initiator, Scope};
pub use headers::{HeaderFault, Headers};
pub use id::{PingId, StreamId};
pub use limits::Limits;
pub use session::{Event, Output, Role, Session};
pub use status::{GoAwayStatus, ResetStatus};
