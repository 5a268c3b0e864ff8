//! What is written is read again, here and elsewhere.

use cluster::{Target, TargetKind};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{foreign_tests::context, *};
use crate::{
    book::{Book, ClusterDraft, OwnCluster, Trust},
    cluster_view::{ClusterView, OwnView},
    drafts,
    import::{ImportFound, ImportStanding},
    options::{AtStart, Colour, PodChoice},
    pins::{RoutePin, TransportPin},
    profile::{ClusterIdentity, ContextRef, Profile, tests::profile},
};

const LAB: &str = "https://api.lab.example:6443";
const WORK: &str = "https://api.work.example:6443";

fn book() -> Book {
    let own = |id: &str, name: &str, trust| OwnCluster {
        id: id.into(),
        draft: ClusterDraft { name: name.into(), server: LAB.into(), trust, namespace: Some("n".into()) },
    };
    // The same server twice, for two people.
    let own =
        vec![own("o1", "lab", Trust::System), own("o2", "lab", Trust::Pinned { sha256: "ab".repeat(32) })];
    Book { own, ..Book::default() }
}

fn clusters_with(book: &Book) -> Vec<ClusterView> {
    let mut views = vec![context("work", WORK), context("other", "https://api.other.example:6443")];
    let shadowed = ContextRef::Kubeconfig { name: "work".into(), file: Some("/other/config".into()) };
    views.push(ClusterView { context: shadowed, ..context("work", WORK) });
    views.extend(book.own.iter().map(|own| ClusterView {
        context: ContextRef::Own { id: own.id.clone() },
        own: Some(OwnView { id: own.id.clone(), trust: own.draft.trust.clone(), namespace: None }),
        ..context(&own.draft.name, &own.draft.server)
    }));
    views
}

/// Any profile that a person can save, at a cluster that there is.
fn any_profile() -> impl Strategy<Value = Profile> {
    let place = select(vec![
        (ContextRef::kubeconfig("work"), Some(WORK)),
        (ContextRef::Kubeconfig { name: "work".into(), file: Some("/other/config".into()) }, Some(WORK)),
        (ContextRef::Own { id: "o1".into() }, Some(LAB)),
        (ContextRef::Own { id: "o2".into() }, Some(LAB)),
        (ContextRef::Demo, None),
    ]);
    let kinds = vec![TargetKind::Pod, TargetKind::Service, TargetKind::StatefulSet, TargetKind::Selector];
    let target = (select(kinds), "[a-z]{1,8}").prop_map(|(kind, name)| Target::new(kind, name));
    let ports = prop::collection::btree_map(1u16.., "(80|http|:443|:https)", 1..4);
    let first = (place, option::of(option::of("[0-9a-f]{8}")), target, ports, any::<bool>());
    let pods = prop_oneof![
        Just(PodChoice::Best),
        Just(PodChoice::Spread),
        "[a-z]{1,9}".prop_map(|name| PodChoice::Pinned { name })
    ];
    let pins = (
        select(vec![TransportPin::Automatic, TransportPin::Channel]),
        select(vec![RoutePin::Automatic, RoutePin::Node]),
    );
    let times = (option::of(0u32..20_000), option::of(0u32..700), 0u32..50_000);
    let at_start = select(vec![AtStart::AsItWas, AtStart::On, AtStart::Off]);
    let colour = option::of(select(vec![Colour::Red, Colour::Teal]));
    let words = ("\\PC{1,12}", "\\PC{0,9}", vec("\\PC{0,9}", 0..3));
    (first, pods, pins, times, at_start, colour, words).prop_map(
        |((place, identity, target, ports, all), pods, pins, times, at_start, colour, words)| {
            let (context, server) = place;
            let mut draft = ProfileDraft { context, target, pods, ..usual_draft() };
            draft.namespace = "shop".into();
            draft.ports = ports
                .into_iter()
                .map(|(local, far)| if far.starts_with(':') { far } else { format!("{local}:{far}") })
                .collect();
            if all {
                draft.bind_address = "0.0.0.0, ::1".into();
            }
            (draft.transport, draft.route) = pins;
            (draft.keep_unused_minutes, draft.hold_seconds, draft.turn_off_after_minutes) = times;
            (draft.at_start, draft.ask_first, draft.colour) = (at_start, all, colour);
            (draft.name, draft.group, draft.tags) = words;
            let mut profile = drafts::read(draft, None).unwrap();
            profile.cluster = server
                .zip(identity)
                .map(|(server, authority)| ClusterIdentity { server: server.into(), authority });
            profile.on = true;
            profile.favourite = all;
            profile.off_at_ms = Some(1);
            profile.ports[0].last_local = Some(50_000);
            profile
        },
    )
}

