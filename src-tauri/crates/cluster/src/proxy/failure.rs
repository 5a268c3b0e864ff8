//! The ways in which a proxy can fail.

use crate::{Error, proxy::Proxy};

/// What is wrong with a proxy, or what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyFailure {
    /// What names it is not the URL of a proxy.
    Setting,
    /// There is no connection to it.
    Unreachable,
    /// Its certificate is not trusted.
    Untrusted,
    /// It wants a user name and password, or others than it was given.
    SignIn,
    /// It does not allow this destination.
    Refused,
    /// It cannot reach the destination.
    Destination,
    /// It does not answer as a proxy of its kind does.
    NotAProxy,
}

impl ProxyFailure {
    /// What a person can do about it, as part of a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Setting => {
                "correct it, for example to http://proxy.example:3128 or socks5://user:password@proxy.example:1080"
            }
            Self::Unreachable => "check the address of the proxy, the network and the VPN",
            Self::Untrusted => {
                "ask whoever runs the proxy for its certificate authority, and have this computer trust it"
            }
            Self::SignIn => {
                "put the right user name and password in the proxy's URL, as in http://user:password@proxy.example:3128"
            }
            Self::Refused => {
                "ask whoever runs the proxy to allow it, or connect without the proxy where that is possible \
                 (NO_PROXY, or no proxy-url)"
            }
            Self::Destination => "check the cluster's address, and whether the proxy may reach it",
            Self::NotAProxy => {
                "check the proxy's URL: its kind (http, https or socks5), its address and its port"
            }
        }
    }
}

impl Proxy {
    /// The error; `reason` continues "the proxy X …".
    pub(super) fn failed(&self, failure: ProxyFailure, reason: impl Into<String>) -> Error {
        Error::Proxy {
            proxy: self.to_string(),
            named_by: self.named_by().to_owned(),
            failure,
            reason: reason.into(),
        }
    }
}
