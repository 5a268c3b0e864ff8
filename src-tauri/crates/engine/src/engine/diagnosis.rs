//! The answer to "why?".

use super::Inner;
use crate::{command::Reply, ladder::Subject, problem::Problem, words};

impl Inner {
    pub(super) async fn diagnose(&self, subject: Subject, run: u32) -> Result<Reply, Problem> {
        let _ = (self, subject, run);
        Err(words::unfinished())
    }
}
