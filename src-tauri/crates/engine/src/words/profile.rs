//! What happened to saved profiles.

use wording::{Text, text};

use crate::{
    Error,
    problem::{Problem, ProblemCode, RemedyAction},
    profile::{ClusterIdentity, ContextRef, Profile, ProfileId},
    store::Finding,
};

/// The profile of a command is not there.
pub(crate) fn unknown_profile(id: &ProfileId) -> Problem {
    Problem::new(
        ProblemCode::UnknownProfile,
        text!("This forward does not exist any more.", "Diese Weiterleitung gibt es nicht mehr."),
        text!(
            "No saved forward has the identifier {id}.",
            "Keine gespeicherte Weiterleitung hat die Kennung {id}."
        ),
        text!("Choose another one.", "Wählen Sie eine andere."),
    )
}

/// The profile asks before it is turned on, and nobody was asked. `is_production`: its context is marked so.
pub(crate) fn confirm_first(profile: &Profile, cluster: Text, is_production: bool) -> Problem {
    let Profile { name, namespace, .. } = profile;
    let because = if is_production {
        text!("which is marked as production", "der Cluster ist als Produktion gekennzeichnet")
    } else {
        text!("and is set to ask first", "vor dem Verbinden soll gefragt werden")
    };
    Problem::new(
        ProblemCode::ConfirmFirst,
        text!(
            "The forward {name} asks before it connects.",
            "Die Weiterleitung {name} fragt vor dem Verbinden."
        ),
        text!(
            "It leads to the namespace {namespace} in {cluster}, {because}.",
            "Sie führt zum Namespace {namespace} ({cluster}); {because}."; cluster, because
        ),
        text!("Turn it on in the window, where it asks.", "Schalten Sie sie im Fenster ein, wo sie fragt."),
    )
}

/// What a cluster is called in a sentence where nobody knows its own name:
/// [`ClusterBook::name_of`](crate::cluster_book::ClusterBook::name_of) does.
pub(crate) fn cluster_name(context: &ContextRef) -> Text {
    match context {
        ContextRef::Kubeconfig { name, .. } => Text::verbatim(name),
        ContextRef::Own { .. } => text!("a cluster that you added", "Hinzugefügter Cluster"),
        ContextRef::Demo => text!("the demo cluster", "Demo-Cluster"),
    }
}

/// The context of a profile, the cluster of this name, leads to another one than the person knows of.
pub(crate) fn cluster_changed(name: &Text, known: &ClusterIdentity, now: &ClusterIdentity) -> Problem {
    let (before, server) = (&known.server, &now.server);
    let why = if before != server {
        text!(
            "{name} led to {before} when this forward was used last. Now it leads to {server}.",
            "{name} führte zu {before}, als diese Weiterleitung zuletzt benutzt wurde. Jetzt führt der Kontext zu {server}.";
            name
        )
    } else {
        let change = match (&known.authority, &now.authority) {
            (_, None) => text!(
                "no certificate authority of its own vouches for it any more",
                "es bürgt keine eigene Zertifizierungsstelle mehr dafür"
            ),
            (None, _) => text!(
                "a certificate authority of its own vouches for it, which did not before",
                "es bürgt jetzt eine eigene Zertifizierungsstelle dafür, vorher aber nicht"
            ),
            _ => text!(
                "another certificate authority vouches for it than before",
                "es bürgt eine andere Zertifizierungsstelle dafür als vorher"
            ),
        };
        text!(
            "{name} still leads to {server}, but {change}. It may have been set up anew, or it may be somebody else's.",
            "{name} führt immer noch zu {server}, aber {change}. Der Cluster wurde vielleicht neu eingerichtet, oder er gehört jemand anderem.";
            name, change
        )
    };
    Problem::new(
        ProblemCode::ClusterChanged,
        text!(
            "{name} is not the same cluster as before.",
            "{name}: Das ist nicht derselbe Cluster wie vorher."; name
        ),
        why,
        text!(
            "Nothing was sent there. If this is right, connect to it; else correct the kubeconfig or choose another cluster.",
            "Dorthin wurde nichts gesendet. Wenn es richtig ist, verbinden Sie damit; sonst berichtigen Sie die kubeconfig, oder wählen Sie einen anderen Cluster."
        ),
    )
    .with_action(RemedyAction::AcceptCluster { cluster: Box::new(now.clone()) })
}

/// Profiles cannot be saved.
pub(crate) fn store_problem(error: &Error) -> Problem {
    unsaved(
        text!("Your forwards cannot be saved.", "Ihre Weiterleitungen können nicht gespeichert werden."),
        error,
    )
}

/// What a person said about clusters cannot be saved.
pub(crate) fn clusters_store_problem(error: &Error) -> Problem {
    unsaved(text!("Your clusters cannot be saved.", "Ihre Cluster können nicht gespeichert werden."), error)
}

