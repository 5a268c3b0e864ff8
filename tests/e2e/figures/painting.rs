//! When the window has been painted.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use crate::{screen::Screen, waiting::DEADLINE};

/// A page with text and icons has more colours than this; an empty one has one.
const COLOURS: usize = 24;

/// How often is looked: the error of the figure.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until the page is on the screen; gives how long that took from now.
pub(super) async fn until_painted(screen: &Screen) -> Duration {
    let start = Instant::now();
    loop {
        let pixels = screen.pixels();
        let colours: HashSet<_> = pixels.iter().flat_map(|pixels| pixels.chunks_exact(4)).collect();
        if colours.len() > COLOURS {
            return start.elapsed();
        }
        assert!(start.elapsed() < DEADLINE, "the window was not painted");
        tokio::time::sleep(PAUSE).await;
    }
}
