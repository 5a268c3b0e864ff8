use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use engine::{ContextMark, DemoState, Language, NumberedEvent, Snapshot, Standing, Theme};

use super::*;
use crate::{
    notices::{GRACE, Notification},
    samples::{forward, live, needs_attention, off, problem, reconnecting},
    settings::WindowPlace,
    tray::{Look, MenuItem},
};

/// What a shell was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Call {
    Show,
    Hide,
    Minimize,
    Send(Errand),
    Colour(Theme),
    Speak(Language),
    Tray(Look),
    Notify(String),
    Open(String),
    Exit,
}

const PLACE: WindowPlace = WindowPlace { x: 1, y: 2, width: 800.0, height: 600.0, maximized: false };

struct FakeShell {
    calls: Arc<Mutex<Vec<Call>>>,
    can_bring_back: bool,
}

impl FakeShell {
    fn note(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

impl Shell for FakeShell {
    fn show_window(&mut self) {
        self.note(Call::Show);
    }
    fn hide_window(&mut self) {
        self.note(Call::Hide);
    }
    fn minimize_window(&mut self) {
        self.note(Call::Minimize);
    }
    fn can_bring_back(&self) -> bool {
        self.can_bring_back
    }
    fn window_place(&self) -> Option<WindowPlace> {
        Some(PLACE)
    }
    fn send(&mut self, errand: Errand) {
        self.note(Call::Send(errand));
    }
    fn colour_window(&mut self, theme: Theme) {
        self.note(Call::Colour(theme));
    }
    fn speak(&mut self, language: Language) {
        self.note(Call::Speak(language));
    }
    fn draw_tray(&mut self, tray: Tray) {
        self.note(Call::Tray(tray.look));
    }
    fn open_page(&mut self, address: String) {
        self.note(Call::Open(address));
    }
    fn notify(&mut self, notification: Notification) {
        self.note(Call::Notify(notification.title.to_string()));
    }
    fn exit(&mut self) {
        self.note(Call::Exit);
    }
}

struct Desk {
    controller: Controller<FakeShell>,
    calls: Arc<Mutex<Vec<Call>>>,
    start: Instant,
    number: u64,
}

impl Desk {
    fn new() -> Self {
        Self::with(true)
    }

    fn with(can_bring_back: bool) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now();
        let shell = FakeShell { calls: calls.clone(), can_bring_back };
        Self { controller: Controller::new(shell, false, start), calls, start, number: 0 }
    }

    /// A desk whose window is on the screen.
    fn open() -> Self {
        let mut desk = Self::new();
        desk.controller.request(Request::PageReady);
        desk.calls();
        desk
    }

    fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    fn event(&mut self, event: Event) -> Vec<Call> {
        self.number += 1;
        let event = NumberedEvent { number: self.number, at_ms: 0, event };
        self.controller.update(Update::Event { event }, self.start);
        self.calls()
    }

    fn changed(&mut self, forward: ForwardView) -> Vec<Call> {
        self.event(Event::ForwardChanged { forward })
    }

    fn snapshot(&mut self, forwards: Vec<ForwardView>) -> Vec<Call> {
        self.snapshot_of(forwards, Preferences::default())
    }

    fn snapshot_of(&mut self, forwards: Vec<ForwardView>, preferences: Preferences) -> Vec<Call> {
        let snapshot = Snapshot {
            number: self.number,
            forwards,
            catalog: cluster::ContextCatalog::default(),
            clusters: Vec::new(),
            keyring: engine::KeyringState::default(),
            secrets: 0,
            demo: DemoState::Stopped,
            preferences,
            start_at_login: StartAtLogin::default(),
            notice: None,
        };
        self.controller.update(Update::Snapshot { snapshot }, self.start);
        self.calls()
    }
}

fn shop() -> ForwardView {
    forward("a1", "shop", "80")
}

fn id() -> ProfileId {
    shop().profile.id
}

#[test]
fn the_window_is_shown_when_its_page_is_complete() {
    let mut desk = Desk::new();
    assert_eq!(desk.snapshot(vec![]), []);
    desk.controller.tick(desk.start);
    assert_eq!(desk.calls(), []);
    assert_eq!(desk.controller.request(Request::PageReady), None);
    assert_eq!(desk.calls(), [Call::Show]);
    assert_eq!(desk.controller.request(Request::PageReady), None);
    assert_eq!(desk.calls(), [], "a page that is loaded again does not raise the window");
    assert_eq!(desk.controller.next_tick(), None);
}

#[test]
fn a_page_that_never_completes_is_shown_all_the_same() {
    let mut desk = Desk::new();
    let due = desk.controller.next_tick().unwrap();
    assert_eq!(due, desk.start + PAGE_LIMIT);
    desk.controller.tick(due);
    assert_eq!(desk.calls(), [Call::Show]);
    assert_eq!(desk.controller.next_tick(), None);
}

#[test]
fn closing_hides_and_a_second_start_shows_again() {
    let mut desk = Desk::open();
    let effect = desk.controller.request(Request::CloseWindow);
    let told = Preferences { told_of_tray: true, ..Preferences::default() };
    let told = Command::SetPreferences { preferences: told };
    assert_eq!(effect, Some(Effect::Save(Settings { window: Some(PLACE) }, vec![told])));
    assert_eq!(desk.calls(), [Call::Hide, Call::Notify("Culvert is still running".to_owned())]);
    assert_eq!(desk.controller.request(Request::PageReady), None);
    assert_eq!(desk.calls(), [], "the page does not bring it back");
    assert_eq!(desk.controller.request(Request::SecondStart), None);
    assert_eq!(desk.calls(), [Call::Show]);
    let effect = desk.controller.request(Request::CloseWindow);
    assert_eq!(effect, Some(Effect::Save(Settings { window: Some(PLACE) }, Vec::new())));
    assert_eq!(desk.calls(), [Call::Hide], "it is said once");
    assert_eq!(desk.controller.request(Request::Tray(Action::Open)), None);
    assert_eq!(desk.calls(), [Call::Show]);
}

#[test]
fn a_window_that_could_not_come_back_is_only_minimized() {
    let mut desk = Desk::with(false);
    desk.controller.request(Request::PageReady);
    desk.controller.request(Request::CloseWindow);
    assert_eq!(desk.calls(), [Call::Show, Call::Minimize]);
}

#[test]
fn the_tray_is_drawn_only_when_it_changes() {
    let mut desk = Desk::open();
    assert_eq!(desk.snapshot(vec![]), []);
    assert_eq!(desk.snapshot(vec![shop()]), [Call::Tray(Look::Idle)]);
    assert_eq!(desk.changed(shop()), []);
    assert_eq!(desk.changed(live(shop(), 80)), [Call::Tray(Look::Active)]);
    assert_eq!(
        desk.event(Event::Traffic {
            id: id(),
            bytes_in: 1,
            bytes_out: 2,
            statistics: engine::Statistics::default()
        }),
        []
    );
    assert_eq!(desk.event(Event::ConnectionAccepted { id: id(), local: 80 }), []);
    assert_eq!(desk.changed(forward("a2", "other", "81")), [Call::Tray(Look::Active)]);
    assert_eq!(desk.event(Event::ForwardRemoved { id: id() }), [Call::Tray(Look::Idle)]);
    assert!(
        matches!(&desk.controller.tray.menu[0], MenuItem::Check { label, .. } if label.starts_with("other"))
    );
}

#[test]
fn a_tray_item_turns_its_forward_on_and_off() {
    let mut desk = Desk::open();
    desk.snapshot(vec![shop()]);
    let click = Request::Tray(Action::Toggle("a1".to_owned()));
    let effect = desk.controller.request(click.clone());
    assert_eq!(effect, Some(Effect::Execute(vec![Command::Connect { id: id(), confirmed: false }])));
    assert_eq!(desk.calls(), [Call::Tray(Look::Idle)], "the tick is set by the engine's answer only");
    desk.changed(live(shop(), 80));
    let effect = desk.controller.request(click.clone());
    assert_eq!(effect, Some(Effect::Execute(vec![Command::Disconnect { id: id() }])));
    desk.event(Event::ForwardRemoved { id: id() });
    assert_eq!(desk.controller.request(click), None, "it was deleted while the menu was open");
}

#[test]
fn a_guarded_forward_is_asked_about_in_the_window_and_turned_off_without() {
    let mut desk = Desk::open();
    let mut guarded = shop();
    guarded.profile.ask_first = true;
    desk.snapshot(vec![guarded.clone()]);
    desk.controller.request(Request::CloseWindow);
    desk.calls();
    let click = Request::Tray(Action::Toggle("a1".to_owned()));
    assert_eq!(desk.controller.request(click.clone()), None);
    assert_eq!(desk.calls(), [Call::Tray(Look::Idle), Call::Show, Call::Send(Errand::Ask { id: id() })]);
    desk.changed(live(guarded, 80));
    let effect = desk.controller.request(click);
    assert_eq!(effect, Some(Effect::Execute(vec![Command::Disconnect { id: id() }])));
}

#[test]
fn what_leads_to_production_is_asked_about_in_the_window_too() {
    let mut desk = Desk::open();
    let forward = shop();
    let cluster = ClusterView {
        context: forward.profile.context.clone(),
        name: "work".to_owned(),
        hint: None,
        server: String::new(),
        standing: Standing::Unknown,
        user: None,
        expires_soon: false,
        expires_at_ms: None,
        mark: ContextMark { production: true, colour: None },
        sign_in_methods: Vec::new(),
        kept: None,
        own: None,
    };
    desk.snapshot(vec![forward]);
    desk.event(Event::ClustersChanged { clusters: vec![cluster] });
    let click = Request::Tray(Action::Toggle("a1".to_owned()));
    assert_eq!(desk.controller.request(click.clone()), None);
    assert!(desk.calls().contains(&Call::Send(Errand::Ask { id: id() })));
    desk.event(Event::ClustersChanged { clusters: Vec::new() });
    let effect = desk.controller.request(click);
    assert_eq!(effect, Some(Effect::Execute(vec![Command::Connect { id: id(), confirmed: false }])));
}

#[test]
fn a_failure_of_the_tray_is_told() {
    let mut desk = Desk::open();
    desk.controller.failed(problem());
    assert_eq!(desk.calls(), [Call::Notify("The pod went away.".to_owned())]);
}

#[test]
fn a_lost_tunnel_is_told_after_a_grace_and_so_is_its_return() {
    let mut desk = Desk::open();
    desk.snapshot(vec![live(shop(), 80)]);
    assert_eq!(desk.changed(reconnecting(shop())), [Call::Tray(Look::Alert)]);
    let due = desk.controller.next_tick().unwrap();
    assert_eq!(due, desk.start + GRACE);
    desk.controller.tick(due);
    assert_eq!(desk.calls(), [Call::Notify("shop: tunnel lost".to_owned())]);
    assert_eq!(
        desk.changed(live(shop(), 80)),
        [Call::Notify("shop: tunnel is back".to_owned()), Call::Tray(Look::Active)]
    );
}

#[test]
fn a_forward_that_vanished_between_snapshots_is_forgotten() {
    let mut desk = Desk::open();
    desk.snapshot(vec![live(shop(), 80)]);
    desk.changed(reconnecting(shop()));
    desk.snapshot(vec![]);
    assert_eq!(desk.controller.next_tick(), None);
}

#[test]
fn the_person_is_told_what_needs_them_when_they_do_not_see_it() {
    let mut desk = Desk::open();
    desk.snapshot(vec![shop()]);
    assert_eq!(desk.changed(needs_attention(shop())), [Call::Tray(Look::Alert)]);
    desk.changed(off(shop()));
    desk.controller.request(Request::CloseWindow);
    desk.calls();
    assert_eq!(
        desk.changed(needs_attention(shop())),
        [Call::Notify("shop needs attention".to_owned()), Call::Tray(Look::Alert)]
    );
}

#[test]
fn quitting_hides_the_window_at_once_and_exits_at_the_end() {
    for request in [Request::Quit, Request::Tray(Action::Quit)] {
        let mut desk = Desk::open();
        let effect = desk.controller.request(request);
        assert_eq!(effect, Some(Effect::Quit(Settings { window: Some(PLACE) })));
        assert_eq!(desk.calls(), [Call::Hide]);
        let calls = desk.calls.clone();
        desk.controller.finish();
        assert_eq!(*calls.lock().unwrap(), [Call::Exit]);
    }
}

#[test]
fn a_sign_in_opens_its_page_in_the_browser() {
    let mut desk = Desk::open();
    let address = "https://sign.in/here".to_owned();
    let cluster = |standing| ClusterView {
        context: ContextRef::kubeconfig("work"),
        name: "work".to_owned(),
        hint: None,
        server: String::new(),
        standing,
        user: None,
        expires_soon: false,
        expires_at_ms: None,
        mark: ContextMark::default(),
        sign_in_methods: Vec::new(),
        kept: None,
        own: None,
    };
    for expected in [vec![Call::Open(address.clone())], Vec::new()] {
        let clusters = vec![cluster(Standing::SigningIn { address: address.clone() })];
        assert_eq!(desk.event(Event::ClustersChanged { clusters }), expected);
    }
}

/// A desk where this is preferred.
fn preferring(preferences: Preferences) -> Desk {
    let mut desk = Desk::open();
    desk.event(Event::PreferencesChanged { preferences });
    desk
}

#[test]
fn closing_ends_the_program_where_that_is_preferred() {
    let mut desk = preferring(Preferences { on_close: OnClose::Quit, ..Preferences::default() });
    let effect = desk.controller.request(Request::CloseWindow);
    assert_eq!(effect, Some(Effect::Quit(Settings { window: Some(PLACE) })));
    assert_eq!(desk.calls(), [Call::Hide]);
}

#[test]
fn without_notifications_nothing_is_told_but_what_the_person_asked_for() {
    let mut desk = preferring(Preferences { notifications: false, ..Preferences::default() });
    desk.snapshot_of(vec![live(shop(), 80)], Preferences { notifications: false, ..Preferences::default() });
    desk.changed(reconnecting(shop()));
    desk.controller.tick(desk.start + GRACE);
    assert_eq!(desk.calls(), []);
    assert_eq!(desk.changed(live(shop(), 80)), [Call::Tray(Look::Active)], "nor that it is back");
    let effect = desk.controller.request(Request::CloseWindow);
    assert_eq!(
        effect,
        Some(Effect::Save(Settings { window: Some(PLACE) }, Vec::new())),
        "it may be said later"
    );
    assert_eq!(desk.calls(), [Call::Hide]);
    assert_eq!(desk.changed(needs_attention(shop())), [Call::Tray(Look::Alert)]);
    desk.controller.failed(problem());
    assert_eq!(desk.calls(), [Call::Notify("The pod went away.".to_owned())]);
}

#[test]
fn the_window_is_coloured_as_is_preferred() {
    let mut desk = Desk::open();
    let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
    assert_eq!(desk.snapshot_of(vec![], dark.clone()), [Call::Colour(Theme::Dark)]);
    let quiet = Preferences { notifications: false, ..dark };
    assert_eq!(desk.event(Event::PreferencesChanged { preferences: quiet }), []);
}

#[test]
fn a_start_at_login_shows_no_window_unless_it_could_not_be_had_later() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let mut controller =
        Controller::new(FakeShell { calls: calls.clone(), can_bring_back: true }, true, start);
    assert_eq!(*calls.lock().unwrap(), [Call::Hide], "nothing is sampled for it either");
    assert_eq!(controller.next_tick(), None);
    controller.request(Request::PageReady);
    controller.tick(start + PAGE_LIMIT);
    assert_eq!(calls.lock().unwrap().len(), 1);
    controller.request(Request::SecondStart);
    assert_eq!(calls.lock().unwrap()[1..], [Call::Show]);

