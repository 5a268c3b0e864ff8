//! The local side of a forward: its ports, and who accepts there.

use std::{io, sync::Arc};

use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
    task::JoinSet,
};

use super::{acceptor::Acceptor, caller::Caller, steps::FoundPod};
use crate::{
    drafts::known_local,
    local_ports::{Bound, Wanted},
    port_mapping::LocalPort,
    profile::Profile,
    traffic::Counter,
    view::{PortView, Shadow},
};

/// Callers that are accepted and not yet looked at. The task looks at once; while it holds as many as it may, this and one
/// for each address fill up, and the rest waits in the backlog.
const ACCEPTED: usize = 16;

/// Bound ports and the callers that come through them. Those are boxed, for a channel keeps room for many.
pub(super) struct LocalSide {
    /// One for each of the profile's ports.
    bound: Vec<Option<BoundPort>>,
    acceptors: JoinSet<()>,
    callers: mpsc::Receiver<Box<Caller>>,
    sender: mpsc::Sender<Box<Caller>>,
    counter: Arc<Counter>,
    answer_came: Arc<Notify>,
}

struct BoundPort {
    port: u16,
    addresses: Vec<String>,
    shadow: Option<Shadow>,
}

impl LocalSide {
    pub(super) fn new(ports: usize, counter: Arc<Counter>, answer_came: Arc<Notify>) -> Self {
        let (sender, callers) = mpsc::channel(ACCEPTED);
        let bound = std::iter::repeat_with(|| None).take(ports).collect();
        Self { bound, acceptors: JoinSet::new(), callers, sender, counter, answer_came }
    }

    /// What is to be bound now: ports that are not bound and whose number can be known.
    pub(super) fn wanted(&self, profile: &Profile, found: Option<&FoundPod>) -> Vec<(usize, Wanted)> {
        let unbound = |index: &usize| self.bound.get(*index).is_some_and(Option::is_none);
        (0..profile.ports.len())
            .filter(unbound)
            .filter_map(|index| {
                let port = &profile.ports[index];
                let wanted = match (port.mapping.local, known_local(&port.mapping)) {
                    (LocalPort::Free, _) => Wanted::Free { last: port.last_local },
                    (_, Some(local)) => Wanted::Exactly(local),
                    (_, None) => Wanted::Exactly(found?.ports.get(index)?.same_as_remote),
                };
                Some((index, wanted))
            })
            .collect()
    }

    /// Starts to accept on a port that was bound.
    pub(super) fn open(&mut self, index: usize, bound: Bound) -> io::Result<()> {
        let mut addresses = Vec::new();
        for (address, socket) in bound.sockets {
            let acceptor = Acceptor {
                listener: TcpListener::from_std(socket)?,
                port: index,
                local: bound.port,
                counter: Arc::clone(&self.counter),
                answer_came: Arc::clone(&self.answer_came),
                callers: self.sender.clone(),
            };
            self.acceptors.spawn(acceptor.run());
            addresses.push(address.to_string());
        }
        if let Some(slot) = self.bound.get_mut(index) {
            *slot = Some(BoundPort { port: bound.port, addresses, shadow: bound.shadow });
        }
        Ok(())
    }

    pub(super) fn all_open(&self) -> bool {
        self.bound.iter().all(Option::is_some)
    }

    /// The next caller. Never resolves while nobody calls.
    pub(super) async fn next_caller(&mut self) -> Option<Box<Caller>> {
        self.callers.recv().await
    }

    /// Closes all ports; returns when they are closed and whoever was accepted is reset.
    pub(super) async fn close(&mut self) {
        self.acceptors.shutdown().await;
        while self.callers.try_recv().is_ok() {}
        self.bound.iter_mut().for_each(|port| *port = None);
    }

    /// As they are shown.
    pub(super) fn views(&self, profile: &Profile, found: Option<&FoundPod>) -> Vec<PortView> {
        profile
            .ports
            .iter()
            .enumerate()
            .map(|(index, port)| {
                let bound = self.bound.get(index).and_then(Option::as_ref);
                PortView {
                    remote: port.mapping.remote.to_string(),
                    local: bound.map(|bound| bound.port),
                    addresses: bound.map(|bound| bound.addresses.clone()).unwrap_or_default(),
                    pod_port: found.and_then(|found| found.ports.get(index)).map(|port| port.pod_port),
                    shadow: bound.and_then(|bound| bound.shadow.clone()),
                }
            })
            .collect()
    }
}
