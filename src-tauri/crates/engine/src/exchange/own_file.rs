//! Culvert's own file: readable JSON with a version. Holds what a person saved, but nothing that belongs to one computer
//! (identifiers, chosen ports, what is on), and no secret.

use cluster::Target;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wording::Text;

use super::{
    Entry, NamedCluster, NamedPlace, Paper,
    record::{Record, nameless},
    server, usual_draft,
};
use crate::{
    book::{ClusterDraft, Trust},
    import::ImportKind,
    options::{AtStart, Colour, PodChoice},
    pins::{RoutePin, TransportPin},
    problem::Problem,
    profile::{ClusterIdentity, ProfileDraft},
    words::import as words,
};

/// Goes up whenever an older version would misread or lose something.
pub(super) const SCHEMA: u64 = 1;

/// What the field `culvert` says.
pub(super) const CONTENT: &str = "forwards";

/// All of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnFile {
    pub(super) culvert: &'static str,
    pub(super) schema: u64,
    pub(super) clusters: Vec<FileCluster>,
    pub(super) forwards: Vec<FileForward>,
}

/// A cluster that forwards of the file name.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileCluster {
    /// What forwards call it; each one is there once.
    pub(super) key: String,
    #[serde(flatten)]
    pub(super) place: FilePlace,
    /// What was connected to last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) identity: Option<ClusterIdentity>,
}

/// Where a cluster is described.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum FilePlace {
    /// In the kubeconfig of whoever reads the file.
    Kubeconfig {
        context: String,
        /// Only where another file has a context of the same name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server: Option<String>,
    },
    /// Here.
    Own {
        /// As on the computer that wrote the file.
        id: String,
        name: String,
        server: String,
        #[serde(default)]
        trust: Trust,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
    },
    /// Nowhere any more.
    Removed,
    Demo,
}

/// A forward. What is as usual is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileForward {
    name: String,
    cluster: String,
    namespace: String,
    target: Target,
    ports: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bind_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<Colour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<PodChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<TransportPin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<RoutePin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_unused_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_off_after_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_start: Option<AtStart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask_first: Option<bool>,
}

impl FileForward {
    pub(super) fn new(draft: ProfileDraft, cluster: String) -> Self {
        let usual = usual_draft();
        Self {
            name: draft.name,
            cluster,
            namespace: draft.namespace,
            target: draft.target,
            ports: draft.ports,
            bind_address: unusual(draft.bind_address, &"localhost".to_owned()),
            group: unusual(draft.group, &usual.group),
            tags: draft.tags,
            colour: draft.colour,
            pods: unusual(draft.pods, &usual.pods),
            transport: unusual(draft.transport, &usual.transport),
            route: unusual(draft.route, &usual.route),
            keep_unused_minutes: draft.keep_unused_minutes,
            hold_seconds: draft.hold_seconds,
            turn_off_after_minutes: unusual(draft.turn_off_after_minutes, &usual.turn_off_after_minutes),
            at_start: unusual(draft.at_start, &usual.at_start),
            ask_first: unusual(draft.ask_first, &usual.ask_first),
        }
    }
}

fn unusual<T: PartialEq>(value: T, usual: &T) -> Option<T> {
    (value != *usual).then_some(value)
}

pub(super) fn is_one(value: &Value) -> bool {
    value.get("culvert").is_some()
}

