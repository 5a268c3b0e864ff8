//! A server to look at and to sign in to.

use std::path::PathBuf;

use http::Uri;
use url::Url;
use wording::{Text, text};

use crate::{
    Error, ProxyEnvironment, ProxyFailure, SecretText,
    proxy::{Proxy, in_kubeconfig},
    redaction::plain_url,
};

/// A server as a person describes it, or a context of a kubeconfig. `Debug` shows no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The API server's URL, with or without a path. `https://` is assumed where there is no scheme.
    pub url: String,
    /// Whose word counts for its certificate.
    pub trust: ServerTrust,
    /// What else a kubeconfig says of the way to it.
    pub way: ServerWay,
}

/// What only a kubeconfig says of the way to a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerWay {
    /// `proxy-url`, which may hold a password. Counts whatever the environment says.
    pub(crate) proxy: Option<SecretText>,
    /// `tls-server-name`: the name that the server's certificate must be for.
    pub(crate) name: Option<String>,
}

impl ServerWay {
    /// The proxy to a server that is reached by this way.
    ///
    /// # Errors
    /// [`Error::Proxy`].
    pub(crate) fn proxy(&self, server: &Uri, environment: &ProxyEnvironment) -> Result<Option<Proxy>, Error> {
        match &self.proxy {
            None => environment.proxy_for(server),
            Some(url) => Proxy::of_kubeconfig(url.expose()).map(Some).map_err(|reason| Error::Proxy {
                proxy: String::new(),
                named_by: in_kubeconfig(),
                failure: ProxyFailure::Setting,
                reason: text!("cannot be used: {reason}", "ist nicht verwendbar: {reason}"; reason),
            }),
        }
    }
}

/// Whose word counts for a server's certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServerTrust {
    /// The operating system's.
    #[default]
    System,
    /// These authorities', in PEM.
    Pem(String),
    /// The authorities' in this file, which is read each time the server is connected to.
    File(PathBuf),
    /// The person's: the server must show exactly the certificate with this SHA-256 (of the DER, hexadecimal). Neither
    /// its names nor its validity count.
    Pinned(String),
}

impl Server {
    /// The URL in its usual form: with a scheme, without what follows a path, without a slash at the end.
    ///
    /// # Errors
    /// [`Error::BadServer`].
    pub fn normalized_url(&self) -> Result<String, Error> {
        normalize(&self.url)
    }

    /// The URL to send requests to.
    pub(crate) fn uri(&self) -> Result<Uri, Error> {
        let url = self.normalized_url()?;
        url.parse().map_err(|_| bad(&url, no_url()))
    }
}

/// A URL that a person typed or pasted, as kubeconfigs have it.
///
/// # Errors
/// [`Error::BadServer`].
pub(crate) fn normalize(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(bad("", text!("it is empty", "sie ist leer")));
    }
    if text.contains(char::is_whitespace) {
        return Err(bad(text, text!("it has blanks in it", "sie enthält Leerzeichen")));
    }
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme)
        .map_err(|error| bad(text, text!("it is not a URL ({error})", "sie ist keine URL ({error})")))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(bad(text, text!("it must start with https://", "sie muss mit https:// beginnen")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(
            text,
            text!(
                "it has a user name or password in it; give them apart from the address",
                "sie enthält Benutzername oder Passwort; geben Sie diese getrennt von der Adresse an"
            ),
        ));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad(text, text!("it names no host", "sie nennt keinen Host")));
    }
    // `Url` leaves out the usual port, which the API server's is not, and writes hosts in small letters.
    let plain = plain_url(url.as_str());
    Ok(plain.trim_end_matches('/').to_owned())
}

/// What is not even the beginning of an address.
pub(crate) fn no_url() -> Text {
    text!("it is not a URL", "sie ist keine URL")
}

fn bad(server: &str, reason: Text) -> Error {
    Error::BadServer { server: plain_url(server), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for (typed, url) in [
            ("https://api.example:6443", "https://api.example:6443"),
            (" https://API.Example:6443/ ", "https://api.example:6443"),
            ("api.example:6443", "https://api.example:6443"),
            ("api.example", "https://api.example"),
            ("https://rancher.example/k8s/clusters/c-abc/", "https://rancher.example/k8s/clusters/c-abc"),
            ("[::1]:6443", "https://[::1]:6443"),
            ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
            ("https://api.example:6443/?token=x#y", "https://api.example:6443"),
        ] {
            assert_eq!(normalize(typed).unwrap(), url, "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_says_why_without_its_password() {
        for (typed, reason) in [
            ("", "empty"),
            ("api example", "blanks"),
            ("ftp://api.example", "https://"),
            ("https://me:MustNotShow@api.example", "give them apart"),
            ("https://", "not a URL"),
            ("https://api.example:99999", "not a URL"),
        ] {
            let error = normalize(typed).unwrap_err();
            assert!(
                matches!(&error, Error::BadServer { reason: said, .. } if said.contains(reason)),
                "{error:?}"
            );
            assert!(!format!("{error:?}").contains("MustNotShow"), "{error:?}");
        }
    }
}
