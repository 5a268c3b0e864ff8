//! OpenShift's OAuth server: authorize, token, and what describes them (oauth-server `pkg/oauth`, osin).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Body, Context, answer, plain};
use crate::openshift::Code;

/// The largest form that is read, in bytes.
const FORM: usize = 16 * 1024;

/// The client for signing in without a browser, and the one for redirects to the own computer.
const CHALLENGING: &str = "openshift-challenging-client";
const CLI: &str = "openshift-cli-client";

/// Where the challenging client's redirect leads; nothing is there.
const IMPLICIT: &str = "/oauth/token/implicit";

/// Answers what needs no sign-in, if it is that.
pub(super) async fn answer(
    context: &Context,
    path: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Request<Incoming>> {
    if !context.is_openshift {
        return Err(request);
    }
    match path {
        "/.well-known/oauth-authorization-server" => Ok(description(context)),
        "/oauth/authorize" => Ok(authorize(context, request).await),
        "/oauth/token" => Ok(token(context, request).await),
        _ => Err(request),
    }
}

fn description(context: &Context) -> Response<Body> {
    let issuer = &context.oauth_url;
    answer::json(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "scopes_supported": ["user:check-access", "user:full", "user:info", "user:list-projects"],
        "response_types_supported": ["code", "token"],
        "grant_types_supported": ["authorization_code", "implicit"],
        "code_challenge_methods_supported": ["plain", "S256"],
    }))
}

async fn authorize(context: &Context, request: Request<Incoming>) -> Response<Body> {
    let query = pairs(request.uri().query().unwrap_or_default());
    let value = |name: &str| find(&query, name).unwrap_or_default().to_owned();
    let (client, redirect) = (value("client_id"), value("redirect_uri"));
    let is_registered = match client.as_str() {
        CHALLENGING => redirect == format!("{}{IMPLICIT}", context.oauth_url),
        // With any port (RFC 8252, section 7.3).
        CLI => ["http://127.0.0.1", "http://[::1]"].iter().any(|host| {
            let rest = redirect.strip_prefix(host);
            rest.is_some_and(|rest| rest.starts_with(':') && rest.ends_with("/callback"))
        }),
        _ => return plain(StatusCode::BAD_REQUEST, "unauthorized_client\n"),
    };
    if !is_registered || value("response_type") != "code" || value("code_challenge_method") != "S256" {
        return plain(StatusCode::BAD_REQUEST, "invalid_request\n");
    }
    let state = value("state");
    let give = |user: String| {
        let (client, challenge) = (client.clone(), value("code_challenge"));
        let given = Code { code: String::new(), user, client, redirect: redirect.clone(), challenge };
        let code = context.openshift.give(given);
        go(&redirect, &[("code", &code), ("state", &state)])
    };
    if client == CHALLENGING {
        if !context.openshift.challenges() || !request.headers().contains_key("x-csrf-token") {
            let mut refused = plain(StatusCode::UNAUTHORIZED, "");
            let words = format!(
                "199 OpenShift \"You must obtain an API token by visiting {}/oauth/token/request\"",
                context.oauth_url
            );
            if let Ok(words) = HeaderValue::try_from(words) {
                refused.headers_mut().insert(header::WARNING, words);
            }
            return refused;
        }
        return match basic(request.headers()) {
            Some((user, password)) if context.openshift.knows(&user, &password) => give(user),
            _ => {
                let mut challenge = plain(StatusCode::UNAUTHORIZED, "");
                let realm = HeaderValue::from_static("Basic realm=\"openshift\"");
                challenge.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
                challenge
            }
        };
    }
    if request.method() != Method::POST {
        return page(StatusCode::OK, "");
    }
    let Some(form) = form(request).await else { return plain(StatusCode::BAD_REQUEST, "invalid_request\n") };
    if find(&form, "cancel").is_some() {
        let words = "The resource owner or authorization server denied the request.";
        return go(&redirect, &[("error", "access_denied"), ("error_description", words), ("state", &state)]);
    }
    let (user, password) = (find(&form, "username").unwrap_or_default(), find(&form, "password"));
    if context.openshift.knows(user, password.unwrap_or_default()) {
        give(user.to_owned())
    } else {
        page(StatusCode::OK, "<p role=\"alert\">Invalid login or password. Please try again.</p>")
    }
}

async fn token(context: &Context, request: Request<Incoming>) -> Response<Body> {
    let refuse = |error: &str| {
        answer::json_with(StatusCode::BAD_REQUEST, &json!({"error": error, "error_description": REFUSED}))
    };
    let client = basic(request.headers()).map(|(client, _)| client);
    if request.method() != Method::POST {
        return refuse("invalid_request");
    }
    let Some(form) = form(request).await else { return refuse("invalid_request") };
    let value = |name: &str| find(&form, name).unwrap_or_default();
    if value("grant_type") != "authorization_code" {
        return refuse("unsupported_grant_type");
    }
    let Some(code) = context.openshift.take(value("code")) else { return refuse("invalid_grant") };
    if client.is_none_or(|client| client != code.client) {
        return refuse("unauthorized_client");
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
    if code.redirect != value("redirect_uri") || code.challenge != challenge {
        return refuse("invalid_grant");
    }
    let lifetime = context.openshift.lifetime();
    let token = context.tokens.issue_to(&code.user, Some(lifetime));
    answer::json(&json!({
        "access_token": token, "token_type": "Bearer", "expires_in": lifetime.as_secs(), "scope": "user:full",
    }))
}

/// As osin words it for all of them.
const REFUSED: &str = "The provided authorization grant or code is invalid, expired or revoked.";

/// The sign-in page.
fn page(status: StatusCode, notice: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Log in - demo OpenShift</title>\
         <style>:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui,sans-serif;max-width:22rem;margin:15vh auto;\
         padding:0 1rem}}label,input,button{{display:block;width:100%;box-sizing:border-box;font:inherit;margin:.4rem 0}}\
         </style><h1>Demo OpenShift</h1>{notice}<form method=\"post\"><label>Username<input name=\"username\" \
         autofocus autocomplete=\"username\"></label><label>Password<input name=\"password\" type=\"password\"></label>\
         <button>Log in</button><button name=\"cancel\" value=\"1\">Cancel</button></form></html>\n"
    );
    let mut response = Response::new(answer::full(html));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn go(redirect: &str, values: &[(&str, &str)]) -> Response<Body> {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
    let mut response = plain(StatusCode::FOUND, "");
    if let Ok(location) = HeaderValue::try_from(format!("{redirect}?{query}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

type Pairs = Vec<(String, String)>;

fn pairs(text: &str) -> Pairs {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn find<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

async fn form(request: Request<Incoming>) -> Option<Pairs> {
    let body: Bytes = Limited::new(request.into_body(), FORM).collect().await.ok()?.to_bytes();
    Some(form_urlencoded::parse(&body).into_owned().collect())
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
