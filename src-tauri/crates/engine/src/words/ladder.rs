//! What is said on the rungs of a diagnosis.

use std::time::{Duration, SystemTime};

use cluster::{FirstHop, NamesFound, Permission, Person, ServerProof};
use portforward::Tunnel;
use wording::{Text, text};

use super::{
    Said, kind, sentence,
    time::{day, left},
};
use crate::{
    ladder::Rung,
    problem::{Problem, ProblemCode, RemedyAction},
    profile::{ContextRef, Profile},
};

/// A certificate that ends within this time is warned of: whoever renews it needs days.
pub(crate) const CERTIFICATE_SOON: Duration = Duration::from_secs(14 * 24 * 3600);

/// A token that ends within this time is warned of: a longer piece of work would be cut.
pub(crate) const TOKEN_SOON: Duration = Duration::from_secs(3600);

/// Addresses of a name that are told.
const MOST_TOLD: usize = 4;

/// What a diagnosis of a cluster is called.
pub(crate) fn cluster_title(context: &ContextRef, name: &Text) -> Text {
    match context {
        ContextRef::Kubeconfig { .. } | ContextRef::Own { .. } => {
            text!("the cluster {name}", "Cluster {name}"; name = name.clone())
        }
        ContextRef::Demo => name.clone(),
    }
}

/// What a rung is called in texts.
pub(crate) fn rung(rung: Rung) -> Text {
    match rung {
        Rung::Configuration => text!("Configuration", "Konfiguration"),
        Rung::Name => text!("Name", "Name"),
        Rung::Connection => text!("TCP connection", "TCP-Verbindung"),
        Rung::Proxy => text!("Proxy", "Proxy"),
        Rung::Certificate => text!("Certificate", "Zertifikat"),
        Rung::SignIn => text!("Sign-in", "Anmeldung"),
        Rung::Permission => text!("Permission", "Berechtigung"),
        Rung::Target => text!("Target", "Ziel"),
        Rung::Pod => text!("Pod", "Pod"),
        Rung::DeclaredPort => text!("Port", "Port"),
        Rung::ListeningPort => text!("Listening", "Lauscht"),
    }
}

/// Nobody keeps trying: it was looked at once.
pub(crate) fn now(mut problem: Problem) -> Problem {
    let promises = [
        " Culvert keeps trying.",
        "Culvert keeps trying. ",
        " Culvert goes on by itself once you have it.",
        " Culvert versucht es weiter.",
        "Culvert versucht es weiter. ",
        " Culvert macht von selbst weiter, sobald Sie sie haben.",
    ];
    problem.remedy = problem
        .remedy
        .map(|remedy| promises.iter().fold(remedy.to_owned(), |remedy, promise| remedy.replace(promise, "")));
    problem
}

/// Why the rungs above are not looked at.
pub(crate) fn not_looked_at(failed: Rung) -> Text {
    text!(
        "Not looked at, because of what is wrong with: {failed}.",
        "Nicht geprüft, wegen des Fehlers bei: {failed}."; failed = rung(failed)
    )
}

pub(crate) fn too_slow(slow: Rung, limit: Duration) -> Problem {
    let seconds = limit.as_secs();
    Problem::new(
        ProblemCode::Unreachable,
        text!(
            "No answer in time ({slow}).",
            "Keine rechtzeitige Antwort ({slow})."; slow = rung(slow)
        ),
        text!("Nothing came within {seconds} seconds.", "Innerhalb von {seconds} Sekunden kam nichts."),
        text!(
            "Check the network, the VPN and firewalls on the way.",
            "Prüfen Sie das Netz, das VPN und Firewalls auf dem Weg."
        ),
    )
}

pub(crate) fn leads_to(name: &Text, server: &str) -> Text {
    sentence(&text!("{name} leads to {server}", "{name} führt zu {server}"; name = name.clone()))
}

pub(crate) fn resolved(hop: &FirstHop, found: &NamesFound) -> Text {
    let host = &hop.host;
    let of = if hop.proxy.is_some() { text!("The proxy ", "Der Proxy ") } else { Text::default() };
    if found.was_address {
        return text!("{of}{host} is an address.", "{of}{host} ist eine Adresse."; of);
    }
    let told: Vec<String> =
        found.addresses.iter().take(MOST_TOLD).map(|address| address.ip().to_string()).collect();
    let told = told.join(", ");
    if found.addresses.len() > MOST_TOLD {
        return text!("{of}{host} is {told}, others.", "{of}{host} ist {told} und weitere."; of);
    }
    text!("{of}{host} is {told}.", "{of}{host} ist {told}."; of)
}

