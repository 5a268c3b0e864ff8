//! What the program says about itself and what it runs on. Names no person and holds no secret.

#[cfg(target_os = "linux")]
use std::fs;
use std::{env, path::Path};

use serde::Serialize;

/// Facts for the window to show, and for reports.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct About {
    version: String,
    /// What the window is made with and shown by.
    parts: Vec<Part>,
    /// The operating system.
    system: String,
    /// The desktop environment; empty where there is none to name.
    desktop: String,
    /// The directory of the log files.
    logs: String,
}

/// Something of its own version.
#[derive(Clone, Debug, Serialize)]
struct Part {
    name: &'static str,
    version: String,
}

impl About {
    /// Of Culvert in this version. Asks the system, so it does not belong on the async threads.
    pub(crate) fn of(version: String, logs: &Path) -> Self {
        let mut parts = vec![Part { name: "Tauri", version: tauri::VERSION.to_owned() }];
        if let Ok(version) = tauri::webview_version() {
            parts.push(Part { name: WEB_VIEW, version });
        }
        let variable = |name| env::var(name).unwrap_or_default();
        Self {
            version,
            parts,
            system: format!("{}, {}", system(), env::consts::ARCH),
            desktop: joined([variable("XDG_CURRENT_DESKTOP"), variable("XDG_SESSION_TYPE")]),
            logs: logs.display().to_string(),
        }
    }
}

#[cfg(target_os = "linux")]
const WEB_VIEW: &str = "WebKitGTK";
#[cfg(target_os = "macos")]
const WEB_VIEW: &str = "WebKit";
#[cfg(target_os = "windows")]
const WEB_VIEW: &str = "WebView2";

/// As the system calls itself. Read from the file where it says so (`os-release(5)`), not from `lsb_release`: the window asks
/// when it starts, and that runs a dozen programs.
#[cfg(target_os = "linux")]
fn system() -> String {
    let said =
        ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|file| fs::read_to_string(file).ok());
    said.as_deref().and_then(pretty_name).unwrap_or("Linux").to_owned()
}

#[cfg(target_os = "linux")]
fn pretty_name(os_release: &str) -> Option<&str> {
    let name = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim().trim_matches(['"', '\''])).filter(|name| !name.is_empty())
}

#[cfg(not(target_os = "linux"))]
fn system() -> String {
    let system = os_info::get();
    format!("{} {}", system.os_type(), system.version())
}

fn joined(words: [String; 2]) -> String {
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_is_called_as_it_calls_itself() {
        let debian = "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        assert_eq!(pretty_name(debian), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(pretty_name("PRETTY_NAME=Alpine\n"), Some("Alpine"));
        assert_eq!(pretty_name("ID=debian\n"), None);
        assert_eq!(pretty_name("PRETTY_NAME=\"\"\n"), None);
    }

    #[test]
    fn every_fact_is_told() {
        let about = serde_json::to_value(About::of("1.2.3".to_owned(), Path::new("/state/logs"))).unwrap();
        assert_eq!(about["version"], "1.2.3");
        assert_eq!(about["logs"], "/state/logs");
        assert_eq!(about["parts"][0]["name"], "Tauri");
        assert!(about["system"].as_str().unwrap().ends_with(env::consts::ARCH), "{about}");
        assert_eq!(joined([String::new(), "wayland".to_owned()]), "wayland");
    }
}
