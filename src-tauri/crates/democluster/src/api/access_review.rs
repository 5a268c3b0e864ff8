//! `SelfSubjectAccessReview`: may I?

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::{Body, Context, Status, answer, protobuf};
use crate::objects::text;

/// The largest request body that is read: reviews and delete options are a few hundred bytes.
const BODY: usize = 64 * 1024;

/// Answers whether what is asked for is allowed. In the demo cluster everybody who is known may do everything that no
/// test has forbidden.
pub(crate) async fn answer(context: &Context, request: Request<Incoming>) -> Response<Body> {
    let spec = match read_body(request).await.and_then(|body| spec(&body)) {
        Ok(spec) => spec,
        Err(status) => return status.into_response(),
    };
    let asked = &spec["resourceAttributes"];
    let resource = match text(asked, "/subresource") {
        "" => text(asked, "/resource").to_owned(),
        subresource => format!("{}/{subresource}", text(asked, "/resource")),
    };
    let namespace = Some(text(asked, "/namespace")).filter(|namespace| !namespace.is_empty());
    let status = if context.permissions.allow(text(asked, "/verb"), &resource, namespace) {
        json!({"allowed": true, "reason": "nobody has forbidden it in the demo cluster"})
    } else {
        json!({"allowed": false})
    };
    answer::json_with(
        StatusCode::CREATED,
        &json!({
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec,
            "status": status,
        }),
    )
}

/// What a review asks, in either encoding; the numbers are those of `authorization/v1/generated.proto`.
fn spec(body: &[u8]) -> Result<Value, Status> {
    if !body.starts_with(protobuf::MAGIC) {
        return Ok(parse(body)?["spec"].take());
    }
    let review = protobuf::object(body).ok_or_else(|| Status::bad_request("the review cannot be decoded"))?;
    let Some(asked) = review.message(2).and_then(|spec| spec.message(1)) else { return Ok(json!({})) };
    Ok(json!({"resourceAttributes": {
        "namespace": asked.text(1), "verb": asked.text(2), "group": asked.text(3), "version": asked.text(4),
        "resource": asked.text(5), "subresource": asked.text(6), "name": asked.text(7),
    }}))
}

/// The body of a request as JSON; an empty one is null.
///
/// # Errors
/// A 400 status.
pub(super) async fn read_json(request: Request<Incoming>) -> Result<Value, Status> {
    parse(&read_body(request).await?)
}

async fn read_body(request: Request<Incoming>) -> Result<Bytes, Status> {
    let body = Limited::new(request.into_body(), BODY).collect().await;
    Ok(body.map_err(|error| Status::bad_request(error.to_string()))?.to_bytes())
}

fn parse(body: &[u8]) -> Result<Value, Status> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .map_err(|error| Status::bad_request(format!("the body of the request is not JSON: {error}")))
}
