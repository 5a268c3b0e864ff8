//! What the cluster, its kubeconfig or its sign-in had to say.

use std::time::Duration;

use cluster::{DeclaredPort, Error, TargetKind};
use wording::{Text, text};

use super::{
    check_network, cluster_says, connects_to_next, kind, proxy::proxy_problem, quote, sentence,
    sign_in::sign_in_problem,
};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// `error` in plain words.
pub(crate) fn cluster_problem(error: &Error) -> Problem {
    if let Some(problem) = sign_in_problem(error) {
        return problem;
    }
    match error {
        Error::Kubeconfig { file, line, reason } => {
            let place = match line {
                Some(line) => text!("{file}, line {line}", "{file}, Zeile {line}"),
                None => Text::verbatim(file),
            };
            Problem::new(
                ProblemCode::Kubeconfig,
                text!("The kubeconfig file cannot be used.", "Die kubeconfig-Datei ist nicht verwendbar."),
                text!("{place}: {reason}", "{place}: {reason}"; place = place, reason = quote(reason)),
                text!(
                    "Correct the file, then try again.",
                    "Berichtigen Sie die Datei, und versuchen Sie es dann erneut."
                ),
            )
            .with_action(RemedyAction::Retry)
        }
        Error::NoContext { wanted, known } => no_context(wanted.as_deref(), known),
        Error::LoginHelper { command, reason, searched, hint } => {
            let said = quote(reason);
            let why = match searched {
                Some(path) => text!(
                    "{command} {said} It was looked for in {path}.",
                    "{command} {said} Gesucht wurde in {path}."; said
                ),
                None => text!("{command} {said}", "{command} {said}"; said),
            };
            let remedy = hint.as_deref().map_or_else(
                || {
                    text!(
                        "Run the helper in a terminal to see what it needs, then try again.",
                        "Führen Sie das Programm in einem Terminal aus, um zu sehen, was es braucht, und versuchen Sie es dann erneut."
                    )
                },
                sentence,
            );
            Problem::new(
                ProblemCode::LoginHelper,
                text!(
                    "The program that signs you in to this cluster did not work.",
                    "Das Programm, das Sie bei diesem Cluster anmeldet, hat nicht funktioniert."
                ),
                why,
                remedy,
            )
            .with_action(RemedyAction::Retry)
        }
        Error::Unreachable { server, reason } => Problem::new(
            ProblemCode::Unreachable,
            text!("The cluster cannot be reached.", "Der Cluster ist nicht erreichbar."),
            text!(
                "There is no connection to {server}: {reason}",
                "Es gibt keine Verbindung zu {server}: {reason}"; reason = quote(reason)
            ),
            check_network(),
        )
        .with_action(RemedyAction::Retry),
        Error::Proxy { proxy, named_by, failure, reason } => proxy_problem(proxy, named_by, *failure, reason),
        Error::Untrusted { server, reason } => Problem::new(
            ProblemCode::Untrusted,
            text!(
                "The cluster's certificate is not trusted.",
                "Dem Zertifikat des Clusters wird nicht vertraut."
            ),
            text!(
                "{server} did not prove who it is: {reason}",
                "Das Zertifikat von {server} wird nicht anerkannt: {reason}"; reason = quote(reason)
            ),
            text!(
                "Ask whoever runs the cluster for its certificate authority and add it to the kubeconfig, then try again.",
                "Erfragen Sie beim Betreiber des Clusters dessen Zertifizierungsstelle, tragen Sie sie in die kubeconfig ein, und versuchen Sie es dann erneut."
            ),
        )
        .with_action(RemedyAction::Retry),
        Error::Unauthorized { message } => Problem::new(
            ProblemCode::Unauthorized,
            not_signed_in(),
            cluster_says(message),
            sign_in_again(),
        )
        .with_action(RemedyAction::Retry),
        Error::Forbidden { action, message } => Problem::new(
            ProblemCode::Forbidden,
            text!("You are not allowed to {action}.", "Dazu fehlt Ihnen die Berechtigung: {action}."),
            cluster_says(message),
            text!(
                "Ask whoever runs the cluster for this permission. Culvert goes on by itself once you have it.",
                "Erbitten Sie diese Berechtigung beim Betreiber des Clusters. Culvert macht von selbst weiter, sobald Sie sie haben."
            ),
        )
        .with_action(RemedyAction::Retry),
        Error::BadTarget { reason, .. } => Problem::new(
            ProblemCode::BadInput,
            text!(
                "This is not something that can be forwarded to.",
                "Dorthin kann nicht weitergeleitet werden."
            ),
            sentence(reason),
            text!(
                "Choose a pod, or something that leads to pods, such as a service or a deployment.",
                "Wählen Sie einen Pod oder etwas, das zu Pods führt, etwa einen Service oder ein Deployment."
            ),
        )
        .with_action(RemedyAction::Edit),
        Error::TargetNotFound { target, namespace } => {
            let name = &target.name;
            Problem::new(
                ProblemCode::TargetNotFound,
                text!(
                    "There is no {kind} called {name} in the namespace {namespace}.",
                    "{kind} {name} gibt es im Namespace {namespace} nicht."; kind = kind(target.kind)
                ),
                text!(
                    "It was deleted, renamed, or is in another namespace or cluster.",
                    "Es wurde gelöscht oder umbenannt, oder es ist in einem anderen Namespace oder Cluster."
                ),
                text!(
                    "Choose another target, or wait: Culvert goes on by itself once it is there.",
                    "Wählen Sie ein anderes Ziel, oder warten Sie: Culvert macht von selbst weiter, sobald es da ist."
                ),
            )
            .with_action(RemedyAction::Edit)
        }
        Error::TargetUnsuitable { target, reason } => {
            let name = &target.name;
            Problem::new(
                ProblemCode::TargetUnsuitable,
                text!(
                    "The {kind} {name} cannot be forwarded to.",
                    "Zu {kind} {name} kann nicht weitergeleitet werden."; kind = kind(target.kind)
                ),
                sentence(reason),
                text!(
                    "Choose another target, for example one of its pods, or another port.",
                    "Wählen Sie ein anderes Ziel, zum Beispiel einen der Pods, oder einen anderen Port."
                ),
            )
            .with_action(RemedyAction::Edit)
        }
        Error::NoPod { target, pod, status } => {
            let name = &target.name;
            let why = match pod {
                None => text!("It has no pods.", "Es gibt dort keine Pods."),
                Some(pod) => text!(
                    "The pod {pod} is not running: {status}",
                    "Der Pod {pod} läuft nicht: {status}"; status = quote(status)
                ),
            };
            Problem::new(
                ProblemCode::NoPod,
                text!(
                    "Nothing runs behind the {kind} {name} yet.",
                    "Hinter {kind} {name} läuft noch nichts."; kind = kind(target.kind)
                ),
                why,
                text!(
                    "Culvert waits for a pod to start. If none does, look at the workload in the cluster.",
                    "Culvert wartet, bis ein Pod startet. Wenn keiner startet, sehen Sie sich die Anwendung im Cluster an."
                ),
            )
            .with_action(RemedyAction::Retry)
        }
        Error::PortNotDeclared { text, declared } => Problem::new(
            ProblemCode::PortNotDeclared,
            text!("The target has no such port.", "Das Ziel hat keinen solchen Port."),
            Text::join([&sentence(text), &declared_ports(declared)], " "),
            text!("Choose one of these ports.", "Wählen Sie einen dieser Ports."),
        )
        .with_action(RemedyAction::Edit),
        Error::ListCut { kind: of, shown } => Problem::new(
            ProblemCode::Internal,
            text!("The list is not complete.", "Die Liste ist nicht vollständig."),
            text!(
                "There are very many; only the first {shown} of the kind {kind} are shown.",
                "Es sind sehr viele; gezeigt werden nur die ersten {shown} der Art {kind}."; kind = kind(*of)
            ),
            text!("Type the name of what you look for.", "Tippen Sie den Namen dessen, was Sie suchen."),
        ),
        Error::Api { status: 429, message, retry_after, .. } => Problem::new(
            ProblemCode::TooBusy,
            too_busy(),
            text!("It says (429): {says}", "Er sagt (429): {says}"; says = quote(message)),
            tries_again(),
        )
        .with_action(RemedyAction::Retry)
        .with_retry_after(*retry_after),
        Error::Api { status, message, retry_after, .. } => Problem::new(
            ProblemCode::Internal,
            text!("The cluster could not answer.", "Der Cluster konnte nicht antworten."),
            text!("It says ({status}): {says}", "Er sagt ({status}): {says}"; says = quote(message)),
            keeps_trying(),
        )
        .with_action(RemedyAction::Retry)
        .with_retry_after(*retry_after),
        Error::Other { message } => unexpected(message),
        other => unexpected(&Text::verbatim(other.to_string())),
    }
}

