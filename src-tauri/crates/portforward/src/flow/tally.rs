//! What a flow moved, for whoever counts.

use crate::{Meter, pool::Load};

/// Counts the bytes of one flow: for people, and for the choice of links.
#[derive(Clone, Copy)]
pub(crate) struct Tally<'a> {
    meter: &'a Meter,
    load: Option<&'a Load>,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(meter: &'a Meter, load: Option<&'a Load>) -> Self {
        Self { meter, load }
    }

    /// Bytes went to the pod.
    pub(super) fn sent(self, bytes: usize) {
        self.meter.add_sent(bytes as u64);
        self.moved(bytes);
    }

    /// Bytes came from the pod.
    pub(super) fn received(self, bytes: usize) {
        self.meter.add_received(bytes as u64);
        self.moved(bytes);
    }

    /// The local side has ended and the pod pauses: what is left is taken to be small.
    pub(super) fn rests(self) {
        if let Some(load) = self.load {
            load.rest();
        }
    }

    fn moved(self, bytes: usize) {
        if let Some(load) = self.load {
            load.moved(bytes as u64);
        }
    }
}
