//! What happens on open links, seen from the client.

mod channels;
mod client_link;
mod old_servers;
mod pods;
mod relays;
mod workers;
