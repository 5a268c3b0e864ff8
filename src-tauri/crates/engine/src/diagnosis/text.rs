//! A whole ladder as plain text, to be copied into a message. It holds what the steps hold, which is without secrets.

use wording::{Spoken, Text, text};

use crate::{
    ladder::{LadderStep, Outcome},
    words,
};

pub(super) fn of(title: &Text, at_ms: u64, steps: &[LadderStep]) -> Text {
    let [english, german] =
        [Spoken::English, Spoken::German].map(|spoken| report(title, at_ms, steps, spoken));
    Text::new(english, german)
}

fn report(title: &Text, at_ms: u64, steps: &[LadderStep], spoken: Spoken) -> String {
    let mut text = format!("{}\n{}\n\n", title.of(spoken), words::time::moment(at_ms));
    for step in steps {
        text.push_str(&line(step, spoken));
        text.push('\n');
        if let Outcome::Failed { problem } | Outcome::Warned { problem } = &step.outcome {
            for sentence in [problem.why.of(spoken), problem.remedy.of(spoken)] {
                if !sentence.is_empty() {
                    text.push_str(&format!("            {sentence}\n"));
                }
            }
        }
    }
    text
}

fn line(step: &LadderStep, spoken: Spoken) -> String {
    let nothing = Text::default();
    let (word, said) = match &step.outcome {
        Outcome::Waiting | Outcome::Running => (text!("...", "..."), &nothing),
        Outcome::Passed => (text!("ok", "ok"), &step.detail),
        Outcome::Warned { problem } => (text!("warning", "Warnung"), &problem.what),
        Outcome::Failed { problem } => (text!("FAILED", "FEHLER"), &problem.what),
        Outcome::Skipped { why } => (text!("-", "-"), why),
    };
    let took = step.took_ms.map(|took| format!(" ({took} ms)")).unwrap_or_default();
    let (word, rung, said) = (word.of(spoken), step.rung.title(), said.of(spoken));
    format!("{word:<10}  {}{took}: {said}", rung.of(spoken)).trim_end().to_owned()
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
            detail: Text::verbatim(detail),
            took_ms,
        };
        let problem = Problem::new(
            ProblemCode::Unreachable,
            text!("Nobody is there.", "Niemand ist da."),
            text!("Refused.", "Verweigert."),
            text!("Look.", "Nachsehen."),
        );
        let steps = [
            step(Rung::Name, Outcome::Passed, "api is 10.1.2.3.", Some(4)),
            step(Rung::Connection, Outcome::Failed { problem }, "", Some(12)),
            step(Rung::Proxy, Outcome::Skipped { why: text!("No.", "Nein.") }, "", None),
        ];
        let text = of(&Text::verbatim("web"), 1_764_374_400_000, &steps);
        assert_eq!(
            text.of(Spoken::English),
            "web\n2025-11-29 00:00:00 UTC\n\n\
             ok          Name (4 ms): api is 10.1.2.3.\n\
             FAILED      TCP connection (12 ms): Nobody is there.\n            \
             Refused.\n            Look.\n\
             -           Proxy: No.\n"
        );
        assert_eq!(
            text.of(Spoken::German),
            "web\n2025-11-29 00:00:00 UTC\n\n\
             ok          Name (4 ms): api is 10.1.2.3.\n\
             FEHLER      TCP-Verbindung (12 ms): Niemand ist da.\n            \
             Verweigert.\n            Nachsehen.\n\
             -           Proxy: Nein.\n"
        );
    }
}
