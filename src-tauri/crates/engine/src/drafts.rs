//! From what a person filled in to a profile.

use std::collections::BTreeMap;

use cluster::{Target, TargetKind};
use wording::{Text, text};

use crate::{
    Error,
    local_ports::BindAddresses,
    options::PodChoice,
    port_mapping::{LocalPort, PortMapping, RemotePort},
    problem::{Problem, ProblemCode, RemedyAction},
    profile::{LONGEST_HOLD_SECONDS, LONGEST_UNUSED_MINUTES, Profile, ProfileDraft, ProfileId, ProfilePort},
};

/// Ports of one profile. More than any application has; each is up to two sockets.
const MOST_PORTS: usize = 64;

/// Minutes that a forward is on at most, unless without an end: four weeks.
const LONGEST_ON: u32 = 28 * 24 * 60;

/// Letters of a group's name; it has to fit beside the list.
const LONGEST_GROUP: usize = 60;

/// Letters of a tag; several have to fit into a row of the list.
const LONGEST_TAG: usize = 30;

/// Tags of one profile. More would not be seen any more.
const MOST_TAGS: usize = 10;

/// Letters of a pod's name, as Kubernetes has it (RFC 1123 subdomain).
const LONGEST_POD: usize = 253;

/// Letters of a name. More would not fit into any list.
const LONGEST_NAME: usize = 200;

/// The profile that a draft describes. `before` is the profile it replaces, whose identifier and chosen ports stay.
pub(crate) fn read(draft: ProfileDraft, before: Option<&Profile>) -> Result<Profile, Problem> {
    let name = match draft.name.trim() {
        "" => draft.target.name.clone(),
        name if name.chars().count() > LONGEST_NAME => {
            return Err(bad(
                text!("The name is too long.", "Der Name ist zu lang."),
                text!(
                    "Names have at most {LONGEST_NAME} letters.",
                    "Namen haben höchstens {LONGEST_NAME} Zeichen."
                ),
            ));
        }
        name => name.to_owned(),
    };
    if draft.target.name.is_empty() {
        return Err(bad(
            text!("Nothing is chosen to forward to.", "Es ist kein Ziel gewählt."),
            text!(
                "A pod, or something that leads to pods, such as a service or a deployment, is needed.",
                "Nötig ist ein Pod oder etwas, das zu Pods führt, etwa ein Service oder ein Deployment."
            ),
        ));
    }
    if draft.namespace.is_empty() {
        return Err(bad(
            text!("No namespace is chosen.", "Es ist kein Namespace gewählt."),
            text!(
                "Everything in a cluster is in a namespace.",
                "Alles in einem Cluster ist in einem Namespace."
            ),
        ));
    }
    let bind_address = read_bind_address(&draft.bind_address)?;
    let ports = read_ports(&draft.ports, before)?;
    let pods = read_pods(draft.pods, &draft.target)?;
    let group = draft.group.trim().to_owned();
    if group.chars().count() > LONGEST_GROUP {
        return Err(bad(
            text!("The group's name is too long.", "Der Name der Gruppe ist zu lang."),
            text!("It can have {LONGEST_GROUP} letters.", "Er kann {LONGEST_GROUP} Zeichen haben."),
        ));
    }
    let tags = read_tags(&draft.tags)?;
    // Another context is another cluster.
    let same = before.filter(|before| before.context == draft.context);
    let cluster = same.and_then(|before| before.cluster.clone());
    Ok(Profile {
        id: before.map_or_else(ProfileId::random, |before| before.id.clone()),
        name,
        context: draft.context,
        namespace: draft.namespace,
        target: draft.target,
        ports,
        bind_address,
        transport: draft.transport,
        route: draft.route,
        keep_unused_minutes: draft.keep_unused_minutes.map(|minutes| minutes.min(LONGEST_UNUSED_MINUTES)),
        pods,
        hold_seconds: draft.hold_seconds.map(|seconds| seconds.min(LONGEST_HOLD_SECONDS)),
        turn_off_after_minutes: draft.turn_off_after_minutes.min(LONGEST_ON),
        off_at_ms: before.and_then(|before| before.off_at_ms),
        cluster,
        off_because: before.and_then(|before| before.off_because),
        at_start: draft.at_start,
        ask_first: draft.ask_first,
        colour: draft.colour,
        group,
        tags,
        favourite: before.is_some_and(|before| before.favourite),
        last_on_ms: before.and_then(|before| before.last_on_ms),
        on: before.is_some_and(|before| before.on),
    })
}

