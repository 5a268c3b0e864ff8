//! All fuzz targets. Their bodies lie in the crates they belong to, whose tests replay the corpora.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a target fails by panicking")]

#[path = "../../src-tauri/crates/engine/tests/replay/port_mapping.rs"]
mod port_mapping_target;
#[path = "../../src-tauri/crates/spdy/tests/replay/targets/mod.rs"]
mod spdy_targets;

pub use portforward::fuzzing::{error_text, v4_channels, websocket_tunnel};

pub fn spdy_frames(input: &[u8]) {
    spdy_targets::frames::check(input);
}

pub fn header_block(input: &[u8]) {
    spdy_targets::header_block::check(input);
}

pub fn spdy_session(input: &[u8]) {
    spdy_targets::session::check(input);
}

pub fn port_mapping(input: &[u8]) {
    port_mapping_target::check(input);
}
