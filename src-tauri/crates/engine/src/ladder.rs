//! The answer to "why?": from name resolution to the port in the pod, rung by rung.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::{
    problem::Problem,
    profile::{ContextRef, ProfileId},
    words,
};

/// What is looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Subject {
    /// A cluster.
    Cluster {
        /// Which.
        context: ContextRef,
    },
    /// A forward, whether it is on or not.
    Forward {
        /// Which.
        id: ProfileId,
    },
}

/// All rungs of one diagnosis, from the bottom up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Ladder {
    /// What was looked into, in words: `shop web` or `the cluster work`.
    pub title: Text,
    /// When it was begun, in milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// In order; a failed one makes those above it [`Outcome::Skipped`].
    pub steps: Vec<LadderStep>,
    /// All of it as plain text without secrets, to be copied into a message.
    pub text: Text,
}

/// One rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LadderStep {
    /// What is looked at.
    pub rung: Rung,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, in a sentence: `api.example.com is 10.1.2.3`. Empty while it is not known.
    pub detail: Text,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u32>,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Rung {
    /// The kubeconfig, the context in it, or the cluster that the person added.
    Configuration,
    /// The server's name, or the proxy's.
    Name,
    /// A TCP connection to the server, or to the proxy.
    Connection,
    /// The proxy's consent to connect to the server.
    Proxy,
    /// TLS and the server's certificate.
    Certificate,
    /// Credentials, and that the server takes them.
    SignIn,
    /// What the person may do.
    Permission,
    /// That the target exists.
    Target,
    /// A pod that is ready.
    Pod,
    /// That the target declares the ports.
    DeclaredPort,
    /// That something listens at the ports in the pod.
    ListeningPort,
}

impl Rung {
    /// What it is called in texts.
    pub fn title(self) -> Text {
        words::ladder::rung(self)
    }
}

/// What came of a rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// All is well.
    Passed,
    /// It works, but for this.
    Warned {
        /// What to know.
        problem: Problem,
    },
    /// This is what is broken.
    Failed {
        /// What happened, why, and what to do.
        problem: Problem,
    },
    /// Not looked at, because a rung below failed, or because there is nothing to look at.
    Skipped {
        /// Why, as a sentence.
        why: Text,
    },
}
