//! What is shown of a file with forwards before they are taken over.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::profile::{ContextRef, ProfileDraft, ProfileId};

/// A file that was read, compared with what there is. Nothing has changed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// Names it in [`Command::Import`](crate::Command::Import); only the latest one can be named.
    pub import: u32,
    /// Where the file is.
    pub path: String,
    /// Who wrote it.
    pub kind: ImportKind,
    /// The clusters that the file names, in its order.
    pub clusters: Vec<ImportCluster>,
    /// Each forward of the file, in its order.
    pub rows: Vec<ImportRow>,
}

/// Which program wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each says it all")]
pub enum ImportKind {
    Culvert,
    Kftray,
    KubeForwarder,
}

/// A cluster as a file names it, and what it is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportCluster {
    /// Names it in this file.
    pub key: String,
    /// What the file calls it.
    pub name: String,
    /// The API server's URL, where the file says so.
    pub server: Option<String>,
    /// The kubeconfig that it was in where the file was written, where the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<String>,
    /// What was found for it here.
    pub found: ImportFound,
    /// What its forwards will name; absent until the person chooses.
    pub context: Option<ContextRef>,
    /// The file has a sign-in for it, which is left out.
    pub has_sign_in: bool,
}

/// What was found here for a cluster of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ImportFound {
    /// It is here under the same name.
    Here,
    /// The same server is here under this other name.
    OtherName {
        /// That name.
        name: String,
    },
    /// It will be added, signed out: the file describes it, and its server is not here.
    Added,
    /// The person chose it.
    Chosen,
    /// Nothing here is called so, nor has its server.
    Missing,
    /// What is called so here leads to this other server.
    Elsewhere {
        /// That server's URL.
        server: String,
    },
}

/// One forward of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// What the file calls it.
    pub name: String,
    /// The key of its cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cluster: Option<String>,
    /// What it would be here; absent where it cannot be. As long as it needs a cluster, its context means nothing.
    pub draft: Option<ProfileDraft>,
    /// How it compares with what there is.
    pub standing: ImportStanding,
    /// Other forwards, of the file and here, that ask for the same local port.
    pub clashes: Vec<PortClash>,
    /// What the file says and Culvert does not do, in sentences.
    pub notes: Vec<Text>,
}

/// How a forward of a file compares with those that there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ImportStanding {
    /// There is none like it.
    New,
    /// It is there already.
    Same {
        /// Which.
        id: ProfileId,
    },
    /// One of its name is there, for the same namespace of the same cluster, and differs.
    Changed {
        /// Which.
        id: ProfileId,
        /// In what.
        fields: Vec<ImportField>,
    },
    /// Nobody knows which cluster is meant; the person can choose one.
    NeedsCluster,
    /// It cannot be taken over.
    Unusable {
        /// Why, in one or two sentences.
        reason: Text,
    },
}

/// Something that two forwards may differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is a field of `ProfileDraft`")]
pub enum ImportField {
    Target,
    Ports,
    BindAddress,
    Transport,
    Route,
    KeepUnusedMinutes,
    Pods,
    HoldSeconds,
    TurnOffAfterMinutes,
    AtStart,
    AskFirst,
    Colour,
    Group,
    Tags,
}

/// A local port that others ask for too: only one of them can have it at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortClash {
    /// The local port.
    pub local: u16,
    /// Their names.
    pub names: Vec<String>,
}

/// Which cluster of this computer a cluster of a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportClusterChoice {
    /// Its key in the file.
    pub key: String,
    /// What the person chose. A context of a kubeconfig need not be there yet.
    pub context: ContextRef,
}

/// What is to become of one forward of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportChoice {
    /// Its index in [`ImportPreview::rows`].
    pub row: u32,
    /// What.
    pub deed: ImportDeed,
    /// Whether the local ports in [`ImportRow::clashes`] become free ones.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub free_ports: bool,
}

/// How a forward of a file is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ImportDeed {
    /// As a new one, beside what there is.
    Add,
    /// In the place of the one that [`ImportStanding::Changed`] names.
    Replace,
}
