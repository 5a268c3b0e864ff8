//! Draws the tray with the system's means.

use std::path::Path;

use tauri::{
    AppHandle,
    image::Image,
    include_image,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem as PlainItem, PredefinedMenuItem, Submenu},
    tray::TrayIconBuilder,
};

use wording::Spoken;

use super::{Action, Look, MenuItem, Tray};

const IDLE: Image<'_> = include_image!("../icons/tray/idle.png");
const ACTIVE: Image<'_> = include_image!("../icons/tray/active.png");
const ALERT: Image<'_> = include_image!("../icons/tray/alert.png");

/// The icon in the panel. All its methods belong on the main thread.
#[derive(Clone)]
pub(crate) struct TrayIcon {
    app: AppHandle,
    icon: tauri::tray::TrayIcon,
}

impl TrayIcon {
    /// Puts the icon into the panel and calls `choose` with what the person chooses. `images` is a directory for the
    /// panel to read the icon from.
    ///
    /// # Errors
    /// When the desktop has no means for it.
    pub(crate) fn new(
        app: &AppHandle,
        tray: &Tray,
        spoken: Spoken,
        images: &Path,
        choose: impl Fn(Action) + Send + Sync + 'static,
    ) -> tauri::Result<Self> {
        let icon = TrayIconBuilder::with_id("culvert")
            .icon(image(tray.look))
            .tooltip("Culvert")
            .menu(&native_menu(app, &tray.menu, spoken)?)
            .show_menu_on_left_click(true)
            .temp_dir_path(images)
            .on_menu_event(move |_, event| {
                if let Some(action) = Action::of_item_id(&event.id.0) {
                    choose(action);
                }
            })
            .build(app)?;
        Ok(Self { app: app.clone(), icon })
    }

    /// Shows `tray` instead of what it shows.
    ///
    /// # Errors
    /// When the desktop refuses.
    pub(crate) fn draw(&self, tray: &Tray, spoken: Spoken) -> tauri::Result<()> {
        self.icon.set_menu(Some(native_menu(&self.app, &tray.menu, spoken)?))?;
        self.icon.set_icon(Some(image(tray.look)))
    }
}

fn image(look: Look) -> Image<'static> {
    match look {
        Look::Idle => IDLE,
        Look::Active => ACTIVE,
        Look::Alert => ALERT,
    }
}

fn native_menu(app: &AppHandle, items: &[MenuItem], spoken: Spoken) -> tauri::Result<Menu<tauri::Wry>> {
    let menu = Menu::new(app)?;
    for item in items {
        menu.append(&*native_item(app, item, spoken)?)?;
    }
    Ok(menu)
}

fn native_item(
    app: &AppHandle,
    item: &MenuItem,
    spoken: Spoken,
) -> tauri::Result<Box<dyn IsMenuItem<tauri::Wry>>> {
    const NO_SHORTCUT: Option<&str> = None;
    Ok(match item {
        MenuItem::Check { action, label, on } => {
            let id = action.to_item_id();
            Box::new(CheckMenuItem::with_id(app, id, verbatim(label.of(spoken)), true, *on, NO_SHORTCUT)?)
        }
        MenuItem::Note(text) => Box::new(PlainItem::new(app, verbatim(text.of(spoken)), false, NO_SHORTCUT)?),
        MenuItem::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        MenuItem::Act(action, label) => {
            Box::new(PlainItem::with_id(app, action.to_item_id(), label.of(spoken), true, NO_SHORTCUT)?)
        }
        MenuItem::Submenu(label, items) => {
            let submenu = Submenu::new(app, verbatim(label.of(spoken)), true)?;
            for item in items {
                submenu.append(&*native_item(app, item, spoken)?)?;
            }
            Box::new(submenu)
        }
    })
}

/// In a menu `&` marks the letter that chooses an item, and `&&` is an ampersand.
fn verbatim(label: &str) -> String {
    label.replace('&', "&&")
}
