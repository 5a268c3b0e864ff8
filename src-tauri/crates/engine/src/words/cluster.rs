//! What the cluster, its kubeconfig or its sign-in had to say.

use std::time::Duration;

use cluster::{DeclaredPort, Error};
use wording::{Text, text};

use super::{
    check_network, cluster_says, demo::restart, kind, kubeconfig::no_context, proxy::proxy_problem, quote,
    sentence, sign_in::sign_in_problem,
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

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
