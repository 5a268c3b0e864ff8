//! The programs that run in the demo cluster's pods.

mod key_value;
mod plain;
mod shop;

use std::io;

use tokio::net::TcpStream;

pub use plain::source_bytes;

/// A program, as a container image holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// Sends back what it gets.
    Echo,
    /// A small web shop.
    Shop,
    /// Keeps values under keys, in a text protocol like that of redis.
    KeyValue,
    /// Sends a line each second.
    Ticks,
    /// Reads and forgets.
    Discard,
    /// Sends as many bytes as it is asked for.
    Source,
    /// Resets the connection after one byte.
    Reset,
    /// Accepts, and then neither reads nor writes.
    Stall,
    /// All of the plain ones in one pod, each on a port of its own.
    Bench,
}

/// What a program knows of the pod it runs in.
pub(crate) struct Pod {
    pub(crate) name: String,
    values: key_value::Values,
}

impl Pod {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), values: key_value::Values::default() }
    }
}

impl Program {
    const ALL: [Self; 9] = [
        Self::Echo,
        Self::Shop,
        Self::KeyValue,
        Self::Ticks,
        Self::Discard,
        Self::Source,
        Self::Reset,
        Self::Stall,
        Self::Bench,
    ];

    /// The image that holds it.
    pub(crate) fn image(self) -> &'static str {
        match self {
            Self::Echo => "culvert.demo/echo:1.0",
            Self::Shop => "culvert.demo/shop:1.0",
            Self::KeyValue => "culvert.demo/key-value:1.0",
            Self::Ticks => "culvert.demo/ticks:1.0",
            Self::Discard => "culvert.demo/discard:1.0",
            Self::Source => "culvert.demo/source:1.0",
            Self::Reset => "culvert.demo/reset:1.0",
            Self::Stall => "culvert.demo/stall:1.0",
            Self::Bench => "culvert.demo/bench:1.0",
        }
    }

    /// The program of an image.
    pub(crate) fn from_image(image: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|program| program.image() == image)
    }

    /// What serves a port of a pod with this program.
    pub(crate) fn on_port(self, port: u16) -> Self {
        match (self, port) {
            (Self::Bench, 9) => Self::Discard,
            (Self::Bench, 7001) => Self::Source,
            (Self::Bench, 7002) => Self::Reset,
            (Self::Bench, 7003) => Self::Stall,
            (Self::Bench, _) => Self::Echo,
            (other, _) => other,
        }
    }

    /// Serves one connection to its end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn serve(self, mut connection: TcpStream, pod: &Pod) -> io::Result<()> {
        connection.set_nodelay(true)?;
        match self {
            Self::Echo | Self::Bench => plain::echo(&mut connection).await,
            Self::Shop => shop::serve(connection, &pod.name).await,
            Self::KeyValue => key_value::serve(connection, &pod.values).await,
            Self::Ticks => plain::ticks(&mut connection, &pod.name).await,
            Self::Discard => plain::discard(&mut connection).await,
            Self::Source => plain::source(connection).await,
            Self::Reset => plain::reset(connection).await,
            Self::Stall => std::future::pending().await,
        }
    }
}
