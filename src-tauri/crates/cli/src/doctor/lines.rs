//! One rung in lines: its name, the time it took and what was found; below it what to do.

use engine::{LadderStep, Outcome, Problem};

use crate::language::said;

/// The lines of a rung, without a line break at the end.
pub(super) fn of(step: &LadderStep) -> String {
    let (sign, found, problem) = match &step.outcome {
        Outcome::Waiting | Outcome::Running => ("…", "", None),
        Outcome::Passed => ("✓", said(&step.detail), None),
        Outcome::Warned { problem } => ("!", said(&step.detail), Some(problem)),
        Outcome::Failed { problem } => ("✗", said(&problem.what), Some(problem)),
        Outcome::Skipped { why } => ("-", said(why), None),
    };
    let took = step.took_ms.map(|took| format!("{took} ms")).unwrap_or_default();
    let title = step.rung.title();
    let mut text = format!("{sign} {:<14} {took:>8}  {found}", said(&title)).trim_end().to_owned();
    if let Some(problem) = problem {
        let is_said = matches!(step.outcome, Outcome::Failed { .. });
        text.push_str(&below(problem, is_said));
    }
    text
}

fn below(problem: &Problem, what_is_said: bool) -> String {
    let what = (!what_is_said).then_some(&problem.what);
    let lines = what.into_iter().chain([&problem.why, &problem.remedy]).map(said);
    lines.filter(|line| !line.is_empty()).map(|line| format!("\n    {line}")).collect()
}

#[cfg(test)]
mod tests {
    use engine::{ProblemCode, Rung};
    use wording::Text;

    use super::*;

    #[test]
    fn a_rung_has_its_time_and_a_broken_one_what_to_do() {
        let step = |outcome, detail: &str, took_ms| LadderStep {
            rung: Rung::Name,
            outcome,
            detail: Text::verbatim(detail),
            took_ms,
        };
        let problem = || {
            Problem::new(
                ProblemCode::Unreachable,
                Text::verbatim("What."),
                Text::verbatim("Why."),
                Text::verbatim("Do."),
            )
        };
        assert_eq!(
            of(&step(Outcome::Passed, "api is 10.1.2.3.", Some(12))),
            "✓ Name              12 ms  api is 10.1.2.3."
        );
        assert_eq!(
            of(&step(Outcome::Failed { problem: problem() }, "", Some(1200))),
            "✗ Name            1200 ms  What.\n    Why.\n    Do."
        );
        assert_eq!(
            of(&step(Outcome::Warned { problem: problem() }, "Well.", Some(1))),
            "! Name               1 ms  Well.\n    What.\n    Why.\n    Do."
        );
        assert_eq!(
            of(&step(Outcome::Skipped { why: Text::verbatim("No.") }, "", None)),
            "- Name                     No."
        );
    }
}
