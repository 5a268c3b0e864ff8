//! A forward profile: what a person saved.

use std::fmt;

use cluster::Target;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    options::{AtStart, Colour, OffReason, PodChoice},
    pins::{RoutePin, TransportPin},
    port_mapping::PortMapping,
};

/// How long a tunnel without connections is kept unless the person prefers otherwise, in minutes.
pub const KEEP_UNUSED_MINUTES: u32 = 10;

/// How long callers are held unless the person prefers otherwise, in seconds. Most programs give up about then, and most
/// roll-outs are through.
pub const HOLD_SECONDS: u32 = 30;

/// Seconds that callers are held at most. Hardly any program waits for ten minutes.
pub const LONGEST_HOLD_SECONDS: u32 = 600;

/// Minutes that a tunnel without connections is kept at most, unless for ever: a week.
pub const LONGEST_UNUSED_MINUTES: u32 = 7 * 24 * 60;

/// Names one profile for as long as it lives; 16 random bytes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ProfileId(pub(crate) String);

/// Where the cluster of a profile is described.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ContextRef {
    /// A context of the person's kubeconfig files.
    Kubeconfig {
        /// The context's name.
        name: String,
        /// The file, where an earlier one has a context of the same name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        file: Option<String>,
    },
    /// A cluster that the person added.
    Own {
        /// Its identifier.
        id: String,
    },
    /// The demo cluster that runs inside the application.
    Demo,
}

/// What a cluster is known by, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterIdentity {
    /// The API server's URL.
    pub server: String,
    /// SHA-256 of the authorities that the context names, hexadecimal; absent where the system's count.
    pub authority: Option<String>,
}

/// A saved forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Never changes.
    pub id: ProfileId,
    /// What the person calls it.
    pub name: String,
    /// The cluster.
    pub context: ContextRef,
    /// The cluster that it led to the first time, or that the person agreed to since: if the context leads elsewhere now,
    /// Culvert asks before it connects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cluster: Option<ClusterIdentity>,
    /// The namespace of the target.
    pub namespace: String,
    /// What serves.
    pub target: Target,
    /// At least one.
    pub ports: Vec<ProfilePort>,
    /// `localhost` (127.0.0.1 and ::1), an IP address, or several of them with commas between.
    pub bind_address: String,
    /// How the tunnel is carried; automatic where nothing is said.
    #[serde(default)]
    #[ts(as = "Option<TransportPin>", optional)]
    pub transport: TransportPin,
    /// By which path of the API server; automatic where nothing is said.
    #[serde(default)]
    #[ts(as = "Option<RoutePin>", optional)]
    pub route: RoutePin,
    /// How long a tunnel without connections is kept, in minutes; 0: for ever; absent: as the person prefers for all. The
    /// local ports stay in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub keep_unused_minutes: Option<u32>,
    /// Which of the target's pods serve; of no meaning where the target is a pod.
    #[serde(default)]
    #[ts(as = "Option<PodChoice>", optional)]
    pub pods: PodChoice,
    /// How long callers are held while there is no tunnel for them, in seconds, 600 at most; 0: no longer than opening one
    /// takes; absent: as the person prefers for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hold_seconds: Option<u32>,
    /// How long it stays on, in minutes; 0: until somebody turns it off.
    #[serde(default)]
    #[ts(as = "Option<u32>", optional)]
    pub turn_off_after_minutes: u32,
    /// When it is turned off, in milliseconds since 1970-01-01 UTC, while it is on for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub off_at_ms: Option<u64>,
    /// Why it is off, where nobody turned it off; until somebody turns it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub off_because: Option<OffReason>,
    /// What a start of Culvert does.
    #[serde(default)]
    #[ts(as = "Option<AtStart>", optional)]
    pub at_start: AtStart,
    /// Whether the person wants to be asked before it is turned on.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub ask_first: bool,
    /// What it is told apart by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub colour: Option<Colour>,
    /// Which it is listed with; empty: none.
    #[serde(default)]
    #[ts(as = "Option<String>", optional)]
    pub group: String,
    /// Words it can be found by; none is there twice.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub tags: Vec<String>,
    /// Whether it comes first where there is no room for all.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub favourite: bool,
    /// When somebody turned it on last, in milliseconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub last_on_ms: Option<u64>,
    /// Whether the person wants it on; what a start of Culvert makes of it is in `at_start`.
    pub on: bool,
}

/// One port of a profile, with the local port it had last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfilePort {
    /// As the person wrote it: `5000`, `6000:5000`, `:5000`, `0:5000`, `http`, `:http` …
    #[ts(type = "string")]
    pub mapping: PortMapping,
    /// The free port that was chosen last time; asked for again so that bookmarks keep working.
    pub last_local: Option<u16>,
}

