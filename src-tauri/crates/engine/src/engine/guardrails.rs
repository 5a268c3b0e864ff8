//! Marks on contexts, and contexts that lead elsewhere than before.

use super::Inner;
use crate::{
    book::ContextMark,
    command::Reply,
    problem::Problem,
    profile::{ContextRef, ProfileId},
    words,
};

impl Inner {
    pub(super) async fn mark_context(
        &self,
        context: ContextRef,
        mark: ContextMark,
    ) -> Result<Reply, Problem> {
        let _ = (self, context, mark);
        Err(words::unfinished())
    }

    pub(super) async fn accept_cluster(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let _ = (self, id);
        Err(words::unfinished())
    }
}
