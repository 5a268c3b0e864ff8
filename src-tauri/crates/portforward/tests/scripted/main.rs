//! Tunnels against a scripted API server and node over real sockets.
#![cfg(test)]

#[cfg(test)]
#[allow(dead_code, unused_imports, reason = "shared with the tests of hostile far ends")]
mod peer;
#[cfg(test)]
mod tunnel;
#[cfg(test)]
mod upgrade;
