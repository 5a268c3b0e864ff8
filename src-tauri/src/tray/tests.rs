use super::*;
use crate::samples::{forward, live, needs_attention, reconnecting};

/// The tray of a program that can be started at a login, and is not.
fn of(forwards: &[ForwardView]) -> Tray {
    Tray::of(forwards, &StartAtLogin::Off)
}

fn forwards_in(menu: &[MenuItem]) -> Vec<(&str, bool)> {
    menu.iter()
        .filter_map(|item| match item {
            MenuItem::Check { action: Action::Toggle(_), label, on } => Some((&**label, *on)),
            _ => None,
        })
        .collect()
}

fn forward_items(tray: &Tray) -> Vec<(&str, bool)> {
    forwards_in(&tray.menu)
}

/// The lines that are no forwards, in English.
fn lines(menu: &[MenuItem]) -> Vec<String> {
    menu.iter()
        .filter_map(|item| match item {
            MenuItem::Check { action: Action::Toggle(_), .. } | MenuItem::Submenu(..) => None,
            MenuItem::Check { action, label, on } => Some(format!("{action:?} {label} {on}")),
            MenuItem::Note(text) => Some(text.to_string()),
            MenuItem::Separator => Some("-".to_owned()),
            MenuItem::Act(action, label) => Some(format!("{action:?} {label}")),
        })
        .collect()
}

fn says(tray: &Tray, line: &str) -> bool {
    lines(&tray.menu).iter().any(|known| known == line)
}

#[test]
fn without_forwards_it_says_so_and_can_open_and_quit() {
    let tray = of(&[]);
    assert_eq!(tray.look, Look::Idle);
    assert_eq!(
        lines(&tray.menu),
        [
            "No forwards yet",
            "-",
            "Open Open Culvert",
            "Settings Settings…",
            "StartAtLogin Start at login false",
            "Quit Quit",
        ]
    );
}

#[test]
fn start_at_login_is_ticked_as_the_system_says_and_absent_where_there_is_none() {
    assert!(says(&Tray::of(&[], &StartAtLogin::On), "StartAtLogin Start at login true"));
    let unknown = StartAtLogin::Unknown { problem: crate::samples::problem() };
    assert!(says(&Tray::of(&[], &unknown), "StartAtLogin Start at login false"));
    let without = Tray::of(&[], &StartAtLogin::Unavailable);
    assert!(!without.menu.iter().any(|item| matches!(item, MenuItem::Check { .. })));
}

#[test]
fn favourites_come_first_then_what_is_on_then_what_was_on_last() {
    let named = |name: &str| forward(name, name, ":1");
    let mut favourite = named("favourite");
    favourite.profile.favourite = true;
    let (mut long_ago, mut lately) = (named("long ago"), named("lately"));
    long_ago.profile.last_on_ms = Some(1);
    lately.profile.last_on_ms = Some(2);
    let on = live(named("on"), 1);
    let tray = of(&[named("never"), long_ago, lately, on, favourite]);
    let names: Vec<_> = forward_items(&tray).into_iter().map(|(label, _)| label).collect();
    assert_eq!(names, ["favourite", "on   localhost:1", "lately", "long ago", "never"]);
}

#[test]
fn groups_have_a_menu_of_their_own() {
    let grouped = |name: &str, group: &str| {
        let mut forward = forward(name, name, ":1");
        forward.profile.group = group.to_owned();
        forward
    };
    let tray = of(&[
        grouped("web", "shop"),
        live(grouped("db", "shop"), 5432),
        grouped("alone", ""),
        grouped("kibana", "logs"),
    ]);
    let submenus: Vec<_> = tray
        .menu
        .iter()
        .filter_map(|item| match item {
            MenuItem::Submenu(label, items) => Some((&**label, items)),
            _ => None,
        })
        .collect();
    assert_eq!(
        submenus.iter().map(|(label, _)| *label).collect::<Vec<_>>(),
        ["logs   0 of 1 on", "shop   1 of 2 on"]
    );
    let shop = submenus[1].1;
    assert_eq!(
        lines(shop),
        ["ConnectGroup(\"shop\") Connect all", "DisconnectGroup(\"shop\") Disconnect all", "-"]
    );
    assert_eq!(forwards_in(shop), [("web", false), ("db   localhost:5432", true)]);
    let says = |tray: &Tray| lines(&tray.menu).contains(&"DisconnectAll Disconnect all".to_owned());
    assert!(says(&tray));
    assert!(!says(&of(&[grouped("web", "shop")])), "nothing is on");
    assert_eq!(forward_items(&tray).len(), 4, "they are in the menu itself too");
}

