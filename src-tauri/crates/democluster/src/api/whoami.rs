//! As whom somebody is known: `SelfSubjectReview`, OpenShift's `users/~` and `useroauthaccesstokens`.

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use super::{Body, Context, answer};
use crate::ServerVersion;
use crate::tokens::Good;

const OWN_TOKENS: &str = "/apis/oauth.openshift.io/v1/useroauthaccesstokens/";

/// Answers, if that is what is asked. `user` is who asks.
pub(super) fn answer(
    context: &Context,
    path: &str,
    request: &Request<Incoming>,
    user: &str,
) -> Option<Response<Body>> {
    match path {
        // Since Kubernetes 1.28.
        "/apis/authentication.k8s.io/v1/selfsubjectreviews"
            if request.method() == Method::POST && context.server >= ServerVersion::V1_29 =>
        {
            Some(answer::json_with(
                StatusCode::CREATED,
                &json!({
                    "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {},
                    "status": {"userInfo": {"username": user, "groups": ["system:authenticated"]}},
                }),
            ))
        }
        "/apis/user.openshift.io/v1/users/~" if context.is_openshift => Some(answer::json(&json!({
            "kind": "User", "apiVersion": "user.openshift.io/v1", "metadata": {"name": user},
            "identities": [], "groups": ["system:authenticated"],
        }))),
        path if context.is_openshift => {
            let name = path.strip_prefix(OWN_TOKENS)?;
            let Good { created, lifetime, user, .. } = context.tokens.by_object_name(name)?;
            Some(answer::json(&json!({
                "kind": "UserOAuthAccessToken", "apiVersion": "oauth.openshift.io/v1",
                "metadata": {"name": name, "creationTimestamp": created},
                "userName": user, "expiresIn": lifetime.map_or(0, |lifetime| lifetime.as_secs()),
            })))
        }
        _ => None,
    }
}
