//! When forwards are turned on and off by themselves: at a start of Culvert, and when their time is up.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::Inner;
use crate::{
    journal::now_ms,
    options::{AtStart, OffReason},
    profile::Profile,
};

/// The clock on the wall may be set, and goes on while the computer sleeps: while some forward has an end, it is looked at
/// again after this time at the latest.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// What becomes of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It is on, until this time if there is one.
    On {
        off_at_ms: Option<u64>,
    },
    Off(Option<OffReason>),
}

/// Turns forwards off when their time is up, with one timer for all of them, and none where nothing has an end. Ends with
/// the engine.
pub(super) async fn keep_time(engine: Weak<Inner>, ends_changed: Arc<Notify>) {
    loop {
        let Some(inner) = engine.upgrade() else { return };
        let next = inner.turn_off_what_is_over().await;
        drop(inner);
        match next {
            Some(at) => tokio::select! {
                () = ends_changed.notified() => {}
                () = sleep(nap(at, now_ms())) => {}
            },
            None => ends_changed.notified().await,
        }
    }
}

impl Inner {
    /// Turns on what is to be on after a start, and says of the others why they are off.
    pub(super) async fn begin(&self) {
        let mut running = self.running.lock().await;
        for profile in self.shared.profiles.all() {
            match at_start(&profile, self.is_production(&profile), now_ms()) {
                Verdict::On { off_at_ms } => {
                    let profile = Profile { on: true, off_because: None, off_at_ms, ..profile };
                    self.shared.profiles.put(profile.clone());
                    // Nobody may call for hours; tunnels to everything would only burden the clusters.
                    self.start(&mut running, profile, false);
                }
                Verdict::Off(because) if profile.on || because.is_some() => {
                    let profile = Profile { on: false, off_at_ms: None, off_because: because, ..profile };
                    self.shared.profiles.put(profile.clone());
                    self.shared.journal.forward_off(profile);
                }
                Verdict::Off(_) => {}
            }
        }
        self.save_or_tell().await;
    }

    /// Turns off what has been on for as long as it was meant to be; answers when the next one will have been.
    async fn turn_off_what_is_over(&self) -> Option<u64> {
        // Where the engine ends, nothing is over any more.
        let mut running = self.lock().await.ok()?;
        let now = now_ms();
        let mut changed = false;
        let mut next = None;
        for profile in self.shared.profiles.with_an_end() {
            match when_over(&profile, now) {
                Verdict::Off(because) => {
                    // It is known: nobody else changes profiles meanwhile.
                    changed |= self.turn_off(&mut running, &profile.id, because).await.is_ok();
                }
                Verdict::On { off_at_ms } => {
                    next = next.into_iter().chain(off_at_ms).min();
                    if off_at_ms != profile.off_at_ms {
                        let current = Profile { off_at_ms, ..profile };
                        self.shared.profiles.put(current.clone());
                        self.shared.journal.profile_changed(current);
                        changed = true;
                    }
                }
            }
        }
        if changed {
            self.save_or_tell().await;
        }
        next
    }
}

/// What a start of Culvert makes of a profile. `is_production`: its context is marked so.
fn at_start(profile: &Profile, is_production: bool, now_ms: u64) -> Verdict {
    let anew = Verdict::On { off_at_ms: profile.off_at(now_ms) };
    match (profile.at_start, profile.on) {
        // The mark may be younger than the wish.
        (AtStart::On, _) | (AtStart::AsItWas, true) if is_production => {
            Verdict::Off(Some(OffReason::AsksFirst))
        }
        (AtStart::On, false) => anew,
        (AtStart::On, true) => match when_over(profile, now_ms) {
            Verdict::Off(_) => anew,
            on @ Verdict::On { .. } => on,
        },
        (AtStart::AsItWas, true) if profile.ask_first => Verdict::Off(Some(OffReason::AsksFirst)),
        (AtStart::AsItWas, true) => when_over(profile, now_ms),
        (AtStart::Off, true) => Verdict::Off(Some(OffReason::OffAtStart)),
        (AtStart::Off | AtStart::AsItWas, false) => Verdict::Off(None),
    }
}

/// Whether the time of a profile that is on is up, and if not, when it is.
fn when_over(profile: &Profile, now_ms: u64) -> Verdict {
    let Some(latest) = profile.off_at(now_ms) else { return Verdict::On { off_at_ms: None } };
    match profile.off_at_ms {
        Some(at) if at <= now_ms => {
            Verdict::Off(Some(OffReason::TimeIsUp { minutes: profile.turn_off_after_minutes }))
        }
        // Where the clock was set back, the time must not grow by as much.
        at => Verdict::On { off_at_ms: Some(at.map_or(latest, |at| at.min(latest))) },
    }
}

/// How long nobody needs to look at the clock.
fn nap(next_ms: u64, now_ms: u64) -> Duration {
    Duration::from_millis(next_ms.saturating_sub(now_ms)).min(LOOK_AGAIN)
}

#[cfg(test)]
#[path = "lifetime_tests.rs"]
mod tests;
