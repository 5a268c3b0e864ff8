//! What is wrong with kubeconfig files and their contexts.

use wording::{Text, text};

use crate::problem::{Problem, ProblemCode, RemedyAction};

pub(super) fn no_context(wanted: Option<&str>, known: &[String]) -> Problem {
    let missing = match wanted {
        Some(name) => text!("Context {name:?} does not exist", "Den Kontext {name:?} gibt es nicht"),
        None => text!("No current context is set", "Es ist kein aktueller Kontext festgelegt"),
    };
    let known = known.join(", ");
    let why = if known.is_empty() {
        text!(
            "{missing}; no kubeconfig file has a context.",
            "{missing}; keine kubeconfig-Datei enthält einen Kontext."; missing
        )
    } else {
        text!("{missing}; there are: {known}.", "{missing}; es gibt: {known}."; missing)
    };
    let (what, remedy) = match wanted {
        Some(name) => (
            text!(
                "The cluster {name} is not in your kubeconfig files any more.",
                "Der Cluster {name} steht nicht mehr in Ihren kubeconfig-Dateien."
            ),
            text!(
                "Add the context to your kubeconfig again, or choose another cluster for this forward.",
                "Tragen Sie den Kontext wieder in Ihre kubeconfig ein, oder wählen Sie für diese Weiterleitung einen anderen Cluster."
            ),
        ),
        None => (
            text!("No cluster is chosen.", "Es ist kein Cluster gewählt."),
            text!("Choose a cluster.", "Wählen Sie einen Cluster."),
        ),
    };
    Problem::new(ProblemCode::Kubeconfig, what, why, remedy).with_action(RemedyAction::Edit)
}

/// A kubeconfig file was named by something that is no absolute path.
pub(crate) fn kubeconfig_path(path: &str) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        file_not_added(),
        text!("\"{path}\" does not say where it is.", "„{path}“ sagt nicht, wo sie ist."),
        text!(
            "Give the whole path of the file, from the beginning.",
            "Geben Sie den ganzen Pfad der Datei an, von Anfang an."
        ),
    )
}

/// No more kubeconfig files can be added.
pub(crate) fn too_many_kubeconfigs(most: usize) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        file_not_added(),
        text!(
            "Culvert looks at {most} added kubeconfig files at most.",
            "Culvert liest höchstens {most} hinzugefügte kubeconfig-Dateien."
        ),
        text!(
            "Remove one that you do not need any more.",
            "Entfernen Sie eine, die Sie nicht mehr brauchen."
        ),
    )
}

fn file_not_added() -> Text {
    text!("The file was not added.", "Die Datei wurde nicht hinzugefügt.")
}
