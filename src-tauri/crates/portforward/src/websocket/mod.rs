//! The WebSocket framing (RFC 6455) of the tunnel that carries SPDY (KEP-4006) and of v4 channels.
//!
//! Only what these need: a client, binary messages, no extensions. Payload is handed on as it arrives, so a message of
//! any length costs no memory.

mod channels;
mod decoder;
mod encoder;
mod mask;
mod tunnel;

pub(crate) use channels::{ChannelReader, ChannelWriter, Piece, split};
pub(crate) use decoder::Violation;
pub(crate) use tunnel::WebSocketTunnel;
