//! What happens on open links, seen from the client.

mod client_link;
mod pods;
mod relays;
mod workers;
