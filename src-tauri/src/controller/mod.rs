//! What the application does: decides what window, tray and notifications show, and what follows from what the person
//! does outside the window. Knows the desktop as a [`Shell`] only, and time as an argument.

mod task;

pub(crate) use task::{Requests, requests, run};

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use engine::{
    ClusterView, Command, ContextRef, Event, ForwardView, OnClose, Preferences, ProfileId, StartAtLogin,
    Update,
};

use crate::{
    errands::Errand,
    notices::{Notices, Notification, sentences, some_ask, still_running},
    settings::Settings,
    shell::Shell,
    sign_ins::{Deed, SignIns},
    tray::{Action, Tray},
};

/// The window is shown when its first page is complete. A page that is not complete after this time has failed, and
/// the person should see that rather than nothing.
const PAGE_LIMIT: Duration = Duration::from_secs(10);

/// Something the person or the desktop asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The window's page is complete.
    PageReady,
    /// The window's close button.
    CloseWindow,
    /// Files were dropped on the window.
    Drop(Vec<PathBuf>),
    /// The application was started a second time.
    SecondStart,
    /// Something in the tray menu.
    Tray(Action),
    /// A signal to end.
    Quit,
}

/// Something for the controller's task to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Ask the engine.
    Execute(Vec<Command>),
    /// Keep these settings; and ask the engine for these.
    Save(Settings, Vec<Command>),
    /// Shut the engine down, then call [`Controller::finish`].
    Quit(Settings),
}

/// The state of the application outside its window.
pub(crate) struct Controller<S> {
    shell: S,
    forwards: Vec<ForwardView>,
    /// The contexts that are marked as production.
    production: Vec<ContextRef>,
    tray: Tray,
    notices: Notices,
    sign_ins: SignIns,
    preferences: Preferences,
    start_at_login: StartAtLogin,
    window: Window,
}

/// What is known about the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    /// Not shown yet; it will be at this time, whether its page is complete or not.
    Loading { show_at: Instant },
    /// On the screen.
    Visible,
    /// Hidden by the person.
    Hidden,
}

impl<S: Shell> Controller<S> {
    /// A controller of a desktop that shows [`Tray::of`] no forwards and a window that is being loaded. `hidden`: it is
    /// not to be shown, unless it could not be brought back.
    pub(crate) fn new(mut shell: S, hidden: bool, now: Instant) -> Self {
        let hidden = hidden && shell.can_bring_back();
        if hidden {
            shell.hide_window();
        }
        Self {
            shell,
            forwards: Vec::new(),
            production: Vec::new(),
            tray: Tray::of(&[], &StartAtLogin::default()),
            notices: Notices::default(),
            sign_ins: SignIns::default(),
            preferences: Preferences::default(),
            start_at_login: StartAtLogin::default(),
            window: if hidden { Window::Hidden } else { Window::Loading { show_at: now + PAGE_LIMIT } },
        }
    }

    /// Takes in what the engine tells.
    pub(crate) fn update(&mut self, update: Update, now: Instant) {
        match update {
            Update::Snapshot { snapshot } => {
                for gone in &self.forwards {
                    if !snapshot.forwards.iter().any(|forward| forward.profile.id == gone.profile.id) {
                        self.notices.forget(&gone.profile.id);
                    }
                }
                self.take_in_preferences(snapshot.preferences);
                self.start_at_login = snapshot.start_at_login;
                self.take_in_clusters(snapshot.clusters);
                self.forwards = snapshot.forwards;
                for index in 0..self.forwards.len() {
                    self.observe(index, now);
                }
            }
            Update::Event { event } => match event.event {
                Event::ForwardChanged { forward } => {
                    let known = self.forwards.iter().position(|known| known.profile.id == forward.profile.id);
                    let index = known.unwrap_or(self.forwards.len());
                    match known {
                        Some(index) => self.forwards[index] = forward,
                        None => self.forwards.push(forward),
                    }
                    self.observe(index, now);
                }
                Event::ForwardRemoved { id } => {
                    self.forwards.retain(|forward| forward.profile.id != id);
                    self.notices.forget(&id);
                }
                Event::ClustersChanged { clusters } => self.take_in_clusters(clusters),
                Event::PreferencesChanged { preferences } => self.take_in_preferences(preferences),
                Event::StartAtLoginChanged { start_at_login } => self.start_at_login = start_at_login,
                // Nothing outside the window shows these.
                _ => return,
            },
        }
        let tray = Tray::of(&self.forwards, &self.start_at_login);
        if tray != self.tray {
            self.tray = tray.clone();
            self.shell.draw_tray(tray);
        }
    }

    /// Takes in what the person or the desktop asks for.
    pub(crate) fn request(&mut self, request: Request) -> Option<Effect> {
        match request {
            Request::PageReady => {
                if let Window::Loading { .. } = self.window {
                    self.show_window();
                }
                None
            }
            Request::CloseWindow => Some(self.close_window()),
            Request::Drop(files) => {
                if let Some((first, others)) = files.split_first() {
                    // Where it is no text, the screen says that there is no such file.
                    let path = first.to_string_lossy().into_owned();
                    self.shell.send(Errand::Open { path, others: others.len() });
                }
                None
            }
            Request::SecondStart | Request::Tray(Action::Open) => {
                self.show_window();
                None
            }
            Request::Tray(Action::Settings) => {
                self.show_window();
                self.shell.send(Errand::Settings);
                None
            }
            Request::Tray(Action::StartAtLogin) => {
                self.shell.draw_tray(self.tray.clone());
                let on = self.start_at_login != StartAtLogin::On;
                Some(Effect::Execute(vec![Command::SetStartAtLogin { on }]))
            }
            Request::Tray(Action::ConnectGroup(group)) => Some(self.connect_group(&group)),
            Request::Tray(Action::DisconnectGroup(group)) => Some(disconnect(self.in_group(&group))),
            Request::Tray(Action::DisconnectAll) => Some(disconnect(self.forwards.iter())),
            Request::Tray(Action::Toggle(id)) => {
                // The desktop has changed the tick by itself; what it means is for the engine to say.
                self.shell.draw_tray(self.tray.clone());
                let forward = self.forwards.iter().find(|forward| forward.profile.id.as_str() == id)?;
                let id = forward.profile.id.clone();
                if self.asks(forward) {
                    // A menu is no place for a question.
                    self.show_window();
                    self.shell.send(Errand::Ask { id });
                    return None;
                }
                Some(Effect::Execute(vec![match forward.profile.on {
                    true => Command::Disconnect { id },
                    false => Command::Connect { id, confirmed: false },
                }]))
            }
            Request::Tray(Action::Quit) | Request::Quit => Some(self.quit()),
        }
    }

