//! Which answer a path and a method get.

use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::{Body, Context, Status, access_review, answer, deletion, discovery, listing, plain, watching};
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::portforward;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
enum Resource<'a> {
    Collection { kind: Kind, namespace: Option<&'a str> },
    Object { kind: Kind, namespace: &'a str, name: &'a str },
    PortForward { namespace: &'a str, pod: &'a str },
    AccessReview,
    Document(&'a str),
}

/// Answers one request.
pub(crate) async fn route(
    context: &std::sync::Arc<Context>,
    request: Request<Incoming>,
    known: bool,
) -> Response<Body> {
    if !known && !has_token(context, request.headers()) {
        return Status::unauthorized().into_response();
    }
    let path = request.uri().path().to_owned();
    match resource(&path) {
        Resource::PortForward { namespace, pod } => {
            portforward::answer(context, namespace, pod, request).await
        }
        Resource::AccessReview if request.method() == Method::POST => access_review::answer(request).await,
        Resource::AccessReview => Status::method_not_allowed().into_response(),
        Resource::Collection { kind, namespace } => {
            let (request, _) = request.into_parts();
            collection(context, kind, namespace, &request).unwrap_or_else(Status::into_response)
        }
        Resource::Object { kind, namespace, name } => match *request.method() {
            Method::GET => {
                let (request, _) = request.into_parts();
                object(context, &Key::new(kind, namespace, name), &request)
                    .unwrap_or_else(Status::into_response)
            }
            Method::DELETE if kind == Kind::Pod => deletion::answer(context, namespace, name, request).await,
            _ => Status::method_not_allowed().into_response(),
        },
        Resource::Document(path) => match discovery::document(path) {
            Some(document) if request.method() == Method::GET => document,
            Some(_) => Status::method_not_allowed().into_response(),
            None => plain(StatusCode::NOT_FOUND, "404 page not found\n"),
        },
    }
}

fn collection(
    context: &Context,
    kind: Kind,
    namespace: Option<&str>,
    request: &Parts,
) -> Result<Response<Body>, Status> {
    if request.method != Method::GET {
        return Err(Status::method_not_allowed());
    }
    let query = super::query::Query::parse(request)?;
    if query.watch {
        Ok(watching::answer(context, kind, namespace, query))
    } else {
        listing::answer(context, kind, namespace, &query)
    }
}

fn object(context: &Context, key: &Key, request: &Parts) -> Result<Response<Body>, Status> {
    let query = super::query::Query::parse(request)?;
    let object = context.store.get(key).ok_or_else(|| Status::not_found(key.kind, &key.name))?;
    Ok(match query.table {
        None => answer::json(&object),
        Some(include) => listing::table(key.kind, &[object], include),
    })
}

fn has_token(context: &Context, headers: &http::HeaderMap) -> bool {
    headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|token| token == context.token)
}

fn resource(path: &str) -> Resource<'_> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match segments.as_slice() {
        ["api", "v1", rest @ ..] => ("", rest),
        ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"] => return Resource::AccessReview,
        ["apis", "apps", "v1", rest @ ..] => ("apps", rest),
        _ => return Resource::Document(path),
    };
    let kind = |plural| Kind::from_url(group, plural);
    let namespaced = |plural| kind(plural).filter(|kind| kind.facts().namespaced);
    let found =
        match *rest {
            ["namespaces", namespace, "pods", pod, "portforward"] if group.is_empty() => {
                Some(Resource::PortForward { namespace, pod })
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
                Resource::PortForward { namespace: "demo", pod: "echo-1" },
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
            assert_eq!(resource(path), expected, "{path}");
        }
    }
}
