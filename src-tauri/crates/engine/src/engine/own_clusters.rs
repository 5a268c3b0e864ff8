//! Clusters that the person added, and signing in.

use cluster::SecretText;

use super::Inner;
use crate::{
    book::{ClusterDraft, Trust},
    command::Reply,
    problem::Problem,
    profile::ContextRef,
    sign_in::{KeepSecret, SignIn},
    words,
};

impl Inner {
    pub(super) fn read_pasted(&self, text: &SecretText) -> Result<Reply, Problem> {
        let _ = (self, text);
        Err(words::unfinished())
    }

    pub(super) async fn probe_server(&self, server: &str, trust: &Trust) -> Result<Reply, Problem> {
        let _ = (self, server, trust);
        Err(words::unfinished())
    }

    pub(super) async fn add_cluster(
        &self,
        draft: ClusterDraft,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<Reply, Problem> {
        let _ = (self, draft, sign_in, keep);
        Err(words::unfinished())
    }

    pub(super) async fn update_cluster(&self, id: &str, draft: ClusterDraft) -> Result<Reply, Problem> {
        let _ = (self, id, draft);
        Err(words::unfinished())
    }

    pub(super) async fn remove_cluster(&self, id: &str) -> Result<Reply, Problem> {
        let _ = (self, id);
        Err(words::unfinished())
    }

    pub(super) async fn restore_cluster(&self, id: &str) -> Result<Reply, Problem> {
        let _ = (self, id);
        Err(words::unfinished())
    }

    pub(super) async fn sign_in(
        &self,
        context: ContextRef,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<Reply, Problem> {
        let _ = (self, context, sign_in, keep);
        Err(words::unfinished())
    }

    pub(super) async fn cancel_sign_in(&self, context: Option<&ContextRef>) -> Result<Reply, Problem> {
        let _ = (self, context);
        Err(words::unfinished())
    }

    pub(super) async fn sign_out(&self, context: &ContextRef) -> Result<Reply, Problem> {
        let _ = (self, context);
        Err(words::unfinished())
    }

    pub(super) async fn forget_secrets(&self) -> Result<Reply, Problem> {
        let _ = self;
        Err(words::unfinished())
    }

    pub(super) async fn retry_keyring(&self) -> Result<Reply, Problem> {
        let _ = self;
        Err(words::unfinished())
    }
}
