//! Who keeps the cluster as it should be: the node that runs pods, and the controllers that make and count them.

pub(crate) mod controllers;
mod deployments;
mod endpoints;
mod namespaces;
pub(crate) mod node;
mod status;
