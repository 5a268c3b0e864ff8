//! What happened to a tunnel or to one connection in it.

use cluster::Cluster;
use portforward::Error;

use super::cluster_problem;
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// `error` of a tunnel to a pod of this namespace in plain words. Whatever others said passes through the cluster, which
/// knows the secrets that must not show.
pub(crate) fn tunnel_problem(error: &Error, cluster: &Cluster, namespace: &str) -> Problem {
    let quote = |text: &str| super::quote(&cluster.redact(text));
    let sentence = |text: &str| super::sentence(&cluster.redact(text));
    match error {
        Error::Refused { status, message, .. } => refused(*status, &quote(message)),
        Error::Unreachable(source) => {
            let action = format!("create pods/portforward in namespace {namespace}");
            cluster_problem(&cluster.explain(&action, &**source))
        }
        Error::NoTransport { .. } => Problem::new(
            ProblemCode::NoTransport,
            "The cluster, or something on the way to it, does not let port-forwards through.",
            sentence(&error.to_string()),
            "Ask whoever runs the cluster or its load balancer to allow WebSocket or SPDY connections.",
        )
        .with_action(RemedyAction::Retry),
        Error::LinkLost { reason } => Problem::new(
            ProblemCode::TunnelLost,
            "The connection to the cluster was lost.",
            sentence(reason),
            "Nothing to do: Culvert connects again by itself.",
        )
        .with_action(RemedyAction::Retry),
        Error::PortNotListening { port, text } => Problem::new(
            ProblemCode::PortNotListening,
            format!("Nothing listens on port {port} in the pod."),
            format!("The cluster says: {}", quote(text)),
            "Check the port. If the application is still starting, connect again in a moment.",
        ),
        Error::PodGone { text } => Problem::new(
            ProblemCode::PodGone,
            "The pod that served is gone.",
            format!("The cluster says: {}", quote(text)),
            "Nothing to do: Culvert connects to the next pod by itself.",
        )
        .with_action(RemedyAction::Retry),
        Error::Remote { port, text } => Problem::new(
            ProblemCode::Internal,
            format!("The connection to port {port} in the pod failed."),
            format!("The cluster says: {}", quote(text)),
            "Connect again.",
        ),
        Error::RemoteReset => Problem::new(
            ProblemCode::Internal,
            "The application in the pod broke off the connection.",
            "It reset the connection instead of ending it.",
            "Connect again. If it happens again, look at the application's log.",
        ),
        Error::Local(source) => Problem::new(
            ProblemCode::Internal,
            "The program on this computer broke off the connection.",
            sentence(&source.to_string()),
            "Connect again.",
        ),
        Error::Protocol(source) => Problem::new(
            ProblemCode::TunnelLost,
            "The connection to the cluster was lost.",
            format!("The far end sent something that cannot be understood: {}", quote(&source.to_string())),
            "Nothing to do: Culvert connects again by itself.",
        )
        .with_action(RemedyAction::Retry),
        other => Problem::new(
            ProblemCode::TunnelLost,
            "The tunnel ended.",
            sentence(&other.to_string()),
            "Nothing to do: Culvert connects again by itself.",
        )
        .with_action(RemedyAction::Retry),
    }
}

/// A caller was held as long as callers are held. `reason` is why there is no tunnel, where that is known.
pub(crate) fn waited_too_long(reason: Option<&Problem>) -> Problem {
    let what = "A program waited for a connection and was turned away.";
    match reason {
        Some(reason) => {
            Problem::new(reason.code, what, format!("{} {}", reason.what, reason.why), reason.remedy.clone())
        }
        None => Problem::new(
            ProblemCode::Unreachable,
            what,
            "The tunnel was not ready in time.",
            "Connect again when the forward is ready.",
        ),
    }
}

/// The API server (or the node behind it) answered the request for a port-forward with an HTTP error, in these words.
fn refused(status: u16, words: &str) -> Problem {
    let says = format!("The cluster says ({status}): {words}");
    match status {
        401 => Problem::new(
            ProblemCode::Unauthorized,
            "You are not signed in to the cluster, or the sign-in has expired.",
            says,
            "Sign in again, for example with \"oc login\", then try again.",
        ),
        403 => Problem::new(
            ProblemCode::Forbidden,
            "You are not allowed to forward ports here.",
            says,
            "Ask whoever runs the cluster for the permission to create pods/portforward in this namespace, then try again.",
        ),
        404 => Problem::new(
            ProblemCode::PodGone,
            "The pod that served is gone.",
            says,
            "Nothing to do: Culvert connects to the next pod by itself.",
        ),
        429 => Problem::new(
            ProblemCode::TooBusy,
            "The cluster is too busy.",
            says,
            "Nothing to do: Culvert tries again by itself.",
        ),
        _ => Problem::new(
            ProblemCode::Internal,
            "The cluster could not open the port-forward.",
            says,
            "Culvert keeps trying. If this stays, ask whoever runs the cluster.",
        ),
    }
    .with_action(RemedyAction::Retry)
}

#[cfg(test)]
mod tests {
    use cluster::KubeconfigSources;

    use super::*;

    const TOKEN: &str = "t0k3n-of-the-user";

    /// A cluster whose user has the token.
    async fn cluster() -> Cluster {
        let kubeconfig = format!(
            "{{current-context: it, contexts: [{{name: it, context: {{cluster: c, user: u}}}}], \
             clusters: [{{name: c, cluster: {{server: \"http://127.0.0.1:1\"}}}}], \
             users: [{{name: u, user: {{token: {TOKEN}}}}}]}}"
        );
        KubeconfigSources::inline("test", kubeconfig).connect(None).await.unwrap()
    }

    #[tokio::test]
    async fn the_answer_to_the_upgrade_decides_what_the_person_is_told() {
        for (status, code) in [
            (401, ProblemCode::Unauthorized),
            (403, ProblemCode::Forbidden),
            (404, ProblemCode::PodGone),
            (429, ProblemCode::TooBusy),
            (500, ProblemCode::Internal),
        ] {
            let error = Error::Refused { status, reason: None, message: "because".into() };
            let problem = tunnel_problem(&error, &cluster().await, "demo");
            assert_eq!(problem.code, code);
            assert_eq!(problem.why, format!("The cluster says ({status}): because."));
        }
    }

    #[tokio::test]
    async fn no_far_end_tells_a_secret() {
        let cluster = cluster().await;
        let text = || format!("got {TOKEN}");
        for error in [
            Error::Refused { status: 403, reason: None, message: text() },
            Error::NoTransport { tried: vec![(portforward::Transport::Spdy, text())] },
            Error::LinkLost { reason: text() },
            Error::PortNotListening { port: 1, text: text() },
            Error::PodGone { text: text() },
            Error::Remote { port: 1, text: text() },
            Error::Unreachable(std::sync::Arc::new(std::io::Error::other(text()))),
        ] {
            let problem = tunnel_problem(&error, &cluster, "demo");
            let told = format!("{problem:?}");
            assert!(!told.contains(TOKEN) && told.contains("ot …"), "{told}");
        }
    }
}
