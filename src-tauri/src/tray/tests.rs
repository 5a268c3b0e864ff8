use super::*;
use crate::samples::{forward, live, needs_attention, reconnecting};

fn forward_items(tray: &Tray) -> Vec<(&str, bool)> {
    tray.menu
        .iter()
        .filter_map(|item| match item {
            MenuItem::Forward { label, on, .. } => Some((label.as_str(), *on)),
            MenuItem::Note(_) | MenuItem::Separator | MenuItem::Act(..) => None,
        })
        .collect()
}

#[test]
fn without_forwards_it_says_so_and_can_open_and_quit() {
    let tray = Tray::of(&[]);
    assert_eq!(tray.look, Look::Idle);
    assert_eq!(
        tray.menu,
        [
            MenuItem::Note("No forwards yet".to_owned()),
            MenuItem::Separator,
            MenuItem::Act(Action::Open, "Open Culvert"),
            MenuItem::Act(Action::Quit, "Quit"),
        ]
    );
}

#[test]
fn a_forward_has_its_address_and_its_tick() {
    let mut shop = forward("a1", "shop web", ":http");
    assert_eq!(forward_items(&Tray::of(&[shop.clone()])), [("shop web", false)], "no port was ever chosen");
    shop.profile.ports[0].last_local = Some(52341);
    assert_eq!(forward_items(&Tray::of(&[shop.clone()])), [("shop web   localhost:52341", false)]);
    let shop = live(shop, 40000);
    assert_eq!(forward_items(&Tray::of(&[shop])), [("shop web   localhost:40000", true)]);
}

#[test]
fn an_address_is_known_before_it_is_bound() {
    for (mapping, label) in
        [("6000:5000", "x   localhost:6000"), ("5000", "x   localhost:5000"), (":5000", "x"), ("http", "x")]
    {
        assert_eq!(forward_items(&Tray::of(&[forward("a1", "x", mapping)])), [(label, false)], "{mapping}");
    }
}

#[test]
fn further_ports_are_counted() {
    let mut shop = forward("a1", "shop", "80");
    shop.profile.ports.push(shop.profile.ports[0].clone());
    shop.profile.ports.push(shop.profile.ports[0].clone());
    assert_eq!(forward_items(&Tray::of(&[shop])), [("shop   localhost:80 +2", false)]);
}

#[test]
fn what_is_wrong_is_said_in_words_and_by_the_icon() {
    let good = live(forward("a1", "good", "80"), 80);
    assert_eq!(Tray::of(std::slice::from_ref(&good)).look, Look::Active);
    let lost = reconnecting(forward("a2", "lost", "81"));
    let stuck = needs_attention(forward("a3", "stuck", "82"));
    let tray = Tray::of(&[lost.clone(), good.clone(), stuck]);
    assert_eq!(tray.look, Look::Alert);
    assert_eq!(
        forward_items(&tray),
        [
            ("lost   localhost:81   reconnecting", true),
            ("good   localhost:80", true),
            ("stuck   localhost:82   needs attention", true),
        ]
    );
    assert_eq!(Tray::of(&[good, lost]).look, Look::Alert, "whatever comes after");
}

#[test]
fn forwards_that_are_on_come_first_and_the_rest_is_counted() {
    let mut forwards: Vec<_> =
        (0..30).map(|number| forward(&number.to_string(), &format!("f{number}"), ":1")).collect();
    forwards[29] = live(forwards[29].clone(), 1);
    let tray = Tray::of(&forwards);
    let items = forward_items(&tray);
    assert_eq!(items.len(), FORWARD_LIMIT);
    assert_eq!(items[0], ("f29   localhost:1", true));
    assert_eq!(items[1].0, "f0");
    assert!(tray.menu.contains(&MenuItem::Note("10 more in the window".to_owned())));
}

#[test]
fn traffic_does_not_change_the_menu() {
    let before = live(forward("a1", "shop", "80"), 80);
    let mut after = before.clone();
    after.bytes_in += 1000;
    after.state = ForwardState::Live { connections: 7 };
    assert_eq!(Tray::of(&[before]), Tray::of(&[after]));
}

#[test]
fn long_names_are_cut() {
    let tray = Tray::of(&[forward("a1", &"ä".repeat(100), ":1")]);
    assert_eq!(forward_items(&tray)[0].0.chars().count(), NAME_LIMIT);
}

#[test]
fn actions_survive_the_menu() {
    for action in
        [Action::Toggle("a1".to_owned()), Action::Toggle("open".to_owned()), Action::Open, Action::Quit]
    {
        assert_eq!(Action::of_item_id(&action.to_item_id()), Some(action));
    }
    assert_eq!(Action::of_item_id("note"), None);
}
