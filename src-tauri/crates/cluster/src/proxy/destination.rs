//! Where a proxy is asked to connect to.

use std::fmt;

use http::Uri;

/// Host and port of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// A name or an address, IPv6 without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Destination {
    /// `None` for a URI without a host.
    pub(crate) fn of(server: &Uri) -> Option<Self> {
        let host = server.host()?;
        let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let usual = if server.scheme_str() == Some("http") { 80 } else { 443 };
        Some(Self { host: host.to_owned(), port: server.port_u16().unwrap_or(usual) })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}
