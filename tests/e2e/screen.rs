//! The application's window as the screen has it.

use rustix::process::Pid;
use x11rb::{
    connection::Connection as _,
    errors::ReplyError,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, ImageFormat,
        MapState, Window,
    },
    rust_connection::RustConnection,
};

use crate::{desktop::Desktop, waiting::until};

/// A connection to the screen.
pub(crate) struct Screen {
    connection: RustConnection,
    root: Window,
}

/// The application's window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MainWindow {
    window: Window,
    process: Pid,
    visible: bool,
    place: Place,
}

/// Where a window is, and its size, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: i16,
    pub(crate) y: i16,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

impl Screen {
    pub(crate) fn of(desktop: &Desktop) -> Self {
        let (connection, number) = RustConnection::connect(Some(desktop.display())).expect("the screen runs");
        let root = connection.setup().roots[number].root;
        Self { connection, root }
    }

    /// The window, if there is one, on the screen or hidden.
    pub(crate) fn main_window(&self) -> Option<MainWindow> {
        // A window that vanishes while it is looked at is none.
        let windows = self.connection.query_tree(self.root).ok()?.reply().ok()?.children;
        windows.into_iter().find_map(|window| self.as_main_window(window).ok().flatten())
    }

    /// Whether the person sees the window.
    pub(crate) fn shows_window(&self) -> bool {
        self.main_window().is_some_and(|window| window.visible)
    }

    /// The process whose window it is.
    pub(crate) fn process(&self) -> Option<Pid> {
        self.main_window().map(|window| window.process)
    }

    /// What the window shows, four bytes for each pixel, if it is on the screen.
    pub(crate) fn pixels(&self) -> Option<Vec<u8>> {
        let MainWindow { window, place, .. } = self.main_window().filter(|window| window.visible)?;
        let all = u32::MAX;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, place.width, place.height, all);
        Some(image.ok()?.reply().ok()?.data)
    }

    /// Where the window is.
    pub(crate) fn place(&self) -> Option<Place> {
        self.main_window().map(|window| window.place)
    }

    /// Moves the window and changes its size.
    pub(crate) fn move_window(&self, to: Place) {
        let window = self.main_window().expect("there is a window").window;
        let change = ConfigureWindowAux::new()
            .x(i32::from(to.x))
            .y(i32::from(to.y))
            .width(u32::from(to.width))
            .height(u32::from(to.height));
        let moved = self.connection.configure_window(window, &change).expect("the screen runs");
        moved.check().expect("the window can be moved");
    }

    /// Does what the close button in the window's frame does, and waits until the window is gone from the screen.
    pub(crate) async fn close_window(&self) {
        let window = self.main_window().expect("there is a window").window;
        self.ask_to_close(window).expect("the screen runs");
        until("the window is off the screen", async || !self.shows_window()).await;
    }

    fn ask_to_close(&self, window: Window) -> Result<(), ReplyError> {
        let [protocols, delete] = [self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?];
        let message = ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()
    }

    fn as_main_window(&self, window: Window) -> Result<Option<MainWindow>, ReplyError> {
        let [title, text, process] =
            [self.atom("_NET_WM_NAME")?, self.atom("UTF8_STRING")?, self.atom("_NET_WM_PID")?];
        let title = self.connection.get_property(false, window, title, text, 0, 64)?.reply()?.value;
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        let size = self.connection.get_geometry(window)?.reply()?;
        let process =
            self.connection.get_property(false, window, process, AtomEnum::CARDINAL, 0, 1)?.reply()?;
        let process = process.value32().and_then(|mut ids| ids.next());
        let process = process.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        // Toolkits keep small windows for themselves under the same name.
        let is_large = size.width > 100 && size.height > 100;
        Ok(process.filter(|_| title == b"Culvert" && is_large).map(|process| MainWindow {
            window,
            process,
            visible: attributes.map_state == MapState::VIEWABLE,
            place: Place { x: size.x, y: size.y, width: size.width, height: size.height },
        }))
    }

    fn atom(&self, name: &str) -> Result<u32, ReplyError> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}
