//! Lines on standard output and standard error.
//!
//! Standard output is for scripts and holds kubectl's lines alone; each is flushed at once, since a script that reads
//! them through a pipe waits for them. Nobody reading is no reason to end: the forward itself still serves.

use std::io::{self, Write};

/// Prints lines for scripts to standard output.
pub(crate) fn print(text: &str) {
    write(io::stdout().lock(), text);
}

/// Prints lines for people to standard error.
pub(crate) fn complain(text: &str) {
    write(io::stderr().lock(), text);
}

fn write(mut to: impl Write, text: &str) {
    let text = text.trim_end_matches('\n');
    // One write for text and newline, so that lines of several programs on one terminal do not mix.
    let _ = to.write_all(format!("{text}\n").as_bytes()).and_then(|()| to.flush());
}
