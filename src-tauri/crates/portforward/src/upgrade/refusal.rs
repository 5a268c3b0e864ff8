//! Answers that are not the upgrade.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use kube::client::Body;
use serde::Deserialize;
use tokio::time::timeout;

use crate::Error;

/// Most bytes read of a refusal. A Kubernetes `Status` has a few hundred.
const MAX_BODY: usize = 64 * 1024;
/// Longest wait for the body of a refusal; its status alone is telling.
const BODY_WAIT: Duration = Duration::from_secs(5);
/// Most characters kept of a message, for it is shown to people.
const MAX_MESSAGE: usize = 2000;

/// What is used of a `metav1.Status`.
#[derive(Deserialize)]
struct Status {
    kind: String,
    message: Option<String>,
    reason: Option<String>,
}

/// Reads a refusal: the API server answers with a JSON `Status`, kubelet and runtimes with plain text.
pub(super) async fn read(response: http::Response<Body>) -> Error {
    let status = response.status();
    let retry_after = response.headers().get(http::header::RETRY_AFTER).and_then(|value| {
        // The other form, a date, is not what Kubernetes sends.
        value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
    });
    let body = match timeout(BODY_WAIT, Limited::new(response.into_body(), MAX_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        _ => bytes::Bytes::new(),
    };
    parse(status, retry_after, &body)
}

fn parse(status: http::StatusCode, retry_after: Option<Duration>, body: &[u8]) -> Error {
    let parsed = serde_json::from_slice::<Status>(body).ok().filter(|status| status.kind == "Status");
    let (message, reason) = match parsed {
        Some(Status { message, reason, .. }) => {
            (message.unwrap_or_default(), reason.filter(|reason| !reason.is_empty()))
        }
        None => (String::from_utf8_lossy(body).into_owned(), None),
    };
    let mut message: String = message
        .trim()
        .chars()
        .filter(|character| !character.is_control() || *character == '\n')
        .take(MAX_MESSAGE)
        .collect();
    if message.is_empty() {
        message = status.canonical_reason().unwrap_or("no explanation").to_owned();
    }
    Error::Refused { status: status.as_u16(), reason, message, retry_after }
}

/// Whether the server does not know the path at all, as opposed to what it names. The API server answers unknown paths
/// in plain text or, for paths that look like resources, with a `Status` of its own.
pub(super) fn is_unknown_path(error: &Error) -> bool {
    let Error::Refused { status: 404, reason, message, .. } = error else { return false };
    match reason {
        None => message.contains("page not found"),
        Some(_) => message.contains("could not find the requested resource"),
    }
}

/// Whether a refusal is about the way to ask, rather than about the pod or the user: a server without the tunnel wants
/// the port in the query; a middlebox that strips `Upgrade` makes the API server ask for it.
pub(super) fn is_of_transport(error: &Error) -> bool {
    let Error::Refused { message, .. } = error else { return false };
    message.contains("Upgrade request required")
        || message.contains("query parameter \"port\"")
        || is_unknown_path(error)
}

/// How much a refusal says about the pod and the user's rights, rather than about the transport.
pub(super) fn weight(error: &Error) -> u8 {
    let Error::Refused { status, reason, .. } = error else { return 0 };
    match (status, is_of_transport(error)) {
        (_, true) => 1,
        (401, _) => 8,
        (403 | 404, _) if reason.is_some() => 7,
        (429, _) => 6,
        (403 | 404, _) => 5,
        (500.., _) => 4,
        (400, _) => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(name: &str) -> Error {
        let path = format!(
            "{}/../../../tests/fixtures/recordings/http-errors/{name}.http",
            env!("CARGO_MANIFEST_DIR")
        );
        let answer = std::fs::read(path).unwrap();
        let text = String::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let code: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
        parse(http::StatusCode::from_u16(code).unwrap(), None, body.as_bytes())
    }

    #[test]
    fn recorded_refusals() {
        for (name, code, expected_reason, part) in [
            ("bad-stream-protocol", 403, None, "unable to negotiate protocol: client supports [nonsense]"),
            ("forbidden-403", 403, Some("Forbidden"), "cannot create resource \"pods/portforward\""),
            ("legacy-minions-path", 404, None, "404 page not found"),
            ("no-upgrade-400", 400, Some("BadRequest"), "Upgrade request required"),
            ("node-proxy-no-upgrade", 500, None, "Upgrade request required"),
            ("pod-not-found-404", 404, Some("NotFound"), "pods \"nope\" not found"),
            ("unauthorized-401", 401, Some("Unauthorized"), "Unauthorized"),
            ("websocket-forbidden-403", 403, Some("Forbidden"), "cannot get resource \"pods/portforward\""),
            ("websocket-unknown-subprotocol", 400, None, "query parameter \"port\" is required"),
        ] {
            let Error::Refused { status, reason, message, .. } = recorded(name) else { panic!("{name}") };
            assert_eq!((status, reason.as_deref()), (code, expected_reason), "{name}");
            assert!(message.contains(part), "{name}: {message}");
            assert!(!message.ends_with(char::is_whitespace), "{name}");
        }
    }

    #[test]
    fn the_more_telling_refusal_weighs_more() {
        let order =
            ["websocket-unknown-subprotocol", "bad-stream-protocol", "forbidden-403", "unauthorized-401"];
        for pair in order.windows(2) {
            assert!(weight(&recorded(pair[0])) < weight(&recorded(pair[1])), "{pair:?}");
        }
        assert!(weight(&recorded("no-upgrade-400")) < weight(&recorded("websocket-forbidden-403")));
        // Of two alike the later one is reported, which by default is that of the verb `create`.
        assert_eq!(weight(&recorded("forbidden-403")), weight(&recorded("websocket-forbidden-403")));
    }

    #[test]
    fn odd_bodies() {
        let long = "x".repeat(5000);
        for (body, expected) in [
            (&b""[..], "Bad Gateway".to_owned()),
            (b"{\"kind\":\"Pod\",\"message\":\"no\"}", "{\"kind\":\"Pod\",\"message\":\"no\"}".to_owned()),
            (b"\x1b[31mred\x07", "[31mred".to_owned()),
            (long.as_bytes(), "x".repeat(MAX_MESSAGE)),
        ] {
            let Error::Refused { message, .. } = parse(http::StatusCode::BAD_GATEWAY, None, body) else {
                panic!()
            };
            assert_eq!(message, expected);
        }
    }
}
