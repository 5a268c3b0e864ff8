//! What the test suites share: running programs, temporary homes, byte patterns.

pub mod browser;
pub mod engine_process;
pub mod faulty_ways;
pub mod pattern;
pub mod programs;
pub mod requirement;