fn compared(text: &[u8], clusters: &[ClusterView], saved: &[Profile]) -> (Vec<Resolved>, Compared) {
    let paper = read(text).unwrap();
    let here = Surroundings { clusters, current: None };
    let resolved: Vec<_> = paper.clusters.iter().map(|named| resolve(named, &here, None)).collect();
    let compared = compare(&paper, &resolved, saved);
    (resolved, compared)
}

/// What belongs to one computer is left out of a comparison.
fn portable(profile: &Profile) -> Profile {
    let mut ports = profile.ports.clone();
    ports.iter_mut().for_each(|port| port.last_local = None);
    let id = crate::profile::tests::profile("x").id;
    Profile { id, on: false, favourite: false, off_at_ms: None, off_because: None, ports, ..profile.clone() }
}

proptest! {
    #[test]
    fn an_empty_engine_gets_equal_profiles_and_the_same_one_nothing(
        mut profiles in vec(any_profile(), 1..8),
    ) {
        for (index, profile) in profiles.iter_mut().enumerate() {
            profile.name = format!("{} {index}", profile.name).trim().to_owned();
        }
        let book = book();
        let clusters = clusters_with(&book);
        let text = export(&profiles, &book, &clusters).unwrap();

        let (_, all) = compared(&text, &clusters, &[]);
        let taken: Vec<Profile> = all
            .prepared
            .iter()
            .map(|prepared| {
                let prepared = prepared.as_ref().unwrap();
                let profile = drafts::read(prepared.draft.clone(), None).unwrap();
                Profile { cluster: prepared.identity.clone(), ..profile }
            })
            .collect();
        let expected: Vec<_> = profiles.iter().map(portable).collect();
        prop_assert_eq!(taken.iter().map(portable).collect::<Vec<_>>(), expected);

        let (_, again) = compared(&text, &clusters, &profiles);
        for (row, profile) in again.rows.iter().zip(&profiles) {
            prop_assert_eq!(&row.standing, &ImportStanding::Same { id: profile.id.clone() });
        }
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in "\\PC*", key in "(culvert|clusters|version|schema|service)", value in 0u8..5) {
        let _ = read(text.as_bytes());
        let value = [serde_json::json!(1), serde_json::json!([[]]), serde_json::json!({}), serde_json::json!("x"), serde_json::json!(null)][usize::from(value)].clone();
        let _ = read(serde_json::json!({"culvert": "forwards", "schema": 1, key.clone(): value.clone()}).to_string().as_bytes());
        let _ = read(serde_json::json!({"version": 2, "clusters": [{"name": "a", "_services": [{}, 1]}], key: value}).to_string().as_bytes());
    }
}

#[test]
fn on_another_computer_own_clusters_come_along_signed_out_and_contexts_go_by_their_server() {
    let book = book();
    let mut own = profile("own");
    own.context = ContextRef::Own { id: "o2".into() };
    let mut work = profile("work");
    work.cluster = Some(ClusterIdentity { server: WORK.into(), authority: Some("ab".into()) });
    let text = export(&[own, work], &book, &clusters_with(&book)).unwrap();
    let there = [context("shop/api-work/bob", WORK)];
    let (resolved, all) = compared(&text, &there, &[]);
    assert_eq!(resolved[0].found, ImportFound::Added);
    let added = resolved[0].added.clone().unwrap();
    assert_eq!(added.draft, book.own[1].draft);
    assert_eq!(resolved[1].found, ImportFound::OtherName { name: "shop/api-work/bob".into() });
    assert_eq!(all.rows[1].draft.as_ref().unwrap().context, there[0].context);
    assert_eq!(all.prepared[1].as_ref().unwrap().identity.as_ref().unwrap().authority.as_deref(), Some("ab"));
}

#[test]
fn the_file_is_readable_and_leaves_out_what_is_as_usual() {
    let book = book();
    let text = export(&[profile("web")], &book, &clusters_with(&book)).unwrap();
    let expected = r#"{
  "culvert": "forwards",
  "schema": 1,
  "clusters": [
    {
      "key": "work",
      "kind": "kubeconfig",
      "context": "work",
      "server": "https://api.work.example:6443"
    }
  ],
  "forwards": [
    {
      "name": "web",
      "cluster": "work",
      "namespace": "default",
      "target": {
        "kind": "deployment",
        "name": "echo"
      },
      "ports": [
        ":5000"
      ]
    }
  ]
}
"#;
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}
