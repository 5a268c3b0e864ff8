//! A whole ladder as plain text, to be copied into a message. It holds what the steps hold, which is without secrets.

use crate::{
    ladder::{LadderStep, Outcome},
    words,
};

pub(super) fn of(title: &str, at_ms: u64, steps: &[LadderStep]) -> String {
    let mut text = format!("{title}\n{}\n\n", words::ladder::moment(at_ms));
    for step in steps {
        text.push_str(&line(step));
        text.push('\n');
        if let Outcome::Failed { problem } | Outcome::Warned { problem } = &step.outcome {
            for sentence in [&problem.why, &problem.remedy] {
                if !sentence.is_empty() {
                    text.push_str(&format!("            {sentence}\n"));
                }
            }
        }
    }
    text
}

fn line(step: &LadderStep) -> String {
    let (word, said) = match &step.outcome {
        Outcome::Waiting | Outcome::Running => ("...", ""),
        Outcome::Passed => ("ok", step.detail.as_str()),
        Outcome::Warned { problem } => ("warning", problem.what.as_str()),
        Outcome::Failed { problem } => ("FAILED", problem.what.as_str()),
        Outcome::Skipped { why } => ("-", why.as_str()),
    };
    let took = step.took_ms.map(|took| format!(" ({took} ms)")).unwrap_or_default();
    let rung = step.rung.title();
    format!("{word:<10}  {rung}{took}: {said}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ladder::Rung,
        problem::{Problem, ProblemCode},
    };

    #[test]
    fn a_ladder_reads_from_the_bottom_up() {
        let step = |rung, outcome, detail: &str, took_ms| LadderStep {
            rung,
            outcome,
            detail: detail.into(),
            took_ms,
        };
        let problem = Problem::new(ProblemCode::Unreachable, "Nobody is there.", "Refused.", "Look.");
        let steps = [
            step(Rung::Name, Outcome::Passed, "api is 10.1.2.3.", Some(4)),
            step(Rung::Connection, Outcome::Failed { problem }, "", Some(12)),
            step(Rung::Proxy, Outcome::Skipped { why: "No.".into() }, "", None),
        ];
        assert_eq!(
            of("web", 1_764_374_400_000, &steps),
            "web\n2025-11-29 00:00:00 UTC\n\n\
             ok          Name (4 ms): api is 10.1.2.3.\n\
             FAILED      TCP connection (12 ms): Nobody is there.\n            \
             Refused.\n            Look.\n\
             -           Proxy: No.\n"
        );
    }
}
