//! Marks on contexts, and contexts that lead elsewhere than before.

use super::Inner;
use crate::{
    book::ContextMark,
    command::Reply,
    journal::now_ms,
    problem::Problem,
    profile::{ContextRef, Profile, ProfileId},
    words,
};

impl Inner {
    pub(super) async fn mark_context(
        &self,
        context: ContextRef,
        mark: ContextMark,
    ) -> Result<Reply, Problem> {
        let changed = self.shared.book.change(|book| book.mark(context.clone(), mark)).await;
        changed.map_err(|error| words::clusters_store_problem(&error))?;
        self.shared.list.tell();
        Ok(Reply::Done)
    }

    /// The person agrees to the cluster that they were shown. A forward that is on goes on with it: its local ports stay.
    pub(super) async fn accept_cluster(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let mut profile = self.profile(id)?;
        if !profile.on {
            self.refuse_if_it_asks(&profile)?;
        }
        if let Some(cluster) = self.shared.clusters.accepted(id) {
            profile.cluster = Some(cluster);
        }
        let runs = running.forwards.get(id).filter(|forward| !forward.has_ended());
        if runs.is_none() && !profile.on {
            profile = profile.turned_on(now_ms());
        }
        self.shared.profiles.put(profile.clone());
        self.save_or_tell().await;
        match runs {
            Some(forward) => {
                self.shared.journal.profile_changed(profile);
                forward.retry().await;
            }
            None => self.turn_on(&mut running, profile),
        }
        Ok(Reply::Done)
    }

    /// Whether things that matter run where this profile leads, as the person says.
    pub(super) fn is_production(&self, profile: &Profile) -> bool {
        self.shared.book.mark_of(&profile.context).production
    }

    /// Refuses to turn on what asks first, where nobody was asked.
    ///
    /// # Errors
    /// [`ProblemCode::ConfirmFirst`](crate::ProblemCode::ConfirmFirst).
    pub(super) fn refuse_if_it_asks(&self, profile: &Profile) -> Result<(), Problem> {
        let is_production = self.is_production(profile);
        if profile.ask_first || is_production {
            let cluster = self.shared.book.name_of(&profile.context);
            return Err(words::confirm_first(profile, cluster, is_production));
        }
        Ok(())
    }
}
