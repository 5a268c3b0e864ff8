//! What a person prefers for all of Culvert. Saved as it is; holds no secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Spoken;

use crate::{
    drafts,
    problem::Problem,
    profile::{HOLD_SECONDS, KEEP_UNUSED_MINUTES, LONGEST_HOLD_SECONDS, LONGEST_UNUSED_MINUTES},
};

/// Everything a person prefers. What a file does not name is as it is without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// How the window is coloured.
    pub theme: Theme,
    /// What the window, the tray and the engine speak.
    pub language: Language,
    /// Where new forwards listen, as in [`Profile::bind_address`](crate::Profile::bind_address). Forwards that are there
    /// stay where they are.
    pub bind_address: String,
    /// How long callers are held by forwards that say nothing of it, in seconds, 600 at most.
    pub hold_seconds: u32,
    /// How long forwards that say nothing of it keep a tunnel without connections, in minutes; 0: for ever.
    pub keep_unused_minutes: u32,
    /// Whether the desktop tells when a tunnel is lost and when it is back.
    pub notifications: bool,
    /// What closing the window does.
    pub on_close: OnClose,
    /// Whether the person was told that tunnels stay open when the window is closed. Said once, and never taken back.
    pub told_of_tray: bool,
}

/// How the window is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A language that Culvert speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// The system's, where Culvert speaks it; else English.
    #[default]
    System,
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// What is spoken, on a system of this language.
    pub fn spoken(self, system: Spoken) -> Spoken {
        match self {
            Self::System => system,
            Self::English => Spoken::English,
            Self::German => Spoken::German,
        }
    }
}

/// What closing the window does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OnClose {
    /// Culvert goes on in the tray, where there is one.
    #[default]
    KeepRunning,
    /// Culvert ends.
    Quit,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            language: Language::default(),
            bind_address: "localhost".to_owned(),
            hold_seconds: HOLD_SECONDS,
            keep_unused_minutes: KEEP_UNUSED_MINUTES,
            notifications: true,
            on_close: OnClose::default(),
            told_of_tray: false,
        }
    }
}

impl Preferences {
    /// They as they can be kept: numbers within their bounds, the address as it is shown everywhere.
    ///
    /// # Errors
    /// Where the address is none.
    pub(crate) fn tidied(self) -> Result<Self, Problem> {
        Ok(Self {
            bind_address: drafts::read_bind_address(&self.bind_address)?,
            hold_seconds: self.hold_seconds.min(LONGEST_HOLD_SECONDS),
            keep_unused_minutes: self.keep_unused_minutes.min(LONGEST_UNUSED_MINUTES),
            ..self
        })
    }

    /// How long a tunnel without connections is kept by a forward that says this of it; for ever: `None`.
    pub(crate) fn keep_unused(&self, minutes: Option<u32>) -> Option<Duration> {
        let minutes = minutes.unwrap_or(self.keep_unused_minutes);
        (minutes > 0).then(|| Duration::from_secs(60 * u64::from(minutes)))
    }

    /// How long callers are held by a forward that says this of it.
    pub(crate) fn hold(&self, seconds: Option<u32>) -> Duration {
        // A file edited by hand may say anything.
        let seconds = seconds.unwrap_or(self.hold_seconds).min(LONGEST_HOLD_SECONDS);
        Duration::from_secs(u64::from(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_the_default() {
        let dark: Preferences = serde_json::from_str(r#"{"theme":"dark"}"#).unwrap();
        assert_eq!(dark, Preferences { theme: Theme::Dark, ..Preferences::default() });
        assert_eq!(serde_json::from_str::<Preferences>("{}").unwrap(), Preferences::default());
    }

    #[test]
    fn numbers_are_kept_within_their_bounds_and_addresses_tidied() {
        let wild = Preferences {
            bind_address: " 127.0.0.2 ,::1".to_owned(),
            hold_seconds: u32::MAX,
            keep_unused_minutes: u32::MAX,
            ..Preferences::default()
        };
        let tidied = wild.tidied().unwrap();
        assert_eq!(tidied.bind_address, "127.0.0.2,::1");
        assert_eq!((tidied.hold_seconds, tidied.keep_unused_minutes), (600, 7 * 24 * 60));
        let nowhere = Preferences { bind_address: "here".to_owned(), ..Preferences::default() };
        assert!(nowhere.tidied().unwrap_err().what.contains("address"));
    }

    #[test]
    fn a_forward_that_says_nothing_does_as_is_preferred() {
        let preferences = Preferences { hold_seconds: 7, keep_unused_minutes: 0, ..Preferences::default() };
        assert_eq!(preferences.hold(None), Duration::from_secs(7));
        assert_eq!(preferences.hold(Some(0)), Duration::ZERO);
        assert_eq!(preferences.hold(Some(u32::MAX)), Duration::from_secs(600));
        assert_eq!(preferences.keep_unused(None), None);
        assert_eq!(preferences.keep_unused(Some(2)), Some(Duration::from_secs(120)));
        assert_eq!(preferences.keep_unused(Some(0)), None);
    }
}
