//! Deletion of a pod.

use http::{Request, Response};
use hyper::body::Incoming;

use super::access_review::read_json;
use super::{Body, Context, Status, answer};
use crate::objects::kind::Kind;

pub(crate) async fn answer(
    context: &Context,
    namespace: &str,
    name: &str,
    request: Request<Incoming>,
) -> Response<Body> {
    let by_query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .any(|(name, value)| name == "gracePeriodSeconds" && value == "0");
    let options = match read_json(request).await {
        Ok(options) => options,
        Err(status) => return status.into_response(),
    };
    let now = by_query || options["gracePeriodSeconds"] == 0;
    match context.node.delete(namespace, name, now) {
        Some(pod) => answer::json(&pod),
        None => Status::not_found(Kind::Pod, name).into_response(),
    }
}
