//! The language in which this program says what happens. Its help, and kubectl's own lines, are English.

use std::sync::OnceLock;

use wording::{Spoken, Text};

static SPOKEN: OnceLock<Spoken> = OnceLock::new();

/// Speaks what the environment asks for from now on.
pub(crate) fn follow_environment() {
    // Only the first time counts, and there is one.
    let _ = SPOKEN.set(Spoken::of_environment());
}

/// What is spoken: English as long as nobody said otherwise.
pub(crate) fn spoken() -> Spoken {
    SPOKEN.get().copied().unwrap_or_default()
}

/// A text as it is read here.
pub(crate) fn said(text: &Text) -> &str {
    text.of(spoken())
}