/// What a person fills in to make or change a profile. Ports are in the grammar of [`PortMapping`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileDraft {
    /// May be empty: the target's name is used.
    pub name: String,
    /// The cluster.
    pub context: ContextRef,
    /// The namespace of the target.
    pub namespace: String,
    /// What serves.
    pub target: Target,
    /// Port mappings as text.
    pub ports: Vec<String>,
    /// As in [`Profile::bind_address`]; empty means, of a new one, where the person prefers new forwards to listen, and else
    /// `localhost`.
    pub bind_address: String,
    /// As in [`Profile::transport`].
    #[serde(default)]
    #[ts(as = "Option<TransportPin>", optional)]
    pub transport: TransportPin,
    /// As in [`Profile::route`].
    #[serde(default)]
    #[ts(as = "Option<RoutePin>", optional)]
    pub route: RoutePin,
    /// As in [`Profile::keep_unused_minutes`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub keep_unused_minutes: Option<u32>,
    /// As in [`Profile::pods`].
    #[serde(default)]
    #[ts(as = "Option<PodChoice>", optional)]
    pub pods: PodChoice,
    /// As in [`Profile::hold_seconds`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hold_seconds: Option<u32>,
    /// As in [`Profile::turn_off_after_minutes`].
    #[serde(default)]
    #[ts(as = "Option<u32>", optional)]
    pub turn_off_after_minutes: u32,
    /// As in [`Profile::at_start`].
    #[serde(default)]
    #[ts(as = "Option<AtStart>", optional)]
    pub at_start: AtStart,
    /// As in [`Profile::ask_first`].
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub ask_first: bool,
    /// As in [`Profile::colour`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub colour: Option<Colour>,
    /// As in [`Profile::group`]; spaces around it are left out.
    #[serde(default)]
    #[ts(as = "Option<String>", optional)]
    pub group: String,
    /// As in [`Profile::tags`]; spaces around them, empty ones and repetitions are left out.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub tags: Vec<String>,
    /// As in [`Profile::favourite`].
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub favourite: bool,
}

impl Profile {
    /// It as it is when somebody turns it on at this time.
    pub(crate) fn turned_on(mut self, now_ms: u64) -> Self {
        self.on = true;
        self.last_on_ms = Some(now_ms);
        self.off_because = None;
        self.off_at_ms = self.off_at(now_ms);
        self
    }

    /// When it is turned off if its time begins now; `None`: never.
    pub(crate) fn off_at(&self, now_ms: u64) -> Option<u64> {
        let minutes = u64::from(self.turn_off_after_minutes);
        (minutes > 0).then(|| now_ms.saturating_add(minutes * 60_000))
    }

    /// Whether a forward of this profile does just what one of the other does: they differ at most in how they are listed
    /// and in when they are turned on and off.
    pub(crate) fn works_like(&self, other: &Self) -> bool {
        let mine = self.clone();
        *self
            == Self {
                name: mine.name,
                cluster: mine.cluster,
                turn_off_after_minutes: mine.turn_off_after_minutes,
                off_at_ms: mine.off_at_ms,
                off_because: mine.off_because,
                at_start: mine.at_start,
                ask_first: mine.ask_first,
                colour: mine.colour,
                group: mine.group,
                tags: mine.tags,
                favourite: mine.favourite,
                last_on_ms: mine.last_on_ms,
                on: mine.on,
                ..other.clone()
            }
    }
}

impl ProfileDraft {
    /// It where nothing is said of where it listens: at these addresses.
    pub(crate) fn listening_on(mut self, preferred: &str) -> Self {
        if self.bind_address.trim().is_empty() {
            preferred.clone_into(&mut self.bind_address);
        }
        self
    }
}

impl ContextRef {
    /// The context of this name, in the first kubeconfig file that has one.
    pub fn kubeconfig(name: impl Into<String>) -> Self {
        Self::Kubeconfig { name: name.into(), file: None }
    }
}

impl ProfileId {
    /// A new one, different from all others.
    pub(crate) fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use cluster::TargetKind;

    use super::*;

    /// A profile of this name, with one port.
    pub(crate) fn profile(name: &str) -> Profile {
        Profile {
            id: ProfileId(format!("id-of-{name}")),
            name: name.into(),
            context: ContextRef::kubeconfig("work"),
            namespace: "default".into(),
            target: Target::new(TargetKind::Deployment, "echo"),
            ports: vec![ProfilePort { mapping: ":5000".parse().unwrap(), last_local: Some(41234) }],
            bind_address: "localhost".into(),
            transport: TransportPin::Automatic,
            route: RoutePin::Automatic,
            keep_unused_minutes: None,
            pods: PodChoice::Best,
            hold_seconds: None,
            turn_off_after_minutes: 0,
            off_at_ms: None,
            off_because: None,
            cluster: None,
            at_start: AtStart::AsItWas,
            ask_first: false,
            colour: None,
            group: String::new(),
            tags: Vec::new(),
            favourite: false,
            last_on_ms: None,
            on: true,
        }
    }
}
