//! What the cluster, its kubeconfig or its sign-in had to say.

use std::time::Duration;

use cluster::{DeclaredPort, Error, TargetKind};

use super::{proxy::proxy_problem, quote, sentence};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// `error` in plain words.
pub(crate) fn cluster_problem(error: &Error) -> Problem {
    match error {
        Error::Kubeconfig { file, line, reason } => {
            let place = line.map_or_else(|| file.clone(), |line| format!("{file}, line {line}"));
            Problem::new(
                ProblemCode::Kubeconfig,
                "The kubeconfig file cannot be used.",
                format!("{place}: {}", quote(reason)),
                "Correct the file, then try again.",
            )
            .with_action(RemedyAction::Retry)
        }
        Error::NoContext { wanted: Some(name), .. } => Problem::new(
            ProblemCode::Kubeconfig,
            format!("The cluster {name} is not in your kubeconfig files any more."),
            sentence(&error.to_string()),
            "Add the context to your kubeconfig again, or choose another cluster for this forward.",
        )
        .with_action(RemedyAction::Edit),
        Error::NoContext { wanted: None, .. } => Problem::new(
            ProblemCode::Kubeconfig,
            "No cluster is chosen.",
            sentence(&error.to_string()),
            "Choose a cluster.",
        )
        .with_action(RemedyAction::Edit),
        Error::LoginHelper { command, reason, searched, hint } => {
            let mut why = format!("{command} {}", quote(reason));
            if let Some(path) = searched {
                why.push_str(&format!(" It was looked for in {path}."));
            }
            let remedy = hint.as_deref().map_or_else(
                || "Run the helper in a terminal to see what it needs, then try again.".to_owned(),
                sentence,
            );
            Problem::new(
                ProblemCode::LoginHelper,
                "The program that signs you in to this cluster did not work.",
                why,
                remedy,
            )
            .with_action(RemedyAction::Retry)
        }
        Error::Unreachable { server, reason } => Problem::new(
            ProblemCode::Unreachable,
            "The cluster cannot be reached.",
            format!("There is no connection to {server}: {}", quote(reason)),
            "Check the network or the VPN. Culvert keeps trying.",
        )
        .with_action(RemedyAction::Retry),
        Error::Proxy { proxy, named_by, failure, reason } => proxy_problem(proxy, named_by, *failure, reason),
        Error::Untrusted { server, reason } => Problem::new(
            ProblemCode::Untrusted,
            "The cluster's certificate is not trusted.",
            format!("{server} did not prove who it is: {}", quote(reason)),
            "Ask whoever runs the cluster for its certificate authority and add it to the kubeconfig, then try again.",
        )
        .with_action(RemedyAction::Retry),
        Error::Unauthorized { message } => Problem::new(
            ProblemCode::Unauthorized,
            "You are not signed in to the cluster, or the sign-in has expired.",
            format!("The cluster says: {}", quote(message)),
            "Sign in again, for example with \"oc login\", then try again.",
        )
        .with_action(RemedyAction::Retry),
        Error::Forbidden { action, message } => Problem::new(
            ProblemCode::Forbidden,
            format!("You are not allowed to {action}."),
            format!("The cluster says: {}", quote(message)),
            "Ask whoever runs the cluster for this permission. Culvert goes on by itself once you have it.",
        )
        .with_action(RemedyAction::Retry),
        Error::BadTarget { reason, .. } => Problem::new(
            ProblemCode::BadInput,
            "This is not something that can be forwarded to.",
            sentence(reason),
            "Choose a pod, or something that leads to pods, such as a service or a deployment.",
        )
        .with_action(RemedyAction::Edit),
        Error::TargetNotFound { target, namespace } => Problem::new(
            ProblemCode::TargetNotFound,
            format!("There is no {} called {} in the namespace {namespace}.", target.kind.in_words(), target.name),
            "It was deleted, renamed, or is in another namespace or cluster.",
            "Choose another target, or wait: Culvert goes on by itself once it is there.",
        )
        .with_action(RemedyAction::Edit),
        Error::TargetUnsuitable { target, reason } => Problem::new(
            ProblemCode::TargetUnsuitable,
            format!("The {} {} cannot be forwarded to.", target.kind.in_words(), target.name),
            sentence(reason),
            "Choose another target, for example one of its pods, or another port.",
        )
        .with_action(RemedyAction::Edit),
        Error::NoPod { target, pod, status } => Problem::new(
            ProblemCode::NoPod,
            format!("Nothing runs behind the {} {} yet.", target.kind.in_words(), target.name),
            pod.as_deref().map_or_else(
                || "It has no pods.".to_owned(),
                |pod| format!("The pod {pod} is not running: {}", quote(status)),
            ),
            "Culvert waits for a pod to start. If none does, look at the workload in the cluster.",
        )
        .with_action(RemedyAction::Retry),
        Error::PortNotDeclared { text, declared } => Problem::new(
            ProblemCode::PortNotDeclared,
            "The target has no such port.",
            format!("{} {}", sentence(text), declared_ports(declared)),
            "Choose one of these ports.",
        )
        .with_action(RemedyAction::Edit),
        Error::ListCut { kind, shown } => Problem::new(
            ProblemCode::Internal,
            "The list is not complete.",
            format!("There are very many; only the first {shown} of the kind {} are shown.", kind.in_words()),
            "Type the name of what you look for.",
        ),
        Error::Api { status: 429, message, retry_after, .. } => Problem::new(
            ProblemCode::TooBusy,
            "The cluster is too busy.",
            format!("It says (429): {}", quote(message)),
            "Nothing to do: Culvert tries again by itself.",
        )
        .with_action(RemedyAction::Retry)
        .with_retry_after(*retry_after),
        Error::Api { status, message, retry_after, .. } => Problem::new(
            ProblemCode::Internal,
            "The cluster could not answer.",
            format!("It says ({status}): {}", quote(message)),
            "Culvert keeps trying. If this stays, ask whoever runs the cluster.",
        )
        .with_action(RemedyAction::Retry)
        .with_retry_after(*retry_after),
        other => Problem::new(
            ProblemCode::Internal,
            "Something unexpected came from the cluster.",
            sentence(&other.to_string()),
            "Try again. If this stays, ask whoever runs the cluster.",
        )
        .with_action(RemedyAction::Retry),
    }
}

