//! What keyrings, sign-ins and the person's own clusters had to say.

use cluster::Error;
use wording::{Text, text};

use super::{Said, keyring::keyring_problem, quote, sentence};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// `error` in plain words, if it is about signing in.
pub(super) fn sign_in_problem(error: &Error) -> Option<Problem> {
    let bad =
        |what: Text, why: Text, remedy: Text| Some(Problem::new(ProblemCode::BadLogin, what, why, remedy));
    match error {
        Error::Keyring { failure, message } => Some(keyring_problem(*failure, message)),
        Error::BadServer { reason, .. } => bad(
            text!("This is not the address of a cluster.", "Das ist nicht die Adresse eines Clusters."),
            sentence(reason),
            text!(
                "Give the address of the API server, for example https://api.example.com:6443.",
                "Geben Sie die Adresse des API-Servers an, zum Beispiel https://api.example.com:6443."
            ),
        ),
        Error::BadAuthority { reason } => bad(
            text!(
                "The certificate authority cannot be used.",
                "Die Zertifizierungsstelle ist nicht verwendbar."
            ),
            sentence(reason),
            text!(
                "Choose the file again, or paste the certificate with its BEGIN and END lines.",
                "Wählen Sie die Datei erneut, oder fügen Sie das Zertifikat mit seinen Zeilen BEGIN und END ein."
            ),
        ),
        Error::BadCredentials { reason } => bad(
            text!("This cannot be used to sign in.", "Damit ist keine Anmeldung möglich."),
            sentence(reason),
            text!("Copy it again, then sign in.", "Kopieren Sie es neu, und melden Sie sich dann an."),
        ),
        Error::BadPaste { reason } => bad(
            text!("The pasted text cannot be used.", "Der eingefügte Text ist nicht verwendbar."),
            sentence(reason),
            text!(
                "Paste an \"oc login\" command or the output of \"kubectl config view --raw --minify\".",
                "Fügen Sie einen Befehl „oc login“ ein, oder die Ausgabe von „kubectl config view --raw --minify“."
            ),
        ),
        Error::CertificateChanged { server, pinned, shown } => Some(Problem::new(
            ProblemCode::Untrusted,
            text!(
                "The cluster shows another certificate than the one you trusted.",
                "Der Cluster zeigt ein anderes Zertifikat als das, dem Sie vertraut haben."
            ),
            text!(
                "{server} shows the SHA-256 fingerprint {shown}; you trusted {pinned}.",
                "{server} zeigt den SHA-256-Fingerabdruck {shown}; vertraut haben Sie {pinned}."
            ),
            text!(
                "Ask whoever runs the cluster whether its certificate was renewed. If it was, look at the new one and trust it.",
                "Fragen Sie den Betreiber des Clusters, ob das Zertifikat erneuert wurde. Wenn ja, sehen Sie sich das neue an, und vertrauen Sie ihm."
            ),
        )),
        Error::NotOpenShift { server, reason } => bad(
            text!(
                "This cluster does not sign in with a password or the browser.",
                "Dieser Cluster bietet keine Anmeldung mit Passwort oder Browser."
            ),
            text!(
                "{server} offers no OpenShift sign-in: {reason}",
                "{server} bietet keine OpenShift-Anmeldung: {reason}"; reason = quote(reason)
            ),
            text!(
                "Sign in with a token or a client certificate.",
                "Melden Sie sich mit einem Token oder einem Client-Zertifikat an."
            ),
        ),
        Error::NoPasswordSignIn { server, reason } => bad(
            text!(
                "This cluster takes no user name and password here.",
                "Dieser Cluster nimmt hier keinen Benutzernamen mit Passwort."
            ),
            from(server, reason),
            text!("Sign in with the browser.", "Melden Sie sich mit dem Browser an."),
        ),
        Error::WrongPassword { server } => bad(
            text!("User name or password is wrong.", "Benutzername oder Passwort ist falsch."),
            text!("{server} does not accept them.", "{server} akzeptiert sie nicht."),
            text!(
                "Type them again. Several wrong tries may lock the account.",
                "Geben Sie sie erneut ein. Mehrere falsche Versuche können das Konto sperren."
            ),
        ),
        Error::SignIn { server, reason } => bad(
            text!("Signing in did not work.", "Die Anmeldung hat nicht geklappt."),
            from(server, reason),
            text!(
                "Try again. If this stays, sign in with a token, or ask whoever runs the cluster.",
                "Versuchen Sie es erneut. Wenn es dabei bleibt, melden Sie sich mit einem Token an, oder fragen Sie den Betreiber des Clusters."
            ),
        ),
        Error::SignInTimeout { limit } => {
            let minutes = limit.as_secs() / 60;
            bad(
                text!("Nobody signed in.", "Niemand hat sich angemeldet."),
                text!(
                    "Culvert waited {minutes} minutes for the browser to come back.",
                    "Culvert hat {minutes} Minuten auf die Rückkehr des Browsers gewartet."
                ),
                text!(
                    "Begin again, and finish in the browser.",
                    "Beginnen Sie von vorn, und schließen Sie die Anmeldung im Browser ab."
                ),
            )
        }
        _ => None,
    }
}

fn from(server: &str, reason: &(impl Said + ?Sized)) -> Text {
    text!("{server}: {reason}", "{server}: {reason}"; reason = quote(reason))
}

/// Signing in is possible in the window.
pub(crate) fn sign_in_here(problem: Problem) -> Problem {
    match problem.code {
        ProblemCode::Unauthorized => Problem {
            remedy: text!(
                "Sign in again. Local ports stay open meanwhile.",
                "Melden Sie sich neu an. Lokale Ports bleiben solange offen."
            ),
            ..problem
        },
        _ => problem,
    }
}

