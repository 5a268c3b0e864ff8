//! Keeps one list true: reads it page by page, then follows what changes.

use std::{fmt::Debug, time::Duration};

use futures::{StreamExt as _, future::BoxFuture, pin_mut};
use kube::{
    Api, Resource,
    api::{ListParams, WatchEvent, WatchParams},
};
use serde::de::DeserializeOwned;
use tokio::{sync::watch, time::sleep};
use wording::{Text, text};

use super::interest::Interest;
use crate::{Cluster, Error, patience::Patience};

/// Objects asked for at once: what kubectl asks for, small enough for an answer in one go.
const PAGE: u32 = 500;

/// Objects of one kind that are ever kept: beyond this a list is of no use to a person, and it bounds memory.
pub(crate) const MOST: usize = 10_000;

/// How often a list is read again that may not be watched: seldom, since each time is a request for each 500 objects.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// How long it takes until it is tried again whether a list may be read now; at once where somebody new looks.
const ALLOWED_AFTER: Duration = Duration::from_secs(300);

/// Where the objects of a list are kept.
pub(crate) trait Sink<K> {
    /// More of a list; `first`: a new one begins. What there was stays until the list is whole.
    fn page(&self, first: bool, objects: &[K]);
    /// The list is whole, or as much of it as is ever read: what has not come with it is gone.
    fn listed(&self, cut: bool);
    /// An object is new or changed.
    fn put(&self, object: &K);
    /// An object is gone.
    fn remove(&self, object: &K);
    /// The list cannot be read or followed for now.
    fn failed(&self, error: Error);
    /// It is followed (again).
    fn followed(&self);
}

/// What was read of a list.
pub(crate) struct Listed {
    /// The resource version from which it can be followed.
    pub(crate) version: String,
    /// There is more than is ever read.
    pub(crate) cut: bool,
}

/// One list, and who cares for it.
pub(crate) struct List<'a, K> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) api: Api<K>,
    /// As in `pods in namespace demo`.
    pub(crate) what: Text,
    pub(crate) interest: &'a Interest,
    /// Each change of it starts the watch anew: connections are dead of which nobody was told.
    pub(crate) renewed: watch::Receiver<u64>,
}

/// Why a list is not followed any more.
enum Lost {
    /// What changed since is not known any more.
    TooOld,
    /// Watching is not allowed.
    NotAllowed,
    /// Signing in is necessary.
    Fatal(Error),
}

impl Cluster {
    /// Reads a list page by page, up to the bound; each page is told before the next is asked for.
    pub(crate) async fn pages<K>(
        &self,
        api: &Api<K>,
        action: &Text,
        mut tell: impl FnMut(bool, &[K]),
    ) -> Result<Listed, Error>
    where
        K: Resource + Clone + DeserializeOwned + Debug,
    {
        let mut params = ListParams::default().limit(PAGE);
        let (mut read, mut version) = (0, None);
        loop {
            let page = self.ask(action, api.list(&params)).await?;
            let room = MOST - read;
            let over = page.items.len() > room;
            let items = &page.items[..page.items.len().min(room)];
            tell(params.continue_token.is_none(), items);
            read += items.len();
            // All pages have the version of the first; were it not so, the first is the one that misses nothing.
            version = version.or(page.metadata.resource_version);
            params.continue_token = page.metadata.continue_.filter(|token| !token.is_empty());
            if params.continue_token.is_none() || read >= MOST {
                let cut = over || params.continue_token.is_some();
                return Ok(Listed { version: version.unwrap_or_default(), cut });
            }
        }
    }
}

impl<K> List<'_, K>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    /// Never ends but with an error that only another sign-in mends. Whatever else fails is told and tried again: after
    /// 0.8 s to 30 s with jitter; after 5 min where it is forbidden; a list that may not be watched is read again every 15 s
    /// while somebody looks.
    pub(crate) async fn keep(mut self, sink: &impl Sink<K>) -> Error {
        let mut patience = Patience::default();
        let action = text!("list {what}", "{what} auflisten"; what = self.what);
        loop {
            let listed = self.cluster.pages(&self.api, &action, |first, page| sink.page(first, page)).await;
            match listed {
                Ok(listed) => {
                    sink.listed(listed.cut);
                    match self.follow(listed.version, sink, &mut patience).await {
                        Lost::TooOld => self.pause(&mut patience).await,
                        Lost::NotAllowed => self.interest.again_after(ASK_EVERY).await,
                        Lost::Fatal(error) => return error,
                    }
                }
                Err(error) if needs_sign_in(&error) => return error,
                Err(error @ Error::Forbidden { .. }) => {
                    sink.failed(error);
                    self.interest.again_after(ALLOWED_AFTER).await;
                }
                // The pages before are of a list that is not known any more: it begins anew.
                Err(Error::Api { status: 410, .. }) => self.pause(&mut patience).await,
                Err(error) => {
                    sink.failed(error);
                    self.pause(&mut patience).await;
                }
            }
        }
    }

    /// Follows from this version on, over as many watches as it takes.
    async fn follow(&mut self, mut version: String, sink: &impl Sink<K>, patience: &mut Patience) -> Lost {
        let action = text!("watch {what}", "{what} beobachten"; what = self.what);
        loop {
            self.renewed.mark_unchanged();
            let params = WatchParams::default();
            let request: BoxFuture<'_, _> = Box::pin(self.api.watch(&params, &version));
            match self.cluster.ask(&action, request).await {
                Ok(events) => {
                    sink.followed();
                    pin_mut!(events);
                    loop {
                        let event = tokio::select! {
                            event = events.next() => event,
                            Ok(()) = self.renewed.changed() => None,
                        };
                        match event {
                            Some(Ok(WatchEvent::Added(object) | WatchEvent::Modified(object))) => {
                                note_version(&mut version, &object);
                                sink.put(&object);
                            }
                            Some(Ok(WatchEvent::Deleted(object))) => {
                                note_version(&mut version, &object);
                                sink.remove(&object);
                            }
                            Some(Ok(WatchEvent::Bookmark(bookmark))) => {
                                version = bookmark.metadata.resource_version;
                            }
                            Some(Ok(WatchEvent::Error(status))) if status.code == 410 => return Lost::TooOld,
                            // Never the text of the error: it may tell a login helper's output. A watch that ends may
                            // be resumed.
                            Some(Ok(WatchEvent::Error(_)) | Err(_)) | None => break,
                        }
                    }
                }
                Err(Error::Api { status: 410, .. }) => return Lost::TooOld,
                Err(Error::Forbidden { .. } | Error::Api { status: 405, .. }) => return Lost::NotAllowed,
                Err(error) if needs_sign_in(&error) => return Lost::Fatal(error),
                Err(error) => sink.failed(error),
            }
            self.pause(patience).await;
        }
    }

    /// Waits before the next try; not where the network is another one.
    async fn pause(&mut self, patience: &mut Patience) {
        tokio::select! {
            () = sleep(patience.wait()) => {}
            Ok(()) = self.renewed.changed() => {}
        }
    }
}

fn note_version<K: Resource>(version: &mut String, object: &K) {
    if let Some(newer) = &object.meta().resource_version {
        version.clone_from(newer);
    }
}

/// Whether another sign-in is necessary, which makes another connection.
fn needs_sign_in(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthorized { .. }
            | Error::LoginHelper { .. }
            | Error::Kubeconfig { .. }
            | Error::NoContext { .. }
    )
}
