//! The desktop as Tauri gives it.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{Language, StartAtLogin, Theme};
use tauri::{
    AppHandle, DragDropEvent, Manager as _, PhysicalPosition, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
    webview::{Color, NewWindowResponse},
};

use wording::Spoken;

use super::Shell;
use crate::{
    controller::{Request, Requests},
    errands::{Errand, Errands},
    feed::Sight,
    language::Speech,
    notices::Notification,
    settings::{Screen, WindowPlace},
    tray::{Tray, TrayIcon},
};

/// The label of the only window, as in `tauri.conf.json` and the capability file.
const MAIN_WINDOW: &str = "main";

/// What is behind the page until it is painted: its own background (`--surface`), so that nothing flashes.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x17, 0x19, 0x1d, 0xff);

/// The shell of a running application. Everything is done on the main thread, in the order in which it was asked for.
pub(crate) struct DesktopShell {
    app: AppHandle,
    tray: Option<TrayIcon>,
    places: WindowPlaces,
    requests: Requests,
    sight: Sight,
    errands: Errands,
    theme: Theme,
    speech: Speech,
}

/// How the window is from its first moment.
pub(crate) struct Manner {
    pub(crate) theme: Theme,
    pub(crate) speech: Speech,
}

/// Where the window was when it last moved or changed its size.
#[derive(Clone, Debug, Default)]
pub(crate) struct WindowPlaces(Arc<Mutex<Option<WindowPlace>>>);

impl DesktopShell {
    /// Puts up the tray icon, where the desktop has room for one, and the window, which stays hidden at first.
    ///
    /// Belongs on the main thread.
    ///
    /// # Errors
    /// When the window cannot be made.
    pub(crate) fn new(
        app: &AppHandle,
        places: WindowPlaces,
        requests: Requests,
        sight: Sight,
        errands: Errands,
        manner: Manner,
        tray_images: &Path,
    ) -> tauri::Result<Self> {
        let Manner { theme, speech } = manner;
        let tray = put_up_tray(app, requests.clone(), speech.now(), tray_images);
        open_window(app, &places, &requests, theme, &speech)?;
        Ok(Self { app: app.clone(), tray, places, requests, sight, errands, theme, speech })
    }

    fn on_main_thread(&self, act: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static) {
        let app = self.app.clone();
        let outcome = self.app.run_on_main_thread(move || {
            if let Err(error) = act(&app) {
                tracing::warn!("the desktop refused: {error}");
            }
        });
        if let Err(error) = outcome {
            tracing::warn!("the desktop is gone: {error}");
        }
    }

    fn with_window(&self, act: impl FnOnce(&WebviewWindow) -> tauri::Result<()> + Send + 'static) {
        self.on_main_thread(|app| app.get_webview_window(MAIN_WINDOW).map_or(Ok(()), |window| act(&window)));
    }
}

impl Shell for DesktopShell {
    fn show_window(&mut self) {
        self.sight.set(true);
        let (places, requests, theme) = (self.places.clone(), self.requests.clone(), self.theme);
        let speech = self.speech.clone();
        self.on_main_thread(move |app| {
            let window = match app.get_webview_window(MAIN_WINDOW) {
                Some(window) => window,
                None => open_window(app, &places, &requests, theme, &speech)?,
            };
            window.show()?;
            window.unminimize()?;
            window.set_focus()
        });
    }

    fn hide_window(&mut self) {
        self.sight.set(false);
        self.with_window(WebviewWindow::hide);
    }

    fn minimize_window(&mut self) {
        self.with_window(WebviewWindow::minimize);
    }

    fn can_bring_back(&self) -> bool {
        !cfg!(target_os = "linux") || has_session_bus()
    }

    fn window_place(&self) -> Option<WindowPlace> {
        self.places.latest()
    }

    fn send(&mut self, errand: Errand) {
        self.errands.send(errand);
    }

    fn colour_window(&mut self, theme: Theme) {
        self.theme = theme;
        self.with_window(move |window| colour(window, theme));
    }

    fn speak(&mut self, language: Language) {
        self.speech.prefer(language);
    }

    fn draw_tray(&mut self, tray: Tray) {
        if let Some(icon) = self.tray.clone() {
            let spoken = self.speech.now();
            self.on_main_thread(move |_| icon.draw(&tray, spoken));
        }
    }

    fn open_page(&mut self, address: String) {
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(error) = tauri_plugin_opener::open_url(address, None::<&str>) {
                // The window shows the address, to be copied.
                tracing::warn!("the browser was not opened: {error}");
            }
        });
    }

    fn notify(&mut self, notification: Notification) {
        let spoken = self.speech.now();
        tauri::async_runtime::spawn_blocking(move || {
            let shown = notify_rust::Notification::new()
                .appname("Culvert")
                .icon("culvert")
                .summary(notification.title.of(spoken))
                .body(notification.body.of(spoken))
                .show();
            if let Err(error) = shown {
                tracing::debug!("this desktop shows no notifications: {error}");
            }
        });
    }

    fn exit(&mut self) {
        self.app.exit(0);
    }
}

