//! Inputs that fuzzing has found worth keeping.

use std::path::Path;

/// Runs `target` once for each input in `tests/fuzz/corpus/NAME`.
///
/// # Panics
/// If there are none, or an input makes `target` panic; the name of that input is printed then.
#[allow(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "part of tests")]
pub(crate) fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fuzz/corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry of the folder").path())
        .collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.sort();
    for file in files {
        let input = std::fs::read(&file).expect("a file");
        if let Err(panic) = std::panic::catch_unwind(|| target(&input)) {
            eprintln!("{} did it", file.display());
            std::panic::resume_unwind(panic);
        }
    }
}
