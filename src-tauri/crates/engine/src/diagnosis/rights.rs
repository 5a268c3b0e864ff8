//! The rungs that are climbed as the person: signing in, and what they may do.

use std::time::SystemTime;

use cluster::{Cluster, Expiry, Permission, ServerVersion, TargetKind};
use futures::{FutureExt as _, future::join_all};

use super::{
    climb::{Climb, Found},
    limits,
};
use crate::{
    forward::Shared,
    guard::identity_of,
    ladder::Rung,
    pins::{RoutePin, TransportPin},
    problem::Problem,
    profile::{ContextRef, Profile},
    words,
};

/// From this version on a WebSocket to a pod needs `create` beside `get` (kubernetes#134577).
const GET_NEEDS_CREATE: ServerVersion = ServerVersion { major: 1, minor: 35 };

/// What is asked of the server. `Needed`: nothing works without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Needed,
    /// Opens a tunnel by SPDY.
    Spdy,
    /// Opens a tunnel by WebSocket.
    WebSocket,
    /// Without it changes of pods are learned late.
    Watching,
}

pub(super) async fn sign_in(
    climb: &mut Climb<'_>,
    shared: &Shared,
    context: &ContextRef,
    profile: Option<&Profile>,
) -> Option<(Cluster, Option<ServerVersion>)> {
    let look = async {
        let connected = match shared.clusters.connect_anew(context).await {
            Ok(connected) => connected,
            Err(problem) => return Found::Broken(words::ladder::now(problem)),
        };
        let cluster = connected.cluster.clone();
        // The file may say something else by now.
        let identity = identity_of(&cluster);
        if let Some(known) = profile.and_then(|profile| profile.cluster.as_ref())
            && *known != identity
        {
            let name = shared.book.name_of(context);
            return Found::Broken(words::cluster_changed(&name, known, &identity));
        }
        let person = match cluster.who_am_i().await {
            Ok(person) => person,
            Err(error) => return Found::of(Err(error)),
        };
        let detail = words::ladder::signed_in(&person);
        let expiry = cluster.expiry();
        match expiry.and_then(|expiry| ends_soon(&expiry, SystemTime::now())) {
            Some(problem) => Found::But(detail, problem, (cluster, person.version)),
            None => Found::Well(detail, (cluster, person.version)),
        }
    };
    climb.rung(Rung::SignIn, limits::SIGN_IN, look).await
}

fn ends_soon(expiry: &Expiry, now: SystemTime) -> Option<Problem> {
    use words::ladder::{CERTIFICATE_SOON, TOKEN_SOON, is_soon, sign_in_ends};
    let (at, soon) = match expiry {
        Expiry::Token(at) => (*at, TOKEN_SOON),
        Expiry::Certificate(at) => (*at, CERTIFICATE_SOON),
        _ => return None,
    };
    is_soon(at, now, soon).then(|| sign_in_ends(at, now))
}

pub(super) async fn permissions(
    climb: &mut Climb<'_>,
    cluster: &Cluster,
    version: Option<ServerVersion>,
    profile: Option<&Profile>,
) -> Option<()> {
    let questions = match profile {
        Some(profile) => of_forward(profile),
        None => of_cluster(cluster.default_namespace()),
    };
    let look = async {
        let mut asked = Vec::new();
        for (_, permission) in &questions {
            asked.push(cluster.may(permission).boxed());
        }
        let denied = match denied(&questions, join_all(asked).await) {
            Ok(denied) => denied,
            Err(found) => return found,
        };
        match profile {
            Some(profile) => judge(&denied, profile, version),
            None if denied.is_empty() => Found::Well(words::ladder::allowed(), ()),
            // Other namespaces may be allowed.
            None => {
                let named: Vec<&Permission> = denied.iter().map(|(_, permission)| *permission).collect();
                let problem = words::ladder::denied(&named);
                Found::But(words::ladder::looked_in(cluster.default_namespace()), problem, ())
            }
        }
    };
    climb.rung(Rung::Permission, limits::PERMISSION, look).await
}

fn of_cluster(namespace: &str) -> Vec<(Use, Permission)> {
    vec![
        (Use::Needed, in_namespace("get", "", "pods", "", namespace, None)),
        (Use::Spdy, in_namespace("create", "", "pods", "portforward", namespace, None)),
    ]
}

