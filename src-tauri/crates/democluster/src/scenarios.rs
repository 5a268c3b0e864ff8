//! What happens on open links, seen from the client.

mod channels;
mod client_link;
mod faults;
mod old_servers;
mod permissions;
mod pods;
mod relays;
mod workers;
