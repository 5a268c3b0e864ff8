//! What the application remembers about itself from one start to the next: the window's size and place.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

/// The version of the file's layout. A file of another version is left alone until something is saved.
const VERSION: u32 = 1;

/// A strip of the window this wide and high, in pixels, must be on a screen for the person to be able to grab it.
const GRABBABLE: i64 = 64;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Where the window was, once it has been open.
    pub(crate) window: Option<WindowPlace>,
}

/// A window's size and place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WindowPlace {
    /// The left edge, in physical pixels.
    pub(crate) x: i32,
    /// The top edge, in physical pixels.
    pub(crate) y: i32,
    /// Without the frame, in logical pixels.
    pub(crate) width: f64,
    /// Without the frame, in logical pixels.
    pub(crate) height: f64,
    /// Whether it fills the screen; size and place are then those it goes back to.
    pub(crate) maximized: bool,
}

/// A screen's place and size in physical pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The left edge.
    pub(crate) x: i32,
    /// The top edge.
    pub(crate) y: i32,
    /// Its width.
    pub(crate) width: u32,
    /// Its height.
    pub(crate) height: u32,
}

/// The file that holds the settings.
#[derive(Clone, Debug)]
pub(crate) struct SettingsFile {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Contents {
    version: u32,
    #[serde(flatten)]
    settings: Settings,
}

impl WindowPlace {
    /// Whether the person would see the top of the window on one of the screens.
    pub(crate) fn is_on(&self, screens: &[Screen]) -> bool {
        screens.iter().any(|screen| {
            let (left, top) = (i64::from(screen.x), i64::from(screen.y));
            let (right, bottom) = (left + i64::from(screen.width), top + i64::from(screen.height));
            #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer")]
            let window_right = i64::from(self.x) + self.width as i64;
            i64::from(self.x) + GRABBABLE <= right
                && window_right - GRABBABLE >= left
                && i64::from(self.y) + GRABBABLE <= bottom
                && i64::from(self.y) >= top
        })
    }
}

impl SettingsFile {
    /// The settings in the file at `path`, which need not exist.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Reads the file. A file that is missing or broken gives the default: there is nothing in it worth a message.
    pub(crate) fn load(&self) -> Settings {
        let Ok(text) = fs::read(&self.path) else { return Settings::default() };
        match serde_json::from_slice::<Contents>(&text) {
            Ok(contents) if contents.version == VERSION => contents.settings,
            Ok(contents) => {
                tracing::warn!("settings of version {} are not used", contents.version);
                Settings::default()
            }
            Err(error) => {
                tracing::warn!("settings are broken and not used: {error}");
                Settings::default()
            }
        }
    }

    /// Writes the file in one step: whoever reads it sees the old or the new content, even after a power cut.
    ///
    /// # Errors
    /// When the file or its directory cannot be written.
    pub(crate) fn save(&self, settings: &Settings) -> io::Result<()> {
        let directory = self.path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(directory)?;
        let temporary = self.path.with_extension("json.new");
        let contents = Contents { version: VERSION, settings: settings.clone() };
        let mut file = File::create(&temporary)?;
        file.write_all(&serde_json::to_vec_pretty(&contents)?)?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: WindowPlace = WindowPlace { x: 40, y: 30, width: 1100.0, height: 720.0, maximized: false };
    const SCREEN: Screen = Screen { x: 0, y: 0, width: 1920, height: 1080 };

    #[test]
    fn what_is_saved_is_loaded() {
        let directory = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(directory.path().join("culvert/settings.json"));
        assert_eq!(file.load(), Settings::default());
        let settings = Settings { window: Some(PLACE) };
        file.save(&settings).unwrap();
        assert_eq!(file.load(), settings);
        let names: Vec<_> = fs::read_dir(directory.path().join("culvert"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["settings.json"], "no temporary file stays");
    }

    #[test]
    fn a_broken_or_newer_file_gives_the_default() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("settings.json");
        let file = SettingsFile::new(path.clone());
        for text in ["", "{", r#"{"version":2,"window":null}"#, r#"{"version":1,"window":{"x":"left"}}"#] {
            fs::write(&path, text).unwrap();
            assert_eq!(file.load(), Settings::default(), "{text}");
        }
    }

    #[test]
    fn a_place_off_every_screen_is_known() {
        let second = Screen { x: 1920, y: 0, width: 1280, height: 1024 };
        let cases = [
            (PLACE, vec![SCREEN], true),
            (PLACE, vec![], false),
            (WindowPlace { x: 2000, ..PLACE }, vec![SCREEN], false),
            (WindowPlace { x: 2000, ..PLACE }, vec![SCREEN, second], true),
            (WindowPlace { x: -1090, ..PLACE }, vec![SCREEN], false),
            (WindowPlace { x: -1000, ..PLACE }, vec![SCREEN], true),
            (WindowPlace { y: 1060, ..PLACE }, vec![SCREEN], false),
            (WindowPlace { y: -200, ..PLACE }, vec![SCREEN], false),
        ];
        for (place, screens, expected) in cases {
            assert_eq!(place.is_on(&screens), expected, "{place:?} on {screens:?}");
        }
    }
}
