//! What happened to a tunnel or to one connection in it.

use cluster::Cluster;
use portforward::{Error, Transport};

use super::cluster_problem;
use crate::{
    pins::{RoutePin, TransportPin},
    problem::{Problem, ProblemCode, RemedyAction},
    profile::Profile,
};

/// `error` of a tunnel of this profile in plain words. Whatever others said passes through the cluster, which
/// knows the secrets that must not show.
pub(crate) fn tunnel_problem(error: &Error, cluster: &Cluster, profile: &Profile) -> Problem {
    let quote = |text: &str| super::quote(&cluster.redact(text));
    let sentence = |text: &str| super::sentence(&cluster.redact(text));
    match error {
        Error::Refused { status, message, retry_after, .. } => {
            refused(*status, &quote(message), profile).with_retry_after(*retry_after)
        }
        Error::Unreachable(source) => cluster_problem(&cluster.explain(&permission(profile), &**source)),
        Error::NoTransport { tried } => no_transport(tried, profile, quote),
        Error::LinkLost { reason } | Error::NotOpened { reason } => Problem::new(
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

/// The computer slept, or its network changed.
pub(crate) fn connections_in_doubt() -> Problem {
    Problem::new(
        ProblemCode::TunnelLost,
        "This computer was asleep, or its network has changed.",
        "Connections that were open before seldom survive that.",
        "Nothing to do: Culvert connects again by itself.",
    )
    .with_action(RemedyAction::Retry)
}

/// The API server (or the node behind it) answered the request for a port-forward with an HTTP error, in these words.
fn refused(status: u16, words: &str, profile: &Profile) -> Problem {
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
            format!(
                "Ask whoever runs the cluster for the permission to {}. Culvert goes on by itself once you have it.",
                permission(profile)
            ),
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

/// What a person must be allowed to do, continuing "not allowed to …".
fn permission(profile: &Profile) -> String {
    match profile.route {
        RoutePin::Node | RoutePin::Historic => "create nodes/proxy".to_owned(),
        RoutePin::Automatic | RoutePin::Pod => {
            format!("create pods/portforward in the namespace {}", profile.namespace)
        }
    }
}

/// Nobody refused, but nothing worked.
fn no_transport(tried: &[(Transport, String)], profile: &Profile, quote: impl Fn(&str) -> String) -> Problem {
    let each: Vec<String> = tried
        .iter()
        .map(|(transport, why)| format!("{}: {}", transport_words(*transport), quote(why)))
        .collect();
    let why = if each.is_empty() {
        "There was no way to try.".to_owned()
    } else {
        format!("What was tried: {}", each.join(" "))
    };
    let is_pinned = profile.transport != TransportPin::Automatic || profile.route != RoutePin::Automatic;
    let (remedy, action) = if is_pinned {
        let remedy = "Set the transport and the route of this forward to automatic: it is bound to what does not work here.";
        (remedy, RemedyAction::Edit)
    } else {
        let remedy =
            "Ask whoever runs the cluster or its load balancer to allow WebSocket or SPDY connections.";
        (remedy, RemedyAction::Retry)
    };
    let what = "The cluster, or something on the way to it, does not let port-forwards through.";
    Problem::new(ProblemCode::NoTransport, what, why, remedy).with_action(action)
}

fn transport_words(transport: Transport) -> &'static str {
    match transport {
        Transport::WebSocketTunnel => "SPDY inside a WebSocket",
        Transport::Spdy => "SPDY by an HTTP upgrade",
        Transport::Channel => "a WebSocket for each connection",
    }
}

#[cfg(test)]
mod tests {
    use cluster::KubeconfigSources;

    use super::*;
    use crate::profile::tests::profile;

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
            let error = Error::Refused { status, reason: None, message: "because".into(), retry_after: None };
            let problem = tunnel_problem(&error, &cluster().await, &profile("a"));
            assert_eq!(problem.code, code);
            assert_eq!(problem.why, format!("The cluster says ({status}): because."));
        }
    }

    #[tokio::test]
    async fn what_was_tried_is_told_and_a_pin_is_what_to_change() {
        let cluster = cluster().await;
        let tried = vec![
            (Transport::WebSocketTunnel, "no answer within 30 seconds".to_owned()),
            (Transport::Spdy, "the connection ended".to_owned()),
        ];
        let error = Error::NoTransport { tried };
        let problem = tunnel_problem(&error, &cluster, &profile("a"));
        assert_eq!(
            problem.why,
            "What was tried: SPDY inside a WebSocket: no answer within 30 seconds. SPDY by an HTTP upgrade: the connection ended."
        );
        assert_eq!(problem.action, Some(RemedyAction::Retry));
        let pinned = Profile { transport: TransportPin::Spdy, ..profile("a") };
        let problem = tunnel_problem(&error, &cluster, &pinned);
        assert_eq!(problem.action, Some(RemedyAction::Edit));
        let pinned = Profile { route: RoutePin::Node, ..profile("a") };
        let forbidden = Error::Refused { status: 403, reason: None, message: "no".into(), retry_after: None };
        assert!(tunnel_problem(&forbidden, &cluster, &pinned).remedy.contains("nodes/proxy"));
    }

    #[tokio::test]
    async fn no_far_end_tells_a_secret() {
        let cluster = cluster().await;
        let text = || format!("got {TOKEN}");
        for error in [
            Error::Refused { status: 403, reason: None, message: text(), retry_after: None },
            Error::NoTransport { tried: vec![(Transport::Spdy, text())] },
            Error::LinkLost { reason: text() },
            Error::NotOpened { reason: text() },
            Error::PortNotListening { port: 1, text: text() },
            Error::PodGone { text: text() },
            Error::Remote { port: 1, text: text() },
            Error::Unreachable(std::sync::Arc::new(std::io::Error::other(text()))),
        ] {
            let problem = tunnel_problem(&error, &cluster, &profile("a"));
            let told = format!("{problem:?}");
            assert!(!told.contains(TOKEN) && told.contains("ot …"), "{told}");
        }
    }
}
