//! One proxy: what its URL says.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use wording::{Text, text};

/// A proxy. Neither `Display` nor `Debug` shows its password, nor the user name.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(super) kind: ProxyKind,
    /// A name or an address, IPv6 in brackets.
    host: String,
    port: u16,
    pub(super) sign_in: Option<SignIn>,
    named_by: Text,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ProxyKind {
    Http,
    Https,
    /// `socks5` and `socks5h` alike: the proxy resolves names, as with kubectl (Go `net/http`, `Transport.Proxy`). A
    /// cluster's name is often known behind the proxy only.
    Socks5,
}

/// What a URL has before the `@`, decoded.
#[derive(Clone)]
pub(super) struct SignIn {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// Where a kubeconfig names its proxy.
pub(crate) fn in_kubeconfig() -> Text {
    text!("proxy-url in the kubeconfig", "proxy-url in der kubeconfig")
}

impl Proxy {
    /// The proxy that a kubeconfig names.
    ///
    /// # Errors
    /// As of [`parse`](Self::parse).
    pub(crate) fn of_kubeconfig(url: &str) -> Result<Self, Text> {
        Self::parse(url, in_kubeconfig())
    }

    /// Reads the URL of a proxy; `named_by` says where it stands.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it: it may hold a password.
    pub(crate) fn parse(url: &str, named_by: Text) -> Result<Self, Text> {
        let url = Url::parse(url.trim())
            .map_err(|error| text!("it is not a URL ({error})", "er ist keine URL ({error})"))?;
        let (kind, usual_port) = match url.scheme() {
            "http" => (ProxyKind::Http, 80),
            "https" => (ProxyKind::Https, 443),
            "socks5" | "socks5h" => (ProxyKind::Socks5, 1080),
            _ => {
                return Err(text!(
                    "it must start with http://, https:// or socks5://",
                    "er muss mit http://, https:// oder socks5:// beginnen"
                ));
            }
        };
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| text!("it names no host", "er nennt keinen Host"))?
            .to_owned();
        let decode = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(std::borrow::Cow::into_owned).map_err(|_| {
                text!(
                    "its user name or password is not UTF-8",
                    "sein Benutzername oder Passwort ist kein UTF-8"
                )
            })
        };
        let (user, password) = (url.username(), url.password());
        let sign_in = if user.is_empty() && password.is_none() {
            None
        } else {
            let password = SecretString::from(decode(password.unwrap_or_default())?);
            Some(SignIn { user: decode(user)?, password })
        };
        let port = url.port().unwrap_or(usual_port);
        let proxy = Self { kind, host, port, sign_in, named_by };
        proxy.uri().map_err(|_| {
            text!(
                "its host is not one that can be connected to",
                "mit seinem Host kann man sich nicht verbinden"
            )
        })?;
        Ok(proxy)
    }

    /// Its host, IPv6 without brackets, and its port.
    pub(crate) fn place(&self) -> (&str, u16) {
        let bare = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        (bare.unwrap_or(&self.host), self.port)
    }

    /// Where the proxy is named.
    pub(super) fn named_by(&self) -> &Text {
        &self.named_by
    }

    /// What to connect to; `https` only where the proxy itself speaks TLS.
    pub(super) fn uri(&self) -> Result<Uri, http::uri::InvalidUri> {
        let scheme = if self.kind == ProxyKind::Https { "https" } else { "http" };
        Uri::try_from(format!("{scheme}://{}:{}", self.host, self.port))
    }

    /// The value of `Proxy-Authorization` (RFC 7617).
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let SignIn { user, password } = self.sign_in.as_ref()?;
        let encoded = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
        // Base64 has no character that a header value must not have.
        let mut value = HeaderValue::try_from(format!("Basic {encoded}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// All forms in which the password may come back in a text.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let Some(SignIn { user, password }) = &self.sign_in else { return Vec::new() };
        let password = password.expose_secret();
        vec![password.to_owned(), format!("{user}:{password}"), STANDARD.encode(format!("{user}:{password}"))]
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            ProxyKind::Http => "http",
            ProxyKind::Https => "https",
            ProxyKind::Socks5 => "socks5",
        };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self}, from {})", self.named_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_go_reads_them() {
        for (url, shown, user_and_password) in [
            ("http://proxy", "http://proxy:80", None),
            ("HTTP://Proxy.Example:3128/", "http://proxy.example:3128", None),
            ("https://proxy", "https://proxy:443", None),
            ("socks5://proxy", "socks5://proxy:1080", None),
            ("socks5h://[::1]:9", "socks5://[::1]:9", None),
            ("http://me@proxy:1", "http://proxy:1", Some(("me", ""))),
            ("http://me:p%40ss%3a%20w@proxy:1", "http://proxy:1", Some(("me", "p@ss: w"))),
            ("socks5://me:p#w@proxy:1", "", None),
            ("proxy:3128", "", None),
            ("ftp://proxy", "", None),
            ("http://", "", None),
            ("http://proxy:99999", "", None),
            ("http://me:%ff@proxy", "", None),
        ] {
            match Proxy::parse(url, Text::verbatim("here")) {
                Ok(proxy) => {
                    assert_eq!(proxy.to_string(), shown, "{url}");
                    let sign_in = proxy.sign_in.as_ref();
                    let found = sign_in.map(|one| (one.user.as_str(), one.password.expose_secret()));
                    assert_eq!(found, user_and_password, "{url}");
                }
                Err(reason) => assert_eq!(shown, "", "{url}: {reason}"),
            }
        }
    }

    #[test]
    fn passwords_do_not_show() {
        let proxy = Proxy::parse("http://me:hunter2@proxy:3128", Text::verbatim("HTTPS_PROXY")).unwrap();
        assert_eq!(
            format!("{proxy} {proxy:?}"),
            "http://proxy:3128 Proxy(http://proxy:3128, from HTTPS_PROXY)"
        );
        assert!(!format!("{:?}", proxy.basic()).contains("Basic"));
        assert_eq!(proxy.basic().unwrap(), "Basic bWU6aHVudGVyMg==");
        for url in [
            "http://me:hunter2@proxy:hunter2",
            "hunter2://me:hunter2@x",
            "http://me:hunter2@",
            "me:hunter2@p q",
        ] {
            let reason = Proxy::parse(url, Text::verbatim("here")).unwrap_err();
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }
}
