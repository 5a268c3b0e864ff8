//! The ports on this computer: where to listen, binding, who has a port that is taken, and who is reached instead.

mod addresses;
mod bind;
mod owner;
mod privileged;
mod shadow;

pub(crate) use self::{
    addresses::BindAddresses,
    bind::{BindError, Bound, Obstacle, Wanted, bind},
    owner::{Owner, owner_of},
    privileged::{System, system},
    shadow::{Shadowing, may_be_shadowed, shadow_of},
};
