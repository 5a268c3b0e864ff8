//! What makes a demo cluster an OpenShift one: users with passwords, and tokens that expire.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{DemoCluster, identity};

/// How long a token lives (`accessTokenMaxAgeSeconds` of OpenShift's OAuth configuration).
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Who can sign in from the beginning, as in OpenShift Local.
const DEVELOPER: (&str, &str) = ("developer", "developer");

/// Codes that wait to be exchanged; the oldest is forgotten for the next.
const MOST_CODES: usize = 64;

/// Users, and sign-ins that are under way.
pub(crate) struct OpenShift(Mutex<State>);

struct State {
    passwords: BTreeMap<String, String>,
    /// Whether names and passwords are taken without a browser.
    challenges: bool,
    lifetime: Duration,
    codes: Vec<Code>,
}

/// A code, and what it was given for.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) challenge: String,
}

impl OpenShift {
    pub(crate) fn new() -> Self {
        let (user, password) = DEVELOPER;
        Self(Mutex::new(State {
            passwords: BTreeMap::from([(user.to_owned(), password.to_owned())]),
            challenges: true,
            lifetime: LIFETIME,
            codes: Vec::new(),
        }))
    }

    pub(crate) fn knows(&self, user: &str, password: &str) -> bool {
        self.lock().passwords.get(user).is_some_and(|known| known == password)
    }

    pub(crate) fn challenges(&self) -> bool {
        self.lock().challenges
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lock().lifetime
    }

    /// A code for a sign-in; its own `code` is not looked at.
    pub(crate) fn give(&self, given: Code) -> String {
        let code = format!("sha256~{}", identity::container_id());
        let mut state = self.lock();
        if state.codes.len() >= MOST_CODES {
            state.codes.remove(0);
        }
        state.codes.push(Code { code: code.clone(), ..given });
        code
    }

    /// What a code was given for. It is good once.
    pub(crate) fn take(&self, code: &str) -> Option<Code> {
        let mut state = self.lock();
        let place = state.codes.iter().position(|known| known.code == code)?;
        Some(state.codes.remove(place))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoCluster {
    /// Lets a user sign in with this password from now on. There is `developer` with the password `developer` already.
    pub fn set_password(&self, user: &str, password: &str) {
        self.context.openshift.lock().passwords.insert(user.to_owned(), password.to_owned());
    }

    /// How long tokens live that are given from now on (`expires_in`); 24 hours otherwise.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.context.openshift.lock().lifetime = lifetime;
    }

    /// Has people sign in with the browser alone, as where only an identity provider with pages of its own is set up.
    pub fn forbid_password_challenges(&self) {
        self.context.openshift.lock().challenges = false;
    }
}
