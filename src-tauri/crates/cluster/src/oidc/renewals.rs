//! Sign-ins that are renewed with a refresh token, by all who have the same one together.
//!
//! Many identity providers replace a refresh token when it is used and refuse it from then on. One that is used twice is taken
//! for stolen, and what replaced it is refused as well (RFC 9700, 4.14.2).

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use kube::{client::Body, config::AuthProviderConfig};
use tokio::time::{Timeout, error::Elapsed, timeout};
use tower::{BoxError, ServiceExt as _, util::BoxCloneSyncService};

use super::{CLIENT_SECRET, ISSUER};
use crate::Definition;

/// Time for renewing, which takes up to three requests. Shorter than that for an answer of the API server, which would be
/// blamed otherwise; kube itself waits without end.
pub(super) const LIMIT: Duration = Duration::from_secs(15);

/// Sign-ins that are kept. More than anybody uses at a time; beyond it the one that was longest not connected with is forgotten.
const KEPT: usize = 64;

const CLIENT_ID: &str = "client-id";
const REFRESH_TOKEN: &str = "refresh-token";

/// kube's own, which gives the request back with the header `Authorization`. Clones have the refresh token in common.
pub(super) type Signing = BoxCloneSyncService<Request<Body>, Response<Request<Body>>, BoxError>;

/// The sign-ins there are, those that were connected with last at the end. Clones share them. A refresh token that replaces
/// another one in the kubeconfig begins a new one.
#[derive(Clone, Default)]
pub(crate) struct Renewals(Arc<Mutex<Vec<(Definition, Renewal)>>>);

/// One sign-in. Clones are the same.
#[derive(Clone)]
pub(super) struct Renewal {
    signing: Signing,
    /// What is under way. Who stops waiting leaves it to the next, who finishes it: an answer with a new refresh token must
    /// not be lost.
    under_way: Arc<tokio::sync::Mutex<Option<UnderWay>>>,
}

type UnderWay = Pin<Box<Timeout<BoxFuture<'static, Result<Option<HeaderValue>, BoxError>>>>>;

impl Renewals {
    /// The one of this provider's refresh token, made where there is none.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn of<E>(
        &self,
        provider: &AuthProviderConfig,
        make: impl FnOnce() -> Result<Signing, E>,
    ) -> Result<Renewal, E> {
        let Some(definition) = definition(provider) else { return make().map(Renewal::new) };
        let mut known = self.lock();
        let renewal = match known.iter().position(|(other, _)| *other == definition) {
            Some(place) => known.remove(place).1,
            None => Renewal::new(make()?),
        };
        if known.len() >= KEPT {
            known.remove(0);
        }
        known.push((definition, renewal.clone()));
        Ok(renewal)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Definition, Renewal)>> {
        // Nothing under the lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Renewals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Renewals({})", self.lock().len())
    }
}

impl Renewal {
    fn new(signing: Signing) -> Self {
        Self { signing, under_way: Arc::default() }
    }

    /// The header `Authorization`, with a token that has not expired.
    ///
    /// # Errors
    /// kube's; [`Elapsed`] where there is no answer in time.
    pub(super) async fn header(&self) -> Result<Result<Option<HeaderValue>, BoxError>, Elapsed> {
        let mut under_way = self.under_way.lock().await;
        if let Some(left) = under_way.as_mut() {
            // kube keeps what came of it.
            let _ = left.await;
            *under_way = None;
        }
        let signed = self.signing.clone().oneshot(Request::new(Body::empty()));
        let header: BoxFuture<'static, _> =
            Box::pin(async move { Ok(signed.await?.into_body().headers_mut().remove(AUTHORIZATION)) });
        let outcome = under_way.insert(Box::pin(timeout(LIMIT, header))).await;
        *under_way = None;
        outcome
    }
}

