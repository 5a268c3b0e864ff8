//! What happened to a login helper, in the words that more than one place has for it. Each continues "the login helper X …".

use std::{io, process::ExitStatus};

use wording::{Text, text};

/// There is no such program.
pub(crate) fn not_found() -> Text {
    text!("was not found", "wurde nicht gefunden")
}

/// The system did not start it.
pub(crate) fn not_started(error: &io::Error) -> Text {
    text!("could not be started: {error}", "ließ sich nicht starten: {error}")
}

/// It ended with an error; `said` is what it wrote about it.
pub(crate) fn ended_with(status: ExitStatus, said: &str) -> Text {
    let said = said.trim();
    let colon = if said.is_empty() { "" } else { ": " };
    text!("failed ({status}){colon}{said}", "ist gescheitert ({status}){colon}{said}")
}

/// What it wrote is something else.
pub(crate) fn no_credential() -> Text {
    text!("gave an answer that is not an ExecCredential", "gab eine Antwort, die kein ExecCredential ist")
}

/// When its credentials end is not a time.
pub(crate) fn unreadable_expiry() -> Text {
    text!("gave an expiry time that cannot be read", "nannte eine unlesbare Ablaufzeit")
}

/// Of the kubeconfig: there is nothing to run.
pub(crate) fn no_command() -> Text {
    text!("the user's exec section has no command", "im exec-Abschnitt des Benutzers fehlt der Befehl")
}
