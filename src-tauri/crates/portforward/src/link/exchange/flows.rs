//! The flows on a link, by key and by stream.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;
use spdy::StreamId;

use super::super::{command::FlowKey, inbox::Inbox, streams::Kind};

/// One flow and how far its streams are.
pub(super) struct Flow {
    pub(super) inbox: Arc<Inbox>,
    pub(super) port: u16,
    pub(super) data: StreamId,
    pub(super) error: StreamId,
    /// The data stream is open; before, its number is only set aside.
    pub(super) data_open: bool,
    /// What waits until the server's worker has room: the first data, or one read of the local connection, which is not
    /// read on meanwhile.
    pub(super) pending: Option<Bytes>,
    /// The end of our side follows what is pending.
    pub(super) ends: bool,
    pub(super) local_ended: bool,
    pub(super) remote_ended: bool,
    pub(super) error_ended: bool,
    /// The pod ended first, so data of ours may have come too late for it.
    pub(super) remote_ended_first: bool,
}

impl Flow {
    pub(super) fn new(inbox: Arc<Inbox>, port: u16, error: StreamId, data: StreamId, first: Bytes) -> Self {
        Self {
            inbox,
            port,
            data,
            error,
            data_open: false,
            pending: Some(first),
            ends: false,
            local_ended: false,
            remote_ended: false,
            error_ended: false,
            remote_ended_first: false,
        }
    }

    pub(super) fn has_something_to_send(&self) -> bool {
        self.pending.is_some() || self.ends
    }
}

/// All flows of a link.
#[derive(Default)]
pub(super) struct Flows {
    by_key: HashMap<FlowKey, Flow>,
    by_stream: HashMap<StreamId, (FlowKey, Kind)>,
    /// Flows whose inbox was full; nothing is read while one still is.
    full: Vec<FlowKey>,
    /// Flows whose worker had no room, in the order in which they go on.
    waiting: VecDeque<FlowKey>,
}

impl Flows {
    pub(super) fn add(&mut self, key: FlowKey, flow: Flow) {
        self.by_stream.insert(flow.error, (key, Kind::Error));
        self.by_stream.insert(flow.data, (key, Kind::Data));
        self.by_key.insert(key, flow);
    }

    pub(super) fn get_mut(&mut self, key: FlowKey) -> Option<&mut Flow> {
        self.by_key.get_mut(&key)
    }

    pub(super) fn of_stream(&self, stream: StreamId) -> Option<(FlowKey, Kind)> {
        self.by_stream.get(&stream).copied()
    }

    pub(super) fn remove(&mut self, key: FlowKey) -> Option<Flow> {
        let flow = self.by_key.remove(&key)?;
        self.by_stream.remove(&flow.data);
        self.by_stream.remove(&flow.error);
        Some(flow)
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Flow> + use<> {
        self.by_stream.clear();
        std::mem::take(&mut self.by_key).into_values()
    }

    /// Gives received bytes to the flow they are for, if it is still there.
    pub(super) fn deliver(&mut self, stream: StreamId, data: Bytes) {
        let Some((key, kind)) = self.by_stream.get(&stream) else { return };
        let Some(flow) = self.by_key.get(key) else { return };
        match kind {
            Kind::Error => flow.inbox.push_text(&data),
            Kind::Data if data.is_empty() => {}
            Kind::Data => {
                if flow.inbox.push(data) && !self.full.contains(key) {
                    self.full.push(*key);
                }
            }
        }
    }

    /// Whether a flow has as much as it may hold.
    pub(super) fn is_paused(&mut self) -> bool {
        let flows = &self.by_key;
        self.full.retain(|key| flows.get(key).is_some_and(|flow| flow.inbox.is_full()));
        !self.full.is_empty()
    }

    /// The flow waits for room; each waits once.
    pub(super) fn wait(&mut self, key: FlowKey) {
        if !self.waiting.contains(&key) {
            self.waiting.push_back(key);
        }
    }

    /// Those who waited, in order; who still has to waits anew.
    pub(super) fn waiting(&mut self) -> VecDeque<FlowKey> {
        std::mem::take(&mut self.waiting)
    }
}