    /// Takes in that a command from the tray failed.
    pub(crate) fn failed(&mut self, problem: engine::Problem) {
        let body = sentences([&problem.why, &problem.remedy]);
        self.shell.notify(Notification { title: problem.what, body });
    }

    /// Takes in that time has passed.
    pub(crate) fn tick(&mut self, now: Instant) {
        if let Window::Loading { show_at } = self.window
            && show_at <= now
        {
            tracing::warn!("the window's page is not complete yet; showing it as it is");
            self.show_window();
        }
        for notification in self.notices.due(now) {
            self.tell(notification);
        }
    }

    /// When [`Controller::tick`] is needed, if nothing happens until then.
    pub(crate) fn next_tick(&self) -> Option<Instant> {
        let show_at = match self.window {
            Window::Loading { show_at } => Some(show_at),
            Window::Visible | Window::Hidden => None,
        };
        show_at.into_iter().chain(self.notices.next_due()).min()
    }

    /// Ends the program.
    pub(crate) fn finish(mut self) {
        self.shell.exit();
    }

    fn observe(&mut self, index: usize, now: Instant) {
        let visible = self.window != Window::Hidden;
        if let Some(notification) = self.notices.observe(&self.forwards[index], visible, now) {
            self.tell(notification);
        }
    }

    /// Tells what happened by itself, if the person wants to know.
    fn tell(&mut self, notification: Notification) {
        if self.preferences.notifications {
            self.shell.notify(notification);
        }
    }

    fn take_in_preferences(&mut self, preferences: Preferences) {
        if preferences.theme != self.preferences.theme {
            self.shell.colour_window(preferences.theme);
        }
        if preferences.language != self.preferences.language {
            self.shell.speak(preferences.language);
            self.shell.draw_tray(self.tray.clone());
        }
        self.preferences = preferences;
    }

    fn take_in_clusters(&mut self, clusters: Vec<ClusterView>) {
        for deed in self.sign_ins.observe(&clusters) {
            match deed {
                Deed::Open(address) => self.shell.open_page(address),
                Deed::Tell(notification) => self.tell(notification),
            }
        }
        self.production = production(clusters);
    }

    fn show_window(&mut self) {
        self.shell.show_window();
        self.window = Window::Visible;
    }

    /// What the close button does: nothing that cannot be undone unless the person prefers so.
    fn close_window(&mut self) -> Effect {
        if self.preferences.on_close == OnClose::Quit {
            return self.quit();
        }
        let settings = self.settings();
        if !self.shell.can_bring_back() {
            self.shell.minimize_window();
            return Effect::Save(settings, Vec::new());
        }
        self.shell.hide_window();
        self.window = Window::Hidden;
        if self.preferences.told_of_tray || !self.preferences.notifications {
            return Effect::Save(settings, Vec::new());
        }
        self.shell.notify(still_running(&self.forwards));
        self.preferences.told_of_tray = true;
        Effect::Save(settings, vec![Command::SetPreferences { preferences: self.preferences.clone() }])
    }

    fn quit(&mut self) -> Effect {
        let settings = self.settings();
        self.shell.hide_window();
        self.window = Window::Hidden;
        Effect::Quit(settings)
    }

    fn connect_group(&mut self, group: &str) -> Effect {
        let (guarded, free): (Vec<_>, Vec<_>) = self
            .in_group(group)
            .filter(|forward| !forward.profile.on)
            .partition(|forward| self.asks(forward));
        let ids: Vec<ProfileId> = free.into_iter().map(|forward| forward.profile.id.clone()).collect();
        if !guarded.is_empty() {
            let notification = some_ask(guarded.len());
            self.shell.notify(notification);
        }
        Effect::Execute(ids.into_iter().map(|id| Command::Connect { id, confirmed: false }).collect())
    }

    fn in_group(&self, group: &str) -> impl Iterator<Item = &ForwardView> {
        self.forwards.iter().filter(move |forward| forward.profile.group == group)
    }

    /// Whether the person is asked before this one is turned on.
    fn asks(&self, ForwardView { profile, .. }: &ForwardView) -> bool {
        !profile.on && (profile.ask_first || self.production.contains(&profile.context))
    }

    fn settings(&self) -> Settings {
        Settings { window: self.shell.window_place() }
    }
}

fn production(clusters: Vec<ClusterView>) -> Vec<ContextRef> {
    clusters.into_iter().filter(|cluster| cluster.mark.production).map(|cluster| cluster.context).collect()
}

/// Turns off those that are on.
fn disconnect<'a>(forwards: impl Iterator<Item = &'a ForwardView>) -> Effect {
    let on = forwards.filter(|forward| forward.profile.on);
    Effect::Execute(on.map(|forward| Command::Disconnect { id: forward.profile.id.clone() }).collect())
}

#[cfg(test)]
mod tests;