impl WindowPlaces {
    /// Starts from what was remembered.
    pub(crate) fn starting_from(place: Option<WindowPlace>) -> Self {
        Self(Arc::new(Mutex::new(place)))
    }

    fn latest(&self) -> Option<WindowPlace> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, window: &WebviewWindow) -> tauri::Result<()> {
        // A hidden window has no place of its own on some desktops.
        if !window.is_visible()? || window.is_minimized()? {
            return Ok(());
        }
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.is_maximized()? {
            if let Some(place) = latest.as_mut() {
                place.maximized = true;
            }
            return Ok(());
        }
        let position = window.outer_position()?;
        let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
        *latest = Some(WindowPlace {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
            maximized: false,
        });
        Ok(())
    }
}

fn put_up_tray(app: &AppHandle, requests: Requests, spoken: Spoken, images: &Path) -> Option<TrayIcon> {
    let make = || {
        TrayIcon::new(app, &Tray::of(&[], &StartAtLogin::default()), spoken, images, move |action| {
            requests.send(Request::Tray(action));
        })
    };
    // On Linux the library for it panics when libayatana-appindicator3 is not installed.
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(make)) {
        Ok(Ok(icon)) => Some(icon),
        Ok(Err(error)) => {
            tracing::warn!("there is no tray icon on this desktop: {error}");
            None
        }
        Err(_) => {
            tracing::warn!("there is no tray icon: install libayatana-appindicator3-1 to have one");
            None
        }
    }
}

/// Makes the window, hidden, where it was last time if that is on a screen.
fn open_window(
    app: &AppHandle,
    places: &WindowPlaces,
    requests: &Requests,
    theme: Theme,
    speech: &Speech,
) -> tauri::Result<WebviewWindow> {
    let mut config = app.config().app.windows.first().cloned().unwrap_or_default();
    config.url = WebviewUrl::App(speech.page().into());
    let place = places.latest();
    let mut builder = WebviewWindowBuilder::from_config(app, &config)?
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    if let Some(place) = place {
        builder = builder.inner_size(place.width, place.height).maximized(place.maximized);
    }
    let window = builder.build()?;
    colour(&window, theme)?;
    if let Some(place) = place
        && place.is_on(&screens(&window)?)
    {
        window.set_position(PhysicalPosition::new(place.x, place.y))?;
    }
    let (watched, places, requests) = (window.clone(), places.clone(), requests.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            requests.send(Request::CloseWindow);
        }
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => {
            if let Err(error) = places.note(&watched) {
                tracing::debug!("the window's place is unknown: {error}");
            }
        }
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            requests.send(Request::Drop(paths.clone()));
        }
        _ => {}
    });
    Ok(window)
}

/// Colours the window's frame and what is behind its page; the page colours itself.
fn colour(window: &WebviewWindow, theme: Theme) -> tauri::Result<()> {
    window.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    })?;
    let is_dark = match theme {
        Theme::System => window.theme()? == tauri::Theme::Dark,
        theme => theme == Theme::Dark,
    };
    window.set_background_color(Some(if is_dark { DARK } else { LIGHT }))
}

fn screens(window: &WebviewWindow) -> tauri::Result<Vec<Screen>> {
    let monitors = window.available_monitors()?;
    Ok(monitors
        .iter()
        .map(|monitor| Screen {
            x: monitor.position().x,
            y: monitor.position().y,
            width: monitor.size().width,
            height: monitor.size().height,
        })
        .collect())
}

/// The window shows the pages built into the program and nothing else.
fn is_own_page(url: &Url) -> bool {
    let own_host = url.host_str() == Some("localhost") || url.host_str() == Some("tauri.localhost");
    match url.scheme() {
        "tauri" => own_host,
        // Windows has no schemes of an application's own.
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// Whether programs of this person can reach each other, which a second start needs, and the panel with its tray too.
/// The same places in which the library looks that speaks to it.
fn has_session_bus() -> bool {
    let announced = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    announced || dirs::runtime_dir().is_some_and(|directory| directory.join("bus").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_built_in_pages_are_shown() {
        for (url, expected) in [
            ("tauri://localhost/index.html", true),
            ("https://example.com/", false),
            ("http://localhost:8080/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("javascript:alert(1)", false),
            ("about:blank", false),
            ("tauri://elsewhere/", false),
        ] {
            assert_eq!(is_own_page(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
