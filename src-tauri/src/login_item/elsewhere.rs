//! The list of macOS (launch agents) and of Windows (the person's own part of the registry).

use auto_launch::{AutoLaunch, AutoLaunchBuilder, MacOSLaunchMode, WindowsEnableMode};

use super::{HIDDEN, program};

/// Culvert's place on the list.
pub(super) struct Entry(AutoLaunch);

impl Entry {
    pub(super) fn of_this_program() -> Result<Self, String> {
        let program = program()?;
        let path = program.to_str().ok_or("the path of this program is not text")?;
        let mut builder = AutoLaunchBuilder::new();
        builder
            .set_app_name("Culvert")
            .set_app_path(path)
            .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .set_args(&[HIDDEN]);
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    pub(super) fn is_there(&self) -> Result<bool, String> {
        self.0.is_enabled().map_err(|error| error.to_string())
    }

    pub(super) fn put(&self) -> Result<(), String> {
        self.0.enable().map_err(|error| error.to_string())
    }

    pub(super) fn remove(&self) -> Result<(), String> {
        self.0.disable().map_err(|error| error.to_string())
    }
}
