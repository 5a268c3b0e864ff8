//! What went wrong, in the words a person reads: what happened, why, and what to do.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::profile::{ClusterIdentity, ContextRef};

/// A failure a person can act on. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable; for programs and translations.
    pub code: ProblemCode,
    /// One plain sentence: what happened.
    pub what: Text,
    /// One or two sentences: why, with the far end's own words where they help.
    pub why: Text,
    /// What the person can do about it.
    pub remedy: Text,
    /// The one button that helps, if there is one.
    pub action: Option<RemedyAction>,
    /// The index of the port (in the draft or the profile) that is meant, if one is.
    pub port: Option<u32>,
    /// How long the far end wants to be left alone; for the engine itself.
    #[serde(skip)]
    #[ts(skip)]
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// Without a button, and about no port in particular.
    pub fn new(code: ProblemCode, what: Text, why: Text, remedy: Text) -> Self {
        Self { code, what, why, remedy, action: None, port: None, retry_after: None }
    }

    pub(crate) fn with_action(mut self, action: RemedyAction) -> Self {
        self.action = Some(action);
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// About the port of this index.
    pub(crate) fn with_port(mut self, index: usize) -> Self {
        self.port = u32::try_from(index).ok();
        self
    }
}

/// Why something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ProblemCode {
    /// A port mapping or another field of a draft is malformed.
    BadInput,
    /// A file to import from or to export to cannot be read, understood or written.
    BadFile,
    /// There is a file already where forwards are to be exported to.
    FileExists,
    /// The profile named in a command does not exist (any more).
    UnknownProfile,
    /// The profile wants the person to be asked before it is turned on.
    ConfirmFirst,
    /// Profiles, or another file of Culvert's own, could not be read or written.
    ProfileStore,
    /// The system's list of what it starts at a login could not be read or written.
    StartAtLogin,
    /// The kubeconfig is broken or the context is not in it.
    Kubeconfig,
    /// A login helper (`exec`) is missing or failed.
    LoginHelper,
    /// No connection to the API server.
    Unreachable,
    /// The proxy on the way to the API server is set wrongly or does not let us through.
    Proxy,
    /// The API server has too many requests to answer (429).
    TooBusy,
    /// The API server's certificate is not trusted.
    Untrusted,
    /// Not signed in, or the sign-in has expired (401).
    Unauthorized,
    /// The context leads to another cluster than it did.
    ClusterChanged,
    /// What was pasted or typed for signing in cannot be used.
    BadLogin,
    /// The system's keyring is locked, missing, slow, or refuses.
    Keyring,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// The target does not exist.
    TargetNotFound,
    /// The target cannot be forwarded to (a service without a selector, a UDP port …).
    TargetUnsuitable,
    /// No pod of the target is running.
    NoPod,
    /// The target has no port of that name or number.
    PortNotDeclared,
    /// Nothing listens on that port in the pod.
    PortNotListening,
    /// The serving pod went away.
    PodGone,
    /// The tunnel broke.
    TunnelLost,
    /// The server does not speak a transport that we do.
    NoTransport,
    /// Another program has the local port.
    LocalPortTaken,
    /// The system does not let us listen there (a port below 1024, a foreign address).
    LocalPortDenied,
    /// The demo cluster could not be started.
    Demo,
    /// Anything else; `why` has what is known.
    Internal,
}

/// What a person is told of it.
impl From<&cluster::Error> for Problem {
    fn from(error: &cluster::Error) -> Self {
        crate::words::cluster_problem(error)
    }
}

impl ProblemCode {
    /// Whether the cluster is asked again by itself though somebody has to act, because that may be somebody else: a
    /// permission is given, a target applied.
    pub fn is_asked_again(self) -> bool {
        matches!(
            self,
            Self::Forbidden | Self::TargetNotFound | Self::TargetUnsuitable | Self::PortNotDeclared
        )
    }
}

/// The one button that helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RemedyAction {
    /// Try now instead of waiting ([`Command::Connect`](crate::Command::Connect)).
    Retry,
    /// Sign in to this cluster, in the window.
    SignIn {
        /// Which.
        context: Box<ContextRef>,
    },
    /// Look at the server's certificate and decide whether to trust it.
    TrustServer {
        /// Which cluster.
        context: Box<ContextRef>,
    },
    /// [`Command::AcceptCluster`](crate::Command::AcceptCluster).
    AcceptCluster {
        /// The cluster that it leads to now.
        cluster: Box<ClusterIdentity>,
    },
    /// [`Command::RetryKeyring`](crate::Command::RetryKeyring), or the same command with
    /// [`KeepSecret::Session`](crate::KeepSecret::Session).
    KeepForSession,
    /// Let the system choose the local port of this mapping ([`Command::UseFreePort`](crate::Command::UseFreePort)).
    UseFreePort {
        /// Index of the port in the profile.
        port: u32,
    },
    /// Change the profile.
    Edit,
}
