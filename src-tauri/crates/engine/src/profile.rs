//! A forward profile: what a person saved.

use std::{fmt, time::Duration};

use cluster::Target;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    pins::{RoutePin, TransportPin},
    port_mapping::PortMapping,
};

/// How long a tunnel without connections is kept unless the profile says otherwise, in minutes.
pub const KEEP_UNUSED_MINUTES: u32 = 10;

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
    },
    /// The demo cluster that runs inside the application.
    Demo,
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
    /// How long a tunnel without connections is kept, in minutes; 0: for ever. The local ports stay in any case.
    #[serde(default = "keep_unused_minutes")]
    #[ts(as = "Option<u32>", optional)]
    pub keep_unused_minutes: u32,
    /// Whether the person wants it on; a start of Culvert turns it on again.
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
    /// As in [`Profile::bind_address`]; empty means `localhost`.
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
    #[serde(default = "keep_unused_minutes")]
    #[ts(as = "Option<u32>", optional)]
    pub keep_unused_minutes: u32,
}

fn keep_unused_minutes() -> u32 {
    KEEP_UNUSED_MINUTES
}

impl Profile {
    /// How long a tunnel without connections is kept; for ever: `None`.
    pub(crate) fn keep_unused(&self) -> Option<Duration> {
        (self.keep_unused_minutes > 0).then(|| Duration::from_secs(60 * u64::from(self.keep_unused_minutes)))
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
            context: ContextRef::Kubeconfig { name: "work".into() },
            namespace: "default".into(),
            target: Target::new(TargetKind::Deployment, "echo"),
            ports: vec![ProfilePort { mapping: ":5000".parse().unwrap(), last_local: Some(41234) }],
            bind_address: "localhost".into(),
            transport: TransportPin::Automatic,
            route: RoutePin::Automatic,
            keep_unused_minutes: KEEP_UNUSED_MINUTES,
            on: true,
        }
    }
}
