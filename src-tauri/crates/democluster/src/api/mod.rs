//! What is said over HTTP.

mod access_review;
mod anonymous;
mod answer;
mod authorization;
mod deletion;
mod discovery;
mod listing;
mod oauth;
mod paths;
mod protobuf;
mod query;
mod router;
pub(crate) mod server;
mod watching;
mod whoami;

pub(crate) use answer::{Body, CutOff, Status, plain};

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ServerVersion;
use crate::control::node::Node;
use crate::faults::{Faults, Links};
use crate::objects::store::Store;
use crate::openshift::OpenShift;
use crate::options::Runtime;
use crate::permissions::Permissions;
use crate::pods::sandbox::Sandboxes;
use crate::tokens::Tokens;

/// Everything that an answer may need.
pub(crate) struct Context {
    pub(crate) store: Arc<Store>,
    pub(crate) node: Arc<Node>,
    pub(crate) sandboxes: Arc<Sandboxes>,
    pub(crate) links: Arc<Links>,
    pub(crate) faults: Faults,
    pub(crate) permissions: Permissions,
    pub(crate) server: ServerVersion,
    pub(crate) runtime: Runtime,
    /// What all paths begin with; no slash at the end.
    pub(crate) base_path: String,
    /// The URL of OpenShift's OAuth server: that of all, unless it has a port of its own.
    pub(crate) oauth_url: String,
    pub(crate) is_openshift: bool,
    pub(crate) openshift: OpenShift,
    pub(crate) tokens: Tokens,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
}
