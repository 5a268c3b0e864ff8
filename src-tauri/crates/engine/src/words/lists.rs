//! What stands in the way of seeing what there is in a cluster.

use cluster::{Error, TargetKind};
use wording::{Text, text};

use super::{cluster_says, kind};
use crate::problem::{Problem, ProblemCode, RemedyAction};

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
}
