//! What the keyring had to say.

use cluster::KeyringFailure;
use wording::{Text, text};

use super::quote;
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// It does not serve; `message` is what it said itself.
pub(super) fn keyring_problem(failure: KeyringFailure, message: &Text) -> Problem {
    let kept_there = || {
        text!(
            "Culvert keeps secrets there and nowhere else.",
            "Culvert bewahrt Geheimnisse nur dort auf, sonst nirgends."
        )
    };
    let (what, why, remedy) = match failure {
        KeyringFailure::Locked => (
            text!("Your keyring is locked.", "Ihr Schlüsselbund ist gesperrt."),
            text!(
                "It holds the secrets of your computer, and nobody was asked to unlock it.",
                "Er enthält die Geheimnisse Ihres Computers, und niemand wurde gebeten, ihn zu entsperren."
            ),
            text!(
                "Unlock it, or sign in to your computer again, then try again. Or keep the sign-in for this session only.",
                "Entsperren Sie ihn, oder melden Sie sich neu am Computer an, und versuchen Sie es dann erneut. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        KeyringFailure::Missing => (
            text!(
                "Your computer has no keyring that Culvert can use.",
                "Ihr Computer hat keinen Schlüsselbund, den Culvert verwenden kann."
            ),
            kept_there(),
            text!(
                "Install and start one (GNOME Keyring or KWallet), then try again. Or keep the sign-in for this session only.",
                "Installieren und starten Sie einen (GNOME Keyring oder KWallet), und versuchen Sie es dann erneut. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        KeyringFailure::Empty => (
            text!("Your keyring has not been set up yet.", "Ihr Schlüsselbund ist noch nicht eingerichtet."),
            text!(
                "Its program runs, and there is no keyring in it that could hold a secret.",
                "Sein Programm läuft, aber darin ist kein Schlüsselbund, der ein Geheimnis aufnehmen könnte."
            ),
            text!(
                "Sign out of your computer and in again, or make one with your system's program for passwords, then try again. Or keep the sign-in for this session only.",
                "Melden Sie sich am Computer ab und wieder an, oder legen Sie einen mit dem Passwortprogramm Ihres Systems an, und versuchen Sie es dann erneut. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        KeyringFailure::Denied => (
            text!(
                "Culvert was not let into your keyring.",
                "Culvert bekam keinen Zugriff auf Ihren Schlüsselbund."
            ),
            text!(
                "The question to unlock it was closed, or refused.",
                "Die Frage, ob er entsperrt werden soll, wurde geschlossen oder verneint."
            ),
            text!(
                "Try again and allow it. Or keep the sign-in for this session only.",
                "Versuchen Sie es erneut, und erlauben Sie es. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        KeyringFailure::Slow => (
            text!("Your keyring does not answer.", "Ihr Schlüsselbund antwortet nicht."),
            text!(
                "It may be asking you something in a window behind others.",
                "Vielleicht fragt er Sie etwas in einem Fenster, das hinter anderen liegt."
            ),
            text!(
                "Look for its window and answer, then try again. Or keep the sign-in for this session only.",
                "Suchen Sie das Fenster, und antworten Sie; versuchen Sie es dann erneut. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        KeyringFailure::TooLong => (
            text!(
                "Your keyring cannot hold this sign-in.",
                "Ihr Schlüsselbund kann diese Anmeldung nicht aufnehmen."
            ),
            text!(
                "A certificate with its key is longer than it takes.",
                "Ein Zertifikat mit seinem Schlüssel ist länger, als er aufnimmt."
            ),
            text!(
                "Sign in with a token, or keep the sign-in for this session only.",
                "Melden Sie sich mit einem Token an, oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
        _ => (
            text!("Your keyring did not work.", "Ihr Schlüsselbund hat nicht funktioniert."),
            kept_there(),
            text!(
                "Try again. Or keep the sign-in for this session only.",
                "Versuchen Sie es erneut. Oder merken Sie die Anmeldung nur für diese Sitzung."
            ),
        ),
    };
    let said = quote(message);
    let why = if said.is_empty() {
        why
    } else {
        text!("{why} It says: {said}", "{why} Er meldet: {said}"; why, said)
    };
    Problem::new(ProblemCode::Keyring, what, why, remedy).with_action(RemedyAction::KeepForSession)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyrings_that_fail_are_told_apart() {
        let failures = [
            KeyringFailure::Locked,
            KeyringFailure::Missing,
            KeyringFailure::Empty,
            KeyringFailure::Denied,
            KeyringFailure::Slow,
            KeyringFailure::TooLong,
            KeyringFailure::Failed,
        ];
        let mut words: Vec<_> = failures
            .iter()
            .map(|failure| keyring_problem(*failure, &Text::verbatim("no")).what.to_string())
            .collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), failures.len());
        for failure in failures {
            let problem = keyring_problem(failure, &Text::verbatim("it is so"));
            assert_eq!(problem.action, Some(RemedyAction::KeepForSession));
            assert!(problem.why.ends_with("It says: it is so."), "{problem:?}");
            assert!(problem.remedy.contains("session only"), "{problem:?}");
        }
    }
}
