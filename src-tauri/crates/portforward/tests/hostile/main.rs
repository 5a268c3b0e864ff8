//! Far ends that break the rules, vanish, or never end. In memory, with time that the tests move.
#![cfg(test)]

#[cfg(test)]
mod channels;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod network;
#[cfg(test)]
#[path = "../scripted/peer/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of far ends that keep the rules")]
mod peer;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod victim;
#[cfg(test)]
mod websocket;
#[cfg(test)]
mod wire;
