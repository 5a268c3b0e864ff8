//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// How long anything on a slow and busy machine may take: a page, a tunnel, the start of the application.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

/// How often is looked again.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks again and again until there is an answer; gives `None` after the deadline.
pub(crate) async fn answer<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if start.elapsed() > DEADLINE {
            return None;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits until it holds.
///
/// # Panics
/// After the deadline.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let held = answer(async || holds().await.then_some(())).await;
    assert!(held.is_some(), "waited {DEADLINE:?} in vain until {what}");
}