fn unexpected(message: &Text) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        text!("Something unexpected came from the cluster.", "Vom Cluster kam etwas Unerwartetes."),
        sentence(message),
        text!(
            "Try again. If this stays, ask whoever runs the cluster.",
            "Versuchen Sie es erneut. Wenn es dabei bleibt, fragen Sie den Betreiber des Clusters."
        ),
    )
    .with_action(RemedyAction::Retry)
}

/// The sign-in is missing, or not taken any more.
pub(super) fn not_signed_in() -> Text {
    text!(
        "You are not signed in to the cluster, or the sign-in has expired.",
        "Sie sind beim Cluster nicht angemeldet, oder die Anmeldung ist abgelaufen."
    )
}

/// What to do about it outside the window.
pub(super) fn sign_in_again() -> Text {
    text!(
        "Sign in again, for example with \"oc login\", then try again.",
        "Melden Sie sich neu an, zum Beispiel mit „oc login“, und versuchen Sie es dann erneut."
    )
}

/// HTTP 429.
pub(super) fn too_busy() -> Text {
    text!("The cluster is too busy.", "Der Cluster ist überlastet.")
}

/// Of what passes soon.
pub(super) fn tries_again() -> Text {
    text!(
        "Nothing to do: Culvert tries again by itself.",
        "Nichts zu tun: Culvert versucht es von selbst erneut."
    )
}