/// The pod that serves is about to stop serving.
pub(crate) fn pod_leaving(pod: &str, how: &str) -> Problem {
    Problem::new(
        ProblemCode::PodGone,
        format!("The pod {pod} {how}."),
        "It was deleted, replaced, or is not ready. New connections wait for the pod that takes over.",
        "Nothing to do: Culvert connects to the next pod by itself.",
    )
    .with_action(RemedyAction::Retry)
}

/// The best pod there is runs and is not ready; it is taken as it is after so many seconds.
pub(crate) fn pod_not_ready(pod: &str, seconds: u64) -> Problem {
    Problem::new(
        ProblemCode::NoPod,
        "No pod is ready yet.",
        format!("The pod {pod} runs, but does not say that it is ready to serve."),
        format!("Culvert waits for a pod that is ready. After {seconds} s it uses {pod} as it is."),
    )
    .with_action(RemedyAction::Retry)
}

/// Nobody said which pod serves, within `limit`.
pub(crate) fn no_answer(limit: Duration) -> Problem {
    Problem::new(
        ProblemCode::Unreachable,
        "The cluster does not answer.",
        format!("Nothing came within {} seconds.", limit.as_secs()),
        "Check the network or the VPN. Culvert keeps trying.",
    )
    .with_action(RemedyAction::Retry)
}

/// Connecting was given up, by Culvert itself.
pub(crate) fn connecting_stopped() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "Connecting to the cluster broke off.",
        "Culvert stopped it, or failed in it.",
        "Try again. If this stays, restart Culvert.",
    )
    .with_action(RemedyAction::Retry)
}

/// The demo cluster did not start.
pub(crate) fn demo_problem(reason: &str) -> Problem {
    Problem::new(
        ProblemCode::Demo,
        "The demo cluster could not be started.",
        sentence(reason),
        "Try again. If this stays, restart Culvert.",
    )
    .with_action(RemedyAction::Retry)
}

fn declared_ports(ports: &[DeclaredPort]) -> String {
    if ports.is_empty() {
        return "It declares no ports; a number can be used all the same.".to_owned();
    }
    let each: Vec<String> = ports
        .iter()
        .map(|port| match &port.name {
            Some(name) => format!("{} ({name})", port.number),
            None => port.number.to_string(),
        })
        .collect();
    format!("It has: {}.", each.join(", "))
}

/// Kinds that may not be listed, as one problem however many they are.
fn forbidden_lists(namespace: &str, failures: &[(TargetKind, Error)]) -> Option<Problem> {
    let forbidden: Vec<_> = failures
        .iter()
        .filter_map(|(kind, error)| match error {
            Error::Forbidden { message, .. } => Some((format!("{}s", kind.in_words()), message)),
            _ => None,
        })
        .collect();
    let (_, message) = forbidden.first()?;
    let kinds: Vec<_> = forbidden.iter().map(|(kind, _)| kind.as_str()).collect();
    let kinds = match kinds.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        kinds => kinds.concat(),
    };
    let forbidden = Problem::new(
        ProblemCode::Forbidden,
        format!("You are not allowed to list {kinds} in the namespace {namespace}."),
        format!("The cluster says: {}", quote(message)),
        "What is listed can be forwarded to, and so can a pod whose name is typed. Ask whoever runs the cluster for this permission to see the others.",
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
    Problem::new(
        ProblemCode::Internal,
        "This list is not kept up to date any more.",
        format!("More than {} lists are looked at.", crate::looks::MOST_LOOKS),
        "Ask for it again.",
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
            text: "Pod 'web-1' does not have a named port 'abc'".into(),
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
            action: "list pods in namespace demo".into(),
            message: "pods is forbidden".into(),
        });
        assert_eq!(problem.what, "You are not allowed to list pods in namespace demo.");
    }

    #[test]
    fn kinds_that_may_not_be_listed_are_one_problem() {
        let forbidden = |message: &str| Error::Forbidden { action: String::new(), message: message.into() };
        let mut failures = vec![(
            TargetKind::Job,
            Error::NoPod { target: Target::new(TargetKind::Job, "x"), pod: None, status: String::new() },
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
            reason: "was not found".into(),
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
                status: status.into(),
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
