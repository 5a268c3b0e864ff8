//! What is said on the rungs of a diagnosis.

use std::time::{Duration, SystemTime};

use cluster::{FirstHop, NamesFound, Permission, Person, ServerProof};
use portforward::Tunnel;

use super::sentence;
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

const DAY: u64 = 24 * 3600;

/// What a diagnosis of a cluster is called.
pub(crate) fn cluster_title(context: &ContextRef, name: &str) -> String {
    match context {
        ContextRef::Kubeconfig { .. } | ContextRef::Own { .. } => format!("the cluster {name}"),
        ContextRef::Demo => name.to_owned(),
    }
}

/// Nobody keeps trying: it was looked at once.
pub(crate) fn now(mut problem: Problem) -> Problem {
    let promises =
        [" Culvert keeps trying.", "Culvert keeps trying. ", " Culvert goes on by itself once you have it."];
    for promise in promises {
        problem.remedy = problem.remedy.replace(promise, "");
    }
    problem
}

/// Why the rungs above are not looked at.
pub(crate) fn not_looked_at(failed: Rung) -> String {
    format!("Not looked at, because of what is wrong with: {}.", failed.title())
}

pub(crate) fn too_slow(slow: Rung, limit: Duration) -> Problem {
    Problem::new(
        ProblemCode::Unreachable,
        format!("No answer in time ({}).", slow.title()),
        format!("Nothing came within {} seconds.", limit.as_secs()),
        "Check the network, the VPN and firewalls on the way.",
    )
}

pub(crate) fn leads_to(name: &str, server: &str) -> String {
    sentence(&format!("{name} leads to {server}"))
}

pub(crate) fn resolved(hop: &FirstHop, found: &NamesFound) -> String {
    let of = if hop.proxy.is_some() { "The proxy " } else { "" };
    if found.was_address {
        return format!("{of}{} is an address.", hop.host);
    }
    let mut told: Vec<String> =
        found.addresses.iter().take(MOST_TOLD).map(|address| address.ip().to_string()).collect();
    if found.addresses.len() > MOST_TOLD {
        told.push("others".to_owned());
    }
    format!("{of}{} is {}.", hop.host, told.join(", "))
}

pub(crate) fn no_proxy() -> String {
    "There is no proxy on the way.".to_owned()
}

pub(crate) fn no_tls() -> String {
    "The server is spoken to without TLS.".to_owned()
}

pub(crate) fn proven(proof: &ServerProof) -> String {
    let issuer = match proof.issuer.as_str() {
        "" => String::new(),
        issuer => format!(" by {issuer}"),
    };
    let until = proof.not_after.map(|at| format!(", good until {}", day(at))).unwrap_or_default();
    sentence(&format!("the server's certificate is trusted: issued{issuer}{until}"))
}

/// Whether `at` is not later than `soon` from now.
pub(crate) fn is_soon(at: SystemTime, now: SystemTime, soon: Duration) -> bool {
    at.duration_since(now).map_or(true, |left| left <= soon)
}

pub(crate) fn server_certificate_ends(at: SystemTime, now: SystemTime) -> Problem {
    Problem::new(
        ProblemCode::Untrusted,
        format!("The server's certificate expires {}.", left(at, now)),
        format!("It is good until {}. Then nothing connects to this cluster any more.", day(at)),
        "Tell whoever runs the cluster.",
    )
}

pub(crate) fn sign_in_ends(at: SystemTime, now: SystemTime) -> Problem {
    Problem::new(
        ProblemCode::Unauthorized,
        format!("Your sign-in expires {}.", left(at, now)),
        "Then the cluster takes no more requests from you until you sign in again.",
        "Sign in again before that.",
    )
}

pub(crate) fn signed_in(person: &Person) -> String {
    let version = person.version.map(|version| format!(" (Kubernetes {}.{})", version.major, version.minor));
    let version = version.unwrap_or_default();
    match &person.name {
        Some(name) => format!("You are {name}{version}."),
        None => format!("The cluster takes your sign-in{version}."),
    }
}

pub(crate) fn rights_unknown() -> String {
    "The cluster does not say what you may do.".to_owned()
}

pub(crate) fn allowed() -> String {
    "You may do all that is needed.".to_owned()
}

pub(crate) fn looked_in(namespace: &str) -> String {
    format!("Looked at in the namespace {namespace}.")
}

