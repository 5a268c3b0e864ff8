//! The clusters that can be chosen, as they are shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    book::{ContextMark, Trust},
    problem::Problem,
    profile::ContextRef,
    sign_in::{KeepSecret, SignInMethod},
};

/// One cluster that can be chosen: a context of a kubeconfig, one of the person's own, or the demo cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterView {
    /// What profiles name it by.
    pub context: ContextRef,
    /// What it is called; not always unique, see `hint`.
    pub name: String,
    /// What tells it from another of the same name: the kubeconfig file. Absent where nothing is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// The API server's URL; empty where it is not known (the demo cluster that does not run).
    pub server: String,
    /// How it stands with it, as far as it was asked.
    pub standing: Standing,
    /// As whom the person is signed in, where Culvert knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub user: Option<String>,
    /// When the sign-in expires, in milliseconds since 1970-01-01 UTC, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub expires_at_ms: Option<u64>,
    /// That is in less than ten minutes, or past: it is time to sign in again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub expires_soon: bool,
    /// How the person marked it.
    pub mark: ContextMark,
    /// The ways of signing in from the window that make sense for it; empty where there are none (a login helper signs
    /// in, or the demo cluster).
    pub sign_in_methods: Vec<SignInMethod>,
    /// Where Culvert itself keeps a secret for it, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub kept: Option<KeepSecret>,
    /// Of one that the person added: its description, to be edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub own: Option<OwnView>,
}

/// What a person said of a cluster they added, but for its name and server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnView {
    /// For commands.
    pub id: String,
    /// Whose word counts for its certificate.
    pub trust: Trust,
    /// The namespace that is chosen first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub namespace: Option<String>,
}

/// How it stands with a cluster. Nothing is asked just to know it: it comes from what was asked anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
    /// Nobody has asked it yet.
    #[default]
    Unknown,
    /// It answered the latest request.
    Reachable,
    /// It did not answer.
    Unreachable {
        /// Why.
        problem: Problem,
    },
    /// It answered that nobody is signed in, or the login helper failed.
    NeedsSignIn {
        /// Why.
        problem: Problem,
    },
    /// A browser window is open for signing in.
    SigningIn {
        /// Where the browser was sent, to be copied where none opened. Holds no secret.
        address: String,
    },
}

/// Whether secrets can be kept in the system's keyring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyringState {
    /// Not needed yet.
    #[default]
    Unknown,
    /// They can.
    Working,
    /// They cannot; what is signed in to meanwhile is kept for this session only, if the person wants so.
    Unavailable {
        /// Locked, missing, denied or slow, and what to do.
        problem: Problem,
    },
}
