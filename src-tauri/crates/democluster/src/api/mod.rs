//! What is said over HTTP.

mod access_review;
mod answer;
mod deletion;
mod discovery;
mod listing;
mod paths;
mod query;
mod router;
pub(crate) mod server;
mod watching;

pub(crate) use answer::{Body, Status, plain};

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ServerVersion;
use crate::control::node::Node;
use crate::faults::Links;
use crate::objects::store::Store;
use crate::options::Runtime;
use crate::pods::sandbox::Sandboxes;

/// Everything that an answer may need.
pub(crate) struct Context {
    pub(crate) store: Arc<Store>,
    pub(crate) node: Arc<Node>,
    pub(crate) sandboxes: Arc<Sandboxes>,
    pub(crate) links: Links,
    pub(crate) server: ServerVersion,
    pub(crate) runtime: Runtime,
    /// What all paths begin with; no slash at the end.
    pub(crate) base_path: String,
    pub(crate) token: String,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
}
