//! What the user of the demo cluster may do: everything, unless a test forbids it.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use crate::DemoCluster;

/// What is forbidden: pairs of verb and resource.
#[derive(Default)]
pub(crate) struct Permissions {
    forbidden: RwLock<BTreeSet<(String, String)>>,
}

impl Permissions {
    /// Whether it may be done. `resource` is plural, and has its subresource after a slash.
    pub(crate) fn allow(&self, verb: &str, resource: &str) -> bool {
        let forbidden = self.forbidden.read().unwrap_or_else(PoisonError::into_inner);
        // Mostly nothing is, and then nothing needs to be built to look it up.
        forbidden.is_empty() || !forbidden.contains(&(verb.to_owned(), resource.to_owned()))
    }
}

impl DemoCluster {
    /// Takes a permission from the user: `verb` as RBAC has it (`get`, `list`, `watch`, `create`, `delete`), `resource`
    /// likewise (`pods`, `pods/portforward`, `nodes/proxy`, `deployments`). For port-forward a GET (every WebSocket) needs
    /// `get`, from 1.35 on `create` too, and a POST needs `create`. Access reviews answer accordingly.
    ///
    /// As on a real server, what may be done is looked at once for each request (`WithAuthorization` in apiserver's
    /// `pkg/endpoints/filters`): watches and upgraded connections that are open stay open, and whoever uses them hears of
    /// the withdrawal only with the next request.
    pub fn forbid(&self, verb: &str, resource: &str) {
        let mut forbidden =
            self.context.permissions.forbidden.write().unwrap_or_else(PoisonError::into_inner);
        forbidden.insert((verb.to_owned(), resource.to_owned()));
    }

    /// Gives all permissions back.
    pub fn allow_all(&self) {
        self.context.permissions.forbidden.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