/// Local addresses as they are shown everywhere; nothing means `localhost`.
pub(crate) fn read_bind_address(text: &str) -> Result<String, Problem> {
    let addresses = text.parse::<BindAddresses>();
    Ok(addresses
        .map_err(|reason| {
            bad(
                text!("The local address is not understood.", "Die lokale Adresse ist unverständlich."),
                reason,
            )
        })?
        .to_string())
}

/// A pod serves itself, whatever was chosen before it was the target.
fn read_pods(pods: PodChoice, target: &Target) -> Result<PodChoice, Problem> {
    match pods {
        _ if target.kind == TargetKind::Pod => Ok(PodChoice::Best),
        PodChoice::Pinned { name } => match name.trim() {
            "" => Err(bad(
                text!("No pod is named.", "Es ist kein Pod genannt."),
                text!(
                    "A forward that always uses the same pod has to know which one.",
                    "Eine Weiterleitung, die immer denselben Pod nimmt, muss wissen, welchen."
                ),
            )),
            name if name.chars().count() > LONGEST_POD => Err(bad(
                text!("The name of the pod is too long.", "Der Name des Pods ist zu lang."),
                text!(
                    "Pods have at most {LONGEST_POD} letters.",
                    "Pods haben höchstens {LONGEST_POD} Zeichen."
                ),
            )),
            name => Ok(PodChoice::Pinned { name: name.to_owned() }),
        },
        other => Ok(other),
    }
}

fn read_tags(texts: &[String]) -> Result<Vec<String>, Problem> {
    let mut tags: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if text.chars().count() > LONGEST_TAG {
            return Err(bad(
                text!("A tag is too long.", "Ein Schlagwort ist zu lang."),
                text!(
                    "Tags have at most {LONGEST_TAG} letters.",
                    "Schlagwörter haben höchstens {LONGEST_TAG} Zeichen."
                ),
            ));
        }
        if !tags.iter().any(|tag| tag == text) {
            tags.push(text.to_owned());
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(bad(
            text!("These are too many tags.", "Das sind zu viele Schlagwörter."),
            at_most(MOST_TAGS),
        ));
    }
    Ok(tags)
}

fn read_ports(texts: &[String], before: Option<&Profile>) -> Result<Vec<ProfilePort>, Problem> {
    if texts.is_empty() {
        return Err(bad(
            text!("No port is chosen.", "Es ist kein Port gewählt."),
            text!(
                "At least one port is needed, for example 5000.",
                "Mindestens ein Port ist nötig, zum Beispiel 5000."
            ),
        ));
    }
    if texts.len() > MOST_PORTS {
        return Err(bad(text!("These are too many ports.", "Das sind zu viele Ports."), at_most(MOST_PORTS)));
    }
    let mut ports = Vec::new();
    let mut locals = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        let mapping: PortMapping = text.parse().map_err(|error: Error| {
            let why = error.in_words();
            bad(text!("The port {text:?} is not understood.", "Der Port {text:?} ist unverständlich."), why)
                .with_port(index)
        })?;
        if let Some(local) = known_local(&mapping)
            && locals.insert(local, index).is_some()
        {
            let why = text!(
                "Two of the ports ask for the local port {local}.",
                "Zwei der Ports wollen den lokalen Port {local}."
            );
            return Err(bad(text!("A local port is used twice.", "Ein lokaler Port ist doppelt."), why)
                .with_port(index));
        }
        let known = before.and_then(|before| before.ports.iter().find(|port| port.mapping == mapping));
        let last_local = known.and_then(|port| port.last_local);
        ports.push(ProfilePort { mapping, last_local });
    }
    Ok(ports)
}

/// The local port, where it is known without asking the cluster or the system.
pub(crate) fn known_local(mapping: &PortMapping) -> Option<u16> {
    match (mapping.local, &mapping.remote) {
        (LocalPort::Fixed(local), _) | (LocalPort::SameAsRemote, &RemotePort::Number(local)) => Some(local),
        (LocalPort::Free, _) | (LocalPort::SameAsRemote, RemotePort::Name(_)) => None,
    }
}

fn at_most(most: usize) -> Text {
    text!("At most {most} are possible.", "Höchstens {most} sind möglich.")
}

