//! Which notifications the desktop shows: for what happens to a tunnel by itself, never for what the person did just now.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use engine::{ForwardState, ForwardView, OffReason, Problem, ProfileId};
use wording::{Text, text};

/// A tunnel that is back within this time was not lost for anyone: a rollout that moves a pod is no news.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// A message in the corner of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// What happened to which forward.
    pub(crate) title: Text,
    /// Why, and what it means.
    pub(crate) body: Text,
}

/// What is known about each forward that is or was up, or is stuck.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    standings: BTreeMap<ProfileId, Standing>,
}

#[derive(Debug)]
enum Standing {
    Up,
    Lost(Loss),
    Stuck,
}

#[derive(Debug)]
struct Loss {
    since: Instant,
    told: bool,
    notification: Notification,
}

impl Notices {
    /// Takes in the state of a forward; gives what to tell at once.
    pub(crate) fn observe(
        &mut self,
        forward: &ForwardView,
        window_visible: bool,
        now: Instant,
    ) -> Option<Notification> {
        let id = &forward.profile.id;
        match &forward.state {
            ForwardState::Ready | ForwardState::Live { .. } => {
                match self.standings.insert(id.clone(), Standing::Up) {
                    Some(Standing::Lost(loss)) if loss.told => Some(back(forward)),
                    _ => None,
                }
            }
            ForwardState::Reconnecting { reason, .. } => {
                match self.standings.get(id) {
                    Some(Standing::Up) => {
                        let loss = Loss { since: now, told: false, notification: lost(forward, reason) };
                        self.standings.insert(id.clone(), Standing::Lost(loss));
                    }
                    Some(Standing::Stuck) => self.forget(id),
                    Some(Standing::Lost(_)) | None => {}
                }
                None
            }
            ForwardState::NeedsAttention { problem } => {
                let is_news = match self.standings.insert(id.clone(), Standing::Stuck) {
                    Some(Standing::Up | Standing::Lost(_)) => true,
                    Some(Standing::Stuck) => false,
                    None => !window_visible,
                };
                is_news.then(|| stuck(forward, problem))
            }
            ForwardState::Connecting { .. } => {
                if !matches!(self.standings.get(id), Some(Standing::Lost(_))) {
                    self.forget(id);
                }
                None
            }
            ForwardState::Off => {
                let was_known = self.standings.remove(id).is_some();
                match forward.profile.off_because {
                    Some(OffReason::TimeIsUp { .. }) if was_known => Some(over(forward)),
                    _ => None,
                }
            }
        }
    }

    /// Forgets a forward that is no more.
    pub(crate) fn forget(&mut self, id: &ProfileId) {
        self.standings.remove(id);
    }

    /// What to tell now that time has passed.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Notification> {
        let mut due = Vec::new();
        for standing in self.standings.values_mut() {
            if let Standing::Lost(loss) = standing
                && !loss.told
                && loss.since + GRACE <= now
            {
                loss.told = true;
                due.push(loss.notification.clone());
            }
        }
        due
    }

    /// When [`Notices::due`] has something to tell, if nothing changes until then.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.standings
            .values()
            .filter_map(|standing| match standing {
                Standing::Lost(loss) if !loss.told => Some(loss.since + GRACE),
                Standing::Lost(_) | Standing::Up | Standing::Stuck => None,
            })
            .min()
    }
}

/// Said once: closing the window does not end what is open.
pub(crate) fn still_running(forwards: &[ForwardView]) -> Notification {
    let body = match forwards.iter().filter(|forward| forward.profile.on).count() {
        0 => text!(
            "It stays in the tray, and starting Culvert again shows it. In Settings you choose what closing the window does.",
            "Es bleibt im Infobereich, und ein neuer Start zeigt es wieder. In den Einstellungen wählen Sie, was das Schließen des Fensters tut."
        ),
        1 => text!(
            "One forward stays on. The tray, or starting Culvert again, shows it. In Settings you choose what closing the window does.",
            "Eine Weiterleitung bleibt an. Der Infobereich oder ein neuer Start zeigt Culvert wieder. In den Einstellungen wählen Sie, was das Schließen des Fensters tut."
        ),
        _ => text!(
            "Your forwards stay on. The tray, or starting Culvert again, shows them. In Settings you choose what closing the window does.",
            "Ihre Weiterleitungen bleiben an. Der Infobereich oder ein neuer Start zeigt Culvert wieder. In den Einstellungen wählen Sie, was das Schließen des Fensters tut."
        ),
    };
    Notification { title: text!("Culvert is still running", "Culvert läuft weiter"), body }
}

/// Some of a group were not turned on.
pub(crate) fn some_ask(count: usize) -> Notification {
    Notification {
        title: match count {
            1 => text!("One forward asks first", "Eine Weiterleitung fragt vorher"),
            count => text!("{count} forwards ask first", "{count} Weiterleitungen fragen vorher"),
        },
        body: text!(
            "Turn them on in the window, where Culvert asks.",
            "Schalten Sie sie im Fenster ein, wo Culvert fragt."
        ),
    }
}

