//! Tunnels against a scripted API server and node over real sockets.
#![cfg(test)]

#[cfg(test)]
mod peer;
#[cfg(test)]
mod tunnel;
#[cfg(test)]
mod upgrade;