fn bad(what: Text, why: Text) -> Problem {
    let remedy = text!("Change it, then try again.", "Ändern Sie es, und versuchen Sie es dann erneut.");
    Problem::new(ProblemCode::BadInput, what, why, remedy).with_action(RemedyAction::Edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        options::{AtStart, Colour},
        pins::{RoutePin, TransportPin},
        profile::{ContextRef, tests::profile},
    };

    fn draft(ports: &[&str]) -> ProfileDraft {
        ProfileDraft {
            name: String::new(),
            context: ContextRef::Demo,
            namespace: "demo".into(),
            target: Target::new(TargetKind::Service, "web"),
            ports: ports.iter().map(ToString::to_string).collect(),
            bind_address: String::new(),
            transport: TransportPin::Spdy,
            route: RoutePin::Automatic,
            keep_unused_minutes: Some(5),
            pods: PodChoice::Spread,
            hold_seconds: Some(20),
            turn_off_after_minutes: 60,
            at_start: AtStart::Off,
            ask_first: true,
            colour: Some(Colour::Teal),
            group: String::new(),
            tags: Vec::new(),
        }
    }

    #[test]
    fn empty_fields_get_their_usual_values() {
        let profile = read(draft(&["http"]), None).unwrap();
        assert_eq!(
            (profile.name.as_str(), profile.bind_address.as_str(), profile.on),
            ("web", "localhost", false)
        );
        assert_eq!((profile.transport, profile.route), (TransportPin::Spdy, RoutePin::Automatic));
        assert_eq!(profile.id.as_str().len(), 32);
        assert_ne!(profile.id, read(draft(&["http"]), None).unwrap().id);
    }

    #[test]
    fn a_change_keeps_the_identity_and_the_ports_that_stay() {
        let before = profile("old");
        let after = read(draft(&[":6000", ":5000"]), Some(&before)).unwrap();
        assert_eq!((&after.id, after.on), (&before.id, true));
        assert_eq!(after.ports[0].last_local, None);
        assert_eq!(after.ports[1].last_local, Some(41234));
    }

    #[test]
    fn mistakes_name_the_port() {
        for (ports, at) in [
            (&["5000", "70000"][..], Some(1)),
            (&["abc:5000"], Some(0)),
            (&["5000", ":6000", "5000:80"], Some(2)),
            (&[], None),
        ] {
            let problem = read(draft(ports), None).unwrap_err();
            assert_eq!((problem.code, problem.port), (ProblemCode::BadInput, at), "{ports:?}");
        }
        assert!(read(draft(&[":5000", ":5000", "6000:5000"]), None).is_ok());
    }

    #[test]
    fn other_fields_are_checked() {
        let wrong = |change: fn(&mut ProfileDraft)| {
            let mut draft = draft(&["5000"]);
            change(&mut draft);
            read(draft, None).unwrap_err().what
        };
        assert!(wrong(|draft| draft.namespace.clear()).contains("namespace"));
        assert!(wrong(|draft| draft.target.name.clear()).contains("forward to"));
        assert!(wrong(|draft| draft.bind_address = "here".into()).contains("address"));
        assert!(wrong(|draft| draft.name = "x".repeat(LONGEST_NAME + 1)).contains("name"));
        assert!(wrong(|draft| draft.group = "x".repeat(LONGEST_GROUP + 1)).contains("group"));
        assert!(wrong(|draft| draft.tags = vec!["x".repeat(LONGEST_TAG + 1)]).contains("tag"));
        assert!(
            wrong(|draft| draft.tags = (0..=MOST_TAGS).map(|n| n.to_string()).collect()).contains("tags")
        );
        assert!(wrong(|draft| draft.pods = pinned(" ")).contains("pod"));
        assert!(wrong(|draft| draft.pods = pinned(&"x".repeat(LONGEST_POD + 1))).contains("pod"));
    }

    fn pinned(name: &str) -> PodChoice {
        PodChoice::Pinned { name: name.to_owned() }
    }

    #[test]
    fn options_are_tidied_and_kept_within_their_bounds() {
        let mut wild = draft(&["5000"]);
        wild.pods = pinned(" web-1 ");
        wild.hold_seconds = Some(100_000);
        wild.turn_off_after_minutes = u32::MAX;
        wild.group = " Shop \n".into();
        wild.tags = [" a", "b ", "", "a", "B"].map(ToOwned::to_owned).into();
        let read_wild = read(wild.clone(), None).unwrap();
        assert_eq!(read_wild.pods, pinned("web-1"));
        assert_eq!((read_wild.hold_seconds, read_wild.turn_off_after_minutes), (Some(600), 28 * 24 * 60));
        assert_eq!(
            (read_wild.group.as_str(), read_wild.tags),
            ("Shop", vec!["a".into(), "b".into(), "B".into()])
        );
        assert_eq!(
            (read_wild.at_start, read_wild.ask_first, read_wild.colour),
            (AtStart::Off, true, Some(Colour::Teal))
        );

        // A pod serves itself.
        wild.target = Target::new(TargetKind::Pod, "web-2");
        assert_eq!(read(wild, None).unwrap().pods, PodChoice::Best);
    }
}