fn of_forward(profile: &Profile) -> Vec<(Use, Permission)> {
    let (namespace, target) = (profile.namespace.as_str(), &profile.target);
    let name = Some(target.name.as_str());
    let pod = name.filter(|_| target.kind == TargetKind::Pod);
    let of_pods = |verb, name| in_namespace(verb, "", "pods", "", namespace, name);
    let mut questions = Vec::new();
    let workload = match target.kind {
        TargetKind::Pod => None,
        TargetKind::Selector => None,
        TargetKind::Service => Some(("", "services")),
        TargetKind::Deployment => Some(("apps", "deployments")),
        TargetKind::StatefulSet => Some(("apps", "statefulsets")),
        TargetKind::DaemonSet => Some(("apps", "daemonsets")),
        TargetKind::ReplicaSet => Some(("apps", "replicasets")),
        TargetKind::Job => Some(("batch", "jobs")),
    };
    if let Some((group, resource)) = workload {
        questions.push((Use::Needed, in_namespace("get", group, resource, "", namespace, name)));
    }
    match target.kind {
        TargetKind::Pod => questions.push((Use::Needed, of_pods("get", pod))),
        _ => questions.push((Use::Needed, of_pods("list", None))),
    }
    for verb in ["list", "watch"] {
        if !(verb == "list" && target.kind != TargetKind::Pod) {
            questions.push((Use::Watching, of_pods(verb, None)));
        }
    }
    for (of, verb) in [(Use::Spdy, "create"), (Use::WebSocket, "get")] {
        questions.push((
            of,
            match profile.route {
                RoutePin::Automatic | RoutePin::Pod => {
                    in_namespace(verb, "", "pods", "portforward", namespace, pod)
                }
                RoutePin::Node | RoutePin::Historic => Permission {
                    verb,
                    group: "",
                    resource: "nodes",
                    subresource: "proxy",
                    namespace: None,
                    name: None,
                },
            },
        ));
    }
    questions
}

fn in_namespace(
    verb: &'static str,
    group: &'static str,
    resource: &'static str,
    subresource: &'static str,
    namespace: &str,
    name: Option<&str>,
) -> Permission {
    let (namespace, name) = (Some(namespace.to_owned()), name.map(str::to_owned));
    Permission { verb, group, resource, subresource, namespace, name }
}

/// Which of the questions were answered with no. What ends the rung where one was not answered.
fn denied(
    questions: &[(Use, Permission)],
    answers: Vec<Result<bool, cluster::Error>>,
) -> Result<Vec<(Use, &Permission)>, Found<()>> {
    let mut denied = Vec::new();
    for ((of, permission), answer) in questions.iter().zip(answers) {
        match answer {
            Ok(true) => {}
            Ok(false) => denied.push((*of, permission)),
            // Whoever cannot be asked may still allow it.
            Err(cluster::Error::Api { .. } | cluster::Error::Forbidden { .. }) => {
                return Err(Found::Nothing(words::ladder::rights_unknown(), ()));
            }
            Err(error) => return Err(Found::of(Err(error))),
        }
    }
    Ok(denied)
}

