//! The steps of a test: named while they run, and ended when they hang.

use std::time::{Duration, Instant};

/// A step that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs a step.
///
/// # Panics
/// When it takes too long; the line before says which one it is.
pub(super) async fn step<T>(name: &str, work: impl Future<Output = T>) -> T {
    eprintln!("{name} …");
    let started = Instant::now();
    let done = tokio::time::timeout(LIMIT, work).await;
    let done = done.unwrap_or_else(|_| panic!("{name}: not done after {LIMIT:?}"));
    eprintln!("{name}: {:.1} s", started.elapsed().as_secs_f64());
    done
}
