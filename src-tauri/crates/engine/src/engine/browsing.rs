//! Looks at namespaces and at what is in them.

use std::sync::Arc;

use super::Inner;
use crate::{command::Reply, problem::Problem, profile::ContextRef};

impl Inner {
    #[expect(clippy::unnecessary_wraps, reason = "as other commands")]
    pub(super) fn look(
        &self,
        look: u32,
        context: ContextRef,
        namespace: Option<String>,
    ) -> Result<Reply, Problem> {
        let look = self.looks.begin(Arc::clone(&self.shared), look, context, namespace);
        self.tasks.spawn(self.end_chores.clone().run_until_cancelled_owned(look));
        Ok(Reply::Done)
    }

    /// Begins looks at these contexts again, which are signed in to in another way now, or not any more.
    pub(super) fn look_again(&self, is_it: impl Fn(&ContextRef) -> bool) {
        for look in self.looks.begin_again(&self.shared, is_it) {
            self.tasks.spawn(self.end_chores.clone().run_until_cancelled_owned(look));
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as other commands")]
    pub(super) fn stop_looking(&self, look: u32) -> Result<Reply, Problem> {
        self.looks.stop(look);
        Ok(Reply::Done)
    }
}
