//! The fuzz target of this crate (`tests/fuzz`), run over the inputs that fuzzing has found worth keeping.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../../../tests/fuzz/corpus.rs"]
mod corpus;
mod port_mapping;

#[test]
fn port_mapping() {
    corpus::replay("port_mapping", port_mapping::check);
}
