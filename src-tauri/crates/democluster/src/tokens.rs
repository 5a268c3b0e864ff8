//! The bearer tokens by which the user of the demo cluster is known.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{DemoCluster, identity};

/// Which tokens there were, and which of them are good.
pub(crate) struct Tokens(RwLock<Known>);

struct Known {
    newest: String,
    good: Vec<String>,
}

impl Tokens {
    /// One token, which is good.
    pub(crate) fn new() -> Self {
        let first = identity::container_id();
        Self(RwLock::new(Known { newest: first.clone(), good: vec![first] }))
    }

    pub(crate) fn is_good(&self, token: &str) -> bool {
        self.read().good.iter().any(|good| good == token)
    }

    /// The newest token, whether it is good or not.
    pub(crate) fn newest(&self) -> String {
        self.read().newest.clone()
    }

    fn issue(&self) -> String {
        let token = identity::container_id();
        let mut known = self.write();
        known.newest.clone_from(&token);
        known.good.push(token.clone());
        token
    }

    fn revoke(&self, token: &str) {
        self.write().good.retain(|good| good != token);
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoCluster {
    /// The newest bearer token, which is in [`kubeconfig`](Self::kubeconfig).
    #[must_use]
    pub fn token(&self) -> String {
        self.context.tokens.newest()
    }

    /// A further token of the same user. The earlier ones stay good until they are [revoked](Self::revoke_token).
    #[must_use = "nobody else knows the token"]
    pub fn issue_token(&self) -> String {
        self.context.tokens.issue()
    }

    /// Requests with this token are answered 401 from now on. As on a real server, who asks is looked at once for each
    /// request: watches and upgraded connections that are open stay open.
    pub fn revoke_token(&self, token: &str) {
        self.context.tokens.revoke(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_good_until_they_are_revoked() {
        let tokens = Tokens::new();
        let first = tokens.newest();
        let second = tokens.issue();
        assert!(tokens.is_good(&first) && tokens.is_good(&second));
        assert_eq!(tokens.newest(), second);
        tokens.revoke(&first);
        assert!(!tokens.is_good(&first) && tokens.is_good(&second));
        tokens.revoke(&second);
        assert!(!tokens.is_good(&second));
        assert_eq!(tokens.newest(), second);
    }
}
