//! The contexts a person can choose from, as read from kubeconfig files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

/// All contexts found, and what was wrong with the files that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextCatalog {
    /// In the order of the files, then of each file.
    pub contexts: Vec<ContextEntry>,
    /// The name of the current context, when it exists.
    pub current: Option<String>,
    /// Files that are broken; they do not hide the others.
    pub problems: Vec<KubeconfigProblem>,
    /// All files that are looked at, those that are missing or broken too, in their order.
    #[serde(default)]
    #[ts(as = "Option<Vec<KubeconfigFile>>", optional)]
    pub files: Vec<KubeconfigFile>,
}

/// A kubeconfig file that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KubeconfigFile {
    /// Where it is.
    pub path: String,
    /// The person added it in Culvert; the others come from `KUBECONFIG` or are kubectl's usual one.
    pub added: bool,
    /// Whether it is there.
    pub exists: bool,
}

/// One context of a kubeconfig file. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextEntry {
    /// The context's name.
    pub name: String,
    /// The name of its cluster entry.
    pub cluster: String,
    /// The API server's URL; empty when the cluster entry is missing.
    pub server: String,
    /// The name of its user entry.
    pub user: Option<String>,
    /// The namespace the context prefers.
    pub namespace: Option<String>,
    /// The file it comes from.
    pub file: String,
    /// An earlier file has a context of the same name, so that this one is told by name and file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub shadowed: bool,
}

/// A kubeconfig file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KubeconfigProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1, where the reader knows it.
    pub line: Option<u32>,
    /// What is wrong, in one sentence.
    pub reason: Text,
}
