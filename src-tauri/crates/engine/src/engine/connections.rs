//! Looks at the open connections of forwards, and closes one.

use super::Inner;
use crate::{command::Reply, problem::Problem, profile::ProfileId, words};

impl Inner {
    pub(super) fn watch_connections(&self, id: &ProfileId) -> Result<Reply, Problem> {
        match self.shared.journal.watch_connections(id) {
            true => Ok(Reply::Done),
            false => Err(words::unknown_profile(id)),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as other commands")]
    pub(super) fn stop_watching_connections(&self, id: &ProfileId) -> Result<Reply, Problem> {
        self.shared.journal.stop_watching_connections(id);
        Ok(Reply::Done)
    }

    pub(super) async fn close_connection(&self, id: &ProfileId, number: u64) -> Result<Reply, Problem> {
        let running = self.lock().await?;
        self.profile(id)?;
        // One that is off has none.
        if let Some(forward) = running.forwards.get(id) {
            forward.close_connection(number).await;
        }
        Ok(Reply::Done)
    }
}
