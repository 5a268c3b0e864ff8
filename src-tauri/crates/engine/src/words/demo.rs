//! What the demo cluster had to say.

use wording::{Text, text};

use super::sentence;
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// The demo cluster did not start.
pub(crate) fn demo_problem(reason: &str) -> Problem {
    Problem::new(
        ProblemCode::Demo,
        text!("The demo cluster could not be started.", "Der Demo-Cluster konnte nicht gestartet werden."),
        sentence(reason),
        restart(),
    )
    .with_action(RemedyAction::Retry)
}

/// This program has no demo cluster.
pub(crate) fn no_demo() -> Problem {
    Problem { why: text!("This program has none.", "Dieses Programm hat keinen."), ..demo_problem("") }
}

pub(super) fn restart() -> Text {
    text!(
        "Try again. If this stays, restart Culvert.",
        "Versuchen Sie es erneut. Wenn es dabei bleibt, starten Sie Culvert neu."
    )
}
