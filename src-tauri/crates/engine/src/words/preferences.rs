//! What happened to a person's preferences, and to the start at login.

use wording::{Text, text};

use super::profile::{found, unsaved};
use crate::{
    Error,
    problem::{Problem, ProblemCode},
    store::Finding,
};

/// What a person prefers cannot be saved.
pub(crate) fn preferences_store_problem(error: &Error) -> Problem {
    unsaved(
        text!("Your settings cannot be saved.", "Ihre Einstellungen können nicht gespeichert werden."),
        error,
    )
}

/// Something was not as it should be when preferences were loaded.
pub(crate) fn preferences_finding_problem(finding: &Finding) -> Problem {
    let problem = found(&text!("your settings", "Ihren Einstellungen"), finding);
    problem.unwrap_or_else(|error| {
        let what =
            text!("Your settings cannot be used.", "Ihre Einstellungen können nicht verwendet werden.");
        unsaved(what, error)
    })
}

/// The program cannot be started by the system.
pub(crate) fn no_login_item() -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        text!("Culvert cannot be started at login.", "Culvert kann nicht beim Anmelden gestartet werden."),
        text!("This is not the desktop application.", "Dies ist nicht die Desktop-Anwendung."),
        text!(
            "Use the settings of the desktop application.",
            "Benutzen Sie die Einstellungen der Desktop-Anwendung."
        ),
    )
}

/// The system does not say whether it starts Culvert at a login.
pub(crate) fn login_item_unread(why: &str) -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        text!(
            "Whether Culvert starts at login cannot be told.",
            "Ob Culvert beim Anmelden startet, ist nicht bekannt."
        ),
        text!(
            "The system’s list of programs to start could not be read: {why}.",
            "Die Liste des Systems mit zu startenden Programmen war nicht lesbar: {why}."
        ),
        text!(
            "Look at the system’s own settings for programs that start at login.",
            "Sehen Sie in den Einstellungen des Systems nach, welche Programme beim Anmelden starten."
        ),
    )
}

/// The system was asked to start Culvert at a login, or not to, and this did not work.
pub(crate) fn login_item_unchanged(why: &str) -> Problem {
    Problem::new(
        ProblemCode::StartAtLogin,
        text!("Starting at login could not be changed.", "Der Start beim Anmelden ließ sich nicht ändern."),
        unwritten_list(why),
        text!(
            "Allow writing there, or use the system’s own settings for programs that start at login.",
            "Erlauben Sie das Schreiben dort, oder benutzen Sie die Einstellungen des Systems."
        ),
    )
}

fn unwritten_list(why: &str) -> Text {
    text!(
        "The system’s list of programs to start could not be written: {why}.",
        "Die Liste des Systems mit zu startenden Programmen ließ sich nicht schreiben: {why}."
    )
}
