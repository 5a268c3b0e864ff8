//! What happens to the pod that serves.

use wording::text;

use super::connects_to_next;
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// How a pod that serves ceases to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It does not say any more that it is ready.
    NotReady,
    /// It is being stopped.
    Stopping,
    /// It is not there any more.
    Gone,
}

/// The pod that serves is about to stop serving.
pub(crate) fn pod_leaving(pod: &str, how: Leaving) -> Problem {
    let what = match how {
        Leaving::NotReady => {
            text!("The pod {pod} is not ready any more.", "Der Pod {pod} ist nicht mehr bereit.")
        }
        Leaving::Stopping => text!("The pod {pod} is being stopped.", "Der Pod {pod} wird gerade beendet."),
        Leaving::Gone => text!("The pod {pod} is gone.", "Der Pod {pod} ist weg."),
    };
    Problem::new(
        ProblemCode::PodGone,
        what,
        text!(
            "It was deleted, replaced, or is not ready. New connections wait for the pod that takes over.",
            "Er wurde gelöscht oder ersetzt, oder er ist nicht bereit. Neue Verbindungen warten auf den Pod, der übernimmt."
        ),
        connects_to_next(),
    )
    .with_action(RemedyAction::Retry)
}

/// The best pod there is runs and is not ready; it is taken as it is after so many seconds.
pub(crate) fn pod_not_ready(pod: &str, seconds: u64) -> Problem {
    Problem::new(
        ProblemCode::NoPod,
        text!("No pod is ready yet.", "Noch ist kein Pod bereit."),
        text!(
            "The pod {pod} runs, but does not say that it is ready to serve.",
            "Der Pod {pod} läuft, meldet aber nicht, dass er bereit ist."
        ),
        text!(
            "Culvert waits for a pod that is ready. After {seconds} s it uses {pod} as it is.",
            "Culvert wartet auf einen bereiten Pod. Nach {seconds} s nimmt es {pod}, wie er ist."
        ),
    )
    .with_action(RemedyAction::Retry)
}
