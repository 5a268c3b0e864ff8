//! Inputs that fuzzing has found worth keeping.

use std::path::{Path, PathBuf};

/// Runs `target` once for each input in `tests/fuzz/corpus/NAME`, which the fuzzer keeps, and in
/// `tests/fuzz/seeds/NAME`, which were made by hand or broke something once.
///
/// # Panics
/// If there are none, or an input makes `target` panic; the name of that input is printed then.
#[allow(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "part of tests")]
pub(crate) fn replay(name: &str, target: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fuzz");
    let kept = inputs(&root.join("corpus").join(name));
    assert!(!kept.is_empty(), "there is no corpus for {name}");
    for file in inputs(&root.join("seeds").join(name)).into_iter().chain(kept) {
        let input = std::fs::read(&file).expect("a file");
        if let Err(panic) = std::panic::catch_unwind(|| target(&input)) {
            eprintln!("{} did it", file.display());
            std::panic::resume_unwind(panic);
        }
    }
}

/// Files of a folder, in order of their names; none if it does not exist.
#[allow(clippy::expect_used, reason = "part of tests")]
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    files.sort();
    files
}
