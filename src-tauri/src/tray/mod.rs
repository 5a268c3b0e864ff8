//! What the tray shows, as data: the look of the icon and the menu. `icon` draws it.

mod icon;

pub(crate) use icon::TrayIcon;

use engine::{ForwardState, ForwardView, LocalPort, ProfilePort, RemotePort};

use crate::address::local_address;

/// A menu longer than this does not fit on a small screen; the window shows the rest. Forwards that are on come first.
const FORWARD_LIMIT: usize = 20;

/// Names longer than this are cut, so that the addresses beside them stay readable.
const NAME_LIMIT: usize = 40;

/// Everything the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tray {
    /// The icon.
    pub(crate) look: Look,
    /// The menu, from top to bottom.
    pub(crate) menu: Vec<MenuItem>,
}

/// The looks of the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Nothing is on.
    Idle,
    /// Something is on, and nothing is wrong.
    Active,
    /// A forward has lost its tunnel or needs the person.
    Alert,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MenuItem {
    /// A forward, ticked when it is on.
    Forward {
        /// The profile's identifier.
        id: String,
        /// Its name, address and, if something is wrong, what.
        label: String,
        /// Whether it is on.
        on: bool,
    },
    /// A line that only says something.
    Note(String),
    /// A line between groups.
    Separator,
    /// A line that does something.
    Act(Action, &'static str),
}

/// What the person can choose in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Turns the forward of this profile on or off.
    Toggle(String),
    /// Shows the window.
    Open,
    /// Ends Culvert and closes every local port.
    Quit,
}

impl Tray {
    /// What the tray shows for these forwards.
    pub(crate) fn of(forwards: &[ForwardView]) -> Self {
        Self { look: look(forwards), menu: menu(forwards) }
    }
}

impl Action {
    /// The action as the name of a menu item.
    pub(crate) fn to_item_id(&self) -> String {
        match self {
            Self::Toggle(id) => format!("toggle:{id}"),
            Self::Open => "open".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// The action of the menu item of this name.
    pub(crate) fn of_item_id(item: &str) -> Option<Self> {
        match item {
            "open" => Some(Self::Open),
            "quit" => Some(Self::Quit),
            other => other.strip_prefix("toggle:").map(|id| Self::Toggle(id.to_owned())),
        }
    }
}

fn look(forwards: &[ForwardView]) -> Look {
    let mut look = Look::Idle;
    for forward in forwards {
        match forward.state {
            ForwardState::Reconnecting { .. } | ForwardState::NeedsAttention { .. } => return Look::Alert,
            ForwardState::Connecting { .. } | ForwardState::Ready | ForwardState::Live { .. } => {
                look = Look::Active;
            }
            ForwardState::Off => {}
        }
    }
    look
}

fn menu(forwards: &[ForwardView]) -> Vec<MenuItem> {
    let on = forwards.iter().filter(|forward| forward.profile.on);
    let off = forwards.iter().filter(|forward| !forward.profile.on);
    let mut menu: Vec<_> = on.chain(off).take(FORWARD_LIMIT).map(forward_item).collect();
    match forwards.len() {
        0 => menu.push(MenuItem::Note("No forwards yet".to_owned())),
        count if count > FORWARD_LIMIT => {
            menu.push(MenuItem::Note(format!("{} more in the window", count - FORWARD_LIMIT)));
        }
        _ => {}
    }
    menu.push(MenuItem::Separator);
    menu.push(MenuItem::Act(Action::Open, "Open Culvert"));
    menu.push(MenuItem::Act(Action::Quit, "Quit"));
    menu
}

fn forward_item(forward: &ForwardView) -> MenuItem {
    let mut label = shortened(&forward.profile.name);
    if let Some(address) = address(forward) {
        label.push_str("   ");
        label.push_str(&address);
    }
    match forward.state {
        ForwardState::Reconnecting { .. } => label.push_str("   reconnecting"),
        ForwardState::NeedsAttention { .. } => label.push_str("   needs attention"),
        ForwardState::Off
        | ForwardState::Connecting { .. }
        | ForwardState::Ready
        | ForwardState::Live { .. } => {}
    }
    MenuItem::Forward { id: forward.profile.id.to_string(), label, on: forward.profile.on }
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

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_LIMIT {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(NAME_LIMIT - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
