//! Which API server the demo cluster pretends to be: what each knew of port-forward.

/// A version of Kubernetes that is old or new in its own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerVersion {
    /// The time of the "minions": port-forward only through the proxies of old, by SPDY, with streams told apart by port.
    V1_0,
    /// Port-forward of pods and nodes by SPDY and by the v4 channels, and one of the proxies of old.
    V1_9,
    /// The proxies of old are gone, and the stream protocol has to be named.
    V1_22,
    /// The last before SPDY was tunnelled in WebSockets.
    V1_29,
    /// With the tunnel, for pods.
    #[default]
    V1_34,
    /// With the tunnel for nodes too.
    V1_36,
}

impl ServerVersion {
    /// The minor number as `/version` has it.
    pub(crate) fn minor(self) -> &'static str {
        match self {
            Self::V1_0 => "0",
            Self::V1_9 => "9",
            Self::V1_22 => "22",
            Self::V1_29 => "29",
            Self::V1_34 => "34",
            Self::V1_36 => "36",
        }
    }

    /// The version that server and kubelet say they have.
    pub(crate) fn git_version(self) -> &'static str {
        match self {
            Self::V1_0 => "v1.0.7+culvert.demo",
            Self::V1_9 => "v1.9.11+culvert.demo",
            Self::V1_22 => "v1.22.17+culvert.demo",
            Self::V1_29 => "v1.29.15+culvert.demo",
            Self::V1_34 => "v1.34.2+culvert.demo",
            Self::V1_36 => "v1.36.0+culvert.demo",
        }
    }

    /// Whether there are the subresources `pods/portforward` and `nodes/proxy`.
    pub(crate) fn has_subresources(self) -> bool {
        self >= Self::V1_9
    }

    /// Whether the kubelet speaks the v4 channels (since 1.6, kubernetes#33684).
    pub(crate) fn has_channels(self) -> bool {
        self >= Self::V1_9
    }

    /// Whether SPDY may be tunnelled in a WebSocket to a pod (KEP-4006, on since 1.31).
    pub(crate) fn has_pod_tunnel(self) -> bool {
        self >= Self::V1_34
    }

    /// Whether the kubelet itself ends such tunnels (`ExtendWebSocketsToKubelet`, 1.36).
    pub(crate) fn has_node_tunnel(self) -> bool {
        self >= Self::V1_36
    }

    /// Whether the stream protocol has to be named (since 1.18, kubernetes#86646).
    pub(crate) fn requires_stream_protocol(self) -> bool {
        self >= Self::V1_22
    }

    /// Whether it names the stream protocol that it chose (since 1.1, kubernetes#15726).
    pub(crate) fn names_stream_protocol(self) -> bool {
        self >= Self::V1_9
    }

    /// Whether streams belong together by port (until 1.1, kubernetes#12283).
    pub(crate) fn pairs_by_port(self) -> bool {
        self == Self::V1_0
    }

    /// Whether what comes after `proxy/` of the API `api` (the empty one has no `/api/…` in front) may be `plural`:
    /// the proxies of old, of which the last went in 1.10 (kubernetes#59884).
    pub(crate) fn has_proxy(self, api: &str, plural: &str) -> bool {
        match self {
            Self::V1_0 => match api {
                "" => plural == "minions",
                // `minions` were renamed in v1beta3 (kubernetes#6516).
                "v1beta1" | "v1beta2" => matches!(plural, "minions" | "nodes"),
                "v1beta3" | "v1" => plural == "nodes",
                _ => false,
            },
            Self::V1_9 => (api, plural) == ("v1", "nodes"),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_says_what_it_is() {
        use ServerVersion::{V1_0, V1_9, V1_22, V1_29, V1_34, V1_36};
        for version in [V1_0, V1_9, V1_22, V1_29, V1_34, V1_36] {
            let start = format!("v1.{}.", version.minor());
            assert!(version.git_version().starts_with(&start), "{version:?}");
        }
        assert_eq!(ServerVersion::default(), V1_34);
    }
}