/// Of what should pass.
pub(super) fn keeps_trying() -> Text {
    text!(
        "Culvert keeps trying. If this stays, ask whoever runs the cluster.",
        "Culvert versucht es weiter. Wenn es dabei bleibt, fragen Sie den Betreiber des Clusters."
    )
}

fn no_context(wanted: Option<&str>, known: &[String]) -> Problem {
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

/// Nobody said which pod serves, within `limit`.
pub(crate) fn no_answer(limit: Duration) -> Problem {
    let seconds = limit.as_secs();
    Problem::new(
        ProblemCode::Unreachable,
        text!("The cluster does not answer.", "Der Cluster antwortet nicht."),
        text!("Nothing came within {seconds} seconds.", "Innerhalb von {seconds} Sekunden kam nichts."),
        check_network(),
    )
    .with_action(RemedyAction::Retry)
}

/// Connecting was given up, by Culvert itself.
pub(crate) fn connecting_stopped() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        text!("Connecting to the cluster broke off.", "Das Verbinden mit dem Cluster wurde abgebrochen."),
        text!("Culvert stopped it, or failed in it.", "Culvert hat es beendet oder ist dabei gescheitert."),
        restart(),
    )
    .with_action(RemedyAction::Retry)
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

/// The demo cluster did not start.
pub(crate) fn demo_problem(reason: &str) -> Problem {
    Problem::new(
        ProblemCode::Demo,
        text!("The demo cluster could not be started.", "Der Demo-Cluster konnte nicht gestartet werden."),
        sentence(reason),
        restart(),
    )
    .with_action(RemedyAction::Retry)
}

/// This program has no demo cluster.
pub(crate) fn no_demo() -> Problem {
    Problem { why: text!("This program has none.", "Dieses Programm hat keinen."), ..demo_problem("") }
}

fn file_not_added() -> Text {
    text!("The file was not added.", "Die Datei wurde nicht hinzugefügt.")
}

fn restart() -> Text {
    text!(
        "Try again. If this stays, restart Culvert.",
        "Versuchen Sie es erneut. Wenn es dabei bleibt, starten Sie Culvert neu."
    )
}

fn declared_ports(ports: &[DeclaredPort]) -> Text {
    if ports.is_empty() {
        return text!(
            "It declares no ports; a number can be used all the same.",
            "Es sind keine Ports angegeben; eine Nummer geht trotzdem."
        );
    }
    let each: Vec<String> = ports
        .iter()
        .map(|port| match &port.name {
            Some(name) => format!("{} ({name})", port.number),
            None => port.number.to_string(),
        })
        .collect();
    let each = each.join(", ");
    text!("It has: {each}.", "Es gibt: {each}.")
}

/// Kinds that may not be listed, as one problem however many they are.
fn forbidden_lists(namespace: &str, failures: &[(TargetKind, Error)]) -> Option<Problem> {
    let forbidden: Vec<_> = failures
        .iter()
        .filter_map(|(of, error)| match error {
            Error::Forbidden { message, .. } => {
                Some((text!("{kind}s", "{kind}s"; kind = kind(*of)), message))
            }
            _ => None,
        })
        .collect();
    let (_, message) = forbidden.first()?;
    let kinds: Vec<_> = forbidden.iter().map(|(kinds, _)| kinds).collect();
    let kinds = match kinds.as_slice() {
        [others @ .., last] if !others.is_empty() => {
            let others = Text::join(others.iter().copied(), ", ");
            text!("{others} and {last}", "{others} und {last}"; others, last)
        }
        kinds => Text::join(kinds.iter().copied(), ""),
    };
    let forbidden = Problem::new(
        ProblemCode::Forbidden,
        text!(
            "You are not allowed to list {kinds} in the namespace {namespace}.",
            "Sie dürfen {kinds} im Namespace {namespace} nicht auflisten."; kinds
        ),
        cluster_says(*message),
        text!(
            "What is listed can be forwarded to, and so can a pod whose name is typed. Ask whoever runs the cluster for this permission to see the others.",
            "Zu allem, was in der Liste steht, kann weitergeleitet werden, und auch zu einem Pod, dessen Namen Sie tippen. Um die anderen zu sehen, erbitten Sie diese Berechtigung beim Betreiber des Clusters."
        ),
    );
    Some(forbidden.with_action(RemedyAction::Retry))
}

