//! `NO_PROXY`, read as kubectl reads it (golang.org/x/net/http/httpproxy, `config.init` and `useProxy`).

use std::net::IpAddr;

use ipnet::IpNet;

use super::destination::Destination;

/// Servers that are connected to without a proxy.
#[derive(Debug, Default)]
pub(super) struct NoProxy {
    all: bool,
    rules: Vec<Rule>,
}

#[derive(Debug)]
enum Rule {
    Network(IpNet),
    Address {
        address: IpAddr,
        port: Option<String>,
    },
    /// `suffix` begins with a dot; `itself` when the name without that dot counts too.
    Domain {
        suffix: String,
        itself: bool,
        port: Option<String>,
    },
}

impl NoProxy {
    /// Reads a list separated by commas. Entries that make no sense are passed over.
    pub(super) fn parse(list: &str) -> Self {
        let entries = || list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        Self { all: entries().any(|entry| entry == "*"), rules: entries().filter_map(rule).collect() }
    }

    /// Whether the server is connected to directly. This computer itself always is.
    pub(super) fn covers(&self, server: &Destination) -> bool {
        let host = server.host.to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) || self.all {
            return true;
        }
        let at_port =
            |port: &Option<String>| port.as_ref().is_none_or(|port| *port == server.port.to_string());
        self.rules.iter().any(|rule| match (rule, address) {
            (Rule::Network(network), Some(address)) => network.contains(&address),
            (Rule::Address { address: listed, port }, Some(address)) => *listed == address && at_port(port),
            (Rule::Domain { suffix, itself, port }, None) => {
                (host.ends_with(suffix) || (*itself && host == suffix[1..])) && at_port(port)
            }
            _ => false,
        })
    }
}

fn rule(entry: &str) -> Option<Rule> {
    let entry = entry.to_ascii_lowercase();
    if let Ok(network) = entry.parse::<IpNet>() {
        return Some(Rule::Network(network));
    }
    let (host, port) = split_port(&entry);
    let port = port.map(str::to_owned);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(Rule::Address { address: address.to_canonical(), port });
    }
    let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    if host.is_empty() {
        return None;
    }
    let itself = !host.starts_with('.');
    let dot = if itself { "." } else { "" };
    Some(Rule::Domain { suffix: format!("{dot}{host}"), itself, port })
}

/// As Go's `net.SplitHostPort`, with the whole as the host where that fails. An empty port counts as none.
fn split_port(entry: &str) -> (&str, Option<&str>) {
    let split = match entry.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => entry.split_once(':').filter(|(_, port)| !port.contains(':')),
    };
    match split {
        Some((host, port)) => (host, Some(port).filter(|port| !port.is_empty())),
        None => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_mean_what_they_mean_to_kubectl() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            // List, servers that it covers, servers that it does not cover.
            (
                "",
                &["localhost:1", "127.0.0.1:443", "127.9.9.9:1", "::1:1", "::ffff:127.0.0.1:1"],
                &["a.example:443", "10.0.0.1:1"],
            ),
            ("*", &["a.example:443", "10.0.0.1:1"], &[]),
            ("x, * ,y", &["a.example:443"], &[]),
            (
                "example.com",
                &["example.com:443", "API.Example.com:6443", "a.b.example.com:1"],
                &["notexample.com:443", "example.com.evil:443", "com:443"],
            ),
            (".example.com", &["api.example.com:443"], &["example.com:443", "notexample.com:1"]),
            ("*.example.com", &["api.example.com:443"], &["example.com:443"]),
            ("EXAMPLE.com:6443", &["api.example.com:6443", "example.com:6443"], &["example.com:443"]),
            ("10.0.0.0/8", &["10.1.2.3:443", "::ffff:10.1.2.3:443"], &["11.0.0.1:443", "10.example:443"]),
            ("fd00::/8", &["fd12::1:6443"], &["fe80::1:6443", "10.0.0.1:1"]),
            ("192.168.1.7", &["192.168.1.7:443"], &["192.168.1.70:443"]),
            ("192.168.1.7:6443", &["192.168.1.7:6443"], &["192.168.1.7:443"]),
            ("[fd00::7]:6443", &["fd00::7:6443"], &["fd00::7:443"]),
            ("fd00::7", &["fd00::7:6443"], &["fd00::8:6443"]),
            // Not refused as a whole for one entry that is empty or nonsense.
            (
                " a.example ,, :80 ,/,10.0.0.0/99,b.example,",
                &["a.example:1", "b.example:1"],
                &["c.example:80", "10.0.0.1:1"],
            ),
            ("a.example b.example", &[], &["a.example:1", "b.example:1"]),
            // A suffix of the digits is no suffix of the address.
            (".0.0.1", &[], &["10.0.0.1:1"]),
        ];
        for (list, covered, others) in cases {
            let no_proxy = NoProxy::parse(list);
            for (servers, expected) in [(covered, true), (others, false)] {
                for server in *servers {
                    let (host, port) = server.rsplit_once(':').unwrap();
                    let destination = Destination { host: host.to_owned(), port: port.parse().unwrap() };
                    assert_eq!(no_proxy.covers(&destination), expected, "{list:?} and {server}");
                }
            }
        }
    }
}
