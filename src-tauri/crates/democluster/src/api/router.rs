//! Which answer a path and a method get.

use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::paths::{self, Resource};
use super::{
    Body, Context, Status, access_review, anonymous, answer, authorization, deletion, discovery, listing,
    oauth, plain, query, watching, whoami,
};
use crate::certificates::CLIENT_NAME;
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::portforward;

/// Answers one request.
pub(crate) async fn route(
    context: &std::sync::Arc<Context>,
    request: Request<Incoming>,
    known: bool,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let Some(path) = below(&context.base_path, &path) else { return no_such_page() };
    let request = match oauth::answer(context, path, request).await {
        Ok(answer) => return answer,
        Err(request) => request,
    };
    let by_token = user_of_token(context, request.headers());
    let Some(user) = by_token.or_else(|| known.then(|| CLIENT_NAME.to_owned())) else {
        return anonymous::answer(context, path, &request);
    };
    if let Some(status) = context.faults.refusals_of_all.take() {
        return Status::refusal(status).into_response();
    }
    if let Some(answer) = whoami::answer(context, path, &request, &user) {
        return answer;
    }
    let resource = paths::resource(path, context.server);
    if let Err(forbidden) = authorization::check(context, &resource, request.method(), watches(&request)) {
        return forbidden.into_response();
    }
    match resource {
        Resource::PortForward { route, namespace, pod } => {
            if let Some(status) = context.faults.refusals.take() {
                return Status::refusal(status).into_response();
            }
            portforward::answer(context, route, namespace, pod, request).await
        }
        Resource::AccessReview if request.method() == Method::POST => {
            access_review::answer(context, request).await
        }
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
        Resource::Document(path) => match discovery::document(path, context.server) {
            Some(document) if request.method() == Method::GET => document,
            Some(_) => Status::method_not_allowed().into_response(),
            None => no_such_page(),
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
    let query = query::Query::parse(request)?;
    if query.watch {
        Ok(watching::answer(context, kind, namespace, query))
    } else {
        listing::answer(context, kind, namespace, &query)
    }
}

fn object(context: &Context, key: &Key, request: &Parts) -> Result<Response<Body>, Status> {
    let query = query::Query::parse(request)?;
    let object = context.store.get(key).ok_or_else(|| Status::not_found(key.kind, &key.name))?;
    Ok(match query.table {
        None => answer::json(&object),
        Some(include) => listing::table(key.kind, &[object], include),
    })
}

/// Who has the token that a request shows, where it is good.
fn user_of_token(context: &Context, headers: &http::HeaderMap) -> Option<String> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    context.tokens.user_of(value.strip_prefix("Bearer ")?)
}

/// Whether it asks for a watch, if it asks for a collection.
fn watches(request: &Request<Incoming>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "watch" && query::is_true(&value))
}

/// The rest of a path below the base path; only whole segments count.
fn below<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn no_such_page() -> Response<Body> {
    plain(StatusCode::NOT_FOUND, "404 page not found\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_below_the_base_path() {
        assert_eq!(below("", "/api/v1"), Some("/api/v1"));
        assert_eq!(below("/k8s/clusters/c-abc", "/k8s/clusters/c-abc/api/v1"), Some("/api/v1"));
        assert_eq!(below("/k8s/clusters/c-abc", "/k8s/clusters/c-abcd/api/v1"), None);
        assert_eq!(below("/k8s/clusters/c-abc", "/api/v1"), None);
    }
}
