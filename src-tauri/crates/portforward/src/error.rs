//! What can go wrong, and how far it reaches.

use std::{fmt, io, sync::Arc, time::Duration};

use wording::{Text, text};

use crate::{Transport, websocket::Violation};

/// How far an [`Error`] reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One local connection; the tunnel goes on.
    Flow,
    /// The link under one or more local connections; other links may go on.
    Link,
    /// No link could be made at all.
    Refused,
}

/// Errors of tunnels and of the connections they carry.
///
/// Cloneable, because one lost link ends all flows on it.
#[non_exhaustive]
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The cluster answered the request for a link, but did not switch protocols.
    Refused {
        /// HTTP status code.
        status: u16,
        /// `reason` of the Kubernetes `Status` in the answer, such as `Forbidden`; plain-text answers have none.
        reason: Option<String>,
        /// `message` of that `Status`, or the plain text; at most 2,000 characters.
        message: String,
        /// How long the server wants to be left alone (`Retry-After` in seconds, RFC 9110 section 10.2.3).
        retry_after: Option<Duration>,
    },
    /// No answer: no connection, no TLS, no credentials, or a connection that ended before the answer.
    Unreachable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// None of the transports was understood by what is on the way to the cluster.
    NoTransport {
        /// What was tried, in order, and why it did not work.
        tried: Vec<(Transport, Text)>,
    },
    /// The link under this connection ended.
    LinkLost {
        /// Why, as far as it is known.
        reason: Text,
    },
    /// The link ended, or takes no more streams, before this connection was sent on it: nothing of it has left.
    NotOpened {
        /// Why, as far as it is known.
        reason: Text,
    },
    /// Nothing in the pod accepts connections on this port.
    PortNotListening {
        /// The pod's port.
        port: u16,
        /// What the node wrote.
        text: String,
    },
    /// The node no longer knows the pod, or its network is gone.
    PodGone {
        /// What the node wrote.
        text: String,
    },
    /// The node reported something else about this connection.
    Remote {
        /// The pod's port.
        port: u16,
        /// What the node wrote.
        text: String,
    },
    /// The pod, or the node for it, reset the connection.
    RemoteReset,
    /// The far end of the link broke the rules of SPDY.
    Protocol(#[source] spdy::Error),
    /// The local connection failed.
    Local(#[source] Arc<io::Error>),
    /// The tunnel was closed by this side.
    Closed,
}

impl Error {
    /// What happened, in every language. Names no secret: sources of errors are left out.
    pub fn in_words(&self) -> Text {
        match self {
            Self::Refused { status, message, .. } => text!(
                "the cluster refused the port-forward ({status}): {message}",
                "der Cluster lehnte die Weiterleitung ab ({status}): {message}"
            ),
            Self::Unreachable(_) => {
                text!("the cluster could not be reached", "der Cluster war nicht erreichbar")
            }
            Self::NoTransport { tried } => text!(
                "none of the ways to carry a port-forward worked: {each}",
                "kein Weg für eine Weiterleitung hat funktioniert: {each}"; each = describe(tried)
            ),
            Self::LinkLost { reason } => text!(
                "the connection to the cluster was lost: {reason}",
                "die Verbindung zum Cluster ging verloren: {reason}"; reason
            ),
            Self::NotOpened { reason } => text!(
                "the connection was not opened: {reason}",
                "die Verbindung wurde nicht geöffnet: {reason}"; reason
            ),
            Self::PortNotListening { port, .. } => {
                text!("nothing listens on port {port} of the pod", "auf Port {port} des Pods lauscht nichts")
            }
            Self::PodGone { text } => {
                text!("the pod is gone: {text}", "den Pod gibt es nicht mehr: {text}")
            }
            Self::Remote { port, text } => text!(
                "the node could not forward to port {port}: {text}",
                "der Node konnte nicht zu Port {port} weiterleiten: {text}"
            ),
            Self::RemoteReset => {
                text!("the pod reset the connection", "der Pod hat die Verbindung zurückgesetzt")
            }
            Self::Protocol(_) => text!(
                "the cluster sent something that is not a port-forward stream",
                "der Cluster sendete etwas, das nicht zu einer Weiterleitung gehört"
            ),
            Self::Local(_) => text!("the local connection failed", "die lokale Verbindung ist gescheitert"),
            Self::Closed => text!("the tunnel was closed", "der Tunnel wurde geschlossen"),
        }
    }

    /// How far this error reaches.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Refused { .. } | Self::Unreachable(_) | Self::NoTransport { .. } => Scope::Refused,
            Self::LinkLost { .. } | Self::NotOpened { .. } | Self::Protocol(_) | Self::Closed => Scope::Link,
            Self::PortNotListening { .. }
            | Self::PodGone { .. }
            | Self::Remote { .. }
            | Self::RemoteReset
            | Self::Local(_) => Scope::Flow,
        }
    }

    pub(crate) fn unreachable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreachable(Arc::from(source.into()))
    }

    pub(crate) fn lost(reason: Text) -> Self {
        Self::LinkLost { reason }
    }

    /// The cluster ended the link.
    pub(crate) fn closed_there() -> Self {
        Self::lost(text!("the cluster closed it", "der Cluster hat sie geschlossen"))
    }

    /// Nothing comes on the link any more, not even answers to pings.
    pub(crate) fn silent() -> Self {
        Self::lost(text!("the cluster no longer answers", "der Cluster antwortet nicht mehr"))
    }

    /// Of the connections that were not sent on the link yet when it ended with this error.
    pub(crate) fn before_sending(&self) -> Self {
        match self {
            Self::Closed => Self::Closed,
            Self::LinkLost { reason } | Self::NotOpened { reason } => {
                Self::NotOpened { reason: reason.clone() }
            }
            other => Self::NotOpened { reason: other.in_words() },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.in_words().fmt(f)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Local(Arc::new(error))
    }
}

