//! What the controller needs of the desktop: a window, a tray icon, notifications.

mod desktop;

pub(crate) use desktop::{DesktopShell, Manner, WindowPlaces};

use engine::{Language, Theme};

use crate::{errands::Errand, notices::Notification, settings::WindowPlace, tray::Tray};

/// The desktop, as far as the controller is concerned. No method waits for the desktop to have done it.
pub(crate) trait Shell: Send + 'static {
    /// Shows the window, above all others, with the keyboard's attention; makes a new one if it is gone.
    fn show_window(&mut self);
    /// Takes the window off the screen, to come back from the tray or by a second start.
    fn hide_window(&mut self);
    /// Makes the window small in the desktop's own way.
    fn minimize_window(&mut self);
    /// Whether a hidden window can be brought back.
    fn can_bring_back(&self) -> bool;
    /// Where the window is, or was when it was last seen.
    fn window_place(&self) -> Option<WindowPlace>;
    /// Has the page in the window do this.
    fn send(&mut self, errand: Errand);
    /// Colours the window, its frame and what is behind its page.
    fn colour_window(&mut self, theme: Theme);
    /// Speaks this language from now on, if it does not already.
    fn speak(&mut self, language: Language);
    /// Shows the tray anew.
    fn draw_tray(&mut self, tray: Tray);
    /// Opens a page in the person's browser.
    fn open_page(&mut self, address: String);
    /// Shows a message in the corner of the screen.
    fn notify(&mut self, notification: Notification);
    /// Ends the program; everything else is done.
    fn exit(&mut self);
}