    let calls = Arc::new(Mutex::new(Vec::new()));
    let mut controller =
        Controller::new(FakeShell { calls: calls.clone(), can_bring_back: false }, true, start);
    controller.request(Request::PageReady);
    assert_eq!(*calls.lock().unwrap(), [Call::Show]);
}

#[test]
fn the_tray_turns_start_at_login_on_and_off_and_shows_the_settings() {
    let mut desk = Desk::open();
    let change = |on| Some(Effect::Execute(vec![Command::SetStartAtLogin { on }]));
    desk.event(Event::StartAtLoginChanged { start_at_login: StartAtLogin::Off });
    let click = || Request::Tray(Action::StartAtLogin);
    assert_eq!(desk.controller.request(click()), change(true));
    assert_eq!(desk.calls(), [Call::Tray(Look::Idle)], "the tick is set by the system's answer only");
    assert_eq!(
        desk.event(Event::StartAtLoginChanged { start_at_login: StartAtLogin::On }),
        [Call::Tray(Look::Idle)]
    );
    assert_eq!(desk.controller.request(click()), change(false));
    desk.calls();
    assert_eq!(desk.controller.request(Request::Tray(Action::Settings)), None);
    assert_eq!(desk.calls(), [Call::Show, Call::Send(Errand::Settings)]);
}