pub(super) fn read(value: &Value) -> Result<Paper, Problem> {
    let damaged = |reason: Text| words::damaged("Culvert", &reason);
    let file = Record::of(value).map_err(damaged)?;
    if file.text("culvert").map_err(damaged)? != Some(CONTENT) {
        return Err(words::unknown_kind());
    }
    // The version first: what follows it may mean anything in a later one.
    match file.parsed::<u64>("schema").map_err(damaged)? {
        Some(found) if found > SCHEMA => return Err(words::newer("Culvert", found, SCHEMA)),
        Some(SCHEMA) => {}
        Some(_) | None => return Err(damaged(words::not_understood("schema"))),
    }
    let mut clusters: Vec<NamedCluster> = Vec::new();
    for value in file.list("clusters").map_err(damaged)? {
        let cluster = Record::of(value).and_then(|record| cluster(record, value)).map_err(damaged)?;
        if clusters.iter().any(|known| known.key == cluster.key) {
            return Err(damaged(words::cluster_twice()));
        }
        clusters.push(cluster);
    }
    let forwards = file.list("forwards").map_err(damaged)?;
    let entries = forwards.iter().enumerate().map(|(index, value)| entry(index, value, &clusters)).collect();
    Ok(Paper { kind: ImportKind::Culvert, clusters, entries })
}

fn cluster(record: Record<'_>, value: &Value) -> Result<NamedCluster, Text> {
    let key = record.needed_text("key")?.to_owned();
    let identity = record.parsed::<ClusterIdentity>("identity")?;
    let identity =
        identity.and_then(|known| Some(ClusterIdentity { server: server(&known.server)?, ..known }));
    let place = FilePlace::deserialize(value).map_err(|_| words::not_understood("clusters"))?;
    let (name, place, described) = match place {
        FilePlace::Kubeconfig { context, file, server } => {
            let place = NamedPlace::Kubeconfig { names: vec![context.clone()], file };
            (context, place, server)
        }
        FilePlace::Own { id, name, server, trust, namespace } => {
            let draft = ClusterDraft { name: name.clone(), server: server.clone(), trust, namespace };
            (name, NamedPlace::Own { id, draft }, Some(server))
        }
        FilePlace::Removed => (key.clone(), NamedPlace::Removed, None),
        FilePlace::Demo => (key.clone(), NamedPlace::Demo, None),
    };
    let described = described.and_then(|described| server(&described));
    let server = identity.as_ref().map(|identity| identity.server.clone()).or(described);
    Ok(NamedCluster { key, name, place, server, identity, has_sign_in: false })
}

fn entry(index: usize, value: &Value, clusters: &[NamedCluster]) -> Entry {
    let mut entry =
        Entry { name: nameless(index), cluster: None, draft: Err(Text::default()), notes: Vec::new() };
    entry.draft = Record::of(value).and_then(|record| {
        record.needed_text("name")?.clone_into(&mut entry.name);
        let cluster = record.needed_text("cluster")?;
        if !clusters.iter().any(|known| known.key == cluster) {
            return Err(words::cluster_not_in_file());
        }
        entry.cluster = Some(cluster.to_owned());
        draft(record, &entry.name)
    });
    entry
}

fn draft(record: Record<'_>, name: &str) -> Result<ProfileDraft, Text> {
    let usual = usual_draft();
    Ok(ProfileDraft {
        name: name.to_owned(),
        namespace: record.needed_text("namespace")?.to_owned(),
        target: record.parsed("target")?.ok_or_else(|| words::field_missing("target"))?,
        ports: record.parsed("ports")?.ok_or_else(|| words::field_missing("ports"))?,
        bind_address: record.text("bindAddress")?.unwrap_or_default().to_owned(),
        group: record.text("group")?.unwrap_or_default().to_owned(),
        tags: record.parsed("tags")?.unwrap_or_default(),
        colour: record.parsed("colour")?,
        pods: record.parsed("pods")?.unwrap_or_default(),
        transport: record.parsed("transport")?.unwrap_or_default(),
        route: record.parsed("route")?.unwrap_or_default(),
        keep_unused_minutes: record.parsed("keepUnusedMinutes")?,
        hold_seconds: record.parsed("holdSeconds")?,
        turn_off_after_minutes: record.parsed("turnOffAfterMinutes")?.unwrap_or_default(),
        at_start: record.parsed("atStart")?.unwrap_or_default(),
        ask_first: record.parsed("askFirst")?.unwrap_or_default(),
        context: usual.context,
    })
}
