//! The way to a cluster, step by step, to find out where it is broken. Every step is made anew over connections of its
//! own, so that what it tells is true now.

mod approach;
mod expiry;
mod rights;
mod server_proof;

pub(crate) use approach::Approach;
pub use approach::{FirstHop, NamesFound};
pub use expiry::Expiry;
pub use rights::{Permission, Person, ServerVersion};
pub use server_proof::ServerProof;