#[test]
fn more_groups_than_fit_are_counted() {
    let forwards: Vec<_> = (0..GROUP_LIMIT + 3)
        .map(|number| {
            let mut forward = forward(&number.to_string(), "f", ":1");
            forward.profile.group = format!("group {number:02}");
            forward
        })
        .collect();
    let tray = of(&forwards);
    let submenus = tray.menu.iter().filter(|item| matches!(item, MenuItem::Submenu(..))).count();
    assert_eq!(submenus, GROUP_LIMIT);
    assert!(says(&tray, "3 more groups in the window"));
}

#[test]
fn a_forward_has_its_address_and_its_tick() {
    let mut shop = forward("a1", "shop web", ":http");
    assert_eq!(forward_items(&of(&[shop.clone()])), [("shop web", false)], "no port was ever chosen");
    shop.profile.ports[0].last_local = Some(52341);
    assert_eq!(forward_items(&of(&[shop.clone()])), [("shop web   localhost:52341", false)]);
    let shop = live(shop, 40000);
    assert_eq!(forward_items(&of(&[shop])), [("shop web   localhost:40000", true)]);
}

#[test]
fn an_address_is_known_before_it_is_bound() {
    for (mapping, label) in
        [("6000:5000", "x   localhost:6000"), ("5000", "x   localhost:5000"), (":5000", "x"), ("http", "x")]
    {
        assert_eq!(forward_items(&of(&[forward("a1", "x", mapping)])), [(label, false)], "{mapping}");
    }
}

#[test]
fn further_ports_are_counted() {
    let mut shop = forward("a1", "shop", "80");
    shop.profile.ports.push(shop.profile.ports[0].clone());
    shop.profile.ports.push(shop.profile.ports[0].clone());
    assert_eq!(forward_items(&of(&[shop])), [("shop   localhost:80 +2", false)]);
}

#[test]
fn what_is_wrong_is_said_in_words_and_by_the_icon() {
    let good = live(forward("a1", "good", "80"), 80);
    assert_eq!(of(std::slice::from_ref(&good)).look, Look::Active);
    let lost = reconnecting(forward("a2", "lost", "81"));
    let stuck = needs_attention(forward("a3", "stuck", "82"));
    let tray = of(&[lost.clone(), good.clone(), stuck]);
    assert_eq!(tray.look, Look::Alert);
    assert_eq!(
        forward_items(&tray),
        [
            ("lost   localhost:81   reconnecting", true),
            ("good   localhost:80", true),
            ("stuck   localhost:82   needs attention", true),
        ]
    );
    assert_eq!(of(&[good, lost]).look, Look::Alert, "whatever comes after");
}

#[test]
fn forwards_that_are_on_come_first_and_the_rest_is_counted() {
    let mut forwards: Vec<_> =
        (0..30).map(|number| forward(&number.to_string(), &format!("f{number}"), ":1")).collect();
    forwards[29] = live(forwards[29].clone(), 1);
    let tray = of(&forwards);
    let items = forward_items(&tray);
    assert_eq!(items.len(), FORWARD_LIMIT);
    assert_eq!(items[0], ("f29   localhost:1", true));
    assert_eq!(items[1].0, "f0");
    assert!(says(&tray, "10 more in the window"));
}

#[test]
fn traffic_does_not_change_the_menu() {
    let before = live(forward("a1", "shop", "80"), 80);
    let mut after = before.clone();
    after.bytes_in += 1000;
    after.state = ForwardState::Live { connections: 7 };
    assert_eq!(of(&[before]), of(&[after]));
}

#[test]
fn long_names_are_cut() {
    let tray = of(&[forward("a1", &"ä".repeat(100), ":1")]);
    assert_eq!(forward_items(&tray)[0].0.chars().count(), label::NAME_LIMIT);
}

#[test]
fn actions_survive_the_menu() {
    for action in [
        Action::Toggle("a1".to_owned()),
        Action::Toggle("open".to_owned()),
        Action::ConnectGroup("quit".to_owned()),
        Action::DisconnectGroup("a: b".to_owned()),
        Action::DisconnectAll,
        Action::Open,
        Action::Settings,
        Action::StartAtLogin,
        Action::Quit,
    ] {
        assert_eq!(Action::of_item_id(&action.to_item_id()), Some(action));
    }
    assert_eq!(Action::of_item_id("note"), None);
}
