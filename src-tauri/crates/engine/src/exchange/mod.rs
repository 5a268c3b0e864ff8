//! Forwards as files: Culvert's own, written and read, and those that other programs write.
//!
//! Nothing of a sign-in is written, and what a file has of one is neither kept nor quoted.

mod compare;
mod export;
mod kftray;
mod kube_forwarder;
mod own_file;
mod paper;
mod record;
mod resolve;

#[cfg(test)]
mod bad_files_tests;
#[cfg(test)]
mod foreign_tests;
#[cfg(test)]
mod round_trip_tests;
use wording::Text;

use crate::{
    book::ClusterDraft,
    import::ImportKind,
    problem::Problem,
    profile::{ClusterIdentity, ProfileDraft},
    words,
};

pub(crate) use self::{
    compare::{Compared, Prepared, compare},
    export::export,
    paper::{read_file, write_file},
    resolve::{Resolved, Surroundings, resolve},
};

/// Forwards of one file: as many as can be saved.
const MOST_FORWARDS: usize = 5000;

/// What a file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Paper {
    pub(crate) kind: ImportKind,
    pub(crate) clusters: Vec<NamedCluster>,
    pub(crate) entries: Vec<Entry>,
}

/// A cluster as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedCluster {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) place: NamedPlace,
    pub(crate) server: Option<String>,
    /// What its forwards were connected to, by which a change is noticed.
    pub(crate) identity: Option<ClusterIdentity>,
    pub(crate) has_sign_in: bool,
}

/// Where a cluster of a file is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamedPlace {
    /// In a kubeconfig, by one of these names, the best first; perhaps in this file.
    Kubeconfig { names: Vec<String>, file: Option<String> },
    /// In the person's kubeconfig, as the current context.
    Current,
    /// In the file itself. The identifier is the one that it had where the file was written.
    Own { id: String, draft: ClusterDraft },
    /// It was one of the person's own, and was removed before the file was written.
    Removed,
    /// In the application.
    Demo,
}

/// A forward as a file has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// The key of its cluster.
    pub(crate) cluster: Option<String>,
    /// Its context is that of its cluster, once that is known; the reason where it cannot be used.
    pub(crate) draft: Result<ProfileDraft, Text>,
    pub(crate) notes: Vec<Text>,
}

impl NamedCluster {
    /// The kubeconfig that describes it where the file was written, where that is told.
    pub(crate) fn file(&self) -> Option<&str> {
        match &self.place {
            NamedPlace::Kubeconfig { file, .. } => file.as_deref(),
            _ => None,
        }
    }
}

/// Reads what a file holds, whoever wrote it.
///
/// # Errors
/// What is wrong with all of it. What is wrong with one forward is told with that.
pub(crate) fn read(text: &[u8]) -> Result<Paper, Problem> {
    let paper = paper::value(text).and_then(|value| {
        if own_file::is_one(&value) {
            own_file::read(&value)
        } else if kube_forwarder::is_one(&value) {
            kube_forwarder::read(&value)
        } else if kftray::is_one(&value) {
            kftray::read(&value)
        } else {
            Err(words::import::unknown_kind())
        }
    })?;
    match paper.entries.len() {
        0 => Err(words::import::nothing_inside(paper.kind)),
        count if count > MOST_FORWARDS => Err(words::import::too_many_inside(count, MOST_FORWARDS)),
        _ => Ok(paper),
    }
}

/// A server's URL as it can be shown and compared; nothing where it is none, or has a password in it.
fn server(text: &str) -> Option<String> {
    cluster::Server {
        url: text.to_owned(),
        trust: cluster::ServerTrust::System,
        ..cluster::Server::default()
    }
    .normalized_url()
    .ok()
}

/// A forward of another program: what such a file does not say is as usual.
fn usual_draft() -> ProfileDraft {
    use crate::{
        options::{AtStart, PodChoice},
        pins::{RoutePin, TransportPin},
        profile::ContextRef,
    };
    ProfileDraft {
        name: String::new(),
        context: ContextRef::Demo,
        namespace: String::new(),
        target: cluster::Target::new(cluster::TargetKind::Service, ""),
        ports: Vec::new(),
        bind_address: String::new(),
        transport: TransportPin::Automatic,
        route: RoutePin::Automatic,
        keep_unused_minutes: None,
        pods: PodChoice::Best,
        hold_seconds: None,
        turn_off_after_minutes: 0,
        at_start: AtStart::AsItWas,
        ask_first: false,
        colour: None,
        group: String::new(),
        tags: Vec::new(),
    }
}
