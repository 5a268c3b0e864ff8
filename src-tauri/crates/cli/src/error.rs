//! What ends the command with a failure.

use std::{io, path::PathBuf};

use engine::Problem;
use wording::{Spoken, text};

use crate::language::{said, spoken};

/// What ends the command with a failure. Each is shown after `error: `.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    /// The command line is not understood.
    #[error("{reason}\nSee '{command} --help' for help and examples")]
    Usage {
        /// The command that was meant.
        command: &'static str,
        /// What is wrong.
        reason: String,
    },

    /// The kubeconfig or the target, before the engine is asked.
    #[error("{}", cluster_words(.0))]
    Cluster(#[from] cluster::Error),

    /// The engine could not be started.
    #[error(transparent)]
    Engine(#[from] engine::Error),

    /// What the engine says is wrong.
    #[error("{}", in_lines(.0))]
    Problem(Box<Problem>),

    /// No pod was running in time.
    #[error("{}\n{}", said(&no_pod_in_time()), in_lines(.0))]
    NoPodInTime(Box<Problem>),

    /// Something does not work, and it was told what.
    #[error("something does not work")]
    Unwell,

    /// The demo cluster could not be started.
    #[error("the demo cluster could not be started: {0}")]
    Demo(#[from] democluster::Error),

    /// The demo cluster's kubeconfig would replace something else.
    #[error("{} exists and is not the kubeconfig of a demo cluster; it is left as it is", .0.display())]
    NotOurs(PathBuf),

    /// A file could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The engine ended by itself.
    #[error("{}", said(&text!("the forward ended unexpectedly", "die Weiterleitung endete unerwartet")))]
    Ended,

    /// The system gives no threads or no signals.
    #[error("the system lacks what this command needs: {0}")]
    Runtime(#[source] io::Error),
}

fn no_pod_in_time() -> wording::Text {
    text!("timed out waiting for a running pod", "kein Pod lief rechtzeitig")
}

/// In English as kubectl has it, in one line; in other languages as the window has it.
fn cluster_words(error: &cluster::Error) -> String {
    match spoken() {
        Spoken::English => error.to_string(),
        Spoken::German => in_lines(&Problem::from(error)),
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// What happened and why in one line, what to do in the next.
pub(crate) fn in_lines(problem: &Problem) -> String {
    let mut text = said(&problem.what).to_owned();
    if !problem.why.is_empty() {
        text.push(' ');
        text.push_str(said(&problem.why));
    }
    if !problem.remedy.is_empty() {
        text.push('\n');
        text.push_str(said(&problem.remedy));
    }
    text
}