/// Whose sign-in it is. None without a refresh token: then nothing says that two are the same person's.
fn definition(provider: &AuthProviderConfig) -> Option<Definition> {
    let field = |name| provider.config.get(name);
    let refresh_token = field(REFRESH_TOKEN).filter(|token| !token.is_empty())?;
    // A secret that was mended is another client.
    Some(Definition::of([field(ISSUER), field(CLIENT_ID), field(CLIENT_SECRET), Some(refresh_token)]))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        convert::Infallible,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::Notify;
    use tower::service_fn;

    use super::*;

    fn provider(fields: &[(&str, &str)]) -> AuthProviderConfig {
        let mut config =
            HashMap::from([(ISSUER, "https://idp"), (CLIENT_ID, "me"), (REFRESH_TOKEN, "secret")]);
        config.extend(fields.iter().copied());
        let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        AuthProviderConfig {
            name: "oidc".to_owned(),
            config: config.into_iter().map(text).collect(),
            ..AuthProviderConfig::default()
        }
    }

    fn of(renewals: &Renewals, fields: &[(&str, &str)]) -> Renewal {
        let make =
            || Ok::<_, Infallible>(Signing::new(service_fn(async |request| Ok(Response::new(request)))));
        renewals.of(&provider(fields), make).unwrap()
    }

    fn is_same(one: &Renewal, other: &Renewal) -> bool {
        Arc::ptr_eq(&one.under_way, &other.under_way)
    }

    #[test]
    fn who_has_the_same_refresh_token_has_it_in_common() {
        let renewals = Renewals::default();
        let first = of(&renewals, &[("id-token", "a")]);
        assert!(is_same(&first, &of(&renewals.clone(), &[("id-token", "b")])));
        for other in
            [(REFRESH_TOKEN, "another"), (ISSUER, "https://b"), (CLIENT_ID, "b"), (CLIENT_SECRET, "b")]
        {
            assert!(!is_same(&first, &of(&renewals, &[other])), "{other:?}");
        }
        // Somebody else's, for all that is known.
        let without = [(REFRESH_TOKEN, "")];
        assert!(!is_same(&of(&renewals, &without), &of(&renewals, &without)));
        assert_eq!(format!("{renewals:?}"), "Renewals(5)");
    }

    #[test]
    fn the_one_that_was_longest_not_used_makes_room() {
        let renewals = Renewals::default();
        let token = |number: usize| format!("{number}");
        let all: Vec<Renewal> =
            (0..KEPT).map(|number| of(&renewals, &[(REFRESH_TOKEN, &token(number))])).collect();
        assert!(is_same(&all[0], &of(&renewals, &[(REFRESH_TOKEN, "0")])));
        of(&renewals, &[(REFRESH_TOKEN, "one more")]);
        for (number, kept) in [(0, true), (2, true), (KEPT - 1, true), (1, false)] {
            let again = of(&renewals, &[(REFRESH_TOKEN, &token(number))]);
            assert_eq!(is_same(&all[number], &again), kept, "{number}");
        }
        assert_eq!(renewals.lock().len(), KEPT);
    }

    #[tokio::test]
    async fn what_one_stops_waiting_for_the_next_one_finishes() {
        let (asked, answered) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let answer = Arc::<Notify>::default();
        let signing = {
            let (asked, answered, answer) = (Arc::clone(&asked), Arc::clone(&answered), Arc::clone(&answer));
            service_fn(move |request: Request<Body>| {
                let (asked, answered, answer) =
                    (Arc::clone(&asked), Arc::clone(&answered), Arc::clone(&answer));
                async move {
                    asked.fetch_add(1, Ordering::Relaxed);
                    answer.notified().await;
                    answered.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, BoxError>(Response::new(request))
                }
            })
        };
        let renewal = Renewal::new(Signing::new(signing));
        let mut stops = Box::pin(renewal.header());
        assert!(futures::poll!(&mut stops).is_pending());
        drop(stops);
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        answer.notify_one();
        let mut next = Box::pin(renewal.header());
        assert!(futures::poll!(&mut next).is_pending());
        assert_eq!((answered.load(Ordering::Relaxed), asked.load(Ordering::Relaxed)), (1, 2));
        answer.notify_one();
        assert!(next.await.unwrap().unwrap().is_none());
        assert_eq!(answered.load(Ordering::Relaxed), 2);
    }
}
