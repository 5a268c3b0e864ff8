//! Files of other programs, beside what there is.

use cluster::{Target, TargetKind};

use super::*;
use crate::{
    book::ContextMark,
    cluster_view::{ClusterView, Standing},
    drafts,
    import::{ImportField, ImportFound, ImportKind, ImportStanding, PortClash},
    profile::{ContextRef, Profile},
};

const KFTRAY: &[u8] = include_bytes!("../../../../../tests/fixtures/imports/kftray.json");
const KUBE_FORWARDER: &[u8] = include_bytes!("../../../../../tests/fixtures/imports/kube-forwarder.json");

pub(super) fn context(name: &str, server: &str) -> ClusterView {
    ClusterView {
        context: ContextRef::kubeconfig(name),
        name: name.into(),
        hint: None,
        server: server.into(),
        standing: Standing::Unknown,
        user: None,
        expires_at_ms: None,
        expires_soon: false,
        mark: ContextMark::default(),
        sign_in_methods: Vec::new(),
        kept: None,
        own: None,
    }
}

fn compared(text: &[u8], clusters: &[ClusterView], saved: &[Profile]) -> (Paper, Vec<Resolved>, Compared) {
    let paper = read(text).unwrap();
    let here = Surroundings { clusters, current: clusters.first().map(|view| view.name.as_str()) };
    let resolved: Vec<_> = paper.clusters.iter().map(|named| resolve(named, &here, None)).collect();
    let compared = compare(&paper, &resolved, saved);
    (paper, resolved, compared)
}

/// As the person would have taken them over.
fn taken(compared: &Compared) -> Vec<Profile> {
    let drafts = compared.prepared.iter().flatten().map(|prepared| prepared.draft.clone());
    drafts.map(|draft| drafts::read(draft, None).unwrap()).collect()
}

