//! What the tray shows, as data: the look of the icon and the menu. `icon` draws it.

mod icon;
mod label;

pub(crate) use icon::TrayIcon;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use engine::{ForwardState, ForwardView, StartAtLogin};
use wording::{Text, text};

/// A menu longer than this does not fit on a small screen; the window shows the rest. Favourites come first, then what is
/// on, then what was on last.
const FORWARD_LIMIT: usize = 20;

/// Submenus of groups, for the same reason.
const GROUP_LIMIT: usize = 12;

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
    /// Something that is on or off, with a tick.
    Check {
        /// What choosing it does.
        action: Action,
        /// Of a forward its name, address and, if something is wrong, what.
        label: Text,
        /// Whether it is on.
        on: bool,
    },
    /// A line that only says something.
    Note(Text),
    /// A line between others.
    Separator,
    /// A line that does something.
    Act(Action, Text),
    /// A line with a menu of its own.
    Submenu(Text, Vec<Self>),
}

/// What the person can choose in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Turns the forward of this profile on or off.
    Toggle(String),
    /// Turns on all forwards of this group.
    ConnectGroup(String),
    /// Turns off all forwards of this group.
    DisconnectGroup(String),
    /// Turns off all forwards.
    DisconnectAll,
    /// Shows the window.
    Open,
    /// Shows the settings in the window.
    Settings,
    /// Has the system start Culvert at a login, or not any more.
    StartAtLogin,
    /// Ends Culvert and closes every local port.
    Quit,
}

impl Tray {
    /// What the tray shows for these forwards.
    pub(crate) fn of(forwards: &[ForwardView], start_at_login: &StartAtLogin) -> Self {
        Self { look: look(forwards), menu: menu(forwards, start_at_login) }
    }
}

impl Action {
    /// The action as the name of a menu item.
    pub(crate) fn to_item_id(&self) -> String {
        match self {
            Self::Toggle(id) => format!("toggle:{id}"),
            Self::ConnectGroup(group) => format!("connect:{group}"),
            Self::DisconnectGroup(group) => format!("disconnect:{group}"),
            Self::DisconnectAll => "disconnect-all".to_owned(),
            Self::Open => "open".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::StartAtLogin => "start-at-login".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// The action of the menu item of this name.
    pub(crate) fn of_item_id(item: &str) -> Option<Self> {
        match item {
            "disconnect-all" => Some(Self::DisconnectAll),
            "open" => Some(Self::Open),
            "settings" => Some(Self::Settings),
            "start-at-login" => Some(Self::StartAtLogin),
            "quit" => Some(Self::Quit),
            other => {
                let (what, of) = other.split_once(':')?;
                match what {
                    "toggle" => Some(Self::Toggle(of.to_owned())),
                    "connect" => Some(Self::ConnectGroup(of.to_owned())),
                    "disconnect" => Some(Self::DisconnectGroup(of.to_owned())),
                    _ => None,
                }
            }
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

fn menu(forwards: &[ForwardView], start_at_login: &StartAtLogin) -> Vec<MenuItem> {
    let mut first: Vec<_> = forwards.iter().collect();
    first.sort_by_key(|ForwardView { profile, .. }| {
        (!profile.favourite, !profile.on, Reverse(profile.last_on_ms))
    });
    let mut menu = forward_items(first);
    if forwards.is_empty() {
        menu.push(MenuItem::Note(text!("No forwards yet", "Noch keine Weiterleitungen")));
    }
    let groups = groups(forwards);
    if !groups.is_empty() {
        menu.push(MenuItem::Separator);
        menu.extend(groups);
    }
    menu.push(MenuItem::Separator);
    if forwards.iter().any(|forward| forward.profile.on) {
        menu.push(MenuItem::Act(Action::DisconnectAll, text!("Disconnect all", "Alle trennen")));
    }
    menu.push(MenuItem::Act(Action::Open, text!("Open Culvert", "Culvert öffnen")));
    menu.push(MenuItem::Act(Action::Settings, text!("Settings…", "Einstellungen …")));
    if *start_at_login != StartAtLogin::Unavailable {
        menu.push(MenuItem::Check {
            action: Action::StartAtLogin,
            label: text!("Start at login", "Beim Anmelden starten"),
            on: *start_at_login == StartAtLogin::On,
        });
    }
    menu.push(MenuItem::Act(Action::Quit, text!("Quit", "Beenden")));
    menu
}

/// A submenu for each group, by name.
fn groups(forwards: &[ForwardView]) -> Vec<MenuItem> {
    let mut groups: BTreeMap<&str, Vec<&ForwardView>> = BTreeMap::new();
    for forward in forwards.iter().filter(|forward| !forward.profile.group.is_empty()) {
        groups.entry(&forward.profile.group).or_default().push(forward);
    }
    let shown: BTreeSet<_> = groups.keys().copied().take(GROUP_LIMIT).collect();
    let left_out = groups.len() - shown.len();
    let submenus = groups.into_iter().filter(|(name, _)| shown.contains(name)).map(|(name, forwards)| {
        let on = forwards.iter().filter(|forward| forward.profile.on).count();
        let (short, all) = (label::shortened(name), forwards.len());
        let label = text!("{short}   {on} of {all} on", "{short}   {on} von {all} an");
        let mut items = vec![
            MenuItem::Act(Action::ConnectGroup(name.to_owned()), text!("Connect all", "Alle verbinden")),
            MenuItem::Act(Action::DisconnectGroup(name.to_owned()), text!("Disconnect all", "Alle trennen")),
            MenuItem::Separator,
        ];
        items.extend(forward_items(forwards));
        MenuItem::Submenu(label, items)
    });
    let mut items: Vec<_> = submenus.collect();
    if left_out > 0 {
        items.push(MenuItem::Note(text!(
            "{left_out} more groups in the window",
            "{left_out} weitere Gruppen im Fenster"
        )));
    }
    items
}

/// As many as there is room for, and how many more there are.
fn forward_items(forwards: Vec<&ForwardView>) -> Vec<MenuItem> {
    let left_out = forwards.len().saturating_sub(FORWARD_LIMIT);
    let mut items: Vec<_> = forwards.into_iter().take(FORWARD_LIMIT).map(forward_item).collect();
    if left_out > 0 {
        items.push(MenuItem::Note(text!("{left_out} more in the window", "{left_out} weitere im Fenster")));
    }
    items
}

fn forward_item(forward: &ForwardView) -> MenuItem {
    MenuItem::Check {
        action: Action::Toggle(forward.profile.id.to_string()),
        label: label::of(forward),
        on: forward.profile.on,
    }
}

#[cfg(test)]
mod tests;
