//! What the user of the demo cluster may do: everything, unless a test forbids it or says what is left.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use crate::DemoCluster;

/// What may be done.
#[derive(Default)]
pub(crate) struct Permissions(RwLock<Rules>);

#[derive(Default)]
struct Rules {
    /// Pairs of verb and resource.
    forbidden: BTreeSet<(String, String)>,
    /// Verb, resource and namespace; where there is such a set, nothing else is allowed.
    only: Option<BTreeSet<(String, String, String)>>,
    /// Whoever shows no credentials is `system:anonymous`.
    anonymous: bool,
}

impl Permissions {
    /// Whether it may be done. `resource` is plural, and has its subresource after a slash; without a namespace it is
    /// about all of them, or about what is in none.
    pub(crate) fn allow(&self, verb: &str, resource: &str, namespace: Option<&str>) -> bool {
        let rules = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Mostly nothing is forbidden, and then nothing needs to be built to look it up.
        let is_forbidden =
            !rules.forbidden.is_empty() && rules.forbidden.contains(&(verb.to_owned(), resource.to_owned()));
        let is_left = rules.only.as_ref().is_none_or(|only| {
            let namespace = namespace.unwrap_or_default();
            only.contains(&(verb.to_owned(), resource.to_owned(), namespace.to_owned()))
        });
        is_left && !is_forbidden
    }

    pub(crate) fn admits_anonymous(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).anonymous
    }

    fn write(&self) -> RwLockWriteGuard<'_, Rules> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
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
        self.context.permissions.write().forbidden.insert((verb.to_owned(), resource.to_owned()));
    }

    /// Leaves the user these permissions and no others: verb, resource (as for [`forbid`](Self::forbid)), and the
    /// namespace in which it may be done; an empty one for what is asked of the whole cluster. As a role in one namespace
    /// gives them, which is the usual lot of a developer.
    pub fn allow_only(&self, permissions: &[(&str, &str, &str)]) {
        let owned = |(verb, resource, namespace): &(&str, &str, &str)| {
            ((*verb).to_owned(), (*resource).to_owned(), (*namespace).to_owned())
        };
        self.context.permissions.write().only = Some(permissions.iter().map(owned).collect());
    }

    /// From now on takes whoever shows no credentials for `system:anonymous`, as servers do that are not told otherwise
    /// (`--anonymous-auth`): the version may be read, everything else is answered 403 and not 401.
    pub fn admit_anonymous(&self) {
        self.context.permissions.write().anonymous = true;
    }

    /// Gives all permissions back.
    pub fn allow_all(&self) {
        *self.context.permissions.write() = Rules::default();
    }
}
