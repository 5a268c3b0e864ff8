//! Keeps credentials out of texts that people and logs see.

use std::sync::Arc;

use kube::config::{AuthInfo, Cluster};
use secrecy::{ExposeSecret, SecretString};

use crate::proxy::Proxy;

/// Stands for what was taken out.
const GAP: &str = "…";

/// Shorter secrets are not searched for: the text would suffer and nobody would be safer.
const SHORTEST_SECRET: usize = 4;

/// Words this long of letters and digits alone are taken for tokens, unless they are made like names.
const TOKEN_LENGTH: usize = 48;

/// Names of pods, hosts and service accounts can be as long as a token, but no part of them is longer than this and they
/// have no capital letters. The shortest secret in one piece that tokens are made of has 32 characters.
const LONGEST_NAME_PART: usize = 24;

/// The longest text of a server or helper that is passed on, in characters: a few lines.
const LONGEST_TEXT: usize = 600;

/// Knows the secrets of one kubeconfig user. Its `Debug` shows none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactor {
    secrets: Arc<Vec<SecretString>>,
}

impl Redactor {
    pub(crate) fn new(user: &AuthInfo, cluster: &Cluster, proxy: Option<&Proxy>) -> Self {
        let mut secrets: Vec<String> = proxy.map(Proxy::secrets).unwrap_or_default();
        for secret in [&user.password, &user.token, &user.client_key_data].into_iter().flatten() {
            secrets.push(secret.expose_secret().to_owned());
        }
        if let Some(provider) = &user.auth_provider {
            for (name, value) in &provider.config {
                if is_secret_name(name) {
                    secrets.push(value.clone());
                } else if name == "cmd-args" {
                    let arguments: Vec<String> = value.split(' ').map(str::to_owned).collect();
                    secrets.extend(secret_arguments(&arguments));
                }
            }
        }
        if let Some(exec) = &user.exec {
            for variable in exec.env.iter().flatten() {
                if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value"))
                    && is_secret_name(name)
                {
                    secrets.push(value.clone());
                }
            }
            secrets.extend(secret_arguments(exec.args.as_deref().unwrap_or_default()));
        }
        for url in [&cluster.server, &cluster.proxy_url].into_iter().flatten() {
            if let Some(credentials) = credentials_of(url) {
                secrets.push(credentials.to_owned());
                secrets.extend(credentials.split_once(':').map(|(_, password)| password.to_owned()));
            }
        }
        // Texts are searched in one line, so a secret that spans lines is searched for piece by piece.
        let mut secrets: Vec<String> =
            secrets.iter().flat_map(|secret| secret.split_whitespace()).map(str::to_owned).collect();
        secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
        // The longest first, so that one that contains another leaves nothing behind.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets: Arc::new(secrets.into_iter().map(SecretString::from).collect()) }
    }

    /// The text in one line, without secrets, at most 600 characters.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for secret in self.secrets.iter() {
            text = text.replace(secret.expose_secret(), GAP);
        }
        let text: Vec<&str> =
            text.split(' ').map(|word| if looks_like_token(word) { GAP } else { word }).collect();
        shorten(&text.join(" "))
    }
}

/// A URL without user name, password, query and fragment.
pub(crate) fn plain_url(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match credentials_of(url) {
        Some(credentials) => url.replacen(&format!("{credentials}@"), "", 1),
        None => url.to_owned(),
    }
}

fn credentials_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map(|(credentials, _)| credentials)
}

/// Whether an argument, a variable or a setting of this name holds a secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["secret", "password", "passwd", "token", "key", "credential", "passphrase"]
        .iter()
        .any(|part| name.contains(part))
}

/// `--client-secret=x` and `--password x`.
fn secret_arguments(arguments: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with('-') {
            continue;
        }
        match argument.split_once('=') {
            Some((name, value)) if is_secret_name(name) => found.push(value.to_owned()),
            None if is_secret_name(argument) => {
                found.extend(arguments.next_if(|next| !next.starts_with('-')).cloned());
            }
            _ => {}
        }
    }
    found
}

fn looks_like_token(word: &str) -> bool {
    word.len() >= TOKEN_LENGTH
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+=\"',:".contains(c))
        && word.chars().any(|c| c.is_ascii_digit())
        && !looks_like_name(word)
}

fn looks_like_name(word: &str) -> bool {
    !word.contains(|c: char| c.is_ascii_uppercase())
        && word.split(|c: char| !c.is_ascii_alphanumeric()).all(|part| part.len() <= LONGEST_NAME_PART)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_every_kind_are_taken_out() {
        let user: AuthInfo = serde_json::from_value(serde_json::json!({
            "username": "admin", "password": "pass-word", "token": "to-ken", "client-key-data": "a2V5LWRhdGE=",
            "auth-provider": {"name": "oidc", "config": {"refresh-token": "refresh-me", "idp-issuer-url": "https://idp"}},
            "exec": {"command": "login", "args": ["--client-secret=arg-one", "--password", "arg-two", "--user", "me"],
                     "env": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "env-one"}, {"name": "AWS_PROFILE", "value": "prod"}]},
        }))
        .unwrap();
        let cluster: Cluster =
            serde_json::from_value(serde_json::json!({"proxy-url": "http://me:proxy-pass@proxy:3128"}))
                .unwrap();
        let environment =
            Proxy::parse("http://you:env%20proxy-pass@proxy", wording::Text::verbatim("HTTPS_PROXY"))
                .unwrap();
        let redactor = Redactor::new(&user, &cluster, Some(&environment));
        let all = "pass-word to-ken a2V5LWRhdGE= refresh-me arg-one arg-two env-one me:proxy-pass proxy-pass \
            env%20proxy-pass eW91OmVudiBwcm94eS1wYXNz";
        assert_eq!(redactor.clean(all), "… … … … … … … … … env%20… …");
        assert_eq!(redactor.clean("profile prod of\n  user me failed"), "profile prod of user me failed");
        assert!(!format!("{redactor:?}").contains("pass"), "{redactor:?}");
    }

    #[test]
    fn what_looks_like_a_token_is_taken_out() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl";
        let redactor = Redactor::default();
        assert_eq!(redactor.clean(&format!("got {token} back")), "got … back");
        let fine = "visit https://login.example.com/device/activate/with/a/long/path?user_code=ABCD-1234";
        assert_eq!(redactor.clean(fine), fine);
        for token in
            ["sha256~dGhpcyBpcyBhIHRva2VuIG9mIE9wZW5TaGlmdCA0LjE2IQ", &format!("u-abc12:{}", "k7".repeat(27))]
        {
            assert_eq!(redactor.clean(&format!("got \"{token}\" back")), "got … back");
        }
        assert_eq!(redactor.clean(&"ab ".repeat(1000)).chars().count(), LONGEST_TEXT + 1);
    }

    #[test]
    fn long_names_stay() {
        let text = "User \"system:serviceaccount:team-payments-production-eu1:payments-deployer-2\" cannot get \
            pods \"payments-reconciliation-worker-production-7d9f8b6c5d-x2x4z\" on \
            ip-10-0-12-34.eu-central-1.compute.internal.cluster-3.example.com:";
        assert_eq!(Redactor::default().clean(text), text);
    }

    #[test]
    fn urls_lose_their_credentials() {
        for (url, plain) in [
            ("https://user:pw@host:6443/base", "https://host:6443/base"),
            ("https://host:6443", "https://host:6443"),
            ("https://host/@x?token=1", "https://host/@x"),
            ("", ""),
        ] {
            assert_eq!(plain_url(url), plain);
        }
    }
}
