//! Answers: JSON, plain text, and the `Status` object of failures.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use serde::Serialize;
use serde_json::Value;

use super::authorization::Action;
use crate::certificates::CLIENT_NAME;
use crate::identity;
use crate::objects::kind::Kind;

/// The body of an answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, CutOff>;

/// Ends a body in the middle, and on HTTP/1.1 its connection too.
#[derive(Debug, thiserror::Error)]
#[error("cut off on purpose")]
pub(crate) struct CutOff;

/// A failure as the API reports it (`meta/v1.Status`), with the fields in the order of the real server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    kind: &'static str,
    api_version: &'static str,
    metadata: Empty,
    status: &'static str,
    message: String,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    code: u16,
}

#[derive(Debug, Serialize)]
struct Empty {}

#[derive(Debug, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'static str,
    kind: &'static str,
}

impl Status {
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(super) fn forbidden(action: &Action<'_>) -> Self {
        let facts = action.kind.facts();
        let (name, scope) = (
            action.name.map(|name| format!(" \"{name}\"")).unwrap_or_default(),
            action.namespace.map_or_else(
                || "at the cluster scope".to_owned(),
                |namespace| format!("in the namespace \"{namespace}\""),
            ),
        );
        let message = format!(
            "{}{name} is forbidden: User \"{CLIENT_NAME}\" cannot {} resource \"{}\" in API group \"{}\" {scope}",
            action.kind.qualified_resource(),
            action.verb,
            action.resource(),
            facts.group,
        );
        let mut status = Self::new(403, "Forbidden", message);
        let name = action.name.unwrap_or_default().to_owned();
        status.details = Some(Details { name, group: facts.group, kind: facts.plural });
        status
    }

    /// As of paths; of resources a real server says it in other words, with the same name.
    pub(super) fn forbidden_to_anonymous(method: &Method, path: &str) -> Self {
        let verb = method.as_str().to_ascii_lowercase();
        let message = format!("forbidden: User \"system:anonymous\" cannot {verb} path \"{path}\"");
        Self::new(403, "Forbidden", message)
    }

    pub(crate) fn not_found(kind: Kind, name: &str) -> Self {
        let facts = kind.facts();
        let mut status =
            Self::new(404, "NotFound", format!("{} \"{name}\" not found", kind.qualified_resource()));
        status.details = Some(Details { name: name.to_owned(), group: facts.group, kind: facts.plural });
        status
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }

    pub(crate) fn expired(asked: u64, oldest: u64) -> Self {
        Self::new(410, "Expired", format!("too old resource version: {asked} ({oldest})"))
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalError", message)
    }

    /// A failure of this status that has no cause but that it was asked for.
    pub(crate) fn refusal(code: u16) -> Self {
        let (reason, message) = match code {
            400 => ("BadRequest", "the server rejected our request for an unknown reason"),
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", "forbidden: not today"),
            404 => ("NotFound", "the server could not find the requested resource"),
            429 => (
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
            ),
            500 => ("InternalError", "Internal error occurred: error dialing backend: EOF"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "the server was unable to return a response in the time allotted"),
            _ => ("", "an error on the server has prevented the request from succeeding"),
        };
        Self::new(code, reason, message)
    }

    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind: "Status",
            api_version: "v1",
            metadata: Empty {},
            status: "Failure",
            message: message.into(),
            reason,
            details: None,
            code,
        }
    }

    /// As the object of a watch's `ERROR` event.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let code = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Indented, as a real server writes them.
        let text = serde_json::to_vec_pretty(&self).unwrap_or_default();
        let mut response = respond(code, "application/json", full(text));
        if code == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// An object or a list, with status 200.
pub(crate) fn json(value: &Value) -> Response<Body> {
    json_with(StatusCode::OK, value)
}

/// An object with another status.
pub(crate) fn json_with(code: StatusCode, value: &Value) -> Response<Body> {
    let mut text = value.to_string();
    text.push('\n');
    respond(code, "application/json", full(text))
}

/// A plain text, as kubelet, the runtime and the server's own multiplexer answer failures.
pub(crate) fn plain(code: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut response = respond(code, "text/plain; charset=utf-8", full(text.into()));
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// A body that goes on as long as its stream.
pub(crate) fn streamed(body: Body) -> Response<Body> {
    respond(StatusCode::OK, "application/json", body)
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

fn respond(code: StatusCode, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    if let Ok(id) = HeaderValue::from_str(&identity::uid()) {
        headers.insert("audit-id", id);
    }
    response
}