fn lost(forward: &ForwardView, reason: &Problem) -> Notification {
    let (name, what) = (&forward.profile.name, &reason.what);
    Notification {
        title: text!("{name}: tunnel lost", "{name}: Tunnel verloren"),
        body: text!(
            "{what} Culvert keeps trying; the local port stays open.",
            "{what} Culvert versucht es weiter; der lokale Port bleibt offen."; what
        ),
    }
}

fn back(forward: &ForwardView) -> Notification {
    let name = &forward.profile.name;
    Notification {
        title: text!("{name}: tunnel is back", "{name}: Tunnel ist wieder da"),
        body: text!("The local port works again.", "Der lokale Port funktioniert wieder."),
    }
}

fn over(forward: &ForwardView) -> Notification {
    let name = &forward.profile.name;
    Notification {
        title: text!("{name}: turned off", "{name}: ausgeschaltet"),
        body: text!(
            "It was on for as long as you set. Its local port is closed.",
            "Die eingestellte Zeit ist um. Der lokale Port ist geschlossen."
        ),
    }
}

fn stuck(forward: &ForwardView, problem: &Problem) -> Notification {
    let name = &forward.profile.name;
    Notification {
        title: text!("{name} needs attention", "{name} braucht einen Eingriff"),
        body: sentences([&problem.what, &problem.remedy]),
    }
}

/// One after the other.
pub(crate) fn sentences(texts: [&Text; 2]) -> Text {
    Text::join(texts, " ").map(|words| words.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{forward, live, needs_attention, off, reconnecting};

    const VISIBLE: bool = true;
    const HIDDEN: bool = false;

    fn shop() -> ForwardView {
        forward("a1", "shop", "80")
    }

    #[test]
    fn a_loss_is_told_once_it_lasts_and_so_is_its_end() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        assert_eq!(notices.observe(&live(shop(), 80), VISIBLE, start), None);
        assert_eq!(notices.next_due(), None);
        assert_eq!(notices.observe(&reconnecting(shop()), VISIBLE, start), None);
        assert_eq!(notices.next_due(), Some(start + GRACE));
        let later = start + GRACE / 2;
        assert_eq!(notices.observe(&reconnecting(shop()), VISIBLE, later), None, "another try");
        assert_eq!(notices.due(later), []);
        let told = notices.due(start + GRACE);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].title, "shop: tunnel lost");
        assert_eq!(notices.due(start + 2 * GRACE), []);
        assert_eq!(notices.next_due(), None);
        let back = notices.observe(&live(shop(), 80), VISIBLE, start + 3 * GRACE).unwrap();
        assert_eq!(back.title, "shop: tunnel is back");
    }

    #[test]
    fn a_short_loss_is_not_told() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        notices.observe(&live(shop(), 80), VISIBLE, start);
        notices.observe(&reconnecting(shop()), VISIBLE, start);
        assert_eq!(notices.observe(&live(shop(), 80), VISIBLE, start + GRACE / 2), None);
        assert_eq!(notices.due(start + 2 * GRACE), []);
    }

    #[test]
    fn what_the_person_does_is_not_told() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        notices.observe(&live(shop(), 80), VISIBLE, start);
        assert_eq!(notices.observe(&off(shop()), HIDDEN, start), None);
        notices.observe(&live(shop(), 80), VISIBLE, start);
        notices.observe(&reconnecting(shop()), VISIBLE, start);
        assert_eq!(notices.observe(&off(shop()), HIDDEN, start), None, "turned off while it waited");
        assert_eq!(notices.due(start + 2 * GRACE), []);
        notices.observe(&live(shop(), 80), VISIBLE, start);
        notices.observe(&reconnecting(shop()), VISIBLE, start);
        notices.forget(&shop().profile.id);
        assert_eq!(notices.due(start + 2 * GRACE), [], "deleted while it waited");
    }

    #[test]
    fn the_end_of_its_time_is_told_once_and_not_at_a_start() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        let mut over = off(shop());
        over.profile.off_because = Some(OffReason::TimeIsUp { minutes: 60 });
        assert_eq!(notices.observe(&over, HIDDEN, start), None, "the list says so");
        notices.observe(&live(shop(), 80), VISIBLE, start);
        let told = notices.observe(&over, VISIBLE, start).unwrap();
        assert_eq!(told.title, "shop: turned off");
        assert_eq!(notices.observe(&over, VISIBLE, start), None);
    }

    #[test]
    fn a_first_try_that_fails_is_no_loss() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        notices.observe(&reconnecting(shop()), VISIBLE, start);
        assert_eq!(notices.due(start + 2 * GRACE), []);
    }

    #[test]
    fn a_forward_that_needs_the_person_is_told_once_unless_they_see_it() {
        let (mut notices, start) = (Notices::default(), Instant::now());
        assert_eq!(notices.observe(&needs_attention(shop()), VISIBLE, start), None);
        notices.observe(&off(shop()), VISIBLE, start);
        let told = notices.observe(&needs_attention(shop()), HIDDEN, start).unwrap();
        assert_eq!(told.title, "shop needs attention");
        assert_eq!(notices.observe(&needs_attention(shop()), HIDDEN, start), None, "still the same");
        notices.observe(&live(shop(), 80), VISIBLE, start);
        assert!(notices.observe(&needs_attention(shop()), VISIBLE, start).is_some(), "it worked before");
    }
}
