//! What WebSockets carry: SPDY as it is, or the channels of old.

mod channels;
mod frame;
mod messages;
mod tunnel;

pub(super) use channels::serve as serve_channels;
pub(super) use messages::Codec;
pub(super) use tunnel::TunnelIo;
