//! What the paths of requests name, on servers of each version.

use crate::ServerVersion;
use crate::objects::kind::Kind;
use crate::portforward::Route;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource<'a> {
    Collection { kind: Kind, namespace: Option<&'a str> },
    Object { kind: Kind, namespace: &'a str, name: &'a str },
    PortForward { route: Route<'a>, namespace: &'a str, pod: &'a str },
    AccessReview,
    Document(&'a str),
}

/// What a path names on a server of this version.
pub(super) fn resource(path: &str, server: ServerVersion) -> Resource<'_> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match segments.as_slice() {
        ["proxy", plural, node, rest @ ..] if server.has_proxy("", plural) => {
            return kubelet(node, rest).unwrap_or(Resource::Document(path));
        }
        ["api", version, "proxy", plural, node, rest @ ..] if server.has_proxy(version, plural) => {
            return kubelet(node, rest).unwrap_or(Resource::Document(path));
        }
        ["api", "v1", rest @ ..] => ("", rest),
        ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"] => return Resource::AccessReview,
        ["apis", "apps", "v1", rest @ ..] => ("apps", rest),
        ["apis", "batch", "v1", rest @ ..] => ("batch", rest),
        _ => return Resource::Document(path),
    };
    let kind = |plural| Kind::from_url(group, plural);
    let namespaced = |plural| kind(plural).filter(|kind| kind.facts().namespaced);
    let found =
        match *rest {
            ["namespaces", namespace, "pods", pod, "portforward"]
                if group.is_empty() && server.has_subresources() =>
            {
                Some(Resource::PortForward { route: Route::Pod, namespace, pod })
            }
            ["nodes", node, "proxy", ref rest @ ..] if group.is_empty() && server.has_subresources() => {
                kubelet(node, rest)
            }
            ["namespaces", namespace, plural] => {
                namespaced(plural).map(|kind| Resource::Collection { kind, namespace: Some(namespace) })
            }
            ["namespaces", namespace, plural, name] => {
                namespaced(plural).map(|kind| Resource::Object { kind, namespace, name })
            }
            [plural, name] => kind(plural)
                .filter(|kind| !kind.facts().namespaced)
                .map(|kind| Resource::Object { kind, namespace: "", name }),
            [plural] if !plural.is_empty() => {
                kind(plural).map(|kind| Resource::Collection { kind, namespace: None })
            }
            _ => None,
        };
    found.unwrap_or(Resource::Document(path))
}

/// What the rest of a path names at the kubelet of a node. The uid of the pod may follow and is not looked at.
fn kubelet<'a>(node: &'a str, rest: &[&'a str]) -> Option<Resource<'a>> {
    match *rest {
        ["portForward", namespace, pod] | ["portForward", namespace, pod, _] => {
            Some(Resource::PortForward { route: Route::Node(node), namespace, pod })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_what_they_name_on_a_real_server() {
        let cases = [
            ("/api/v1/namespaces", Resource::Collection { kind: Kind::Namespace, namespace: None }),
            (
                "/api/v1/namespaces/demo",
                Resource::Object { kind: Kind::Namespace, namespace: "", name: "demo" },
            ),
            ("/api/v1/pods", Resource::Collection { kind: Kind::Pod, namespace: None }),
            (
                "/api/v1/namespaces/demo/pods",
                Resource::Collection { kind: Kind::Pod, namespace: Some("demo") },
            ),
            (
                "/apis/apps/v1/namespaces/demo/deployments/echo",
                Resource::Object { kind: Kind::Deployment, namespace: "demo", name: "echo" },
            ),
            (
                "/api/v1/namespaces/demo/pods/echo-1/portforward",
                Resource::PortForward { route: Route::Pod, namespace: "demo", pod: "echo-1" },
            ),
            ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Resource::AccessReview),
            ("/api/v1", Resource::Document("/api/v1")),
            (
                "/api/v1/namespaces/demo/deployments",
                Resource::Document("/api/v1/namespaces/demo/deployments"),
            ),
            ("/api/v1/namespaces/demo/nodes", Resource::Document("/api/v1/namespaces/demo/nodes")),
            ("/api/v1/proxy/minions/x", Resource::Document("/api/v1/proxy/minions/x")),
        ];
        for (path, expected) in cases {
            assert_eq!(resource(path, ServerVersion::V1_34), expected, "{path}");
        }
    }

    #[test]
    fn each_version_has_its_ways_to_a_pod() {
        use ServerVersion::{V1_0, V1_9, V1_22, V1_29, V1_34, V1_36};
        const SINCE_1_9: &[ServerVersion] = &[V1_9, V1_22, V1_29, V1_34, V1_36];
        for (path, versions) in [
            ("/api/v1/namespaces/demo/pods/echo/portforward", SINCE_1_9),
            ("/api/v1/nodes/n/proxy/portForward/demo/echo", SINCE_1_9),
            ("/api/v1/nodes/n/proxy/portForward/demo/echo/some-uid", SINCE_1_9),
            ("/api/v1/proxy/nodes/n/portForward/demo/echo", &[V1_0, V1_9]),
            ("/api/v1/proxy/minions/n/portForward/demo/echo", &[]),
            ("/api/v1beta3/proxy/nodes/n/portForward/demo/echo", &[V1_0]),
            ("/api/v1beta3/proxy/minions/n/portForward/demo/echo", &[]),
            ("/api/v1beta2/proxy/nodes/n/portForward/demo/echo", &[V1_0]),
            ("/api/v1beta2/proxy/minions/n/portForward/demo/echo", &[V1_0]),
            ("/api/v1beta1/proxy/minions/n/portForward/demo/echo/some-uid", &[V1_0]),
            ("/proxy/minions/n/portForward/demo/echo", &[V1_0]),
            ("/proxy/nodes/n/portForward/demo/echo", &[]),
            ("/api/v1/nodes/n/proxy/exec/demo/echo", &[]),
        ] {
            for version in [V1_0, V1_9, V1_22, V1_29, V1_34, V1_36] {
                let found = matches!(resource(path, version), Resource::PortForward { .. });
                assert_eq!(found, versions.contains(&version), "{path} of {version:?}");
            }
        }
    }
}
