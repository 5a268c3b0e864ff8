//! What happened to a person's preferences, and to the start at login.

use super::profile::{found, unsaved};
use crate::{
    Error,
    problem::{Problem, ProblemCode},
    store::Finding,
};

/// What a person prefers cannot be saved.
pub(crate) fn preferences_store_problem(error: &Error) -> Problem {
    unsaved("Your settings cannot be saved.", error)
}

/// Something was not as it should be when preferences were loaded.
pub(crate) fn preferences_finding_problem(finding: &Finding) -> Problem {
    let problem = found("your settings", finding);
    problem.unwrap_or_else(|error| unsaved("Your settings cannot be used.", error))
}

/// The program cannot be started by the system.
pub(crate) fn no_login_item() -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        "Culvert cannot be started at login.",
        "This is not the desktop application.",
        "Use the settings of the desktop application.",
    )
}

/// The system does not say whether it starts Culvert at a login.
pub(crate) fn login_item_unread(why: &str) -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        "Whether Culvert starts at login cannot be told.",
        format!("The system’s list of programs to start could not be read: {why}."),
        "Look at the system’s own settings for programs that start at login.",
    )
}

/// The system was asked to start Culvert at a login, or not to, and this did not work.
pub(crate) fn login_item_unchanged(why: &str) -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        "Starting at login could not be changed.",
        format!("The system’s list of programs to start could not be written: {why}."),
        "Allow writing there, or use the system’s own settings for programs that start at login.",
    )
}
