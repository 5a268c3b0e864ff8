//! The answer to "why?".

use futures::FutureExt as _;

use super::Inner;
use crate::{command::Reply, diagnosis, ladder::Subject, problem::Problem, words};

/// Diagnoses that may be under way at the same time: a person looks at one, and each is a handful of connections.
pub(super) const MOST_RUNS: usize = 8;

impl Inner {
    /// Whoever does not wait for the answer any more ends it by that, and so does the end of the engine.
    pub(super) async fn diagnose(&self, subject: Subject, run: u32) -> Result<Reply, Problem> {
        let Ok(_place) = self.diagnoses.try_acquire() else {
            return Err(words::ladder::too_many_runs(MOST_RUNS));
        };
        let diagnosis = diagnosis::diagnose(&self.shared, subject, run).boxed();
        match self.end_chores.run_until_cancelled(diagnosis).await {
            Some(ladder) => Ok(Reply::Ladder { ladder: ladder? }),
            None => Err(words::ending()),
        }
    }
}
