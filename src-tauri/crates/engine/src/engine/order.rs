//! How profiles are listed: the person's own order, and what is within reach.

use super::Inner;
use crate::{command::Reply, problem::Problem, profile::ProfileId, words};

impl Inner {
    /// Puts profiles into the person's own order. An order that cannot be saved is not taken.
    pub(super) async fn reorder(&self, ids: &[ProfileId]) -> Result<Reply, Problem> {
        let _running = self.lock().await?;
        let profiles = &self.shared.profiles;
        let before = profiles.order();
        profiles.reorder(ids);
        self.save().await.inspect_err(|_| profiles.reorder(&before))?;
        self.shared.journal.reordered(profiles.order());
        Ok(Reply::Done)
    }

    pub(super) async fn set_favourite(&self, id: &ProfileId, favourite: bool) -> Result<Reply, Problem> {
        let _running = self.lock().await?;
        let before = self.shared.profiles.get(id).ok_or_else(|| words::unknown_profile(id))?;
        let mut profile = before.clone();
        profile.favourite = favourite;
        self.shared.profiles.put(profile.clone());
        self.save().await.inspect_err(|_| self.shared.profiles.put(before))?;
        self.shared.journal.profile_changed(profile);
        Ok(Reply::Done)
    }
}
