//! Kubeconfig files: those that the person added, and changes of all of them.

use super::Inner;
use crate::{command::Reply, problem::Problem, words};

impl Inner {
    pub(super) async fn add_kubeconfig_file(&self, path: String) -> Result<Reply, Problem> {
        let _ = (self, path);
        Err(words::unfinished())
    }

    pub(super) async fn remove_kubeconfig_file(&self, path: &str) -> Result<Reply, Problem> {
        let _ = (self, path);
        Err(words::unfinished())
    }
}