/// Somebody accepted a connection.
pub(crate) fn answers(address: &impl std::fmt::Display) -> Text {
    text!("{address} answers.", "{address} antwortet.")
}

/// The proxy let us through.
pub(crate) fn connects(proxy: &impl std::fmt::Display) -> Text {
    text!("{proxy} connects to the server.", "{proxy} verbindet mit dem Server.")
}

pub(crate) fn no_proxy() -> Text {
    text!("There is no proxy on the way.", "Auf dem Weg ist kein Proxy.")
}

pub(crate) fn no_tls() -> Text {
    text!("The server is spoken to without TLS.", "Mit dem Server wird ohne TLS gesprochen.")
}

pub(crate) fn proven(proof: &ServerProof) -> Text {
    let issuer = match proof.issuer.as_str() {
        "" => Text::default(),
        issuer => text!(" by {issuer}", " von {issuer}"),
    };
    let until = proof.not_after.map(|at| {
        let day = day(at);
        text!(", good until {day}", ", gültig bis {day}")
    });
    text!(
        "The server's certificate is trusted: issued{issuer}{until}.",
        "Dem Zertifikat des Servers wird vertraut: ausgestellt{issuer}{until}.";
        issuer = issuer, until = until.unwrap_or_default()
    )
}

/// Whether `at` is not later than `soon` from now.
pub(crate) fn is_soon(at: SystemTime, now: SystemTime, soon: Duration) -> bool {
    at.duration_since(now).map_or(true, |left| left <= soon)
}

pub(crate) fn server_certificate_ends(at: SystemTime, now: SystemTime) -> Problem {
    let day = day(at);
    Problem::new(
        ProblemCode::Untrusted,
        text!(
            "The server's certificate expires {left}.",
            "Das Zertifikat des Servers läuft {left} ab."; left = left(at, now)
        ),
        text!(
            "It is good until {day}. Then nothing connects to this cluster any more.",
            "Es gilt bis {day}. Danach verbindet sich nichts mehr mit diesem Cluster."
        ),
        text!("Tell whoever runs the cluster.", "Sagen Sie dem Betreiber des Clusters Bescheid."),
    )
}

pub(crate) fn sign_in_ends(at: SystemTime, now: SystemTime) -> Problem {
    Problem::new(
        ProblemCode::Unauthorized,
        text!(
            "Your sign-in expires {left}.",
            "Ihre Anmeldung läuft {left} ab."; left = left(at, now)
        ),
        text!(
            "Then the cluster takes no more requests from you until you sign in again.",
            "Danach nimmt der Cluster nichts mehr von Ihnen an, bis Sie sich neu anmelden."
        ),
        text!("Sign in again before that.", "Melden Sie sich vorher neu an."),
    )
}

pub(crate) fn signed_in(person: &Person) -> Text {
    let version = person.version.map(|version| format!(" (Kubernetes {}.{})", version.major, version.minor));
    let version = version.unwrap_or_default();
    match &person.name {
        Some(name) => text!("You are {name}{version}.", "Sie sind {name}{version}."),
        None => {
            text!("The cluster takes your sign-in{version}.", "Der Cluster nimmt Ihre Anmeldung an{version}.")
        }
    }
}

pub(crate) fn rights_unknown() -> Text {
    text!("The cluster does not say what you may do.", "Der Cluster sagt nicht, was Sie dürfen.")
}

pub(crate) fn allowed() -> Text {
    text!("You may do all that is needed.", "Sie dürfen alles, was nötig ist.")
}

pub(crate) fn looked_in(namespace: &str) -> Text {
    text!("Looked at in the namespace {namespace}.", "Geprüft im Namespace {namespace}.")
}

/// At least one permission is missing.
pub(crate) fn denied(missing: &[&Permission]) -> Problem {
    let each: Vec<String> = missing.iter().map(|permission| named(permission)).collect();
    let place = missing.iter().find_map(|permission| permission.namespace.as_deref());
    let place = place
        .map(|namespace| text!(" in the namespace {namespace}", " im Namespace {namespace}"))
        .unwrap_or_default();
    let (nor, all) = (each.join(", nor to "), each.join(", "));
    Problem::new(
        ProblemCode::Forbidden,
        text!("You are not allowed to {nor}{place}.", "Ihnen fehlt die Berechtigung: {all}{place}."; place),
        text!(
            "The cluster was asked (SelfSubjectAccessReview) and says no.",
            "Der Cluster wurde gefragt (SelfSubjectAccessReview) und sagt nein."
        ),
        text!(
            "Ask whoever runs the cluster for: {all}{place}.",
            "Erbitten Sie beim Betreiber des Clusters: {all}{place}."; place
        ),
    )
}

