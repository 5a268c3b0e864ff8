//! Whether a request is allowed: which verb on which resource it is.

use http::Method;

use super::paths::Resource;
use super::{Context, Status};
use crate::objects::kind::Kind;
use crate::portforward::Route;

/// What a request does, as RBAC sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Action<'a> {
    pub(super) verb: &'static str,
    pub(super) kind: Kind,
    pub(super) subresource: Option<&'static str>,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: Option<&'a str>,
}

impl Action<'_> {
    /// The resource with its subresource: `pods/portforward`.
    pub(super) fn resource(&self) -> String {
        let plural = self.kind.facts().plural;
        self.subresource.map_or_else(|| plural.to_owned(), |subresource| format!("{plural}/{subresource}"))
    }
}

/// Checks a request. Documents and access reviews are free to all who are known.
///
/// # Errors
/// A 403 status.
pub(super) fn check(
    context: &Context,
    resource: &Resource<'_>,
    method: &Method,
    watch: bool,
) -> Result<(), Status> {
    let Some(action) = action(resource, method, watch) else { return Ok(()) };
    let refuse = |action: &Action<'_>| Err(Status::forbidden(action));
    if !context.permissions.allow(action.verb, &action.resource(), action.namespace) {
        return refuse(&action);
    }
    let is_pod_get = action.verb == "get" && action.subresource == Some("portforward");
    if is_pod_get && context.server.get_needs_create() {
        let create = Action { verb: "create", ..action };
        if !context.permissions.allow(create.verb, &create.resource(), create.namespace) {
            return refuse(&create);
        }
    }
    Ok(())
}

fn action<'a>(resource: &Resource<'a>, method: &Method, watch: bool) -> Option<Action<'a>> {
    // The verbs of a subresource follow from the method (`requestinfo.go` of the API server).
    let by_method = match *method {
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => "get",
    };
    let some = |text: &'a str| (!text.is_empty()).then_some(text);
    Some(match *resource {
        Resource::Collection { kind, namespace } => {
            let verb = if watch { "watch" } else { "list" };
            Action { verb, kind, subresource: None, namespace, name: None }
        }
        Resource::Object { kind, namespace, name } => {
            Action { verb: by_method, kind, subresource: None, namespace: some(namespace), name: Some(name) }
        }
        Resource::PortForward { route: Route::Pod, namespace, pod } => Action {
            verb: by_method,
            kind: Kind::Pod,
            subresource: Some("portforward"),
            namespace: Some(namespace),
            name: Some(pod),
        },
        Resource::PortForward { route: Route::Node(node), .. } => Action {
            verb: by_method,
            kind: Kind::Node,
            subresource: Some("proxy"),
            namespace: None,
            name: Some(node),
        },
        Resource::AccessReview | Resource::Document(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_what_rbac_sees_in_them() {
        let pods = Resource::Collection { kind: Kind::Pod, namespace: None };
        let pod = Resource::Object { kind: Kind::Pod, namespace: "demo", name: "echo" };
        let forward = Resource::PortForward { route: Route::Pod, namespace: "demo", pod: "echo" };
        let node = Resource::PortForward { route: Route::Node("n"), namespace: "demo", pod: "echo" };
        for (resource, method, watch, expected) in [
            (&pods, Method::GET, false, "list pods"),
            (&pods, Method::GET, true, "watch pods"),
            (&pod, Method::DELETE, false, "delete pods"),
            (&forward, Method::GET, false, "get pods/portforward"),
            (&forward, Method::POST, false, "create pods/portforward"),
            (&node, Method::POST, false, "create nodes/proxy"),
        ] {
            let action = action(resource, &method, watch).expect("an action");
            assert_eq!(format!("{} {}", action.verb, action.resource()), expected);
        }
        assert_eq!(action(&Resource::Document("/api"), &Method::GET, false), None);
    }
}
