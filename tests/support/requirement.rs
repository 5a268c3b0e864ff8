//! What a test needs from the machine it runs on: programs, rights.
//!
//! On a person's machine a test whose requirement is missing says `skipped: why` and passes; in CI
//! (the environment variable `CI` is set) it fails instead, so that nothing is skipped there unseen.

use std::path::PathBuf;

/// Whether `program` is on the `PATH`. If it is not, says so as [`skip`] does and returns `false`:
///
/// ```ignore
/// if !require("kubectl") {
///     return;
/// }
/// ```
///
/// # Panics
/// In CI, when the program is missing.
#[must_use = "a test whose requirement is missing has to return"]
pub fn require(program: &str) -> bool {
    let found = find_program(program).is_some();
    if !found {
        skip(&format!("no {program} on the PATH"));
    }
    found
}

/// Says that the running test is skipped, and why; the caller then returns.
///
/// # Panics
/// In CI, where every test must run.
#[expect(clippy::print_stderr, reason = "the person who runs the tests reads it")]
pub fn skip(why: &str) {
    assert!(!in_ci(), "{why}: this test must run in CI");
    eprintln!("skipped: {why}");
}

/// The full path of `program` as the `PATH` finds it.
#[must_use]
pub fn find_program(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| is_executable(file))
}

fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

#[cfg(unix)]
fn is_executable(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &std::path::Path) -> bool {
    file.with_extension("exe").is_file()
}

#[cfg(test)]
mod tests {
    use super::find_program;

    #[test]
    fn finds_what_is_on_the_path_and_nothing_else() {
        let cargo = find_program("cargo");
        assert!(cargo.is_some_and(|file| file.is_absolute()));
        assert_eq!(find_program("no-such-program-anywhere"), None);
    }
}
