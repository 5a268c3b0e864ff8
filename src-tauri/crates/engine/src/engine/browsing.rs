//! Looks at namespaces and at what is in them.

use super::Inner;
use crate::{command::Reply, problem::Problem, profile::ContextRef, words};

impl Inner {
    pub(super) fn look(
        &self,
        look: u32,
        context: ContextRef,
        namespace: Option<String>,
    ) -> Result<Reply, Problem> {
        let _ = (self, look, context, namespace);
        Err(words::unfinished())
    }

    pub(super) fn stop_looking(&self, look: u32) -> Result<Reply, Problem> {
        let _ = (self, look);
        Err(words::unfinished())
    }
}
