//! What fuzzing runs. Each target takes any bytes and panics if a promise of the crate is broken.

pub(crate) mod frames;
pub(crate) mod header_block;
#[path = "../../../../../../tests/fuzz/input.rs"]
mod input;
mod model;
mod reference;
pub(crate) mod session;
mod stored;

use spdy::Limits;

/// Limits that a few bytes can break.
const SMALL: Limits = Limits {
    control_frame: 512,
    header_block: 96,
    headers: 3,
    header_field: 24,
    queued_headers: 256,
    remote_streams: 3,
    local_streams: 3,
    queued_answers: 4,
    pings: 2,
    data_frame: 7,
};
