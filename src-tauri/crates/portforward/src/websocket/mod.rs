//! The WebSocket framing (RFC 6455) of the tunnel that carries SPDY (KEP-4006).
//!
//! Only what the tunnel needs: a client, binary messages whose boundaries mean nothing, no extensions. Payload is
//! handed on as it arrives, so a message of any length costs no memory.

mod decoder;
mod encoder;
mod mask;
mod tunnel;

pub(crate) use tunnel::WebSocketTunnel;
