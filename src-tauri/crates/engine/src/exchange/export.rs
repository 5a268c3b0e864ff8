//! From what is saved to a file for others.

use std::collections::BTreeMap;

use super::own_file::{CONTENT, FileCluster, FileForward, FilePlace, OwnFile, SCHEMA};
use crate::{
    book::{Book, OwnCluster, Trust},
    cluster_view::ClusterView,
    profile::{ContextRef, Profile},
    words::import as words,
};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The text of a file with these forwards and the clusters that they name.
pub(crate) fn export(
    profiles: &[Profile],
    book: &Book,
    clusters: &[ClusterView],
) -> serde_json::Result<Vec<u8>> {
    let mut listed: Vec<FileCluster> = Vec::new();
    let mut keys: BTreeMap<String, u32> = BTreeMap::new();
    let mut forwards = Vec::new();
    for profile in profiles {
        let place = place_of(&profile.context, book, clusters);
        let identity = profile.cluster.clone().filter(|_| profile.context != ContextRef::Demo);
        let known = listed.iter().find(|known| known.place == place && known.identity == identity);
        let key = match known {
            Some(known) => known.key.clone(),
            None => {
                let key = key_of(&place, &mut keys);
                listed.push(FileCluster { key: key.clone(), place, identity });
                key
            }
        };
        forwards.push(FileForward::new(profile.draft(), key));
    }
    let file = OwnFile { culvert: CONTENT, schema: SCHEMA, clusters: listed, forwards };
    let mut text = serde_json::to_vec_pretty(&file)?;
    text.push(b'\n');
    Ok(text)
}

fn place_of(context: &ContextRef, book: &Book, clusters: &[ClusterView]) -> FilePlace {
    match context {
        ContextRef::Kubeconfig { name, file } => {
            let view = clusters.iter().find(|view| view.context == *context);
            let server = view.map(|view| view.server.clone()).filter(|server| !server.is_empty());
            FilePlace::Kubeconfig { context: name.clone(), file: file.clone(), server }
        }
        ContextRef::Own { id } => {
            book.own.iter().find(|own| own.id == *id).map_or(FilePlace::Removed, described)
        }
        ContextRef::Demo => FilePlace::Demo,
    }
}

fn described(own: &OwnCluster) -> FilePlace {
    let draft = own.draft.clone();
    FilePlace::Own {
        id: own.id.clone(),
        name: draft.name,
        server: draft.server,
        trust: portable(draft.trust),
        namespace: draft.namespace,
    }
}

/// Whose word counts, as it can be said on another computer: the certificates themselves in place of a file, and nothing
/// that may be beside them.
fn portable(trust: Trust) -> Trust {
    let pem = match &trust {
        Trust::Pem { pem } => Some(pem.clone()),
        // Where it cannot be read, nobody can connect from here either.
        Trust::File { path } => std::fs::read_to_string(path).ok(),
        Trust::System | Trust::Pinned { .. } => return trust,
    };
    match pem.map(|pem| certificates(&pem)) {
        Some(pem) if !pem.is_empty() => Trust::Pem { pem },
        _ => Trust::System,
    }
}

/// Only the certificates of a PEM text.
fn certificates(pem: &str) -> String {
    let mut found = String::new();
    let mut rest = pem;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let Some((body, after)) = after.split_once(END) else { break };
        if body.contains("-----") {
            // Another block began before this one ended.
            rest = after;
            continue;
        }
        for part in [BEGIN, body, END, "\n"] {
            found.push_str(part);
        }
        rest = after;
    }
    found
}

/// A name for a cluster that no other one in the file has.
fn key_of(place: &FilePlace, keys: &mut BTreeMap<String, u32>) -> String {
    let name = match place {
        FilePlace::Kubeconfig { context, .. } => context.trim().to_owned(),
        FilePlace::Own { name, .. } => name.clone(),
        FilePlace::Removed => words::removed_cluster(),
        FilePlace::Demo => "demo".to_owned(),
    };
    let name = if name.is_empty() { "cluster".to_owned() } else { name };
    let mut key = name.clone();
    while keys.contains_key(&key) {
        let count = keys.entry(name.clone()).or_insert(1);
        *count += 1;
        key = format!("{name} ({count})");
    }
    keys.insert(key.clone(), 1);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_pem_text_only_certificates_are_written() {
        let certificate = format!("{BEGIN}\nAAAA\n{END}\n");
        let key = "-----BEGIN PRIVATE KEY-----\nMustNotShow\n-----END PRIVATE KEY-----\n";
        for text in [
            format!("{key}{certificate}"),
            format!("{certificate}{key}"),
            format!("{certificate}{BEGIN}\nMustNotShow"),
            format!("{BEGIN}\n{key}{END}\n{certificate}"),
        ] {
            assert_eq!(certificates(&text), certificate, "{text}");
        }
    }

    #[test]
    fn each_cluster_has_a_key_of_its_own() {
        let mut keys = BTreeMap::new();
        let place =
            |context: &str| FilePlace::Kubeconfig { context: context.into(), file: None, server: None };
        let made: Vec<_> =
            ["a", "a", "a (2)", "a", "", " "].map(|name| key_of(&place(name), &mut keys)).into();
        let mut all = made.clone();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), made.len(), "{made:?}");
    }
}
