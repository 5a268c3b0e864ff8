//! The bearer tokens by which the users of the demo cluster are known.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::certificates::CLIENT_NAME;
use crate::{DemoCluster, identity};

/// What OpenShift's tokens begin with.
const SHA256: &str = "sha256~";

/// Which tokens there were, and which of them are good.
pub(crate) struct Tokens(RwLock<Known>);

struct Known {
    newest: String,
    good: Vec<Good>,
}

/// A token that is good, or was until it expired.
#[derive(Clone)]
pub(crate) struct Good {
    token: String,
    pub(crate) user: String,
    /// RFC 3339.
    pub(crate) created: String,
    issued: Instant,
    /// For ever where there is none.
    pub(crate) lifetime: Option<Duration>,
}

impl Good {
    fn new(token: String, user: &str, lifetime: Option<Duration>) -> Self {
        Self { token, user: user.to_owned(), created: identity::now(), issued: Instant::now(), lifetime }
    }

    fn is_good(&self) -> bool {
        self.lifetime.is_none_or(|lifetime| self.issued.elapsed() < lifetime)
    }
}

impl Tokens {
    /// One token, which is good.
    pub(crate) fn new() -> Self {
        let first = identity::container_id();
        let good = vec![Good::new(first.clone(), CLIENT_NAME, None)];
        Self(RwLock::new(Known { newest: first, good }))
    }

    #[cfg(test)]
    pub(crate) fn is_good(&self, token: &str) -> bool {
        self.user_of(token).is_some()
    }

    /// Who has this token, where it is good.
    pub(crate) fn user_of(&self, token: &str) -> Option<String> {
        let known = self.read();
        let good = known.good.iter().find(|good| good.token == token).filter(|good| good.is_good());
        good.map(|good| good.user.clone())
    }

    /// The token whose object has this name: the hash of what follows its prefix (library-go `oauth.TokenToObjectName`).
    pub(crate) fn by_object_name(&self, name: &str) -> Option<Good> {
        let hash = name.strip_prefix(SHA256)?;
        let is_it = |good: &&Good| {
            let secret = good.token.strip_prefix(SHA256);
            secret.is_some_and(|secret| URL_SAFE_NO_PAD.encode(Sha256::digest(secret)) == hash)
        };
        self.read().good.iter().find(is_it).cloned()
    }

    /// The newest token, whether it is good or not.
    pub(crate) fn newest(&self) -> String {
        self.read().newest.clone()
    }

    fn issue(&self) -> String {
        let token = identity::container_id();
        let mut known = self.write();
        known.newest.clone_from(&token);
        known.good.push(Good::new(token.clone(), CLIENT_NAME, None));
        token
    }

    /// A token of OpenShift's form for somebody who signed in.
    pub(crate) fn issue_to(&self, user: &str, lifetime: Option<Duration>) -> String {
        let token = format!("{SHA256}{}", identity::container_id());
        self.write().good.push(Good::new(token.clone(), user, lifetime));
        token
    }

    fn take(&self, token: &str) {
        self.write().good.push(Good::new(token.to_owned(), CLIENT_NAME, None));
    }

    fn revoke(&self, token: &str) {
        self.write().good.retain(|good| good.token != token);
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

    /// Takes this token of the same user too, as one that somebody else has signed, such as an OpenID Connect issuer.
    pub fn take_token(&self, token: &str) {
        self.context.tokens.take(token);
    }

    /// A token of OpenShift's form for a user, as after a sign-in. `None` lives for ever.
    #[must_use = "nobody else knows the token"]
    pub fn issue_token_to(&self, user: &str, lifetime: Option<Duration>) -> String {
        self.context.tokens.issue_to(user, lifetime)
    }

    /// Has all tokens that were given to those who signed in expire now, as after their lifetime. Answers how many.
    pub fn expire_tokens(&self) -> usize {
        let mut known = self.context.tokens.write();
        let mut count = 0;
        for good in known.good.iter_mut().filter(|good| good.lifetime.is_some()) {
            good.lifetime = Some(Duration::ZERO);
            count += 1;
        }
        count
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
