//! The list of Linux desktops: a file in the person's `autostart` directory (freedesktop.org, Desktop Application Autostart
//! Specification 0.5). By hand, because the crate for the other systems knows neither `XDG_CONFIG_HOME`, nor paths with
//! spaces, nor entries that the desktop's own settings have turned off.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{HIDDEN, program};

/// Culvert's file on the list, there or not.
pub(super) struct Entry {
    file: PathBuf,
    /// As the file says it.
    exec: String,
}

impl Entry {
    pub(super) fn of_this_program() -> Result<Self, String> {
        let config = dirs::config_dir().ok_or("there is no home directory")?;
        let program = program()?;
        let program = program.to_str().ok_or("the path of this program is not text")?;
        Ok(Self::new(&config, program))
    }

    fn new(config: &Path, program: &str) -> Self {
        Self { file: config.join("autostart/culvert.desktop"), exec: format!("{} {HIDDEN}", quoted(program)) }
    }

    /// Whether the desktop starts just this program: an entry may have been turned off, or name a copy of Culvert that was
    /// moved since.
    pub(super) fn is_there(&self) -> Result<bool, String> {
        let text = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.explained(&error)),
        };
        let value = |key: &str| {
            text.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim())
            })
        };
        let is_off = value("Hidden") == Some("true") || value("X-GNOME-Autostart-enabled") == Some("false");
        Ok(!is_off && value("Exec") == Some(&self.exec))
    }

    pub(super) fn put(&self) -> Result<(), String> {
        self.write().map_err(|error| self.explained(&error))
    }

    pub(super) fn remove(&self) -> Result<(), String> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.explained(&error)),
            _ => Ok(()),
        }
    }

    fn write(&self) -> io::Result<()> {
        let directory = self.file.parent().ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(directory)?;
        let new = self.file.with_extension("new");
        fs::write(&new, self.text())?;
        fs::rename(&new, &self.file)
    }

    fn text(&self) -> String {
        let Self { exec, .. } = self;
        format!(
            "[Desktop Entry]\n\
             Type=Application\n\
             Name=Culvert\n\
             Comment=Forwards ports of pods to this computer\n\
             Exec={exec}\n\
             Icon=culvert\n\
             Terminal=false\n\
             StartupNotify=false\n"
        )
    }

    fn explained(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.file.display())
    }
}

/// A program as an `Exec` line names it (Desktop Entry Specification 1.5, "The Exec key"): in quotes, and escaped once for
/// them and once more as every value is.
fn quoted(program: &str) -> String {
    let mut text = String::from("\"");
    for letter in program.chars() {
        match letter {
            '"' | '`' | '$' => text.extend(["\\\\", &letter.to_string()]),
            '\\' => text.push_str("\\\\\\\\"),
            '%' => text.push_str("%%"),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_on_the_list_from_when_it_is_put_there_until_it_is_removed() {
        let config = tempfile::tempdir().unwrap();
        let entry = Entry::new(config.path(), "/opt/culvert");
        assert_eq!(entry.is_there(), Ok(false));
        for _ in 0..2 {
            entry.put().unwrap();
            assert_eq!(entry.is_there(), Ok(true));
        }
        let files: Vec<_> = fs::read_dir(config.path().join("autostart")).unwrap().collect();
        assert_eq!(files.len(), 1, "no temporary file stays");
        for _ in 0..2 {
            entry.remove().unwrap();
            assert_eq!(entry.is_there(), Ok(false));
        }
    }

    #[test]
    fn what_the_desktop_does_not_start_is_not_on_the_list() {
        let config = tempfile::tempdir().unwrap();
        let entry = Entry::new(config.path(), "/opt/culvert");
        for (changed, expected) in [
            (entry.text(), true),
            (entry.text() + "Hidden=true\n", false),
            (entry.text() + "Hidden = false\n", true),
            (entry.text() + "X-GNOME-Autostart-enabled=false\n", false),
            (entry.text() + "X-GNOME-Autostart-enabled=true\n", true),
            (entry.text().replace("/opt/culvert", "/opt/moved/culvert"), false),
            (String::new(), false),
        ] {
            entry.put().unwrap();
            fs::write(&entry.file, &changed).unwrap();
            assert_eq!(entry.is_there(), Ok(expected), "{changed}");
            entry.put().unwrap();
            assert_eq!(entry.is_there(), Ok(true), "after {changed}");
        }
    }

    #[test]
    fn what_cannot_be_written_or_read_says_where_and_why() {
        let config = tempfile::tempdir().unwrap();
        fs::write(config.path().join("autostart"), "in the way").unwrap();
        let entry = Entry::new(config.path(), "/opt/culvert");
        for why in [entry.put().unwrap_err(), entry.is_there().unwrap_err()] {
            assert!(why.contains("autostart/culvert.desktop: "), "{why}");
        }
    }

    #[test]
    fn any_path_is_one_word_of_the_line() {
        for (path, line) in [
            ("/opt/culvert", r#""/opt/culvert""#),
            ("/opt/my apps/culvert", r#""/opt/my apps/culvert""#),
            ("/a\"b", r#""/a\\"b""#),
            ("/a$b`c", r#""/a\\$b\\`c""#),
            ("/a\\b", r#""/a\\\\b""#),
            ("/100%/culvert", r#""/100%%/culvert""#),
        ] {
            assert_eq!(quoted(path), line, "{path}");
        }
    }
}
