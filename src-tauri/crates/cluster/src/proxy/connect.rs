//! The way through an HTTP proxy: `CONNECT` (RFC 9110, section 9.3.6).

use std::pin::pin;

use bytes::Bytes;
use futures::future::{Either, select};
use http::{
    HeaderMap, Request, StatusCode,
    header::{HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION},
};
use http_body_util::Empty;
use hyper::{client::conn::http1, upgrade};
use wording::{Text, text};

use super::{Proxy, ProxyFailure, destination::Destination, dial::Connection};
use crate::{
    Error,
    causes::{causes, find, io_words},
};

/// The largest answer that is read before the connection counts as opened, in bytes: proxies send a few hundred.
const LARGEST_ANSWER: usize = 16 * 1024;

/// Ways to sign in that are repeated from a refusal; a proxy offers two or three.
const MOST_SCHEMES: usize = 5;

/// Has the proxy connect to the destination. What comes back leads there.
///
/// # Errors
/// [`Error::Proxy`].
pub(super) async fn open(
    connection: Connection,
    destination: &Destination,
    proxy: &Proxy,
) -> Result<Connection, Error> {
    let broken = |error: hyper::Error| unreadable(proxy, &error);
    let (mut sender, driver) = http1::Builder::new()
        .max_buf_size(LARGEST_ANSWER)
        .handshake::<_, Empty<Bytes>>(connection)
        .await
        .map_err(broken)?;
    let exchange = async {
        let mut request = Request::connect(destination.to_string()).header(HOST, destination.to_string());
        if let Some(value) = proxy.basic() {
            request = request.header(PROXY_AUTHORIZATION, value);
        }
        let request = request.body(Empty::new()).map_err(|_| unnameable(proxy, destination))?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        if !answer.status().is_success() {
            return Err(refusal(proxy, destination, answer.status(), answer.headers()));
        }
        upgrade::on(answer).await.map_err(broken)
    };
    let upgraded = match select(pin!(exchange), pin!(driver.with_upgrades())).await {
        Either::Left((upgraded, _)) => upgraded?,
        // The connection is done with HTTP; the exchange knows how that went.
        Either::Right((_, exchange)) => exchange.await?,
    };
    // The client speaks first on all that is carried here, so anything that came already is not the server's.
    match upgraded.downcast::<Connection>() {
        Ok(parts) if parts.read_buf.is_empty() => Ok(parts.io),
        _ => Err(proxy.failed(
            ProxyFailure::NotAProxy,
            text!("sent something that nobody asked for", "schickte etwas, wonach niemand gefragt hatte"),
        )),
    }
}

fn unnameable(proxy: &Proxy, destination: &Destination) -> Error {
    proxy.failed(
        ProxyFailure::Destination,
        text!("cannot be asked for {destination:?}", "kann nicht nach {destination:?} gefragt werden"),
    )
}

fn refusal(proxy: &Proxy, destination: &Destination, status: StatusCode, headers: &HeaderMap) -> Error {
    let (failure, reason) = match status.as_u16() {
        407 => (ProxyFailure::SignIn, sign_in_words(proxy, headers)),
        300..=399 => (
            ProxyFailure::NotAProxy,
            text!(
                "sends elsewhere instead of connecting ({status}), as the sign-in page of a network does",
                "schickt woandershin, statt zu verbinden ({status}), wie es die Anmeldeseite eines Netzes tut"
            ),
        ),
        404 | 405 | 501 => (
            ProxyFailure::NotAProxy,
            text!(
                "does not know how to connect ({status}); it may be a web server",
                "weiß nicht, wie man verbindet ({status}); vielleicht ist er ein Webserver"
            ),
        ),
        500..=599 => (
            ProxyFailure::Destination,
            text!(
                "cannot connect to {destination} ({status})",
                "kann nicht mit {destination} verbinden ({status})"
            ),
        ),
        _ => (
            ProxyFailure::Refused,
            text!(
                "refuses to connect to {destination} ({status})",
                "lehnt es ab, mit {destination} zu verbinden ({status})"
            ),
        ),
    };
    proxy.failed(failure, reason)
}

fn sign_in_words(proxy: &Proxy, headers: &HeaderMap) -> Text {
    let schemes: Vec<&str> = headers
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split([' ', ',']).next())
        .filter(|scheme| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic()))
        .take(MOST_SCHEMES)
        .collect();
    if !schemes.is_empty() && !schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic")) {
        let schemes = Text::new(schemes.join(" or "), schemes.join(" oder "));
        return text!(
            "wants a sign-in by {schemes}, which is not supported, only Basic is (407); a local proxy that signs in, such as px or cntlm, can stand in between",
            "verlangt eine Anmeldung mit {schemes}, was nicht unterstützt wird, nur Basic (407); ein lokaler Proxy, der sich anmeldet, etwa px oder cntlm, kann dazwischen stehen"; schemes
        );
    }
    if proxy.sign_in.is_some() {
        text!(
            "does not accept the user name and password in its URL (407)",
            "akzeptiert Benutzername und Passwort in seiner URL nicht (407)"
        )
    } else {
        text!("wants a user name and password (407)", "verlangt Benutzername und Passwort (407)")
    }
}

fn unreadable(proxy: &Proxy, error: &hyper::Error) -> Error {
    let reason = if error.is_parse() || error.is_parse_too_large() {
        text!("answers, but not as an HTTP proxy does", "antwortet, aber nicht wie ein HTTP-Proxy")
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        text!("closes the connection instead of answering", "schließt die Verbindung, statt zu antworten")
    } else {
        let chain = causes(error);
        match find::<std::io::Error>(&chain) {
            Some(_) => text!("does not answer: {why}", "antwortet nicht: {why}"; why = io_words(&chain)),
            None => {
                text!("answers, but not as an HTTP proxy does", "antwortet, aber nicht wie ein HTTP-Proxy")
            }
        }
    };
    proxy.failed(ProxyFailure::NotAProxy, reason)
}
