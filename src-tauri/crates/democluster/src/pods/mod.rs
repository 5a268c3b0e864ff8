//! The pods: what runs in them, on which sockets, and in which sandboxes port-forward finds them.

pub(crate) mod gauge;
pub(crate) mod programs;
pub(crate) mod sandbox;
pub(crate) mod servers;
