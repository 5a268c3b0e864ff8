//! What can go wrong, and how far it reaches.

use std::{io, sync::Arc, time::Duration};

use wording::{Text, text};

use crate::Transport;

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
    #[error("the cluster refused the port-forward ({status}): {message}")]
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
    #[error("the cluster could not be reached")]
    Unreachable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// None of the transports was understood by what is on the way to the cluster.
    #[error("none of the ways to carry a port-forward worked: {}", describe(tried))]
    NoTransport {
        /// What was tried, in order, and why it did not work.
        tried: Vec<(Transport, Text)>,
    },
    /// The link under this connection ended.
    #[error("the connection to the cluster was lost: {reason}")]
    LinkLost {
        /// Why, as far as it is known.
        reason: Text,
    },
    /// The link ended, or takes no more streams, before this connection was sent on it: nothing of it has left.
    #[error("the connection was not opened: {reason}")]
    NotOpened {
        /// Why, as far as it is known.
        reason: Text,
    },
    /// Nothing in the pod accepts connections on this port.
    #[error("nothing listens on port {port} of the pod")]
    PortNotListening {
        /// The pod's port.
        port: u16,
        /// What the node wrote.
        text: String,
    },
    /// The node no longer knows the pod, or its network is gone.
    #[error("the pod is gone: {text}")]
    PodGone {
        /// What the node wrote.
        text: String,
    },
    /// The node reported something else about this connection.
    #[error("the node could not forward to port {port}: {text}")]
    Remote {
        /// The pod's port.
        port: u16,
        /// What the node wrote.
        text: String,
    },
    /// The pod, or the node for it, reset the connection.
    #[error("the pod reset the connection")]
    RemoteReset,
    /// The far end of the link broke the rules of SPDY.
    #[error("the cluster sent something that is not a port-forward stream")]
    Protocol(#[source] spdy::Error),
    /// The local connection failed.
    #[error("the local connection failed")]
    Local(#[source] Arc<io::Error>),
    /// The tunnel was closed by this side.
    #[error("the tunnel was closed")]
    Closed,
}

impl Error {
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
            other => Self::NotOpened { reason: Text::verbatim(other.to_string()) },
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Local(Arc::new(error))
    }
}

fn describe(tried: &[(Transport, Text)]) -> String {
    if tried.is_empty() {
        return "none was allowed".to_owned();
    }
    let each: Vec<String> = tried.iter().map(|(transport, why)| format!("{transport}: {why}")).collect();
    each.join("; ")
}
