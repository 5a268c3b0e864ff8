//! What happened to a tunnel or to one connection in it.

use cluster::Cluster;
use portforward::{Error, Transport};
use wording::{Text, text};

use super::{
    Said,
    cluster::{keeps_trying, not_signed_in, sign_in_again, too_busy, tries_again},
    cluster_problem, connects_again, connects_to_next,
};
use crate::{
    pins::{RoutePin, TransportPin},
    problem::{Problem, ProblemCode, RemedyAction},
    profile::Profile,
};

/// `error` of a tunnel of this profile in plain words. Whatever others said passes through the cluster, which
/// knows the secrets that must not show.
pub(crate) fn tunnel_problem(error: &Error, cluster: &Cluster, profile: &Profile) -> Problem {
    let sentence = |said: Text| super::sentence(&said.map(|words| cluster.redact(words)));
    let says = |said: &str| super::cluster_says(&cluster.redact(said));
    match error {
        Error::Refused { status, message, retry_after, .. } => {
            refused(*status, &super::quote(&cluster.redact(message)), profile).with_retry_after(*retry_after)
        }
        Error::Unreachable(source) => cluster_problem(&cluster.explain(&permission(profile), &**source)),
        Error::NoTransport { tried } => {
            no_transport(tried, profile, |why| super::quote(&why.map(|words| cluster.redact(words))))
        }
        Error::LinkLost { reason } | Error::NotOpened { reason } => {
            Problem::new(ProblemCode::TunnelLost, lost(), sentence(reason.said()), connects_again())
                .with_action(RemedyAction::Retry)
        }
        Error::PortNotListening { port, text } => Problem::new(
            ProblemCode::PortNotListening,
            text!("Nothing listens on port {port} in the pod.", "Im Pod lauscht nichts auf Port {port}."),
            says(text),
            text!(
                "Check the port. If the application is still starting, connect again in a moment.",
                "Prüfen Sie den Port. Wenn die Anwendung noch startet, verbinden Sie gleich noch einmal."
            ),
        ),
        Error::PodGone { text } => {
            Problem::new(ProblemCode::PodGone, pod_gone(), says(text), connects_to_next())
                .with_action(RemedyAction::Retry)
        }
        Error::Remote { port, text } => Problem::new(
            ProblemCode::Internal,
            text!(
                "The connection to port {port} in the pod failed.",
                "Die Verbindung zu Port {port} im Pod ist gescheitert."
            ),
            says(text),
            connect_again(),
        ),
        Error::RemoteReset => Problem::new(
            ProblemCode::Internal,
            text!(
                "The application in the pod broke off the connection.",
                "Die Anwendung im Pod hat die Verbindung abgebrochen."
            ),
            text!(
                "It reset the connection instead of ending it.",
                "Sie hat die Verbindung zurückgesetzt, statt sie zu beenden."
            ),
            text!(
                "Connect again. If it happens again, look at the application's log.",
                "Verbinden Sie erneut. Wenn es wieder geschieht, sehen Sie ins Protokoll der Anwendung."
            ),
        ),
        Error::Local(source) => Problem::new(
            ProblemCode::Internal,
            text!(
                "The program on this computer broke off the connection.",
                "Das Programm auf diesem Computer hat die Verbindung abgebrochen."
            ),
            sentence(Text::verbatim(source.to_string())),
            connect_again(),
        ),
        Error::Protocol(source) => Problem::new(
            ProblemCode::TunnelLost,
            lost(),
            text!(
                "The far end sent something that cannot be understood: {said}",
                "Die Gegenseite sendete etwas Unverständliches: {said}";
                said = super::quote(&cluster.redact(&source.to_string()))
            ),
            connects_again(),
        )
        .with_action(RemedyAction::Retry),
        other => Problem::new(
            ProblemCode::TunnelLost,
            text!("The tunnel ended.", "Der Tunnel ist zu Ende."),
            sentence(other.in_words()),
            connects_again(),
        )
        .with_action(RemedyAction::Retry),
    }
}

/// A caller was held as long as callers are held. `reason` is why there is no tunnel, where that is known.
pub(crate) fn waited_too_long(reason: Option<&Problem>) -> Problem {
    let what = text!(
        "A program waited for a connection and was turned away.",
        "Ein Programm wartete auf eine Verbindung und wurde abgewiesen."
    );
    match reason {
        Some(reason) => Problem::new(
            reason.code,
            what,
            Text::join([&reason.what, &reason.why], " "),
            reason.remedy.clone(),
        ),
        None => Problem::new(
            ProblemCode::Unreachable,
            what,
            text!("The tunnel was not ready in time.", "Der Tunnel war nicht rechtzeitig bereit."),
            text!(
                "Connect again when the forward is ready.",
                "Verbinden Sie erneut, wenn die Weiterleitung bereit ist."
            ),
        ),
    }
}

/// The computer slept, or its network changed.
pub(crate) fn connections_in_doubt() -> Problem {
    Problem::new(
        ProblemCode::TunnelLost,
        text!(
            "This computer was asleep, or its network has changed.",
            "Dieser Computer war im Ruhezustand, oder sein Netz hat sich geändert."
        ),
        text!(
            "Connections that were open before seldom survive that.",
            "Verbindungen, die vorher offen waren, überstehen das selten."
        ),
        connects_again(),
    )
    .with_action(RemedyAction::Retry)
}