fn named(permission: &Permission) -> String {
    let Permission { verb, resource, subresource, .. } = permission;
    match *subresource {
        "" => format!("{verb} {resource}"),
        subresource => format!("{verb} {resource}/{subresource}"),
    }
}

pub(crate) fn no_watching(namespace: &str) -> Problem {
    Problem::new(
        ProblemCode::Forbidden,
        text!(
            "It works, but changes of pods are learned late.",
            "Es klappt, aber Änderungen an Pods werden spät bemerkt."
        ),
        text!(
            "You are not allowed to list and watch pods in the namespace {namespace}, so they are asked after every 15 seconds.",
            "Sie dürfen Pods im Namespace {namespace} nicht auflisten und beobachten; darum wird alle 15 Sekunden nach ihnen gefragt."
        ),
        text!(
            "Nothing has to be done. With these permissions Culvert would notice at once when a pod is replaced.",
            "Es ist nichts zu tun. Mit diesen Berechtigungen würde Culvert sofort bemerken, wenn ein Pod ersetzt wird."
        ),
    )
}

pub(crate) fn target_there(profile: &Profile) -> Text {
    let (name, namespace) = (&profile.target.name, &profile.namespace);
    text!(
        "The {kind} {name} is in the namespace {namespace}.",
        "{kind} {name} ist im Namespace {namespace} vorhanden."; kind = kind(profile.target.kind)
    )
}

pub(crate) fn pod_leaves(pod: &str) -> Problem {
    Problem::new(
        ProblemCode::NoPod,
        text!("The pod {pod} is being stopped.", "Der Pod {pod} wird gerade beendet."),
        text!("No other pod of the target runs.", "Kein anderer Pod des Ziels läuft."),
        text!(
            "Wait for the next pod. If none comes, look at the workload in the cluster.",
            "Warten Sie auf den nächsten Pod. Wenn keiner kommt, sehen Sie sich die Anwendung im Cluster an."
        ),
    )
}

/// A pod that serves.
pub(crate) fn pod_ready(pod: &str) -> Text {
    text!("{pod} is ready.", "{pod} ist bereit.")
}

/// A pod that may not serve.
pub(crate) fn pod_runs(pod: &str) -> Text {
    text!("{pod} runs.", "{pod} läuft.")
}

pub(crate) fn pod_unready(pod: &str, by_name: bool) -> Problem {
    let meanwhile = if by_name {
        text!("It is used as it is.", "Er wird benutzt, wie er ist.")
    } else {
        text!(
            "Culvert waits a while for one that is ready, then uses it as it is.",
            "Culvert wartet eine Weile auf einen bereiten und benutzt ihn dann, wie er ist."
        )
    };
    Problem::new(
        ProblemCode::NoPod,
        text!("No pod is ready.", "Kein Pod ist bereit."),
        text!(
            "The pod {pod} runs, but does not say that it is ready to serve. {meanwhile}",
            "Der Pod {pod} läuft, meldet aber nicht, dass er bereit ist. {meanwhile}"; meanwhile
        ),
        text!(
            "Look at the pod's log and its readiness probe.",
            "Sehen Sie ins Protokoll des Pods und auf seine Readiness-Probe."
        ),
    )
}

/// Each port as it was asked for, and in the pod.
pub(crate) fn ports_in_pod(ports: &[(String, u16)]) -> Text {
    let each: Vec<Text> = ports
        .iter()
        .map(|(asked, number)| {
            if *asked == number.to_string() {
                asked.said()
            } else {
                text!("{asked} is {number}", "{asked} ist {number}")
            }
        })
        .collect();
    text!("In the pod: {each}.", "Im Pod: {each}."; each = Text::join(&each, ", "))
}

pub(crate) fn opened(tunnel: &Tunnel) -> Text {
    let by = tunnel.transport();
    text!("The pod accepts connections, by {by}.", "Der Pod nimmt Verbindungen an, über {by}.")
}

/// There are enough diagnoses under way.
pub(crate) fn too_many_runs(most: usize) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        text!("Too many diagnoses are under way.", "Es laufen zu viele Prüfungen."),
        text!("At most {most} run at the same time.", "Höchstens {most} laufen gleichzeitig."),
        text!(
            "Wait for one to end, then ask again.",
            "Warten Sie, bis eine endet, und fragen Sie dann erneut."
        ),
    )
    .with_action(RemedyAction::Retry)
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
