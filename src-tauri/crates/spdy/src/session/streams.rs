//! The table of open streams.

use std::collections::HashMap;

use super::stream::Stream;
use crate::error::Initiator;
use crate::id::StreamId;

/// All streams that are open, and how many of them each side opened. The map's keys are chosen by the peer,
/// so it keeps the standard hasher, which cannot be attacked with collisions.
#[derive(Debug, Default)]
pub(super) struct Streams {
    open: HashMap<StreamId, Stream>,
    local: usize,
}

impl Streams {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// How many `initiator` opened.
    pub(super) fn opened_by(&self, initiator: Initiator) -> usize {
        match initiator {
            Initiator::Local => self.local,
            Initiator::Remote => self.open.len() - self.local,
        }
    }

    pub(super) fn contains(&self, id: StreamId) -> bool {
        self.open.contains_key(&id)
    }

    pub(super) fn get_mut(&mut self, id: StreamId) -> Option<&mut Stream> {
        self.open.get_mut(&id)
    }

    /// Adds a stream whose number is not in the table; one that is over from the start is not kept.
    pub(super) fn insert(&mut self, id: StreamId, stream: Stream) {
        if stream.is_over() {
            return;
        }
        if self.open.insert(id, stream).is_none() && stream.initiator == Initiator::Local {
            self.local += 1;
        }
    }

    /// Removes a stream; whether it was there.
    pub(super) fn remove(&mut self, id: StreamId) -> bool {
        let Some(stream) = self.open.remove(&id) else { return false };
        if stream.initiator == Initiator::Local {
            self.local -= 1;
        }
        true
    }

    /// Removes a stream if it is over.
    pub(super) fn sweep(&mut self, id: StreamId) {
        if self.open.get(&id).is_some_and(|stream| stream.is_over()) {
            self.remove(id);
        }
    }
}