/// What follows from what is denied.
fn judge(denied: &[(Use, &Permission)], profile: &Profile, version: Option<ServerVersion>) -> Found<()> {
    let of = |wanted: Use| denied.iter().find(|(of, _)| *of == wanted).map(|(_, permission)| *permission);
    let needed: Vec<&Permission> =
        denied.iter().filter(|(of, _)| *of == Use::Needed).map(|(_, permission)| *permission).collect();
    if !needed.is_empty() {
        return Found::Broken(words::ladder::denied(&needed));
    }
    let by_pod = matches!(profile.route, RoutePin::Automatic | RoutePin::Pod);
    let (spdy, mut websocket) = (of(Use::Spdy), of(Use::WebSocket));
    if by_pod && version.is_some_and(|version| version >= GET_NEEDS_CREATE) {
        websocket = websocket.or(spdy);
    }
    let broken = match profile.transport {
        // The one way or the other.
        TransportPin::Automatic => spdy.filter(|_| websocket.is_some()),
        TransportPin::Spdy => spdy,
        TransportPin::WebSocketTunnel | TransportPin::Channel => websocket,
    };
    if let Some(broken) = broken {
        return Found::Broken(words::ladder::denied(&[broken]));
    }
    if of(Use::Watching).is_some() {
        let problem = words::ladder::no_watching(&profile.namespace);
        return Found::But(words::ladder::allowed(), problem, ());
    }
    Found::Well(words::ladder::allowed(), ())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::Target;
    use wording::Text;

    use super::*;
    use crate::{problem::ProblemCode, profile::tests::profile};

    fn target(kind: TargetKind) -> Profile {
        Profile { target: Target::new(kind, "echo"), ..profile("a") }
    }

    /// `well`, `but` or what is said to be missing.
    fn verdict(profile: &Profile, minor: u32, denied: &[&str]) -> String {
        let questions = of_forward(profile);
        let text = |it: &Permission| match it.subresource {
            "" => format!("{} {}", it.verb, it.resource),
            sub => format!("{} {}/{sub}", it.verb, it.resource),
        };
        for name in denied {
            assert!(questions.iter().any(|(_, it)| text(it) == *name), "{name} is not asked for");
        }
        let denied: Vec<(Use, &Permission)> = questions
            .iter()
            .filter(|(_, it)| denied.contains(&text(it).as_str()))
            .map(|(of, it)| (*of, it))
            .collect();
        match judge(&denied, profile, Some(ServerVersion { major: 1, minor })) {
            Found::Well(..) => "well".into(),
            Found::But(..) => "but".into(),
            Found::Nothing(..) => "nothing".into(),
            Found::Broken(problem) => {
                assert_eq!(problem.code, ProblemCode::Forbidden);
                problem.what.to_string()
            }
        }
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_not_needed_is_not() {
        let pod = target(TargetKind::Pod);
        let web = Profile { transport: TransportPin::WebSocketTunnel, ..pod.clone() };
        let spdy = Profile { transport: TransportPin::Spdy, ..pod.clone() };
        let node = Profile { route: RoutePin::Node, ..pod.clone() };
        let (get, create) = ("get pods/portforward", "create pods/portforward");
        let rows: &[(&Profile, u32, &[&str], &str)] = &[
            (&pod, 34, &[], "well"),
            (&pod, 34, &["list pods", "watch pods"], "but"),
            (&pod, 34, &["get pods"], "get pods"),
            // One way is enough.
            (&pod, 34, &[get], "well"),
            (&pod, 34, &[create], "well"),
            (&pod, 34, &[get, create], create),
            (&pod, 35, &[get], "well"),
            (&pod, 35, &[create], create),
            (&web, 34, &[create], "well"),
            (&web, 34, &[get], get),
            (&web, 35, &[create], create),
            (&spdy, 34, &[get], "well"),
            (&spdy, 34, &[create], create),
            (&node, 36, &["create nodes/proxy"], "well"),
            (&node, 36, &["create nodes/proxy", "get nodes/proxy"], "create nodes/proxy"),
            (&target(TargetKind::Deployment), 34, &["watch pods"], "but"),
            (&target(TargetKind::Deployment), 34, &["list pods"], "list pods"),
            (&target(TargetKind::Deployment), 34, &["get deployments"], "get deployments"),
            (&target(TargetKind::Service), 34, &["get services"], "get services"),
            (&target(TargetKind::Job), 34, &["get jobs"], "get jobs"),
            (&target(TargetKind::StatefulSet), 34, &["get statefulsets"], "get statefulsets"),
            (&target(TargetKind::DaemonSet), 34, &["get daemonsets"], "get daemonsets"),
            (&target(TargetKind::ReplicaSet), 34, &["get replicasets"], "get replicasets"),
            (&target(TargetKind::Selector), 34, &["list pods"], "list pods"),
        ];
        for (profile, minor, denied, expected) in rows {
            let found = verdict(profile, *minor, denied);
            assert!(found.contains(expected), "1.{minor} without {denied:?}: {found}, not {expected}");
        }
    }

    #[test]
    fn a_question_that_is_not_answered_is_no_denial() {
        use cluster::Error;
        let questions = of_forward(&target(TargetKind::Deployment));
        let after_a_no = |error: Error| {
            let Err(found) = denied(&questions, vec![Ok(true), Ok(false), Err(error)]) else {
                panic!("taken for an answer")
            };
            found
        };
        let unknown = Error::Api {
            status: 404,
            reason: String::new(),
            message: "no such question".into(),
            retry_after: None,
        };
        assert!(matches!(after_a_no(unknown), Found::Nothing(..)));
        let forbidden = Error::Forbidden { action: Text::verbatim("ask"), message: "no".into() };
        assert!(matches!(after_a_no(forbidden), Found::Nothing(..)));
        let away = Error::Unreachable { server: "s".into(), reason: Text::verbatim("r") };
        let Found::Broken(problem) = after_a_no(away) else { panic!("nothing is broken") };
        assert_eq!(problem.code, ProblemCode::Unreachable);
        let Ok(answered) = denied(&questions, vec![Ok(true), Ok(false), Ok(true)]) else {
            panic!("all were answered")
        };
        assert!(matches!(answered.as_slice(), [(_, permission)] if *permission == &questions[1].1));
    }

    #[test]
    fn a_sign_in_that_ends_soon_is_warned_of() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let minutes = |minutes: u64| now + Duration::from_secs(60 * minutes);
        assert!(ends_soon(&Expiry::Token(minutes(10)), now).unwrap().what.contains("in 10 minutes"));
        assert_eq!(ends_soon(&Expiry::Token(minutes(600)), now), None);
        assert!(ends_soon(&Expiry::Certificate(minutes(600)), now).is_some());
        assert_eq!(ends_soon(&Expiry::Certificate(minutes(60 * 24 * 100)), now), None);
    }
}
