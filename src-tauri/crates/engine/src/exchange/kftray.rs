//! What kftray exports: a list of configurations, one port each (`Config` in `kftray-commons/src/models/config_model.rs`,
//! written by its `prepare_for_export`; versions up to 0.27).

use cluster::{Target, TargetKind};
use serde_json::Value;
use wording::Text;

use super::{
    Entry, NamedCluster, NamedPlace, Paper,
    record::{Record, nameless},
    usual_draft,
};
use crate::{import::ImportKind, problem::Problem, profile::ProfileDraft, words::import as words};

/// Fields of which every configuration has one.
const OWN_FIELDS: [&str; 4] = ["workload_type", "remote_port", "service", "namespace"];

/// kftray fills these in where its form was left empty.
const PLACEHOLDERS: [&str; 7] = [
    "default-service",
    "default-namespace",
    "default-target",
    "default-remote-address",
    "default-alias",
    "default-workload",
    "current-context",
];

/// kftray's word for the person's usual kubeconfig.
const USUAL_KUBECONFIG: &str = "default";

pub(super) fn is_one(value: &Value) -> bool {
    let is_config = |value: &Value| {
        Record::of(value).is_ok_and(|record| OWN_FIELDS.iter().any(|field| record.has(field)))
    };
    match value {
        Value::Array(all) => all.is_empty() || all.iter().any(is_config),
        // kftray itself takes a single one, too.
        one => is_config(one),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the readers of other files")]
pub(super) fn read(value: &Value) -> Result<Paper, Problem> {
    let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let mut clusters: Vec<NamedCluster> = Vec::new();
    let entries = all.iter().enumerate().map(|(index, value)| entry(index, value, &mut clusters)).collect();
    Ok(Paper { kind: ImportKind::Kftray, clusters, entries })
}

fn entry(index: usize, value: &Value, clusters: &mut Vec<NamedCluster>) -> Entry {
    let mut entry =
        Entry { name: nameless(index), cluster: None, draft: Err(Text::default()), notes: Vec::new() };
    entry.draft = Record::of(value).and_then(|config| {
        let name = text(config, "alias")?.or(text(config, "service")?).or(text(config, "target")?);
        entry.name = name.map_or_else(|| nameless(index), ToOwned::to_owned);
        let draft = draft(config, &entry.name)?;
        entry.cluster = Some(cluster(config, clusters)?);
        entry.notes = notes(config, &draft)?;
        Ok(draft)
    });
    entry
}

fn draft(config: Record<'_>, name: &str) -> Result<ProfileDraft, Text> {
    if config.text("protocol")?.is_some_and(|protocol| protocol.eq_ignore_ascii_case("udp")) {
        return Err(words::udp());
    }
    let target = match config.needed_text("workload_type")? {
        "service" => Target::new(TargetKind::Service, needed(config, "service")?),
        "pod" => Target::new(TargetKind::Selector, needed(config, "target")?),
        "proxy" => return Err(words::kftray_proxy()),
        "expose" => return Err(words::kftray_expose()),
        _ => return Err(words::unknown_workload("workload_type")),
    };
    let remote = config.far_port("remote_port")?;
    Ok(ProfileDraft {
        name: name.to_owned(),
        namespace: needed(config, "namespace")?.to_owned(),
        target,
        ports: vec![mapping(config.port("local_port")?, remote)],
        bind_address: text(config, "local_address")?.unwrap_or_default().to_owned(),
        ..usual_draft()
    })
}

/// As a person writes it.
pub(super) fn mapping(local: Option<u16>, remote: u16) -> String {
    match local {
        None | Some(0) => format!(":{remote}"),
        Some(local) if local == remote => remote.to_string(),
        Some(local) => format!("{local}:{remote}"),
    }
}

/// What kftray did beside forwarding.
fn notes(config: Record<'_>, draft: &ProfileDraft) -> Result<Vec<Text>, Text> {
    let mut notes = Vec::new();
    if config.flag("domain_enabled")? {
        notes.push(words::no_host_name(&draft.name));
    }
    if config.flag("http_logs_enabled")? {
        notes.push(words::no_http_logs());
    }
    Ok(notes)
}

/// The key of the entry's cluster, which is listed once.
fn cluster(config: Record<'_>, clusters: &mut Vec<NamedCluster>) -> Result<String, Text> {
    let context = text(config, "context")?;
    let file = text(config, "kubeconfig")?.filter(|file| *file != USUAL_KUBECONFIG);
    let place = match context {
        Some(name) => {
            NamedPlace::Kubeconfig { names: vec![name.to_owned()], file: file.map(ToOwned::to_owned) }
        }
        None => NamedPlace::Current,
    };
    if let Some(known) = clusters.iter().find(|known| known.place == place) {
        return Ok(known.key.clone());
    }
    let key = clusters.len().to_string();
    clusters.push(NamedCluster {
        key: key.clone(),
        name: context.map_or_else(words::current_context, ToOwned::to_owned),
        place,
        server: None,
        identity: None,
        has_sign_in: false,
    });
    Ok(key)
}

/// A text that somebody wrote, not kftray itself.
fn text<'a>(config: Record<'a>, name: &str) -> Result<Option<&'a str>, Text> {
    Ok(config.text(name)?.filter(|text| !PLACEHOLDERS.contains(text)))
}

fn needed<'a>(config: Record<'a>, name: &str) -> Result<&'a str, Text> {
    text(config, name)?.ok_or_else(|| words::field_missing(name))
}