/// Nothing is kept for signing in to one of the person's own clusters.
pub(crate) fn not_signed_in(name: &str) -> Problem {
    Problem::new(
        ProblemCode::Unauthorized,
        text!("You are not signed in to {name}.", "Sie sind bei {name} nicht angemeldet."),
        text!(
            "Culvert keeps no sign-in for it: you signed out, the session ended, or it was deleted from the keyring.",
            "Culvert hat dafür keine Anmeldung: Sie haben sich abgemeldet, die Sitzung endete, oder sie wurde aus dem Schlüsselbund gelöscht."
        ),
        text!("Sign in.", "Melden Sie sich an."),
    )
}

/// One of the person's own clusters was removed.
pub(crate) fn unknown_cluster() -> Problem {
    Problem::new(
        ProblemCode::Kubeconfig,
        text!("This cluster was removed from Culvert.", "Dieser Cluster wurde aus Culvert entfernt."),
        text!(
            "It is not among the clusters you added any more.",
            "Er ist nicht mehr unter den Clustern, die Sie hinzugefügt haben."
        ),
        text!(
            "Undo the removal, add the cluster again, or choose another one for this forward.",
            "Machen Sie das Entfernen rückgängig, fügen Sie den Cluster neu hinzu, oder wählen Sie für diese Weiterleitung einen anderen."
        ),
    )
    .with_action(RemedyAction::Edit)
}

/// What was signed in to is another server by now.
pub(crate) fn server_changed_meanwhile(name: &str) -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        text!("{name} now leads to another server.", "{name} führt inzwischen zu einem anderen Server."),
        text!(
            "It was changed while you were signing in. What you signed in with goes to no other server, and was not kept.",
            "Der Eintrag wurde während der Anmeldung geändert. Ihre Zugangsdaten gehen an keinen anderen Server und wurden nicht aufbewahrt."
        ),
        text!("Sign in again.", "Melden Sie sich neu an."),
    )
}

/// The keyring did not give up what a cluster was signed in to with, which is removed.
pub(crate) fn sign_in_left(name: &str, error: &Error) -> Problem {
    Problem {
        what: text!(
            "{name} was removed, but its sign-in is still in your keyring.",
            "{name} wurde entfernt, aber die Anmeldung ist noch in Ihrem Schlüsselbund."
        ),
        remedy: text!(
            "Unlock your keyring, then choose \"Forget all\" in the settings. That forgets all other sign-ins too.",
            "Entsperren Sie Ihren Schlüsselbund, und wählen Sie dann in den Einstellungen „Alle vergessen“. Das vergisst auch alle anderen Anmeldungen."
        ),
        action: None,
        ..super::cluster_problem(error)
    }
}

/// A cluster without a name.
pub(crate) fn nameless_cluster() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("The cluster has no name.", "Der Cluster hat keinen Namen."),
        text!("It is listed by its name.", "In der Liste steht er mit seinem Namen."),
        text!("Give it one.", "Geben Sie ihm einen."),
    )
}

/// There are as many clusters as there may be.
pub(crate) fn too_many_clusters(most: usize) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("There are too many clusters.", "Es sind zu viele Cluster."),
        text!("Culvert keeps up to {most}.", "Culvert kann bis zu {most} aufnehmen."),
        text!("Remove some that you do not use.", "Entfernen Sie einige, die Sie nicht benutzen."),
    )
}

/// The person does not wait for the browser any more.
pub(crate) fn sign_in_cancelled() -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        text!("Signing in was stopped.", "Die Anmeldung wurde abgebrochen."),
        text!(
            "You, or another sign-in, stopped it.",
            "Sie selbst oder eine andere Anmeldung haben sie beendet."
        ),
        text!("Begin again when you like.", "Sie können jederzeit von vorn beginnen."),
    )
}

/// There is no way of signing in to the demo cluster.
pub(crate) fn no_sign_in_to_demo() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("The demo cluster needs no sign-in.", "Der Demo-Cluster braucht keine Anmeldung."),
        text!("It runs inside Culvert.", "Er läuft in Culvert selbst."),
        text!("Use it as it is.", "Benutzen Sie ihn, wie er ist."),
    )
}

/// A secret goes to nobody but the server that was pasted with it.
pub(crate) fn pasted_for_another_server(pasted: &str, server: &str) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("The pasted text is for another server.", "Der eingefügte Text ist für einen anderen Server."),
        text!("It is for {pasted}, and not for {server}.", "Er ist für {pasted} und nicht für {server}."),
        text!(
            "Look at what was read of it, then try again.",
            "Sehen Sie nach, was daraus gelesen wurde, und versuchen Sie es dann erneut."
        ),
    )
}

/// The password is still needed.
pub(crate) fn password_missing() -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        text!("The password is missing.", "Das Passwort fehlt."),
        text!("The pasted text has only the user name.", "Im eingefügten Text steht nur der Benutzername."),
        text!("Type the password.", "Geben Sie das Passwort ein."),
    )
}

/// A context that is not in the pasted text; without a name, one that nobody named.
pub(crate) fn not_in_paste(context: Option<&str>) -> Problem {
    Problem::new(
        ProblemCode::BadLogin,
        text!("The pasted text has no such context.", "Im eingefügten Text gibt es diesen Kontext nicht."),
        match context {
            Some(context) => text!("{context} is not in it.", "{context} steht nicht darin."),
            None => text!("A context is not in it.", "Es steht kein Kontext darin."),
        },
        text!("Choose one of those that are.", "Wählen Sie einen, der darin steht."),
    )
}