/// Everything that is wrong with the lists of a namespace, each once.
pub(crate) fn list_notices(
    namespace: &str,
    failures: &[(TargetKind, Error)],
    explain: impl Fn(&Error) -> Problem,
) -> Vec<Problem> {
    let mut notices: Vec<Problem> = forbidden_lists(namespace, failures).into_iter().collect();
    for (_, error) in failures {
        if matches!(error, Error::Forbidden { .. }) {
            continue;
        }
        let problem = explain(error);
        // What is wrong with the cluster is wrong with every list.
        if !notices.contains(&problem) {
            notices.push(problem);
        }
    }
    notices
}

/// A look that was ended because there are too many.
pub(crate) fn too_many_looks() -> Problem {
    let most = crate::looks::MOST_LOOKS;
    Problem::new(
        ProblemCode::Internal,
        text!(
            "This list is not kept up to date any more.",
            "Diese Liste wird nicht mehr auf dem neuesten Stand gehalten."
        ),
        text!("More than {most} lists are looked at.", "Es werden mehr als {most} Listen angesehen."),
        text!("Ask for it again.", "Rufen Sie sie erneut auf."),
    )
    .with_action(RemedyAction::Retry)
}

#[cfg(test)]
mod tests {
    use cluster::Target;

    use super::*;

    #[test]
    fn a_port_that_is_not_there_comes_with_those_that_are() {
        let problem = cluster_problem(&Error::PortNotDeclared {
            text: Text::verbatim("Pod 'web-1' does not have a named port 'abc'"),
            declared: vec![
                DeclaredPort { name: Some("http".into()), number: 8080 },
                DeclaredPort { name: None, number: 9000 },
            ],
        });
        assert_eq!(problem.code, ProblemCode::PortNotDeclared);
        assert!(problem.why.contains("named port 'abc'. It has: 8080 (http), 9000."), "{}", problem.why);
        assert_eq!(problem.action, Some(RemedyAction::Edit));
    }

    #[test]
    fn the_missing_permission_is_named() {
        let problem = cluster_problem(&Error::Forbidden {
            action: Text::verbatim("list pods in namespace demo"),
            message: "pods is forbidden".into(),
        });
        assert_eq!(problem.what, "You are not allowed to list pods in namespace demo.");
    }

    #[test]
    fn kinds_that_may_not_be_listed_are_one_problem() {
        let forbidden = |message: &str| Error::Forbidden { action: Text::default(), message: message.into() };
        let mut failures = vec![(
            TargetKind::Job,
            Error::NoPod { target: Target::new(TargetKind::Job, "x"), pod: None, status: Text::default() },
        )];
        assert_eq!(forbidden_lists("demo", &failures), None);
        let what = |failures: &[_]| forbidden_lists("demo", failures).unwrap().what;
        failures.push((TargetKind::StatefulSet, forbidden("no sets")));
        assert_eq!(what(&failures), "You are not allowed to list stateful sets in the namespace demo.");
        failures.push((TargetKind::Job, forbidden("no jobs")));
        failures.push((TargetKind::Pod, forbidden("no pods")));
        let all = "You are not allowed to list stateful sets, jobs and pods in the namespace demo.";
        assert_eq!(what(&failures), all);
        assert!(forbidden_lists("demo", &failures).unwrap().why.contains("no sets"));
    }

    #[test]
    fn a_missing_login_helper_says_where_it_was_looked_for() {
        let problem = cluster_problem(&Error::LoginHelper {
            command: "gke-gcloud-auth-plugin".into(),
            reason: Text::verbatim("was not found"),
            searched: Some("/usr/bin:/bin".into()),
            hint: None,
        });
        assert_eq!(problem.why, "gke-gcloud-auth-plugin was not found. It was looked for in /usr/bin:/bin.");
    }

    #[test]
    fn waiting_for_a_pod_says_what_it_waits_for() {
        let target = Target::new(TargetKind::Deployment, "web");
        let why = |pod: Option<&str>, status: &str| {
            cluster_problem(&Error::NoPod {
                target: target.clone(),
                pod: pod.map(ToOwned::to_owned),
                status: Text::verbatim(status),
            })
            .why
        };
        assert_eq!(why(None, "no pods"), "It has no pods.");
        assert_eq!(
            why(Some("web-1"), "Pending (ImagePullBackOff)"),
            "The pod web-1 is not running: Pending (ImagePullBackOff)."
        );
    }
}
