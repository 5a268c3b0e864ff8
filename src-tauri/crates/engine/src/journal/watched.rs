//! Forwards whose open connections somebody looks at, and what was told of them.

use super::{Content, Journal};
use crate::{connections::Connections, event::Event, profile::ProfileId};

/// Forwards that are looked at so at a time; a window looks at one. Beyond it the one that was begun first is left.
const MOST: usize = 4;

/// Events that a listener may be behind before it is told of connections: lists are long, and must not pile up for one that
/// is slow.
const FAR_BEHIND: usize = 64;

/// One forward that is looked at.
pub(super) struct Watched {
    id: ProfileId,
    told: Connections,
}

impl Journal {
    /// Tells of the forward's open connections now and whenever they have changed. Whether there is such a forward.
    pub(crate) fn watch_connections(&self, id: &ProfileId) -> bool {
        let mut content = self.lock();
        let Some(now) = content.connections(id) else { return false };
        content.watched.retain(|watched| watched.id != *id);
        if content.watched.len() >= MOST {
            content.watched.remove(0);
        }
        content.watched.push(Watched { id: id.clone(), told: now.clone() });
        content.publish(Event::Connections { id: id.clone(), connections: now });
        true
    }

    pub(crate) fn stop_watching_connections(&self, id: &ProfileId) {
        self.lock().watched.retain(|watched| watched.id != *id);
    }

    /// Nobody has a window open: whoever opens one looks anew.
    pub(crate) fn leave_connections_unless_watched(&self) {
        // Under the lock, so that who came meanwhile and looks is not forgotten.
        let mut content = self.lock();
        if !self.is_watched() {
            content.watched.clear();
        }
    }

    /// Tells of connections that have changed since the last time. Whether that is done: not where a listener is slow.
    pub(crate) fn report_connections(&self) -> bool {
        let mut content = self.lock();
        if content.watched.is_empty() {
            return true;
        }
        if content.backlog() > FAR_BEHIND {
            return false;
        }
        for mut watched in std::mem::take(&mut content.watched) {
            let Some(now) = content.connections(&watched.id) else { continue };
            if watched.told != now {
                watched.told.clone_from(&now);
                content.publish(Event::Connections { id: watched.id.clone(), connections: now });
            }
            content.watched.push(watched);
        }
        true
    }
}

impl Content {
    /// Those of a forward, if there is such a forward.
    fn connections(&mut self, id: &ProfileId) -> Option<Connections> {
        let entry = self.entry(id)?;
        Some(entry.gauge.as_ref().map(|gauge| gauge.roster.view()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cluster::ContextCatalog;

    use super::*;
    use crate::{
        event::Update,
        journal::Listener,
        profile::tests::profile,
        traffic::Counter,
        view::{DemoState, ForwardView},
    };

    /// A journal of forwards of these names, which are on.
    fn journal(names: &[&str]) -> (Arc<Journal>, Vec<Arc<Counter>>) {
        let journal = Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Stopped, None);
        let counters = names.iter().map(|name| {
            let counter = Arc::new(Counter::default());
            journal.forward_started(ForwardView::off(profile(name)), Arc::clone(&counter.meter));
            counter
        });
        let counters = counters.collect();
        (Arc::new(journal), counters)
    }

    /// Of which forwards connections are told until the journal ends, and how many of each.
    async fn told(journal: &Journal, mut listener: Listener) -> Vec<(ProfileId, usize)> {
        journal.close();
        let mut told = Vec::new();
        while let Some(update) = listener.next().await {
            if let Update::Event { event } = update
                && let Event::Connections { id, connections } = event.event
            {
                told.push((id, connections.listed.len()));
            }
        }
        told
    }

    #[tokio::test]
    async fn changes_are_told_once_of_what_is_looked_at() {
        let (journal, counters) = journal(&["a", "b"]);
        let (a, listener) = (profile("a").id, journal.listen());
        let tray = journal.listen_without_traffic();
        assert!(journal.watch_connections(&a));
        let one = counters[0].list(None, 0);
        let _other = counters[1].list(None, 0);
        assert!(journal.report_connections() && journal.report_connections());
        journal.stop_watching_connections(&a);
        drop(one);
        assert!(journal.report_connections());
        assert_eq!(told(&journal, listener).await, [(a.clone(), 0), (a, 1)]);
        assert_eq!(told(&journal, tray).await, []);
    }

    #[tokio::test]
    async fn a_few_are_looked_at_at_a_time_and_none_by_a_window_that_is_gone() {
        let names = ["a", "b", "c", "d", "e"];
        let (journal, counters) = journal(&names);
        let listener = journal.listen();
        for name in names {
            assert!(journal.watch_connections(&profile(name).id));
        }
        let _open: Vec<_> = counters.iter().map(|counter| counter.list(None, 0)).collect();
        journal.leave_connections_unless_watched();
        assert!(journal.report_connections());
        assert_eq!(journal.lock().watched.len(), MOST);
        let of_open = told(&journal, listener).await.into_iter().filter(|(_, count)| *count == 1);
        assert_eq!(of_open.count(), MOST);
        journal.leave_connections_unless_watched();
        assert_eq!(journal.lock().watched.len(), 0);
        assert!(!journal.watch_connections(&profile("gone").id));
    }

    #[tokio::test]
    async fn who_is_far_behind_is_not_told_more() {
        let (journal, counters) = journal(&["a"]);
        let (a, mut listener) = (profile("a").id, journal.listen());
        journal.watch_connections(&a);
        for _ in 0..FAR_BEHIND {
            journal.connection_accepted(&a, 1);
        }
        let _open = counters[0].list(None, 0);
        assert!(!journal.report_connections(), "it is told later");
        while journal.backlog() > 0 {
            listener.next().await.unwrap();
        }
        assert!(journal.report_connections());
        assert_eq!(told(&journal, listener).await, [(a, 1)]);
    }
}
