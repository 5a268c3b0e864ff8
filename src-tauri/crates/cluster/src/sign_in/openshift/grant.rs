//! One request for a token.

use std::time::{Duration, SystemTime};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http::{
    Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::Full;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::Url;
use wording::{Text, text};

use super::endpoints::Place;
use crate::{Credentials, Error, SecretText};

/// The longest text of a server about why it refuses that is looked at, in bytes.
const LONGEST_WORDS: usize = 2_000;

/// A request for a token that is under way: what binds the answer to it.
pub(super) struct Grant {
    client: &'static str,
    redirect: String,
    state: String,
    verifier: SecretText,
}

/// What a redirect at the end says.
pub(super) enum Outcome {
    /// To be exchanged for a token.
    Code(SecretText),
    /// It was refused; in words.
    Refused(Text),
    /// It does not belong to this request.
    Stranger,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Grant {
    pub(super) fn new(client: &'static str, redirect: String) -> Self {
        Self { client, redirect, state: chance(), verifier: SecretText::new(chance()) }
    }

    /// Where to ask for it: `authorize` with what this request is.
    pub(super) fn authorize_url(&self, authorize: &Url) -> Url {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()));
        let mut url = authorize.clone();
        url.query_pairs_mut()
            .append_pair("client_id", self.client)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// Whether this is where the answer is to be sent.
    pub(super) fn is_redirect(&self, url: &Url) -> bool {
        Url::parse(&self.redirect)
            .is_ok_and(|redirect| redirect.origin() == url.origin() && redirect.path() == url.path())
    }

    /// What the query of the redirect says.
    pub(super) fn outcome(&self, query: &str) -> Outcome {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .filter(|value| !value.is_empty())
        };
        if value("state").as_ref() != Some(&self.state) {
            return Outcome::Stranger;
        }
        if let Some(error) = value("error") {
            return Outcome::Refused(refusal_words(&error, &value("error_description").unwrap_or_default()));
        }
        value("code").map_or(Outcome::Stranger, |code| Outcome::Code(SecretText::new(code)))
    }

    /// Exchanges the code (RFC 6749, section 4.1.3) as `oc` does: the client says who it is by Basic without a password.
    ///
    /// # Errors
    /// [`Error::SignIn`], and of any request.
    pub(super) async fn exchange(&self, place: &Place, code: &SecretText) -> Result<Credentials, Error> {
        let token_url = &place.endpoints.token;
        let web = place.web(token_url, Some(code))?;
        let failed = |reason: Text| Error::SignIn { server: web.server().to_owned(), reason };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code.expose())
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("code_verifier", self.verifier.expose())
            .finish();
        let request = Request::post(token_url.as_str())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{}:", self.client))))
            .body(Full::new(Bytes::from(form)))
            .map_err(|_| {
                failed(text!(
                    "its address for tokens cannot be used",
                    "seine Adresse für Token ist nicht verwendbar"
                ))
            })?;
        let answer = web.send(request).await?;
        if !answer.status.is_success() {
            let words = match serde_json::from_slice::<Refusal>(&answer.body) {
                Ok(refusal) => refusal_words(&refusal.error, &refusal.error_description),
                Err(_) => {
                    let status = answer.status;
                    text!("it gave no token ({status})", "er gab kein Token ({status})")
                }
            };
            return Err(failed(words.map(|words| web.clean(words))));
        }
        let token: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| failed(no_token()))?;
        let mut credentials =
            Credentials::token(SecretText::new(token.access_token)).map_err(|_| failed(no_token()))?;
        let expires = token.expires_in.filter(|seconds| *seconds > 0).map(Duration::from_secs);
        credentials.expires_at =
            expires.and_then(|after| SystemTime::now().checked_add(after)).or(credentials.expires_at);
        Ok(credentials)
    }
}

fn no_token() -> Text {
    text!("what it answers is not a token", "was er antwortet, ist kein Token")
}

/// 256 random bits, as RFC 7636, section 4.1 wants them.
fn chance() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the codes of RFC 6749, sections 4.1.2.1 and 5.2 mean, with the server's own words.
fn refusal_words(error: &str, description: &str) -> Text {
    let mut end = description.len().min(LONGEST_WORDS);
    while !description.is_char_boundary(end) {
        end -= 1;
    }
    let description = &description[..end];
    let words = match error {
        "access_denied" => {
            text!("the sign-in was refused or cancelled", "die Anmeldung wurde abgelehnt oder abgebrochen")
        }
        "invalid_grant" => text!(
            "the sign-in came too late or was used already; start again",
            "die Anmeldung kam zu spät oder wurde schon verwendet; beginnen Sie von vorn"
        ),
        "unauthorized_client" | "invalid_client" => {
            text!(
                "the cluster does not know this way of signing in; use a token",
                "der Cluster kennt diese Art der Anmeldung nicht; verwenden Sie ein Token"
            )
        }
        "server_error" | "temporarily_unavailable" => {
            text!("it is in trouble; try again later", "er ist gestört; versuchen Sie es später erneut")
        }
        _ if error.chars().all(|c| c.is_ascii_lowercase() || c == '_') && error.len() < 40 => {
            text!("it refuses ({error})", "er lehnt ab ({error})")
        }
        _ => text!("it refuses", "er lehnt ab"),
    };
    if description.is_empty() {
        words
    } else {
        text!("{words}: {description}", "{words}: {description}"; words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant::new("openshift-cli-client", "http://127.0.0.1:4711/callback".to_owned())
    }

    #[test]
    fn an_answer_belongs_to_its_request() {
        let (grant, other) = (grant(), grant());
        let state = &grant.state;
        assert!(
            matches!(grant.outcome(&format!("code=abc&state={state}")), Outcome::Code(code) if code.expose() == "abc")
        );
        for query in [
            String::new(),
            "code=abc".into(),
            "code=abc&state=".into(),
            format!("code=abc&state={}", other.state),
            "error=access_denied".into(),
            format!("state={state}"),
        ] {
            assert!(matches!(grant.outcome(&query), Outcome::Stranger), "{query}");
        }
        let Outcome::Refused(words) =
            grant.outcome(&format!("error=access_denied&error_description=no%20way&state={state}"))
        else {
            panic!()
        };
        assert_eq!(words, "the sign-in was refused or cancelled: no way");
    }

    #[test]
    fn the_address_tells_no_secret() {
        let grant = grant();
        let url = grant.authorize_url(&Url::parse("https://oauth.example/oauth/authorize").unwrap());
        assert!(!url.as_str().contains(grant.verifier.expose()), "{url}");
        assert!(url.as_str().contains("code_challenge_method=S256"), "{url}");
    }

    #[test]
    fn only_its_own_redirect_is_taken() {
        let grant = grant();
        for (url, is) in [
            ("http://127.0.0.1:4711/callback?code=x", true),
            ("http://127.0.0.1:4712/callback?code=x", false),
            ("https://127.0.0.1:4711/callback", false),
            ("http://127.0.0.1:4711/callback/x", false),
        ] {
            assert_eq!(grant.is_redirect(&Url::parse(url).unwrap()), is, "{url}");
        }
    }
}
