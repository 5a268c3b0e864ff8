//! `SelfSubjectAccessReview`: may I? In the demo cluster, everybody who is known may do everything there is.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::{Body, Status, answer};

/// The largest request body that is read: reviews and delete options are a few hundred bytes.
const BODY: usize = 64 * 1024;

/// What bodies in the protobuf encoding begin with. `kubectl auth can-i` sends them.
const PROTOBUF: &[u8] = b"k8s\0";

/// The answer is the same for every question, so one in protobuf need not be understood.
pub(crate) async fn answer(request: Request<Incoming>) -> Response<Body> {
    let spec = match read_body(request).await {
        Ok(body) if body.starts_with(PROTOBUF) => json!({}),
        Ok(body) => match parse(&body) {
            Ok(review) => review["spec"].clone(),
            Err(status) => return status.into_response(),
        },
        Err(status) => return status.into_response(),
    };
    answer::json_with(
        StatusCode::CREATED,
        &json!({
            "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec,
            "status": {"allowed": true, "reason": "everything is allowed in the demo cluster"},
        }),
    )
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
