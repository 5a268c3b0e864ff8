//! Work that stands still while it is told to.

use tokio::sync::watch;

/// Does the work, except while `paused` holds: then it is not even looked at, so it neither reads nor writes.
pub(crate) async fn pausing<T, F: Future>(
    mut state: watch::Receiver<T>,
    paused: impl Fn(&T) -> bool,
    work: F,
) -> F::Output {
    let mut work = std::pin::pin!(work);
    loop {
        let pause = async { state.wait_for(|state| paused(state)).await.is_ok() };
        tokio::select! {
            // Looked at first, so that nothing is done after the pause has begun.
            biased;
            pauses = pause => if !pauses {
                // Nobody is left to pause it.
                return work.await;
            },
            output = &mut work => return output,
        }
        // An error ends the pause, and the next turn sees it too.
        let _ = state.wait_for(|state| !paused(state)).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn work_waits_while_it_is_paused() {
        let paused = watch::Sender::new(true);
        let mut work = Box::pin(pausing(paused.subscribe(), |paused| *paused, async { 7 }));
        assert_eq!(work.as_mut().now_or_never(), None);
        paused.send_replace(false);
        assert_eq!(work.await, 7);
        let endless = pausing(paused.subscribe(), |paused| *paused, async { 8 });
        drop(paused);
        assert_eq!(endless.await, 8);
    }
}
