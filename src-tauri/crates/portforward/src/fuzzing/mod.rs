//! Fuzz targets for what no one outside this crate can reach. Not part of its interface: only fuzzing (`tests/fuzz`) and
//! the tests of this crate build it. Each takes any bytes and panics if a promise is broken.

#[cfg(test)]
#[path = "../../../../../tests/fuzz/corpus.rs"]
mod corpus;
mod error_text;
#[path = "../../../../../tests/fuzz/input.rs"]
mod input;
mod scripted;
mod server_frames;
mod v4_channels;
mod websocket_tunnel;

pub use error_text::check as error_text;
pub use v4_channels::check as v4_channels;
pub use websocket_tunnel::check as websocket_tunnel;

#[cfg(test)]
mod replay {
    use super::corpus;

    #[test]
    fn websocket_tunnel() {
        corpus::replay("websocket_tunnel", super::websocket_tunnel);
    }

    #[test]
    fn v4_channels() {
        corpus::replay("v4_channels", super::v4_channels);
    }

    #[test]
    fn error_text() {
        corpus::replay("error_text", super::error_text);
    }
}
