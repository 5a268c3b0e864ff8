//! Whether a link can be trusted, and the pings by which that is known.

use std::time::Duration;

use spdy::{PingId, Session};
use tokio::{sync::watch, time::Instant};

use super::super::{
    LinkState,
    health::{Health, Outcome, Silence},
    pacing::{Pacing, WORKERS},
    round_trip::RoundTrips,
};
use crate::{Error, Measurement, Observer};

/// Pings whose echoes are awaited at most: what all workers may owe.
pub(super) const MOST_PINGS: usize = 160;

/// Pings, echoes, and what they mean for the state of the link.
pub(super) struct Trust {
    state: watch::Sender<LinkState>,
    health: Health,
    pub(super) pacing: Pacing,
    /// When the check under way, or the last one, has to be over.
    check_until: Option<Instant>,
    /// Another check is due once the one under way has passed.
    check_again: bool,
    /// It was asked whether the link lives, since anything was heard.
    asked: bool,
    /// Silence made the link doubtful.
    doubted: bool,
    /// No more streams can be opened, whatever the pings say.
    exhausted: bool,
    round_trips: RoundTrips,
    observer: Observer,
}

impl Trust {
    pub(super) fn new(state: watch::Sender<LinkState>, now: Instant, observer: Observer) -> Self {
        Self {
            state,
            health: Health::new(now),
            pacing: Pacing::default(),
            check_until: None,
            check_again: false,
            asked: false,
            doubted: false,
            exhausted: false,
            round_trips: RoundTrips::default(),
            observer,
        }
    }

    /// The far end is alive.
    pub(super) fn heard(&mut self, session: &mut Session, now: Instant) {
        self.health.heard(now);
        self.asked = false;
        if std::mem::take(&mut self.doubted) {
            self.check(session, now);
        }
    }

    /// We do not read, so nothing can be heard.
    pub(super) fn not_listening(&mut self, now: Instant) {
        self.health.heard(now);
        if let Some(until) = self.health.postpone_check(now) {
            self.check_until = Some(until);
        }
    }

    /// Data was queued for a worker.
    pub(super) fn sent(&mut self, session: &mut Session, worker: usize, frames: usize, bytes: usize) {
        let now = Instant::now();
        self.health.sent(now);
        self.pacing.sent(worker, frames, bytes);
        self.ask_if_due(session, now);
    }

    /// Sends a ping to each worker if so much is under way to one that it is time to ask how far it is.
    pub(super) fn ask_if_due(&mut self, session: &mut Session, now: Instant) {
        if self.pacing.wants_round() {
            self.round(session, now);
        }
    }

    /// Sends one ping, if the far end can take it.
    pub(super) fn ping(&mut self, session: &mut Session, now: Instant) -> Option<PingId> {
        if !self.pacing.may_ping() {
            return None;
        }
        let ping = session.ping();
        self.pacing.pinged(ping, now);
        Some(ping)
    }

    /// A ping to each worker.
    fn round(&mut self, session: &mut Session, now: Instant) -> Vec<PingId> {
        (0..WORKERS).filter_map(|_| self.ping(session, now)).collect()
    }

    /// A ping came back. Says whether more data may go out.
    pub(super) fn pong(&mut self, session: &mut Session, ping: PingId, now: Instant) -> bool {
        if let Some(sent) = self.pacing.pinged_at(ping) {
            let took = self.round_trips.add(now.saturating_duration_since(sent));
            self.observer.tell(Measurement::RoundTrip(took));
        }
        let room = self.pacing.pong(ping, now);
        if self.health.pong(ping) == Some(Outcome::Passed) {
            let good = !self.exhausted && self.pacing.may_ping();
            self.state.send_replace(if good { LinkState::Trusted } else { LinkState::Doubtful });
            // What was asked for since then is looked at in the background.
            if std::mem::take(&mut self.check_again) {
                self.begin_check(session, now);
            }
        }
        room
    }

    /// Sends five pings, one to each worker, unless such a check is under way.
    pub(super) fn check(&mut self, session: &mut Session, now: Instant) {
        if self.exhausted {
            // Whoever asked waits for an answer.
            self.exhaust();
        } else if self.health.is_checking() {
            // Starting anew each time could go on for ever on a busy link.
            self.check_again = true;
        } else {
            self.state.send_replace(LinkState::Checking);
            self.begin_check(session, now);
        }
    }

    fn begin_check(&mut self, session: &mut Session, now: Instant) {
        let pings = self.round(session, now);
        if pings.len() < WORKERS {
            // A worker owes as many echoes as it may: it is blocked.
            self.doubt();
            return;
        }
        self.check_until = Some(self.health.begin_check(now, pings));
    }

    /// When [`Trust::look`] is due.
    pub(super) fn next_look(&self, now: Instant) -> Instant {
        let silence = self.health.next_look(now, self.explained(), self.pacing.may_ping());
        let check = self.check_until.filter(|_| self.health.is_checking());
        check.map_or(silence, |until| until.min(silence))
    }

    /// Judges silence and a check whose time is over; an error if the link is dead.
    pub(super) fn look(&mut self, session: &mut Session, now: Instant) -> Result<(), Error> {
        if self.health.expire_check(now) == Some(Outcome::Failed) {
            tracing::debug!("the link does not answer all pings");
            self.check_again = false;
            self.doubt();
        }
        match self.health.silence(now, self.explained(), self.pacing.may_ping()) {
            Silence::Nothing => {}
            Silence::Ask => {
                if !std::mem::replace(&mut self.asked, true) {
                    self.round(session, now);
                }
            }
            Silence::Doubt => {
                if !std::mem::replace(&mut self.doubted, true) {
                    tracing::debug!("the link is silent though data waits for an answer");
                    self.doubt();
                }
            }
            Silence::Dead => return Err(Error::silent()),
        }
        Ok(())
    }

    fn explained(&self) -> Duration {
        self.pacing.explained_silence()
    }

    /// No more streams can be opened.
    pub(super) fn exhaust(&mut self) {
        self.exhausted = true;
        self.doubt();
    }

    /// New flows had better go elsewhere.
    pub(super) fn doubt(&mut self) {
        self.state.send_replace(LinkState::Doubtful);
    }

    /// Says what became of the link.
    pub(super) fn finish(self, error: Error) {
        self.state.send_replace(LinkState::Ended(error));
    }
}
