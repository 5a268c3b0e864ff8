//! Requests of those who show no credentials, where the server takes them for `system:anonymous`.

use http::{Request, Response, header::AUTHORIZATION};
use hyper::body::Incoming;

use super::{Body, Context, Status, discovery};

/// What everybody may read (`system:public-info-viewer`).
const PUBLIC: [&str; 4] = ["/healthz", "/livez", "/readyz", "/version"];

/// Answers whoever is not known.
pub(super) fn answer(context: &Context, path: &str, request: &Request<Incoming>) -> Response<Body> {
    // Credentials that are no good are nobody's, not anonymous (`WithAuthentication` in apiserver's `pkg/endpoints/filters`).
    if !context.permissions.admits_anonymous() || request.headers().contains_key(AUTHORIZATION) {
        return Status::unauthorized().into_response();
    }
    let public = PUBLIC.contains(&path).then(|| discovery::document(path, context.server)).flatten();
    public.unwrap_or_else(|| Status::forbidden_to_anonymous(request.method(), path).into_response())
}