pub(super) fn unsaved(what: Text, error: &Error) -> Problem {
    match error {
        Error::StoreNewer { path, .. } => {
            let path = path.display();
            Problem::new(
                ProblemCode::ProfileStore,
                what,
                text!(
                    "{path} was written by a newer version of Culvert and is left as it is.",
                    "{path} wurde von einer neueren Version von Culvert geschrieben und bleibt, wie sie ist."
                ),
                text!(
                    "Install the newest version of Culvert.",
                    "Installieren Sie die neueste Version von Culvert."
                ),
            )
        }
        Error::StoreUnreadable { path, source } => {
            let path = path.display();
            Problem::new(
                ProblemCode::ProfileStore,
                what,
                text!(
                    "{path} cannot be read and is left as it is: {source}.",
                    "{path} ist nicht lesbar und bleibt, wie sie ist: {source}."
                ),
                text!(
                    "Make the file readable, then start Culvert again.",
                    "Machen Sie die Datei lesbar, und starten Sie Culvert dann neu."
                ),
            )
        }
        Error::StoreUnwritable { path, source } => {
            let path = path.display();
            Problem::new(
                ProblemCode::ProfileStore,
                what,
                text!("{path} cannot be written: {source}.", "{path} lässt sich nicht schreiben: {source}."),
                text!(
                    "Make room on the disk or allow writing there, then try again.",
                    "Schaffen Sie Platz, oder erlauben Sie das Schreiben dort, und versuchen Sie es dann erneut."
                ),
            )
        }
        other => Problem::new(
            ProblemCode::ProfileStore,
            what,
            Text::verbatim(other.to_string()),
            text!("Try again.", "Versuchen Sie es erneut."),
        ),
    }
}

/// Something was not as it should be when profiles were loaded.
pub(crate) fn finding_problem(finding: &Finding) -> Problem {
    found(&text!("your forwards", "Ihren Weiterleitungen"), finding).unwrap_or_else(store_problem)
}

/// Something was not as it should be when it was loaded what a person said about clusters.
pub(crate) fn clusters_finding_problem(finding: &Finding) -> Problem {
    found(&text!("your clusters", "Ihren Clustern"), finding).unwrap_or_else(clusters_store_problem)
}

pub(super) fn found<'a>(of: &Text, finding: &'a Finding) -> Result<Problem, &'a Error> {
    Ok(match finding {
        Finding::SetAside { to, reason, backup_used } => {
            let to = to.display();
            Problem::new(
                ProblemCode::ProfileStore,
                text!("The file with {of} is damaged.", "Die Datei mit {of} ist beschädigt."; of),
                text!(
                    "It was set aside as {to} and can be looked at there: {reason}.",
                    "Sie liegt jetzt als {to} beiseite und kann dort angesehen werden: {reason}."
                ),
                if *backup_used {
                    backup_is_used()
                } else {
                    text!(
                        "There is no usable backup, so the list starts empty. What can be rescued is in the file that was set aside.",
                        "Es gibt keine brauchbare Sicherung, darum beginnt die Liste leer. Was zu retten ist, steht in der beiseitegelegten Datei."
                    )
                },
            )
        }
        Finding::BackupUsed { path } => {
            let path = path.display();
            Problem::new(
                ProblemCode::ProfileStore,
                text!("The file with {of} was missing.", "Die Datei mit {of} fehlte."; of),
                text!("{path} is not there any more.", "{path} ist nicht mehr da."),
                backup_is_used(),
            )
        }
        Finding::Untouchable(error) => return Err(error),
    })
}

fn backup_is_used() -> Text {
    text!(
        "The last backup is used. Check that your latest changes are there.",
        "Die letzte Sicherung wird verwendet. Prüfen Sie, ob Ihre letzten Änderungen da sind."
    )
}

/// Culvert is about to end.
pub(crate) fn ending() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        text!("Culvert is ending.", "Culvert wird gerade beendet."),
        text!("Nothing can be changed any more.", "Es lässt sich nichts mehr ändern."),
        text!("Start Culvert again.", "Starten Sie Culvert neu."),
    )
}

/// The list of profiles is full.
pub(crate) fn too_many_profiles(most: usize) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("There are too many saved forwards.", "Es gibt zu viele gespeicherte Weiterleitungen."),
        text!("At most {most} can be saved.", "Höchstens {most} können gespeichert werden."),
        text!(
            "Delete some that are not needed any more.",
            "Löschen Sie einige, die nicht mehr gebraucht werden."
        ),
    )
}

/// A command names a port that the profile does not have.
pub(crate) fn unknown_port(index: u32) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("This forward has no such port.", "Diese Weiterleitung hat keinen solchen Port."),
        text!("It has no port with the index {index}.", "Sie hat keinen Port mit dem Index {index}."),
        text!(
            "Look at its ports again; they may have been changed.",
            "Sehen Sie die Ports noch einmal an; vielleicht wurden sie geändert."
        ),
    )
}