/// The API server (or the node behind it) answered the request for a port-forward with an HTTP error, in these words.
fn refused(status: u16, words: &Text, profile: &Profile) -> Problem {
    let says = text!("The cluster says ({status}): {words}", "Der Cluster sagt ({status}): {words}"; words);
    match status {
        401 => Problem::new(ProblemCode::Unauthorized, not_signed_in(), says, sign_in_again()),
        403 => Problem::new(
            ProblemCode::Forbidden,
            text!(
                "You are not allowed to forward ports here.",
                "Sie dürfen hier keine Ports weiterleiten."
            ),
            says,
            text!(
                "Ask whoever runs the cluster for the permission to {permission}. Culvert goes on by itself once you have it.",
                "Erbitten Sie beim Betreiber des Clusters diese Berechtigung: {permission}. Culvert macht von selbst weiter, sobald Sie sie haben.";
                permission = permission(profile)
            ),
        ),
        404 => Problem::new(ProblemCode::PodGone, pod_gone(), says, connects_to_next()),
        429 => Problem::new(ProblemCode::TooBusy, too_busy(), says, tries_again()),
        _ => Problem::new(
            ProblemCode::Internal,
            text!(
                "The cluster could not open the port-forward.",
                "Der Cluster konnte die Weiterleitung nicht öffnen."
            ),
            says,
            keeps_trying(),
        ),
    }
    .with_action(RemedyAction::Retry)
}

fn lost() -> Text {
    text!("The connection to the cluster was lost.", "Die Verbindung zum Cluster ging verloren.")
}

fn pod_gone() -> Text {
    text!("The pod that served is gone.", "Der Pod, der bediente, ist weg.")
}

fn connect_again() -> Text {
    text!("Connect again.", "Verbinden Sie erneut.")
}

/// What a person must be allowed to do, continuing "not allowed to …".
fn permission(profile: &Profile) -> Text {
    match profile.route {
        RoutePin::Node | RoutePin::Historic => {
            text!("create nodes/proxy", "Nodes als Proxy verwenden (create nodes/proxy)")
        }
        RoutePin::Automatic | RoutePin::Pod => {
            let namespace = &profile.namespace;
            text!(
                "create pods/portforward in the namespace {namespace}",
                "Weiterleitungen zu Pods im Namespace {namespace} öffnen (create pods/portforward)"
            )
        }
    }
}

/// Nobody refused, but nothing worked.
fn no_transport<Why: Said>(
    tried: &[(Transport, Why)],
    profile: &Profile,
    quote: impl Fn(Text) -> Text,
) -> Problem {
    let each: Vec<Text> = tried
        .iter()
        .map(|(transport, why)| {
            text!("{by}: {why}", "{by}: {why}"; by = transport_words(*transport), why = quote(why.said()))
        })
        .collect();
    let why = if each.is_empty() {
        text!("There was no way to try.", "Es gab keinen Weg zu versuchen.")
    } else {
        text!("What was tried: {each}", "Versucht wurde: {each}"; each = Text::join(&each, " "))
    };
    let is_pinned = profile.transport != TransportPin::Automatic || profile.route != RoutePin::Automatic;
    let (remedy, action) = if is_pinned {
        let remedy = text!(
            "Set the transport and the route of this forward to automatic: it is bound to what does not work here.",
            "Stellen Sie Transport und Route dieser Weiterleitung auf „Automatisch“: Sie ist auf etwas festgelegt, was hier nicht geht."
        );
        (remedy, RemedyAction::Edit)
    } else {
        let remedy = text!(
            "Ask whoever runs the cluster or its load balancer to allow WebSocket or SPDY connections.",
            "Bitten Sie den Betreiber des Clusters oder seines Load Balancers, WebSocket- oder SPDY-Verbindungen zu erlauben."
        );
        (remedy, RemedyAction::Retry)
    };
    let what = text!(
        "The cluster, or something on the way to it, does not let port-forwards through.",
        "Der Cluster oder etwas auf dem Weg dorthin lässt keine Weiterleitungen durch."
    );
    Problem::new(ProblemCode::NoTransport, what, why, remedy).with_action(action)
}

fn transport_words(transport: Transport) -> Text {
    match transport {
        Transport::WebSocketTunnel => text!("SPDY inside a WebSocket", "SPDY in einem WebSocket"),
        Transport::Spdy => text!("SPDY by an HTTP upgrade", "SPDY über ein HTTP-Upgrade"),
        Transport::Channel => {
            text!("a WebSocket for each connection", "ein WebSocket für jede Verbindung")
        }
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
            (Transport::WebSocketTunnel, Text::verbatim("no answer within 30 seconds")),
            (Transport::Spdy, Text::verbatim("the connection ended")),
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
        let said = || text!("got {TOKEN}", "bekam {TOKEN}");
        for error in [
            Error::Refused { status: 403, reason: None, message: text(), retry_after: None },
            Error::NoTransport { tried: vec![(Transport::Spdy, said())] },
            Error::LinkLost { reason: said() },
            Error::NotOpened { reason: said() },
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
