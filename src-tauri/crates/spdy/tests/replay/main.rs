//! The fuzz targets of this crate (`tests/fuzz`), run over the inputs that fuzzing has found worth keeping.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../../../tests/fuzz/corpus.rs"]
mod corpus;
mod targets;

#[test]
fn spdy_frames() {
    corpus::replay("spdy_frames", targets::frames::check);
}

#[test]
fn header_block() {
    corpus::replay("header_block", targets::header_block::check);
}

#[test]
fn spdy_session() {
    corpus::replay("spdy_session", targets::session::check);
}
