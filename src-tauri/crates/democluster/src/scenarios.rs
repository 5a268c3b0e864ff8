//! What happens on open links, seen from the client.

mod channels;
mod client_link;
mod faults;
mod old_servers;
mod outages;
mod permissions;
mod pods;
mod relays;
mod upheavals;
mod workers;
