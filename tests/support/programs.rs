//! Programs of ours that tests run.

use std::path::PathBuf;

/// The `culvert` command, where Cargo has put it: beside the directory of the test programs.
pub fn culvert() -> Option<PathBuf> {
    let tests = std::env::current_exe().ok()?;
    let program = tests.parent()?.parent()?.join("culvert");
    program.is_file().then_some(program)
}
