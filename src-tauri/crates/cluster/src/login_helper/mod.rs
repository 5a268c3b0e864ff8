//! Login helpers: programs that a kubeconfig names (`exec`) and that give credentials.
//!
//! In place of kube's own, which waits for a helper for ever, cannot end it, and forgets what it gave.

mod answer;
mod certificate;
mod layer;
mod process;
mod request;
mod search_path;
mod words;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use http::HeaderValue;
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kube::config::ExecConfig;
use rustls::sign::CertifiedKey;

use crate::{Definition, Error, classify::Classifier};

pub(crate) use certificate::HelperCertificate;
pub(crate) use layer::HelperLayer;
use request::Failure;
pub(crate) use words::{ended_with, no_command, no_credential, not_found, not_started, unreadable_expiry};

/// Helpers whose credentials are kept. More than anybody uses at a time; beyond it all are asked anew.
const KEPT: usize = 64;

/// Credentials are renewed this long before they expire, so that they are still good when a request arrives.
const EARLY: SignedDuration = SignedDuration::from_secs(10);

/// The helpers that have been asked, and what they gave. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Helpers {
    known: Arc<Mutex<HashMap<Definition, Arc<Helper>>>>,
    at_terminal: bool,
}

/// One helper, asked in one way.
struct Helper {
    exec: ExecConfig,
    /// It may ask the person at the terminal, where there is one.
    at_terminal: bool,
    /// Held while it runs: those who wait share what it gives.
    running: tokio::sync::Mutex<()>,
    latest: Mutex<Option<Arc<Credentials>>>,
    /// Counts what it gave.
    given: AtomicU64,
}

/// What a helper gave.
struct Credentials {
    /// Different for everything it gave.
    number: u64,
    /// The header `Authorization`.
    token: Option<HeaderValue>,
    certificate: Option<Arc<CertifiedKey>>,
    expires: Option<Timestamp>,
}

/// A helper as one user of it sees it. Clones are the same.
#[derive(Clone)]
pub(crate) struct HelperLogin {
    helper: Arc<Helper>,
    classifier: Classifier,
}

impl Helpers {
    /// Such that ask the person at the terminal, where there is one.
    pub(crate) fn at_terminal() -> Self {
        Self { at_terminal: true, ..Self::default() }
    }

    /// The one of this definition, the same for all who ask. Its errors are put in the classifier's words.
    pub(crate) fn login(&self, exec: ExecConfig, classifier: &Classifier) -> HelperLogin {
        // What it is told of the cluster is part of how it is asked.
        let definition = Definition::of((&exec, &exec.cluster));
        let mut helpers = lock(&self.known);
        if helpers.len() >= KEPT && !helpers.contains_key(&definition) {
            helpers.clear();
        }
        let helper = helpers.entry(definition).or_insert_with(|| {
            Arc::new(Helper {
                exec,
                at_terminal: self.at_terminal,
                running: tokio::sync::Mutex::default(),
                latest: Mutex::default(),
                given: AtomicU64::default(),
            })
        });
        HelperLogin { helper: Arc::clone(helper), classifier: classifier.clone() }
    }
}

impl std::fmt::Debug for Helpers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Helpers({})", lock(&self.known).len())
    }
}

impl HelperLogin {
    /// Sees that there are credentials that can be used: the helper is run where there are none.
    ///
    /// # Errors
    /// [`Error::LoginHelper`]; [`Error::Kubeconfig`] where the definition makes no sense.
    pub(crate) async fn sign_in(&self) -> Result<(), Error> {
        self.credentials(None).await.map(|_| ())
    }

    /// What it gave is of no use: it is asked again when credentials are next needed.
    pub(crate) fn forget(&self) {
        *lock(&self.helper.latest) = None;
    }

    /// Credentials that have not expired, and are other ones than those that were `refused`.
    async fn credentials(&self, refused: Option<u64>) -> Result<Arc<Credentials>, Error> {
        if let Some(known) = self.helper.usable(refused) {
            return Ok(known);
        }
        let _alone = self.helper.running.lock().await;
        // Somebody else may have asked meanwhile.
        if let Some(known) = self.helper.usable(refused) {
            return Ok(known);
        }
        let answer = request::ask(&self.helper.exec, self.helper.at_terminal).await;
        let given = answer.map_err(|failure| self.explain(failure))?;
        let number = self.helper.given.fetch_add(1, Ordering::Relaxed) + 1;
        let credentials = Arc::new(Credentials { number, ..given });
        *lock(&self.helper.latest) = Some(Arc::clone(&credentials));
        Ok(credentials)
    }

    /// These were refused: they are not used again.
    fn refused(&self, number: u64) {
        lock(&self.helper.latest).take_if(|latest| latest.number == number);
    }

    fn explain(&self, failure: Failure) -> Error {
        match failure {
            Failure::Definition(reason) => self.classifier.broken(reason),
            Failure::Helper { reason, searched } => self.classifier.helper(&reason, searched),
        }
    }
}

impl Helper {
    fn usable(&self, refused: Option<u64>) -> Option<Arc<Credentials>> {
        let latest = lock(&self.latest);
        let fresh = |known: &&Arc<Credentials>| {
            refused != Some(known.number)
                && known.expires.is_none_or(|expires| Timestamp::now() + EARLY < expires)
        };
        latest.as_ref().filter(fresh).cloned()
    }

    /// The certificate it gave last, though it may have expired: the server says so better.
    fn certificate(&self) -> Option<Arc<CertifiedKey>> {
        lock(&self.latest).as_ref()?.certificate.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks can leave anything half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
