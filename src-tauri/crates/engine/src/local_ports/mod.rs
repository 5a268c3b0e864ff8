//! The ports on this computer: where to listen, binding, and who has a port that is taken.

mod addresses;
mod bind;
mod owner;

pub(crate) use self::{
    addresses::BindAddresses,
    bind::{BindError, Bound, Obstacle, Wanted, bind},
    owner::{Owner, owner_of},
};
