//! What is measured of the way to a pod while it is used. Nothing is sent for the sake of it.

use std::{fmt, sync::Arc, time::Duration};

/// Something that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// How long it took until there was an upgraded connection, with all ways that were tried in vain.
    Dial(Duration),
    /// How long the node took to answer a ping of a link that is used. Pings wait behind data, so this is the shortest of
    /// the last few.
    RoundTrip(Duration),
}

/// Whoever wants to know. Is told at once and in the task that measured, so it must not wait.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<dyn Fn(Measurement) + Send + Sync>>);

impl Observer {
    /// Calls this with each measurement.
    pub fn new(told: impl Fn(Measurement) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    pub(crate) fn tell(&self, measurement: Measurement) {
        if let Some(told) = &self.0 {
            told(measurement);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("listens", &self.0.is_some()).finish()
    }
}
