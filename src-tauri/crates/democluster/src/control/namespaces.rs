//! Empties namespaces that are on their way out (`pkg/controller/namespace` of Kubernetes).

use crate::objects::kind::Kind;
use crate::objects::store::{Key, Store};
use crate::objects::{is_terminating, text};

use super::node::Node;

/// Deletes what is in them; pods end in their own time, and the namespace goes with the last one.
pub(super) fn update(store: &Store, node: &Node) {
    for namespace in store.list(Kind::Namespace, None).1 {
        if is_terminating(&namespace) {
            empty(store, node, text(&namespace, "/metadata/name"));
        }
    }
}

fn empty(store: &Store, node: &Node, namespace: &str) {
    for kind in Kind::ALL {
        if kind == Kind::Pod || !kind.facts().namespaced {
            continue;
        }
        for object in store.list(kind, Some(namespace)).1 {
            store.delete(&Key::of(kind, &object));
        }
    }
    let pods = store.list(Kind::Pod, Some(namespace)).1;
    for pod in &pods {
        node.delete(namespace, text(pod, "/metadata/name"), false);
    }
    if pods.is_empty() {
        store.delete(&Key::new(Kind::Namespace, "", namespace));
    }
}
