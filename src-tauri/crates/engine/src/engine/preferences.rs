//! What a person prefers, and whether the system starts Culvert.

use super::Inner;
use crate::{
    command::Reply, preferences::Preferences, problem::Problem, start_at_login::StartAtLogin, words,
};

impl Inner {
    pub(super) async fn set_preferences(&self, preferences: Preferences) -> Result<Reply, Problem> {
        let saved = self.shared.preferences.replace(preferences.tidied()?).await;
        let preferences = saved.map_err(|error| words::preferences_store_problem(&error))?;
        self.shared.journal.preferences_changed(preferences);
        Ok(Reply::Done)
    }

    /// Asks the system, and tells what it says.
    pub(super) async fn read_start_at_login(&self) {
        let state = match &self.login_item {
            None => StartAtLogin::Unavailable,
            Some(item) => match item.read().await {
                Ok(true) => StartAtLogin::On,
                Ok(false) => StartAtLogin::Off,
                Err(why) => StartAtLogin::Unknown { problem: words::login_item_unread(&why) },
            },
        };
        self.shared.journal.start_at_login_changed(state);
    }

    pub(super) async fn set_start_at_login(&self, on: bool) -> Result<Reply, Problem> {
        let item = self.login_item.as_ref().ok_or_else(words::no_login_item)?;
        let outcome = item.set(on).await;
        // Also after a failure: what counts is what the system has.
        self.read_start_at_login().await;
        outcome.map(|()| Reply::Done).map_err(|why| words::login_item_unchanged(&why))
    }
}
