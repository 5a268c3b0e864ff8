//! What kube-forwarder exports: clusters, each with its resources and their ports, and perhaps a kubeconfig
//! (`src/renderer/lib/export.js` and `store/modules/{Clusters,Services}.js`; version 2 of its state).
//!
//! Of such a kubeconfig only the names and addresses of its contexts are read, in `cluster`.

use cluster::{PastedLogin, SecretText, Target, TargetKind, read_pasted};
use serde_json::Value;
use wording::Text;

use super::{
    Entry, NamedCluster, NamedPlace, Paper,
    kftray::mapping,
    record::{Record, nameless},
    server, usual_draft,
};
use crate::{import::ImportKind, problem::Problem, profile::ProfileDraft, words::import as words};

/// The only version that kube-forwarder itself takes back.
const VERSION: u64 = 2;

pub(super) fn is_one(value: &Value) -> bool {
    value.get("clusters").is_some_and(Value::is_array)
}

pub(super) fn read(value: &Value) -> Result<Paper, Problem> {
    // Before the second there was no number.
    match value.get("version").map_or(Some(1), Value::as_u64) {
        Some(VERSION) => {}
        Some(found) if found > VERSION => return Err(words::newer("kube-forwarder", found, VERSION)),
        Some(found) => return Err(words::older("kube-forwarder", found, VERSION)),
        None => return Err(words::damaged("kube-forwarder", &words::not_understood("version"))),
    }
    let all = value.get("clusters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (mut clusters, mut entries) = (Vec::new(), Vec::new());
    for (index, value) in all.iter().enumerate() {
        let damaged = |reason: Text| words::damaged("kube-forwarder", &reason);
        let record = Record::of(value).map_err(damaged)?;
        let key = index.to_string();
        clusters.push(cluster(record, &key).map_err(damaged)?);
        for service in record.list("_services").map_err(damaged)? {
            entries.push(entry(entries.len(), service, &key));
        }
    }
    Ok(Paper { kind: ImportKind::KubeForwarder, clusters, entries })
}

fn cluster(record: Record<'_>, key: &str) -> Result<NamedCluster, Text> {
    let name = record.needed_text("name")?.to_owned();
    let config = record.object("config")?;
    let current = config.map(|config| config.text("currentContext")).transpose()?.flatten();
    let content = config.map(|config| config.text("content")).transpose()?.flatten();
    let (context, server) = content.map(|content| described(content, current)).unwrap_or_default();
    let mut names: Vec<String> = current.map(ToOwned::to_owned).into_iter().chain(context).collect();
    names.push(name.clone());
    names.dedup();
    Ok(NamedCluster {
        key: key.to_owned(),
        name,
        place: NamedPlace::Kubeconfig { names, file: None },
        server,
        identity: None,
        has_sign_in: content.is_some(),
    })
}

/// The name and the server of the context that is meant; nothing where the kubeconfig cannot be read.
fn described(content: &str, current: Option<&str>) -> (Option<String>, Option<String>) {
    let Ok(PastedLogin::Kubeconfig(contexts)) = read_pasted(&SecretText::new(content)) else {
        return (None, None);
    };
    let meant = contexts.iter().find(|context| current == Some(context.name.as_str()));
    let context = meant.or(contexts.first());
    (context.map(|context| context.name.clone()), context.and_then(|context| server(&context.url)))
}

fn entry(index: usize, value: &Value, cluster: &str) -> Entry {
    let mut name = nameless(index);
    let draft = Record::of(value).and_then(|service| {
        if let Some(known) = service.text("alias")?.or(service.text("workloadName")?) {
            known.clone_into(&mut name);
        }
        draft(service, &name)
    });
    Entry { name, cluster: Some(cluster.to_owned()), draft, notes: Vec::new() }
}

fn draft(service: Record<'_>, name: &str) -> Result<ProfileDraft, Text> {
    let kind = match service.needed_text("workloadType")? {
        "pod" => TargetKind::Pod,
        "deployment" => TargetKind::Deployment,
        "service" => TargetKind::Service,
        _ => return Err(words::unknown_workload("workloadType")),
    };
    let ports = service.list("forwards")?.iter().map(|value| {
        let forward = Record::of(value)?;
        let remote = forward.far_port("remotePort")?;
        Ok(mapping(forward.port("localPort")?, remote))
    });
    Ok(ProfileDraft {
        name: name.to_owned(),
        namespace: service.needed_text("namespace")?.to_owned(),
        target: Target::new(kind, service.needed_text("workloadName")?),
        ports: ports.collect::<Result<_, Text>>()?,
        bind_address: service.text("localAddress")?.unwrap_or_default().to_owned(),
        ..usual_draft()
    })
}
