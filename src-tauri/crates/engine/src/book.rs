//! What a person said about clusters, as it is saved. Holds no secret.

use std::path::PathBuf;

use cluster::{Server, ServerTrust};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{options::Colour, profile::ContextRef};

/// Everything a person said about clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Book {
    /// Clusters that are in no kubeconfig.
    pub(crate) own: Vec<OwnCluster>,
    /// What is marked; contexts that are not in here have no mark.
    pub(crate) marks: Vec<Marked>,
    /// Kubeconfig files beside those of the environment.
    pub(crate) kubeconfig_files: Vec<PathBuf>,
}

impl Book {
    /// How this context is marked; the default where it is not.
    pub(crate) fn mark_of(&self, context: &ContextRef) -> ContextMark {
        let marked = self.marks.iter().find(|marked| marked.context == *context);
        marked.map(|marked| marked.mark).unwrap_or_default()
    }

    /// Marks a context; the default takes its mark away.
    pub(crate) fn mark(&mut self, context: ContextRef, mark: ContextMark) {
        self.marks.retain(|marked| marked.context != context);
        if mark != ContextMark::default() {
            self.marks.push(Marked { context, mark });
        }
    }
}

/// A context and its mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Marked {
    pub(crate) context: ContextRef,
    pub(crate) mark: ContextMark,
}

/// How a person tells a context from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextMark {
    /// Things that matter run there: Culvert asks before it connects, and shows the colour everywhere.
    #[serde(default)]
    pub production: bool,
    /// The colour; a production context without one is shown red.
    #[serde(default)]
    pub colour: Option<Colour>,
}

/// A cluster that a person added. How it is signed in to is kept with its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnCluster {
    /// Part of [`ContextRef::Own`]; random.
    pub(crate) id: String,
    pub(crate) draft: ClusterDraft,
}

/// A cluster as a person describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDraft {
    /// What it is called in Culvert.
    pub name: String,
    /// The API server's URL, with or without a path.
    pub server: String,
    /// Whose word counts for the server's certificate.
    pub trust: Trust,
    /// The namespace that is chosen first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub namespace: Option<String>,
}

impl ClusterDraft {
    pub(crate) fn server(&self) -> Server {
        Server { url: self.server.clone(), trust: self.trust.clone().into(), ..Server::default() }
    }
}

impl From<ServerTrust> for Trust {
    fn from(trust: ServerTrust) -> Self {
        match trust {
            ServerTrust::System => Self::System,
            ServerTrust::Pem(pem) => Self::Pem { pem },
            ServerTrust::File(path) => Self::File { path: path.display().to_string() },
            ServerTrust::Pinned(sha256) => Self::Pinned { sha256 },
        }
    }
}

impl From<Trust> for ServerTrust {
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::System => Self::System,
            Trust::Pem { pem } => Self::Pem(pem),
            Trust::File { path } => Self::File(path.into()),
            Trust::Pinned { sha256 } => Self::Pinned(sha256),
        }
    }
}

/// Whose word counts for a server's certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trust {
    /// The operating system's.
    #[default]
    System,
    /// These authorities', in PEM.
    Pem {
        /// One or more certificates.
        pem: String,
    },
    /// The authorities' in this file, which is read at each connection.
    File {
        /// The file.
        path: String,
    },
    /// Only the person's, who saw this certificate: the server must show exactly it.
    Pinned {
        /// SHA-256 of the certificate in DER, hexadecimal in lower case without separators.
        sha256: String,
    },
}
