//! What keyrings, sign-ins and the person's own clusters had to say.

use cluster::{Error, KeyringFailure};

use super::{quote, sentence};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// `error` in plain words, if it is about signing in.
pub(super) fn sign_in_problem(error: &Error) -> Option<Problem> {
    let bad =
        |what: &str, why: String, remedy: &str| Some(Problem::new(ProblemCode::BadLogin, what, why, remedy));
    match error {
        Error::Keyring { failure, message } => Some(keyring_problem(*failure, message)),
        Error::BadServer { reason, .. } => bad(
            "This is not the address of a cluster.",
            sentence(reason),
            "Give the address of the API server, for example https://api.example.com:6443.",
        ),
        Error::BadAuthority { reason } => bad(
            "The certificate authority cannot be used.",
            sentence(reason),
            "Choose the file again, or paste the certificate with its BEGIN and END lines.",
        ),
        Error::BadCredentials { reason } => {
            bad("This cannot be used to sign in.", sentence(reason), "Copy it again, then sign in.")
        }
        Error::BadPaste { reason } => bad(
            "The pasted text cannot be used.",
            sentence(reason),
            "Paste an \"oc login\" command or the output of \"kubectl config view --raw --minify\".",
        ),
        Error::CertificateChanged { server, pinned, shown } => Some(Problem::new(
            ProblemCode::Untrusted,
            "The cluster shows another certificate than the one you trusted.",
            format!("{server} shows the SHA-256 fingerprint {shown}; you trusted {pinned}."),
            "Ask whoever runs the cluster whether its certificate was renewed. If it was, look at the new one and trust it.",
        )),
        Error::NotOpenShift { server, reason } => bad(
            "This cluster does not sign in with a password or the browser.",
            format!("{server} offers no OpenShift sign-in: {}", quote(reason)),
            "Sign in with a token or a client certificate.",
        ),
        Error::NoPasswordSignIn { server, reason } => bad(
            "This cluster takes no user name and password here.",
            format!("{server}: {}", quote(reason)),
            "Sign in with the browser.",
        ),
        Error::WrongPassword { server } => bad(
            "User name or password is wrong.",
            format!("{server} does not accept them."),
            "Type them again. Several wrong tries may lock the account.",
        ),
        Error::SignIn { server, reason } => bad(
            "Signing in did not work.",
            format!("{server}: {}", quote(reason)),
            "Try again. If this stays, sign in with a token, or ask whoever runs the cluster.",
        ),
        Error::SignInTimeout { limit } => bad(
            "Nobody signed in.",
            format!("Culvert waited {} minutes for the browser to come back.", limit.as_secs() / 60),
            "Begin again, and finish in the browser.",
        ),
        _ => None,
    }
}

fn keyring_problem(failure: KeyringFailure, message: &str) -> Problem {
    let (what, why, remedy) = match failure {
        KeyringFailure::Locked => (
            "Your keyring is locked.",
            "It holds the secrets of your computer, and nobody was asked to unlock it.",
            "Unlock it, or sign in to your computer again, then try again. Or keep the sign-in for this session only.",
        ),
        KeyringFailure::Missing => (
            "Your computer has no keyring that Culvert can use.",
            "Culvert keeps secrets there and nowhere else.",
            "Install and start one (GNOME Keyring or KWallet), then try again. Or keep the sign-in for this session only.",
        ),
        KeyringFailure::Empty => (
            "Your keyring has not been set up yet.",
            "Its program runs, and there is no keyring in it that could hold a secret.",
            "Sign out of your computer and in again, or make one with your system's program for passwords, then try again. \
             Or keep the sign-in for this session only.",
        ),
        KeyringFailure::Denied => (
            "Culvert was not let into your keyring.",
            "The question to unlock it was closed, or refused.",
            "Try again and allow it. Or keep the sign-in for this session only.",
        ),
        KeyringFailure::Slow => (
            "Your keyring does not answer.",
            "It may be asking you something in a window behind others.",
            "Look for its window and answer, then try again. Or keep the sign-in for this session only.",
        ),
        KeyringFailure::TooLong => (
            "Your keyring cannot hold this sign-in.",
            "A certificate with its key is longer than it takes.",
            "Sign in with a token, or keep the sign-in for this session only.",
        ),
        _ => (
            "Your keyring did not work.",
            "Culvert keeps secrets there and nowhere else.",
            "Try again. Or keep the sign-in for this session only.",
        ),
    };
    let why = if message.is_empty() { why.to_owned() } else { format!("{why} It says: {}", quote(message)) };
    Problem::new(ProblemCode::Keyring, what, why, remedy).with_action(RemedyAction::KeepForSession)
}

/// Signing in is possible in the window.
pub(crate) fn sign_in_here(problem: Problem) -> Problem {
    match problem.code {
        ProblemCode::Unauthorized => {
            Problem { remedy: "Sign in again. Local ports stay open meanwhile.".to_owned(), ..problem }
        }
        _ => problem,
    }
}

/// Nothing is kept for signing in to one of the person's own clusters.
pub(crate) fn not_signed_in(name: &str) -> Problem {
    Problem::new(
        ProblemCode::Unauthorized,
        format!("You are not signed in to {name}."),
        "Culvert keeps no sign-in for it: you signed out, the session ended, or it was deleted from the keyring.",
        "Sign in.",
    )
}

/// One of the person's own clusters was removed.
pub(crate) fn unknown_cluster() -> Problem {
    Problem::new(
        ProblemCode::Kubeconfig,
        "This cluster was removed from Culvert.",
        "It is not among the clusters you added any more.",
        "Undo the removal, add the cluster again, or choose another one for this forward.",
    )
    .with_action(RemedyAction::Edit)
}

/// A cluster without a name.
pub(crate) fn nameless_cluster() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "The cluster has no name.",
        "It is listed by its name.",
        "Give it one.",
    )
}

/// There are as many clusters as there may be.
pub(crate) fn too_many_clusters(most: usize) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "There are too many clusters.",
        format!("Culvert keeps up to {most}."),
        "Remove some that you do not use.",
    )
}

/// The person does not wait for the browser any more.
pub(crate) fn sign_in_cancelled() -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        "Signing in was stopped.",
        "You, or another sign-in, stopped it.",
        "Begin again when you like.",
    )
}

/// There is no way of signing in to the demo cluster.
pub(crate) fn no_sign_in_to_demo() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "The demo cluster needs no sign-in.",
        "It runs inside Culvert.",
        "Use it as it is.",
    )
}

/// The password is still needed.
pub(crate) fn password_missing() -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        "The password is missing.",
        "The pasted text has only the user name.",
        "Type the password.",
    )
}

/// A context that is not in the pasted text.
pub(crate) fn not_in_paste(context: &str) -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        "The pasted text has no such context.",
        format!("{context} is not in it."),
        "Choose one of those that are.",
    )
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
        let mut words: Vec<_> = failures.iter().map(|failure| keyring_problem(*failure, "no").what).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), failures.len());
        for failure in failures {
            let problem = keyring_problem(failure, "it is so");
            assert_eq!(problem.action, Some(RemedyAction::KeepForSession));
            assert!(problem.why.ends_with("It says: it is so."), "{problem:?}");
            assert!(problem.remedy.contains("session only"), "{problem:?}");
        }
    }
}
