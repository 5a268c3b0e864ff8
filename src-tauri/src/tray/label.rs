//! What a line of the menu says about a forward.

use engine::{ForwardState, ForwardView, LocalPort, ProfilePort, RemotePort};
use wording::{Text, text};

use crate::address::local_address;

/// Names longer than this are cut, so that the addresses beside them stay readable.
pub(super) const NAME_LIMIT: usize = 40;

/// A forward's name, address and, if something is wrong, what.
pub(super) fn of(forward: &ForwardView) -> Text {
    let mut label = shortened(&forward.profile.name);
    if let Some(address) = address(forward) {
        label.push_str("   ");
        label.push_str(&address);
    }
    match forward.state {
        ForwardState::Reconnecting { .. } => {
            text!("{label}   reconnecting", "{label}   verbindet neu")
        }
        ForwardState::NeedsAttention { .. } => {
            text!("{label}   needs attention", "{label}   Eingriff nötig")
        }
        ForwardState::Off
        | ForwardState::Connecting { .. }
        | ForwardState::Ready
        | ForwardState::Live { .. } => Text::verbatim(label),
    }
}

/// A name that leaves room for what is beside it.
pub(super) fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_LIMIT {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(NAME_LIMIT - 1).collect();
    short.push('…');
    short
}

/// The address of the first port, as far as it is known, and how many more there are.
fn address(forward: &ForwardView) -> Option<String> {
    let bound = forward.ports.first().and_then(|port| port.local);
    let local = bound.or_else(|| forward.profile.ports.first().and_then(expected_port))?;
    let address = local_address(&forward.profile.bind_address, local);
    match forward.profile.ports.len() {
        0 | 1 => Some(address),
        count => Some(format!("{address} +{}", count - 1)),
    }
}

/// The local port that a forward which is off will take.
fn expected_port(port: &ProfilePort) -> Option<u16> {
    match (port.mapping.local, &port.mapping.remote) {
        (LocalPort::Fixed(local), _) => Some(local),
        (LocalPort::SameAsRemote, RemotePort::Number(number)) => Some(*number),
        (LocalPort::SameAsRemote, RemotePort::Name(_)) | (LocalPort::Free, _) => port.last_local,
    }
}
