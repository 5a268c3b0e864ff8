//! The proxies that environment variables name.

use http::Uri;
use secrecy::{ExposeSecret, SecretString};
use wording::{Text, text};

use super::{Proxy, ProxyFailure, destination::Destination, no_proxy::NoProxy};
use crate::Error;

/// The environment variables about proxies, as they were when they were read. `Debug` shows no password.
///
/// `HTTPS_PROXY` is for servers with TLS, `HTTP_PROXY` for the others, `ALL_PROXY` for either where the one before is not
/// set; `NO_PROXY` exempts servers. Each may be written in small letters; the first that is not empty counts. A cluster
/// with a `proxy-url` of its own heeds none of them (client-go, clientcmd `DirectClientConfig.ClientConfig`).
#[derive(Clone, Debug, Default)]
pub struct ProxyEnvironment {
    https: Option<Setting>,
    http: Option<Setting>,
    no_proxy: String,
}

#[derive(Clone, Debug)]
struct Setting {
    variable: &'static str,
    url: SecretString,
}

impl ProxyEnvironment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The variables that `get` knows.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| get(name).filter(|value| !value.is_empty());
        let first = |names: &[&'static str]| {
            let found = names.iter().find_map(|name| Some((*name, value(name)?)));
            found.map(|(variable, url)| Setting { variable, url: url.into() })
        };
        // In a CGI program HTTP_PROXY comes from whoever sends the request (golang.org/s/cgihttpproxy).
        let is_cgi = value("REQUEST_METHOD").is_some();
        let http: &[&'static str] = if is_cgi { &[] } else { &["HTTP_PROXY", "http_proxy"] };
        let all = || first(&["ALL_PROXY", "all_proxy"]);
        Self {
            https: first(&["HTTPS_PROXY", "https_proxy"]).or_else(all),
            http: first(http).or_else(all),
            no_proxy: value("NO_PROXY").or_else(|| value("no_proxy")).unwrap_or_default(),
        }
    }

    /// The proxy for a server; `None` for a direct connection.
    ///
    /// # Errors
    /// [`Error::Proxy`] where the variable that counts does not hold the URL of a proxy.
    pub(crate) fn proxy_for(&self, server: &Uri) -> Result<Option<Proxy>, Error> {
        let setting = match server.scheme_str() {
            Some("https") => &self.https,
            Some("http") => &self.http,
            _ => &None,
        };
        let (Some(Setting { variable, url }), Some(destination)) = (setting, Destination::of(server)) else {
            return Ok(None);
        };
        if NoProxy::parse(&self.no_proxy).covers(&destination) {
            return Ok(None);
        }
        let url = url.expose_secret();
        // `proxy:3128` means an HTTP proxy (httpproxy `parseProxy`).
        let named = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        Proxy::parse(&named, Text::verbatim(*variable)).map(Some).map_err(|reason| Error::Proxy {
            proxy: String::new(),
            named_by: Text::verbatim(*variable),
            failure: ProxyFailure::Setting,
            reason: text!("cannot be used: {reason}", "ist nicht verwendbar: {reason}"; reason),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn choice(variables: Variables<'_>, server: &str) -> String {
        let get = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        match ProxyEnvironment::from_variables(get).proxy_for(&server.parse().unwrap()) {
            Ok(proxy) => proxy.map_or_else(|| "direct".to_owned(), |proxy| format!("{proxy:?}")),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn variables_are_looked_at_in_order() {
        let all = [("ALL_PROXY", "socks5h://all:1"), ("no_proxy", "direct.example, 10.0.0.0/8")];
        let with = |more: &[(&'static str, &'static str)]| [more, all.as_slice()].concat();
        let cases: &[(Variables<'_>, &str, &str)] = &[
            (&[], "https://api.example:6443", "direct"),
            (&all, "https://api.example:6443", "Proxy(socks5://all:1, from ALL_PROXY)"),
            (&all, "http://api.example", "Proxy(socks5://all:1, from ALL_PROXY)"),
            (&all, "https://127.0.0.1:6443", "direct"),
            (&all, "https://[::1]:6443", "direct"),
            (&all, "https://a.direct.example", "direct"),
            (&all, "https://10.2.3.4", "direct"),
            (
                &with(&[("https_proxy", "me:pw@small:8080")]),
                "https://api.example",
                "Proxy(http://small:8080, from https_proxy)",
            ),
            (
                &with(&[("HTTPS_PROXY", "https://big")]),
                "https://api.example",
                "Proxy(https://big:443, from HTTPS_PROXY)",
            ),
            (&with(&[("HTTPS_PROXY", "")]), "https://api.example", "Proxy(socks5://all:1, from ALL_PROXY)"),
            (&[("HTTP_PROXY", "http://p:1")], "https://api.example", "direct"),
            (&[("HTTP_PROXY", "http://p:1")], "http://api.example", "Proxy(http://p:1, from HTTP_PROXY)"),
            (&[("HTTP_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")], "http://api.example", "direct"),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "*")], "https://api.example", "direct"),
            (
                &[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "api.example:443")],
                "https://api.example",
                "direct",
            ),
        ];
        for (variables, server, expected) in cases {
            assert_eq!(choice(variables, server), *expected, "{variables:?} {server}");
        }
    }

    #[test]
    fn a_variable_that_names_no_proxy_is_told_without_its_password() {
        for url in ["ftp://me:hunter2@proxy", "http://me:hunter2@proxy:hunter2", "me:hunter2/x@proxy"] {
            let text = choice(&[("HTTPS_PROXY", url)], "https://api.example");
            assert!(text.starts_with("the proxy from HTTPS_PROXY cannot be used: it "), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
            // Nor is it looked at where it does not count.
            assert_eq!(choice(&[("HTTPS_PROXY", url)], "https://localhost:6443"), "direct");
        }
        let get = |name: &str| (name == "ALL_PROXY").then(|| "http://me:hunter2@p".to_owned());
        assert!(!format!("{:?}", ProxyEnvironment::from_variables(get)).contains("hunter2"));
    }
}
