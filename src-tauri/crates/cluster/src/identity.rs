//! What a cluster is known by, whatever a kubeconfig calls it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{Cluster, redaction::plain_url, tls::Trust};

/// What a cluster is known by: its server, and whose word counts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The API server's URL, without credentials, with small letters in the host and no port where it is the usual one.
    pub server: String,
    /// SHA-256 over the authorities that are named, whatever their order, in hexadecimal; absent where the system's
    /// count.
    pub authority: Option<String>,
}

impl Identity {
    pub(crate) fn new(server: &str, authorities: Option<&[Vec<u8>]>) -> Self {
        Self { server: normal(server), authority: authorities.map(digest) }
    }

    /// Of a server that no kubeconfig describes. What is pinned stands for an authority.
    pub(crate) fn trusting(server: &str, trust: &Trust) -> Self {
        let named = match trust {
            Trust::System => None,
            Trust::Authorities(known) => Some(known.iter().map(|one| one.as_ref().to_vec()).collect()),
            Trust::Pinned(pins) => Some(pins.iter().map(|pin| pin.clone().into_bytes()).collect::<Vec<_>>()),
        };
        Self::new(server, named.as_deref())
    }
}

impl Cluster {
    /// What the cluster is known by, as it was described when it was connected. Nobody is asked.
    pub fn identity(&self) -> Identity {
        self.approach().identity().clone()
    }
}

/// Spellings of the same URL become one.
fn normal(server: &str) -> String {
    let plain = plain_url(server);
    let text = Url::parse(&plain).map_or(plain, String::from);
    text.trim_end_matches('/').to_owned()
}

fn digest(authorities: &[Vec<u8>]) -> String {
    let mut each: Vec<[u8; 32]> = authorities.iter().map(|der| Sha256::digest(der).into()).collect();
    each.sort_unstable();
    each.dedup();
    let mut all = Sha256::new();
    each.iter().for_each(|one| all.update(one));
    all.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_server_are_the_same_cluster() {
        let of = |server: &str| Identity::new(server, None).server;
        for same in ["https://api.example", "https://API.example:443/", "https://me:hunter2@api.example/?x=1"]
        {
            assert_eq!(of(same), "https://api.example", "{same}");
        }
        for other in
            ["https://api.example:6443", "http://api.example", "https://api.example/k8s/clusters/c-1"]
        {
            assert_ne!(of(other), of("https://api.example"), "{other}");
        }
        assert_eq!(of("https://api.example/k8s/clusters/c-1/"), of("https://api.example/k8s/clusters/c-1"));
        assert!(!of("https://me:hunter2@a b").contains("hunter2"));
    }

    #[test]
    fn authorities_count_in_any_order_and_all_of_them() {
        let of = |list: &[&[u8]]| {
            let list: Vec<Vec<u8>> = list.iter().map(|der| der.to_vec()).collect();
            Identity::new("https://x", Some(&list)).authority
        };
        assert_eq!(of(&[b"a", b"b"]), of(&[b"b", b"a", b"b"]));
        assert_ne!(of(&[b"a", b"b"]), of(&[b"a"]));
        assert_ne!(of(&[b"ab"]), of(&[b"a", b"b"]));
        assert_eq!(of(&[b"a"]).unwrap().len(), 64);
        assert_eq!(Identity::new("https://x", None).authority, None);
    }
}
