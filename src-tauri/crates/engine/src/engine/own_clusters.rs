//! Clusters that the person added.

use std::sync::PoisonError;

use cluster::Credentials;

use super::{Inner, signing_in::pasted_server};
use crate::{
    book::{ClusterDraft, OwnCluster, Trust},
    cluster_list::secret_key,
    command::Reply,
    problem::Problem,
    profile::{ContextRef, ProfileId},
    sign_in::{KeepSecret, SignIn},
    words,
};

/// Clusters that a person can add. More than anybody has; bounds the file and the list.
pub(super) const MOST_CLUSTERS: usize = 500;

/// Removed clusters that can be restored. More than anybody undoes.
const REMOVED_KEPT: usize = 20;

/// Removed clusters, the latest last, each with what it was signed in with, which is in memory only.
#[derive(Default)]
pub(super) struct Removed(Vec<(OwnCluster, Option<(Credentials, KeepSecret)>)>);

impl Removed {
    pub(super) fn forget_secrets(&mut self) {
        for (_, secret) in &mut self.0 {
            *secret = None;
        }
    }
}

impl Inner {
    pub(super) async fn add_cluster(
        &self,
        draft: ClusterDraft,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<Reply, Problem> {
        let draft = with_pasted_authority(checked(draft)?, &sign_in)?;
        if self.shared.book.read().own.len() >= MOST_CLUSTERS {
            return Err(words::too_many_clusters(MOST_CLUSTERS));
        }
        let own = OwnCluster { id: ProfileId::random().to_string(), draft };
        let context = ContextRef::Own { id: own.id.clone() };
        self.shared.list.coming(Some(own.clone()));
        let outcome = self.sign_in_and_save(own, &context, sign_in, keep).await;
        self.shared.list.coming(None);
        outcome.map(|()| Reply::ClusterAdded { context })
    }

    async fn sign_in_and_save(
        &self,
        own: OwnCluster,
        context: &ContextRef,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<(), Problem> {
        let server = own.draft.server();
        let kept = Box::pin(async {
            let credentials = self.credentials(&server, sign_in, context).await?;
            self.keep(context, &credentials, keep).await?;
            Ok(credentials)
        });
        let credentials = self.stoppable(None, kept).await?;
        if let Err(error) = self.shared.book.change(|book| book.own.push(own)).await {
            // Without its cluster it would only be in the way.
            if let Err(error) = self.shared.list.secrets.forget(&secret_key(context)).await {
                tracing::warn!(%error, "the sign-in of a cluster that was not saved stays in the keyring");
            }
            return Err(words::clusters_store_problem(&error));
        }
        self.shared.list.signed_in(context, &credentials);
        Ok(())
    }

    pub(super) async fn update_cluster(&self, id: &str, draft: ClusterDraft) -> Result<Reply, Problem> {
        let draft = checked(draft)?;
        let context = ContextRef::Own { id: id.to_owned() };
        let alone = self.changing_own.lock().await;
        let before = self.shared.book.own(id).ok_or_else(words::unknown_cluster)?.draft;
        let (secrets, key) = (&self.shared.list.secrets, secret_key(&context));
        let mut forgotten = None;
        if before.server != draft.server {
            // Another server never gets what was meant for this one.
            let keep = secrets.kept(&key);
            // One that cannot be read is not put back.
            let secret = secrets.load(&key).await.ok().flatten();
            let outcome = secrets.forget(&key).await;
            self.shared.list.tell();
            outcome.map_err(|error| words::cluster_problem(&error))?;
            forgotten = secret.zip(keep);
        }
        let leads_elsewhere = before.server != draft.server || before.trust != draft.trust;
        let saved = self.shared.book.change(|book| {
            if let Some(own) = book.own.iter_mut().find(|own| own.id == id) {
                own.draft = draft;
            }
        });
        if let Err(error) = saved.await {
            // The server is the one of before.
            if let Some((secret, keep)) = forgotten
                && let Err(error) = secrets.store(&key, secret, keep).await
            {
                tracing::warn!(%error, "the sign-in of a cluster that was not changed is lost");
            }
            self.shared.list.tell();
            return Err(words::clusters_store_problem(&error));
        }
        drop(alone);
        if leads_elsewhere {
            self.cut_off(|of| *of == context).await;
        } else {
            self.shared.clusters.disconnect(&context);
        }
        self.shared.list.tell();
        Ok(Reply::Done)
    }

    pub(super) async fn remove_cluster(&self, id: &str) -> Result<Reply, Problem> {
        let context = ContextRef::Own { id: id.to_owned() };
        let alone = self.changing_own.lock().await;
        let own = self.shared.book.own(id).ok_or_else(words::unknown_cluster)?;
        let name = own.draft.name.clone();
        let (list, key) = (&self.shared.list, secret_key(&context));
        let keep = list.secrets.kept(&key).map(KeepSecret::from);
        // A keyring that does not serve is no reason to keep the cluster; the secret stays listed then.
        let secret = list.secrets.load(&key).await.ok().flatten();
        let secret = secret.and_then(|secret| Credentials::from_kept(&secret).ok()).zip(keep);
        self.shared
            .book
            .change(|book| book.own.retain(|own| own.id != id))
            .await
            .map_err(|error| words::clusters_store_problem(&error))?;
        let forgotten = list.secrets.forget(&key).await;
        {
            let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
            if removed.0.len() >= REMOVED_KEPT {
                removed.0.remove(0);
            }
            removed.0.push((own, secret));
        }
        drop(alone);
        self.waiting.cancel(Some(&context));
        self.cut_off(|of| *of == context).await;
        list.tell();
        forgotten.map_err(|error| words::sign_in_left(&name, &error))?;
        Ok(Reply::Done)
    }

    pub(super) async fn restore_cluster(&self, id: &str) -> Result<Reply, Problem> {
        let alone = self.changing_own.lock().await;
        let found = {
            let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
            let at =
                removed.0.iter().rposition(|(own, _)| own.id == id).ok_or_else(words::unknown_cluster)?;
            removed.0.remove(at)
        };
        let (own, secret) = found;
        let context = ContextRef::Own { id: own.id.clone() };
        if let Err(error) = self.shared.book.change(|book| book.own.push(own.clone())).await {
            self.removed.lock().unwrap_or_else(PoisonError::into_inner).0.push((own, secret));
            return Err(words::clusters_store_problem(&error));
        }
        if let Some((credentials, keep)) = secret
            // A keyring that is locked by now: the person signs in again.
            && self.keep(&context, &credentials, keep).await.is_ok()
        {
            self.shared.list.uses(&context, &credentials);
        }
        drop(alone);
        self.shared.list.tell();
        self.retry_signed_in(|of| *of == context).await;
        Ok(Reply::Done)
    }
}

/// The draft as it is saved: without blanks around, its server in the usual form.
fn checked(mut draft: ClusterDraft) -> Result<ClusterDraft, Problem> {
    draft.name = draft.name.trim().to_owned();
    if draft.name.is_empty() {
        return Err(words::nameless_cluster());
    }
    draft.namespace = draft.namespace.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    draft.server = draft.server().normalized_url().map_err(|error| words::cluster_problem(&error))?;
    Ok(draft)
}

/// For a pasted kubeconfig its own authority counts, unless the person chose one.
fn with_pasted_authority(mut draft: ClusterDraft, sign_in: &SignIn) -> Result<ClusterDraft, Problem> {
    if let SignIn::Pasted { text, context, .. } = sign_in
        && draft.trust == Trust::System
    {
        draft.trust = pasted_server(text, context.as_deref())?.trust.unwrap_or_default().into();
    }
    Ok(draft)
}