fn said(compared: &Compared, row: usize) -> String {
    match &compared.rows[row].standing {
        ImportStanding::Unusable { reason } => reason.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn kftray() {
    let clusters = [context("kind1", "https://127.0.0.1:1"), context("test-cluster", "https://127.0.0.1:2")];
    let (paper, _, all) = compared(KFTRAY, &clusters, &[]);
    assert_eq!(paper.kind, ImportKind::Kftray);
    let draft = |row: usize| all.rows[row].draft.clone().unwrap();
    let argocd = draft(0);
    assert_eq!((argocd.name.as_str(), argocd.namespace.as_str()), ("argocd", "argocd"));
    assert_eq!(argocd.target, Target::new(TargetKind::Service, "argocd-server"));
    assert_eq!((argocd.ports, argocd.bind_address), (vec!["8888:8080".to_owned()], "localhost".to_owned()));
    assert_eq!(argocd.context, ContextRef::kubeconfig("test-cluster"));
    assert!(all.rows[0].notes[0].contains("no host names"), "{:?}", all.rows[0].notes);
    assert_eq!(draft(1).target, Target::new(TargetKind::Selector, "app.kubernetes.io/component=server"));
    assert_eq!(draft(1).ports, ["8080"]);
    assert_eq!((draft(2).ports, draft(2).bind_address), (vec![":5432".to_owned()], "127.0.0.2".to_owned()));
    assert_eq!(all.rows[2].notes.len(), 1);
    // Without a name it is called as its service, without a context the current one is meant.
    assert_eq!((draft(3).name.as_str(), draft(3).context), ("metrics", ContextRef::kubeconfig("kind1")));
    for (row, name, reason) in [
        (4, "dns", "UDP"),
        (5, "legacy database", "outside of the pods"),
        (6, "myapp.example.com", "other way"),
    ] {
        assert_eq!(all.rows[row].name, name);
        assert!(said(&all, row).contains(reason), "{name}: {}", said(&all, row));
    }
    assert!(all.rows[..4].iter().all(|row| row.standing == ImportStanding::New && row.clashes.is_empty()));

    // Once more: nothing is new.
    let (_, _, again) = compared(KFTRAY, &clusters, &taken(&all));
    for row in &again.rows[..4] {
        assert!(matches!(row.standing, ImportStanding::Same { .. }), "{row:?}");
    }
}

#[test]
fn kube_forwarder_and_nothing_of_its_sign_in() {
    let clusters = [context("work", "https://api.staging.example.com:6443")];
    let (paper, resolved, all) = compared(KUBE_FORWARDER, &clusters, &[]);
    assert_eq!(paper.kind, ImportKind::KubeForwarder);
    // Found by the server in the kubeconfig, though it is called otherwise here.
    assert_eq!(resolved[0].found, ImportFound::OtherName { name: "work".into() });
    assert!(paper.clusters[0].has_sign_in);
    let draft = |row: usize| all.rows[row].draft.clone().unwrap();
    assert_eq!(draft(0).target, Target::new(TargetKind::Deployment, "web"));
    assert_eq!((draft(0).name.as_str(), draft(0).bind_address.as_str()), ("web shop", "127.0.0.1"));
    assert_eq!(draft(0).ports, ["8080:80", "9229"]);
    assert_eq!((draft(1).name.as_str(), draft(1).ports), ("orders", vec![":7000".to_owned()]));
    assert_eq!(draft(2).target, Target::new(TargetKind::Pod, "postgres-0"));
    let told = format!("{paper:?} {resolved:?} {:?} {:?}", all.rows, all.prepared);
    assert!(told.contains("postgres-0") && !told.contains("MustNotShow"), "{told}");

    let (_, resolved, unknown) = compared(KUBE_FORWARDER, &[], &[]);
    assert_eq!((&resolved[0].found, &resolved[0].context), (&ImportFound::Missing, &None));
    assert!(unknown.rows.iter().all(|row| row.standing == ImportStanding::NeedsCluster));
    assert!(unknown.prepared.iter().all(Option::is_none), "nothing is taken before its cluster is known");
}

#[test]
fn what_another_program_does_not_know_of_a_forward_stays() {
    let clusters = [context("kind1", ""), context("test-cluster", "")];
    let (_, _, all) = compared(KFTRAY, &clusters, &[]);
    let mut saved = taken(&all);
    saved[0].group = "tools".into();
    saved[0].hold_seconds = Some(5);
    saved[1].ports[0].mapping = "1234:8080".parse().unwrap();
    saved[1].group = "shop".into();
    saved[2].target = Target::new(TargetKind::StatefulSet, "postgres");
    let (_, _, again) = compared(KFTRAY, &clusters, &saved);
    assert_eq!(again.rows[0].standing, ImportStanding::Same { id: saved[0].id.clone() });
    let changed =
        |row: usize, field| ImportStanding::Changed { id: saved[row].id.clone(), fields: vec![field] };
    assert_eq!(again.rows[1].standing, changed(1, ImportField::Ports));
    assert_eq!(again.rows[1].draft.as_ref().unwrap().group, "shop");
    assert_eq!(again.rows[2].standing, changed(2, ImportField::Target));
    let prepared = again.prepared[1].as_ref().unwrap();
    assert_eq!(prepared.replaces.as_ref().unwrap().0, saved[1].id);
}

/// A kftray file with services of these names, local ports and addresses.
fn services(all: &[(&str, u16, &str)]) -> Vec<u8> {
    let services = all.iter().map(|(name, local, address)| {
        serde_json::json!({
            "service": name, "namespace": "shop", "context": "kind1", "workload_type": "service",
            "protocol": "tcp", "local_port": local, "remote_port": 80, "local_address": address,
        })
    });
    serde_json::to_vec(&services.collect::<Vec<_>>()).unwrap()
}

#[test]
fn local_ports_that_others_ask_for_too_are_told_and_can_become_free() {
    let clusters = [context("kind1", "")];
    let (_, _, here) = compared(&services(&[("here", 8000, "localhost")]), &clusters, &[]);
    let saved = taken(&here);
    let file = services(&[
        ("a", 8000, "127.0.0.1"),
        ("b", 9000, "localhost"),
        ("c", 9000, "0.0.0.0"),
        ("d", 9000, "127.0.0.9"),
        ("e", 8001, "localhost"),
    ]);
    let (_, _, all) = compared(&file, &clusters, &saved);
    let clash = |local: u16, names: &[&str]| {
        vec![PortClash { local, names: names.iter().map(ToString::to_string).collect() }]
    };
    assert_eq!(all.rows[0].clashes, clash(8000, &["here"]));
    assert_eq!(all.rows[1].clashes, clash(9000, &["c"]));
    assert_eq!(all.rows[2].clashes, clash(9000, &["b", "d"]));
    assert_eq!(all.rows[3].clashes, clash(9000, &["c"]));
    assert_eq!(all.rows[4].clashes, []);
    assert_eq!(all.prepared[0].as_ref().unwrap().with_free_ports().ports, [":80"]);
    assert_eq!(all.prepared[4].as_ref().unwrap().with_free_ports().ports, ["8001:80"]);
    // What it replaces is not in its way.
    let (_, _, moved) = compared(&services(&[("here", 8000, "127.0.0.1")]), &clusters, &saved);
    assert!(matches!(moved.rows[0].standing, ImportStanding::Changed { .. }));
    assert_eq!(moved.rows[0].clashes, []);
}
