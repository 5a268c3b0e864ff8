//! The ways in which a proxy can fail.

use wording::{Text, text};

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
    pub fn remedy(self) -> Text {
        match self {
            Self::Setting => {
                text!(
                    "correct it, for example to http://proxy.example:3128 or socks5://user:password@proxy.example:1080",
                    "berichtigen Sie ihn, zum Beispiel zu http://proxy.example:3128 oder socks5://user:password@proxy.example:1080"
                )
            }
            Self::Unreachable => text!(
                "check the address of the proxy, the network and the VPN",
                "prüfen Sie die Adresse des Proxys, das Netz und das VPN"
            ),
            Self::Untrusted => {
                text!(
                    "ask whoever runs the proxy for its certificate authority, and have this computer trust it",
                    "erfragen Sie beim Betreiber des Proxys dessen Zertifizierungsstelle, und lassen Sie diesen Computer ihr vertrauen"
                )
            }
            Self::SignIn => {
                text!(
                    "put the right user name and password in the proxy's URL, as in http://user:password@proxy.example:3128",
                    "tragen Sie den richtigen Benutzernamen und das Passwort in die URL des Proxys ein, wie in http://user:password@proxy.example:3128"
                )
            }
            Self::Refused => {
                text!(
                    "ask whoever runs the proxy to allow it, or connect without the proxy where that is possible (NO_PROXY, or no proxy-url)",
                    "bitten Sie den Betreiber des Proxys, es zu erlauben, oder verbinden Sie ohne den Proxy, wo das geht (NO_PROXY, oder kein proxy-url)"
                )
            }
            Self::Destination => text!(
                "check the cluster's address, and whether the proxy may reach it",
                "prüfen Sie die Adresse des Clusters, und ob der Proxy ihn erreichen darf"
            ),
            Self::NotAProxy => {
                text!(
                    "check the proxy's URL: its kind (http, https or socks5), its address and its port",
                    "prüfen Sie die URL des Proxys: Art (http, https oder socks5), Adresse und Port"
                )
            }
        }
    }
}

impl Proxy {
    /// The error; `reason` continues "the proxy X …".
    pub(super) fn failed(&self, failure: ProxyFailure, reason: Text) -> Error {
        Error::Proxy { proxy: self.to_string(), named_by: self.named_by().clone(), failure, reason }
    }
}
