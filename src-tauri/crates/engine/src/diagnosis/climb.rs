//! One rung after the other, with the time each takes and what is told of it.

use std::time::{Duration, Instant};

use tokio::time::timeout;
use wording::Text;

use super::text;
use crate::{
    journal::{Journal, now_ms},
    ladder::{Ladder, LadderStep, Outcome, Rung},
    problem::Problem,
    words,
};

/// A diagnosis that is under way.
pub(super) struct Climb<'a> {
    journal: &'a Journal,
    run: u32,
    at_ms: u64,
    rungs: Vec<Rung>,
    /// Those that are done, in the order of `rungs`.
    steps: Vec<LadderStep>,
}

/// What was found on a rung.
pub(super) enum Found<T> {
    /// All is well.
    Well(Text, T),
    /// It works, but for this.
    But(Text, Problem, T),
    /// There is nothing to look at, for this reason.
    Nothing(Text, T),
    /// This is what is broken.
    Broken(Problem),
}

impl<'a> Climb<'a> {
    pub(super) fn new(journal: &'a Journal, run: u32, rungs: Vec<Rung>) -> Self {
        Self { journal, run, at_ms: now_ms(), rungs, steps: Vec::new() }
    }

    /// Climbs the next rung: `None` if that fails, or takes longer than `limit`.
    pub(super) async fn rung<T>(
        &mut self,
        rung: Rung,
        limit: Duration,
        look: impl Future<Output = Found<T>>,
    ) -> Option<T> {
        debug_assert_eq!(self.rungs.get(self.steps.len()), Some(&rung));
        self.tell(&LadderStep { rung, outcome: Outcome::Running, detail: Text::default(), took_ms: None });
        let began = Instant::now();
        let found = timeout(limit, look).await;
        let found = found.unwrap_or_else(|_| Found::Broken(words::ladder::too_slow(rung, limit)));
        let took_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let (outcome, detail, value) = match found {
            Found::Well(detail, value) => (Outcome::Passed, detail, Some(value)),
            Found::But(detail, problem, value) => (Outcome::Warned { problem }, detail, Some(value)),
            Found::Nothing(why, value) => (Outcome::Skipped { why }, Text::default(), Some(value)),
            Found::Broken(problem) => (Outcome::Failed { problem }, Text::default(), None),
        };
        let is_skipped = matches!(outcome, Outcome::Skipped { .. });
        let took_ms = (!is_skipped).then_some(took_ms);
        self.end(LadderStep { rung, outcome, detail, took_ms });
        value
    }

    /// All rungs: those above the one that failed are not looked at.
    pub(super) fn finish(mut self, title: Text) -> Ladder {
        let failed = self.steps.last().map(|step| step.rung);
        while let (Some(rung), Some(failed)) = (self.rungs.get(self.steps.len()).copied(), failed) {
            let outcome = Outcome::Skipped { why: words::ladder::not_looked_at(failed) };
            self.end(LadderStep { rung, outcome, detail: Text::default(), took_ms: None });
        }
        let text = text::of(&title, self.at_ms, &self.steps);
        Ladder { title, at_ms: self.at_ms, steps: self.steps, text }
    }

    fn end(&mut self, step: LadderStep) {
        self.tell(&step);
        self.steps.push(step);
    }

    fn tell(&self, step: &LadderStep) {
        let index = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        self.journal.ladder_step(self.run, index, step.clone());
    }
}

impl<T> Found<T> {
    /// From what a request answered.
    pub(super) fn of(answer: Result<(Text, T), cluster::Error>) -> Self {
        match answer {
            Ok((detail, value)) => Self::Well(detail, value),
            Err(error) => Self::Broken(words::ladder::now(words::cluster_problem(&error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Arc};

    use cluster::ContextCatalog;

    use super::*;
    use crate::view::DemoState;

    #[tokio::test(start_paused = true)]
    async fn a_rung_that_takes_too_long_has_failed_and_says_so() {
        let journal = Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Unavailable, None);
        let journal = Arc::new(journal);
        let mut climb = Climb::new(&journal, 1, vec![Rung::Name, Rung::Connection]);
        let limit = Duration::from_secs(15);
        let climbed = climb.rung(Rung::Name, limit, pending::<Found<()>>());
        let climbed = timeout(limit * 2, climbed).await.expect("it waits longer than it may");
        assert_eq!(climbed, None);
        let ladder = climb.finish(Text::default());
        let [name, connection] = ladder.steps.as_slice() else { panic!("{ladder:?}") };
        let Outcome::Failed { problem } = &name.outcome else { panic!("{name:?}") };
        assert!(problem.what.contains("Name") && problem.why.contains("15 seconds"), "{problem:?}");
        assert!(matches!(&connection.outcome, Outcome::Skipped { why } if why.contains("Name")));
    }
}
