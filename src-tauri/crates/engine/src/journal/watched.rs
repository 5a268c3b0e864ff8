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