/// At least one permission is missing.
pub(crate) fn denied(missing: &[&Permission]) -> Problem {
    let each: Vec<String> = missing.iter().map(|permission| named(permission)).collect();
    let place = missing.iter().find_map(|permission| permission.namespace.as_deref());
    let place = place.map(|namespace| format!(" in the namespace {namespace}")).unwrap_or_default();
    let what = each.join(", nor to ");
    Problem::new(
        ProblemCode::Forbidden,
        format!("You are not allowed to {what}{place}."),
        "The cluster was asked (SelfSubjectAccessReview) and says no.",
        format!("Ask whoever runs the cluster for: {}{place}.", each.join(", ")),
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
        "It works, but changes of pods are learned late.",
        format!(
            "You are not allowed to list and watch pods in the namespace {namespace}, so they are asked after every 15 seconds."
        ),
        "Nothing has to be done. With these permissions Culvert would notice at once when a pod is replaced.",
    )
}

pub(crate) fn target_there(profile: &Profile) -> String {
    format!(
        "The {} {} is in the namespace {}.",
        profile.target.kind.in_words(),
        profile.target.name,
        profile.namespace
    )
}

pub(crate) fn pod_leaves(pod: &str) -> Problem {
    Problem::new(
        ProblemCode::NoPod,
        format!("The pod {pod} is being stopped."),
        "No other pod of the target runs.",
        "Wait for the next pod. If none comes, look at the workload in the cluster.",
    )
}

pub(crate) fn pod_unready(pod: &str, by_name: bool) -> Problem {
    let meanwhile = if by_name {
        "It is used as it is."
    } else {
        "Culvert waits a while for one that is ready, then uses it as it is."
    };
    Problem::new(
        ProblemCode::NoPod,
        "No pod is ready.",
        format!("The pod {pod} runs, but does not say that it is ready to serve. {meanwhile}"),
        "Look at the pod's log and its readiness probe.",
    )
}

/// Each port as it was asked for, and in the pod.
pub(crate) fn ports_in_pod(ports: &[(String, u16)]) -> String {
    let each: Vec<String> = ports
        .iter()
        .map(|(asked, number)| {
            let number = number.to_string();
            if *asked == number { number } else { format!("{asked} is {number}") }
        })
        .collect();
    format!("In the pod: {}.", each.join(", "))
}

pub(crate) fn opened(tunnel: &Tunnel) -> String {
    format!("The pod accepts connections, by {}.", tunnel.transport())
}

/// A time of the ladder.
pub(crate) fn moment(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    let (hours, minutes, rest) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{} {hours:02}:{minutes:02}:{rest:02} UTC", date(seconds / DAY))
}

fn day(at: SystemTime) -> String {
    date(at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / DAY)
}

/// The date so many days after 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn left(at: SystemTime, now: SystemTime) -> String {
    let Ok(left) = at.duration_since(now) else { return "now".to_owned() };
    let seconds = left.as_secs();
    let (count, unit) = match seconds {
        0..60 => return "in less than a minute".to_owned(),
        60..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / DAY, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("in {count} {unit}{plural}")
}

/// There are enough diagnoses under way.
pub(crate) fn too_many_runs(most: usize) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "Too many diagnoses are under way.",
        format!("At most {most} run at the same time."),
        "Wait for one to end, then ask again.",
    )
    .with_action(RemedyAction::Retry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (4_102_444_799, "2099-12-31"),
        ] {
            assert_eq!(date(seconds / DAY), expected, "{seconds}");
        }
        assert_eq!(moment(1_700_000_000_123), "2023-11-14 22:13:20 UTC");
    }

    #[test]
    fn what_is_left_is_told_in_the_unit_that_matters() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let text = |seconds: u64| left(now + Duration::from_secs(seconds), now);
        assert_eq!(text(30), "in less than a minute");
        assert_eq!(text(60), "in 1 minute");
        assert_eq!(text(3 * 3600), "in 3 hours");
        assert_eq!(text(13 * DAY), "in 13 days");
        assert_eq!(left(now - Duration::from_secs(1), now), "now");
    }

    #[test]
    fn a_diagnosis_does_not_promise_to_go_on() {
        let error = cluster::Error::Unreachable { server: "https://x".into(), reason: "no".into() };
        let problem = now(crate::words::cluster_problem(&error));
        assert_eq!(problem.remedy, "Check the network or the VPN.");
    }
}
