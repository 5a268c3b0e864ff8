//! The paths by which port-forward was and is asked for.

use crate::{PodAddress, Route, Transport};

/// The bases of the historic node proxy, youngest first: `proxy/nodes` up to Kubernetes 1.9, `proxy/minions` when nodes
/// were still called so (kubernetes#6516, #59884).
const HISTORIC_BASES: [&str; 5] = [
    "/api/v1/proxy/nodes",
    "/api/v1beta3/proxy/nodes",
    "/api/v1beta2/proxy/minions",
    "/api/v1beta1/proxy/minions",
    "/proxy/minions",
];

/// One form of a [`Route`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    Pod,
    Node,
    Historic(&'static str),
}

impl Path {
    /// The forms of `routes`, in the order in which they are tried.
    pub(super) fn of(routes: &[Route]) -> Vec<Self> {
        let forms = |route: &Route| match route {
            Route::Pod => vec![Self::Pod],
            Route::Node => vec![Self::Node],
            Route::Historic => HISTORIC_BASES.map(Self::Historic).to_vec(),
        };
        routes.iter().flat_map(forms).collect()
    }

    pub(crate) fn route(self) -> Route {
        match self {
            Self::Pod => Route::Pod,
            Self::Node => Route::Node,
            Self::Historic(_) => Route::Historic,
        }
    }

    /// Whether a server that knows this path may know the transport on it: WebSocket came with Kubernetes 1.6, when the
    /// historic forms were on their way out.
    pub(super) fn carries(self, transport: Transport) -> bool {
        !matches!((self, transport), (Self::Historic(_), Transport::WebSocketTunnel | Transport::Channel))
    }

    /// Path and query for `pod`; `ports` is what the v4 channels ask for. `None` if the node has to be known and is not.
    pub(super) fn to(self, pod: &PodAddress, port: Option<u16>) -> Option<String> {
        let (namespace, name) = (segment(&pod.namespace), segment(&pod.pod));
        let node = pod.node.as_deref().map(segment);
        // The pod's subresource takes a list; what the node proxy passes on is kubelet's own query.
        let (path, query) = match self {
            Self::Pod => (format!("/api/v1/namespaces/{namespace}/pods/{name}/portforward"), "ports"),
            Self::Node => (format!("/api/v1/nodes/{}/proxy/portForward/{namespace}/{name}", node?), "port"),
            Self::Historic(base) => (format!("{base}/{}/portForward/{namespace}/{name}", node?), "port"),
        };
        Some(match port {
            Some(port) => format!("{path}?{query}={port}"),
            None => path,
        })
    }
}

/// `name` as one segment of a path. Kubernetes names need no escape; this keeps any other text from being more
/// than a name.
fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_one_segment() {
        assert_eq!(segment("web-0.x_Y~"), "web-0.x_Y~");
        assert_eq!(segment("../a?b c"), "..%2Fa%3Fb%20c");
    }

    #[test]
    fn paths_in_the_order_of_their_youth() {
        let mut pod = PodAddress { namespace: "ns".into(), pod: "p".into(), node: Some("n1".into()) };
        let all = Path::of(&[Route::Pod, Route::Node, Route::Historic]);
        let paths: Vec<_> = all.iter().map(|path| path.to(&pod, None).unwrap()).collect();
        assert_eq!(
            paths,
            [
                "/api/v1/namespaces/ns/pods/p/portforward",
                "/api/v1/nodes/n1/proxy/portForward/ns/p",
                "/api/v1/proxy/nodes/n1/portForward/ns/p",
                "/api/v1beta3/proxy/nodes/n1/portForward/ns/p",
                "/api/v1beta2/proxy/minions/n1/portForward/ns/p",
                "/api/v1beta1/proxy/minions/n1/portForward/ns/p",
                "/proxy/minions/n1/portForward/ns/p",
            ]
        );
        assert_eq!(
            Path::Pod.to(&pod, Some(80)).unwrap(),
            "/api/v1/namespaces/ns/pods/p/portforward?ports=80"
        );
        assert!(Path::Node.to(&pod, Some(80)).unwrap().ends_with("/portForward/ns/p?port=80"));
        pod.node = None;
        assert_eq!(all.iter().filter(|path| path.to(&pod, None).is_some()).count(), 1);
    }
}