/// Why reading or writing failed: in our words where they are, else in the system's.
pub(crate) fn io_words(error: &io::Error) -> Text {
    let Some(inner) = error.get_ref() else { return Text::verbatim(error.to_string()) };
    if let Some(text) = inner.downcast_ref::<Text>() {
        text.clone()
    } else if inner.is::<Violation>() {
        text!(
            "the server broke the rules of the WebSocket ({error})",
            "der Server hielt sich nicht an die Regeln des WebSockets ({error})"
        )
    } else {
        Text::verbatim(error.to_string())
    }
}

fn describe(tried: &[(Transport, Text)]) -> Text {
    if tried.is_empty() {
        return text!("none was allowed", "keiner war erlaubt");
    }
    let each: Vec<Text> =
        tried.iter().map(|(transport, why)| why.map(|why| format!("{transport}: {why}"))).collect();
    Text::join(&each, "; ")
}

#[cfg(test)]
mod tests {
    use wording::Spoken;

    use super::*;

    /// What people are told is nowhere half English.
    #[test]
    fn each_is_said_in_every_language() {
        let words = || text!("why", "warum");
        let said = || "x".to_owned();
        for error in [
            Error::Refused { status: 500, reason: None, message: said(), retry_after: None },
            Error::unreachable("x"),
            Error::NoTransport { tried: vec![(Transport::Spdy, words())] },
            Error::NoTransport { tried: Vec::new() },
            Error::LinkLost { reason: words() },
            Error::NotOpened { reason: words() },
            Error::PortNotListening { port: 1, text: said() },
            Error::PodGone { text: said() },
            Error::Remote { port: 1, text: said() },
            Error::RemoteReset,
            Error::Protocol(spdy::Error::ZeroPingId),
            Error::from(io::Error::from(io::ErrorKind::TimedOut)),
        ] {
            let Error::NotOpened { reason } = error.before_sending() else { panic!("{error}") };
            let (english, german) = (reason.of(Spoken::English), reason.of(Spoken::German));
            for word in ["the", "was", "why", "none", "of"] {
                assert!(!german.split([' ', ':']).any(|part| part == word), "{german}");
            }
            assert_ne!(english, german);
        }
    }

    #[test]
    fn only_who_broke_the_rules_of_the_websocket_is_said_to_have() {
        let invalid = |inner: Box<dyn std::error::Error + Send + Sync>| {
            io_words(&io::Error::new(io::ErrorKind::InvalidData, inner))
        };
        let broken = invalid(Box::new(Violation::Masked));
        assert!(broken.contains("rules of the WebSocket (a frame of the server was masked)"), "{broken}");
        // As TLS has it.
        let other = invalid("received corrupt message".into());
        assert_eq!(other, Text::verbatim("received corrupt message"));
    }
}
