//! How it stands with clusters.

use super::*;
use crate::{
    book::{ClusterDraft, Trust},
    store::ClusterStore,
};

/// Of one cluster, which the person added.
fn list() -> (ClusterList, ContextRef) {
    let draft = ClusterDraft {
        name: "lab".into(),
        server: "https://lab.example:6443".into(),
        trust: Trust::System,
        namespace: None,
    };
    let own = vec![OwnCluster { id: "a".into(), draft }];
    let book = ClusterBook::new(ClusterStore::memory(), Book { own, ..Book::default() });
    let journal = Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Unavailable, None);
    let list = ClusterList::new(Arc::new(journal), Arc::new(book), SecretKeeper::memory());
    (list, ContextRef::Own { id: "a".into() })
}

fn standing(list: &ClusterList) -> Standing {
    list.journal.snapshot().clusters[0].standing.clone()
}

#[test]
fn a_sign_in_that_is_stopped_leaves_the_standing_of_before() {
    let (list, context) = list();
    list.failed(&context, words::not_signed_in("lab"));
    let before = standing(&list);
    assert!(matches!(before, Standing::NeedsSignIn { .. }), "{before:?}");
    list.signing_in(&context, "https://sign.in".into());
    assert_eq!(standing(&list), Standing::SigningIn { address: "https://sign.in".into() });
    list.signing_in_ended(&context);
    assert_eq!(standing(&list), before);
}

#[test]
fn a_sign_in_is_shown_for_as_long_as_the_browser_is_waited_for() {
    let (list, context) = list();
    let address = "https://sign.in".to_owned();
    list.signing_in(&context, address.clone());
    list.failed(&context, words::not_signed_in("lab"));
    assert_eq!(standing(&list), Standing::SigningIn { address: address.clone() });
    list.forget(&context);
    assert_eq!(standing(&list), Standing::SigningIn { address: address.clone() });
    list.reached(&context);
    assert_eq!(standing(&list), Standing::SigningIn { address });
    list.signing_in_ended(&context);
    assert_eq!(standing(&list), Standing::Reachable, "what was heard meanwhile");
}