#[test]
fn a_file_that_is_dropped_is_for_the_page() {
    let mut desk = Desk::new();
    desk.calls();
    let dropped = |files: &[&str]| Request::Drop(files.iter().map(PathBuf::from).collect());
    for (files, others) in
        [(&["/home/ada/culvert.json"][..], 0), (&["/home/ada/culvert.json", "/b", "/c"], 2)]
    {
        assert_eq!(desk.controller.request(dropped(files)), None);
        let path = "/home/ada/culvert.json".to_owned();
        assert_eq!(desk.calls(), [Call::Send(Errand::Open { path, others })]);
    }
    assert_eq!(desk.controller.request(dropped(&[])), None);
    assert_eq!(desk.calls(), []);
}

#[test]
fn a_group_is_turned_on_but_for_what_asks_first_and_off_as_a_whole() {
    let mut desk = Desk::open();
    let in_group = |id: &str| {
        let mut forward = forward(id, id, "80");
        forward.profile.group = "shop".to_owned();
        forward
    };
    let mut guarded = in_group("a2");
    guarded.profile.ask_first = true;
    let of = |id: &str| in_group(id).profile.id;
    desk.snapshot(vec![in_group("a1"), guarded, live(in_group("a3"), 80), forward("a4", "a4", "80")]);
    let on = desk.controller.request(Request::Tray(Action::ConnectGroup("shop".to_owned())));
    let connect = Command::Connect { id: of("a1"), confirmed: false };
    assert_eq!(on, Some(Effect::Execute(vec![connect])));
    assert_eq!(desk.calls(), [Call::Notify("One forward asks first".to_owned())]);
    let off = desk.controller.request(Request::Tray(Action::DisconnectGroup("shop".to_owned())));
    assert_eq!(off, Some(Effect::Execute(vec![Command::Disconnect { id: of("a3") }])));
}
