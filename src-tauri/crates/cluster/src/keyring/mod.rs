//! Secrets that Culvert keeps: in the system's keyring, or in memory until the program ends.
//!
//! One entry per secret under the service name `culvert`. What there is, is listed by name in an index of our own
//! ([`index`]), for not every keyring can be searched; "forget everything" goes by it. Keyrings may ask a person for a
//! password, and may not answer at all, so each call has a thread of its own and a time limit ([`calls`]).

mod calls;
mod failure;
mod index;
mod keeper;
mod system;
mod vault;

pub use failure::KeyringFailure;
pub use keeper::{Keep, KeyringStanding, SecretKeeper};
