//! A desktop for one test: a screen, a session bus and a home directory of its own.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use support::{
    browser,
    requirement::{find_program, require, skip},
};
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::Program;

/// Larger than the window, so that its place on it is seen.
const SCREEN: &str = "1280x900x24";

/// The version that goes with the version of tauri.
const INSTALL_TAURI_DRIVER: &str =
    "no tauri-driver: cargo install tauri-driver --version 2.1.0 --locked --root target/tools";

/// Programs of this desktop that go before those of the machine, in its home.
const PROGRAMS: &str = "bin";

/// Where its browser notes what it was asked to open, in its home.
const OPENED: &str = "opened";

/// Which build of the application is used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Build {
    /// What `cargo build` makes.
    Debug,
    /// What people get; `npm run build` makes it.
    Release,
}

/// A screen, a session bus and a home directory.
pub(crate) struct Desktop {
    home: TempDir,
    display: String,
    bus: String,
    theme: &'static str,
    tauri_driver: PathBuf,
    application: PathBuf,
    _screen: Program,
    _bus: Program,
}

impl Desktop {
    /// A new one with nothing in its home; `None` (and a message) when something it needs is not installed.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with("Adwaita", Build::Debug).await
    }

    /// A new one for this build of the application.
    pub(crate) async fn start_build(build: Build) -> Option<Self> {
        Self::start_with("Adwaita", build).await
    }

    /// A new one with a GTK theme, for example `Adwaita:dark`.
    pub(crate) async fn start_with_theme(theme: &'static str) -> Option<Self> {
        Self::start_with(theme, Build::Debug).await
    }

    async fn start_with(theme: &'static str, build: Build) -> Option<Self> {
        for program in ["Xvfb", "dbus-daemon", "WebKitWebDriver"] {
            if !require(program) {
                return None;
            }
        }
        let Some(tauri_driver) = tauri_driver() else {
            skip(INSTALL_TAURI_DRIVER);
            return None;
        };
        let (directory, how) = match build {
            Build::Debug => ("debug", "npm run build:ui, then cargo build --workspace"),
            Build::Release => ("release", "npm run build"),
        };
        let application = target_directory().join(directory).join("culvert-desktop");
        assert!(application.exists(), "{} is not built: {how}", application.display());
        let home = tempfile::tempdir().expect("a temporary directory");
        let runtime = home.path().join("run");
        fs::create_dir(&runtime).expect("it is new");
        fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .expect("it is ours");
        put_a_browser(home.path());
        // Without -noreset it begins anew whenever its last client leaves, and ends whoever is just connecting.
        let (screen, number) = Program::start_and_read_line(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"])
                .stderr(Stdio::null()),
        )
        .await;
        let (bus_program, bus) = Program::start_and_read_line(
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
                .stderr(Stdio::null()),
        )
        .await;
        Some(Self {
            home,
            display: format!(":{number}"),
            bus,
            theme,
            tauri_driver,
            application,
            _screen: screen,
            _bus: bus_program,
        })
    }

    /// The person's home directory; everything the application writes is in it.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// What the browser of this desktop was last asked to open.
    pub(crate) fn opened_in_browser(&self) -> Option<String> {
        let line = fs::read_to_string(self.home().join(OPENED)).ok()?;
        line.strip_suffix('\n').map(str::to_owned)
    }

    /// Has a person at the browser who signs in at each page that is opened in it. What they see last is
    /// [`opened_in_browser`](Self::opened_in_browser) then.
    pub(crate) fn sign_in_at_pages(&self, user: &str, password: &str) {
        let arguments = browser::arguments(user, password).join("' '");
        let script = format!(
            "#!/bin/sh\n{} '{arguments}' \"$1\" > \"$HOME/{OPENED}.new\"\nmv \"$HOME/{OPENED}.new\" \"$HOME/{OPENED}\"\n",
            browser::PROGRAM
        );
        replace_the_browser(self.home(), &script);
    }

    /// The name of the screen, as in `DISPLAY`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// The address of the session bus.
    pub(crate) fn bus(&self) -> &str {
        &self.bus
    }

    /// The application's file.
    pub(crate) fn application(&self) -> &Path {
        &self.application
    }

    /// A command that starts a WebDriver.
    pub(crate) fn driver_command(&self) -> Command {
        self.command(&self.tauri_driver)
    }

    /// A command that starts the application without a WebDriver.
    pub(crate) fn application_command(&self) -> Command {
        self.command(&self.application)
    }

    /// A command with this desktop around it, and nothing of the one on which the test runs.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", self.path())
            .env("LANG", "C.UTF-8")
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("GTK_THEME", self.theme)
            // There is no one to read the screen aloud; without this, each start waits for a bus of its own.
            .env("NO_AT_BRIDGE", "1");
        command
    }

    /// Its own programs, then those of the machine.
    fn path(&self) -> OsString {
        let machine = env::var_os("PATH").unwrap_or_default();
        let own = self.home().join(PROGRAMS);
        env::join_paths([own].into_iter().chain(env::split_paths(&machine))).expect("they were split")
    }
}

/// Puts a program in the place of the one that opens addresses.
fn replace_the_browser(home: &Path, script: &str) {
    let file = home.join(PROGRAMS).join("xdg-open");
    fs::write(&file, script).expect("it is ours");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it is ours");
}

/// Puts the program that opens addresses on Linux desktops into the home: one that notes what it was asked to open.
fn put_a_browser(home: &Path) {
    let programs = home.join(PROGRAMS);
    fs::create_dir(&programs).expect("it is new");
    replace_the_browser(home, &format!("#!/bin/sh\nprintf '%s\\n' \"$1\" > \"$HOME/{OPENED}\"\n"));
}

/// Where cargo builds, and where pictures go.
pub(crate) fn target_directory() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => directory.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    }
}

fn tauri_driver() -> Option<PathBuf> {
    let installed = target_directory().join("tools/bin/tauri-driver");
    if installed.exists() { Some(installed) } else { find_program("tauri-driver") }
}
