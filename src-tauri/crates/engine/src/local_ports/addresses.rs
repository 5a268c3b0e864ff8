//! The addresses of this computer on which a forward listens.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use wording::{Text, text};

/// More addresses than a computer usually has; bounds the sockets of one forward.
const MOST: usize = 16;

/// One or more addresses to listen on: `localhost`, IP addresses, or several of them with commas between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindAddresses(Vec<BindAddress>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BindAddress {
    /// 127.0.0.1 and ::1; one of them is enough on a computer that has only one.
    Localhost,
    Ip(IpAddr),
}

/// An address to bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) ip: IpAddr,
    /// It may be missing on this computer as long as another one is there.
    pub(super) optional: bool,
}

impl BindAddresses {
    /// What to bind, in order, each address once.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut add = |ip: IpAddr, optional| {
            match candidates.iter_mut().find(|candidate| candidate.ip == ip) {
                // Named by itself too, so it must be there.
                Some(known) => known.optional &= optional,
                None => candidates.push(Candidate { ip, optional }),
            }
        };
        for address in &self.0 {
            match *address {
                BindAddress::Localhost => {
                    add(Ipv4Addr::LOCALHOST.into(), true);
                    add(Ipv6Addr::LOCALHOST.into(), true);
                }
                BindAddress::Ip(ip) => add(ip, false),
            }
        }
        // "Every address" includes the others of its family, which would only collide with it.
        for all in [IpAddr::from(Ipv4Addr::UNSPECIFIED), Ipv6Addr::UNSPECIFIED.into()] {
            if candidates.iter().any(|candidate| candidate.ip == all) {
                candidates.retain(|candidate| candidate.ip == all || candidate.ip.is_ipv4() != all.is_ipv4());
            }
        }
        candidates
    }
}

impl BindAddresses {
    /// Whether the same port cannot be had on both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let meet = |a: IpAddr, b: IpAddr| {
            a == b || (a.is_ipv4() == b.is_ipv4() && (a.is_unspecified() || b.is_unspecified()))
        };
        let others = other.candidates();
        self.candidates().iter().any(|mine| others.iter().any(|theirs| meet(mine.ip, theirs.ip)))
    }
}

impl FromStr for BindAddresses {
    type Err = Text;

    fn from_str(text: &str) -> Result<Self, Text> {
        if text.trim().is_empty() {
            return Ok(Self(vec![BindAddress::Localhost]));
        }
        let addresses = text
            .split(',')
            .map(|part| match part.trim() {
                "localhost" => Ok(BindAddress::Localhost),
                "" => Err(text!(
                    "There is an address missing beside a comma.",
                    "Neben einem Komma fehlt eine Adresse."
                )),
                part => address(part).map(BindAddress::Ip),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if addresses.len() > MOST {
            return Err(text!(
                "These are too many addresses: at most {MOST} are possible.",
                "Das sind zu viele Adressen: Höchstens {MOST} sind möglich."
            ));
        }
        Ok(Self(addresses))
    }
}

/// Of an address as it may be found in a URL too.
fn address(part: &str) -> Result<IpAddr, Text> {
    let inner = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(part);
    // Its number here is another one on each computer, and changes when an interface comes back.
    if let Some((address, zone)) = inner.split_once('%')
        && address.parse::<Ipv6Addr>().is_ok()
    {
        return Err(text!(
            "{part} is an address of the network interface {zone} alone, where Culvert cannot listen: write ::1 for this computer, or :: for every address.",
            "{part} ist eine Adresse nur der Netzwerkschnittstelle {zone}, auf der Culvert nicht lauschen kann: Schreiben Sie ::1 für diesen Computer, oder :: für jede Adresse."
        ));
    }
    match inner.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) if address.is_unicast_link_local() => Err(text!(
            "{part} is an address of one network interface alone, where Culvert cannot listen: write ::1 for this computer, or :: for every address.",
            "{part} ist eine Adresse nur einer Netzwerkschnittstelle, auf der Culvert nicht lauschen kann: Schreiben Sie ::1 für diesen Computer, oder :: für jede Adresse."
        )),
        // What is IPv4 inside IPv6 is IPv4.
        Ok(address) => Ok(address.to_canonical()),
        Err(_) => Err(text!(
            "{part} is not an IP address: write localhost, or an address such as 127.0.0.1, ::1 or 0.0.0.0.",
            "{part} ist keine IP-Adresse: Schreiben Sie localhost, oder eine Adresse wie 127.0.0.1, ::1 oder 0.0.0.0."
        )),
    }
}

impl fmt::Display for BindAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, address) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match address {
                BindAddress::Localhost => write!(f, "{comma}localhost")?,
                BindAddress::Ip(ip) => write!(f, "{comma}{ip}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_decides_what_is_bound() {
        for (text, normal, expected) in [
            ("", "localhost", "127.0.0.1? ::1?"),
            ("localhost", "localhost", "127.0.0.1? ::1?"),
            ("10.0.0.7", "10.0.0.7", "10.0.0.7"),
            ("localhost, 10.0.0.7", "localhost,10.0.0.7", "127.0.0.1? ::1? 10.0.0.7"),
            ("localhost,127.0.0.1", "localhost,127.0.0.1", "127.0.0.1 ::1?"),
            ("0.0.0.0,localhost", "0.0.0.0,localhost", "0.0.0.0 ::1?"),
            ("::,0.0.0.0,localhost", "::,0.0.0.0,localhost", ":: 0.0.0.0"),
            ("[::1], ::ffff:10.0.0.7", "::1,10.0.0.7", "::1 10.0.0.7"),
        ] {
            let addresses: BindAddresses = text.parse().unwrap();
            assert_eq!(addresses.to_string(), normal);
            let bound: Vec<String> = addresses
                .candidates()
                .iter()
                .map(|candidate| format!("{}{}", candidate.ip, if candidate.optional { "?" } else { "" }))
                .collect();
            assert_eq!(bound.join(" "), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        for (text, says) in [
            ("my-computer", "my-computer is not"),
            ("127.0.0.1:80", "127.0.0.1:80 is not"),
            ("127.0.0.1,,::1", "missing"),
            ("fe80::1%eth0", "of the network interface eth0 alone"),
            ("[fe80::1]", "of one network interface alone"),
            ("eth0%1", "eth0%1 is not"),
            ("[::1", "[::1 is not"),
            (&["::1"; MOST + 1].join(","), "too many"),
        ] {
            let error = text.parse::<BindAddresses>().unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
