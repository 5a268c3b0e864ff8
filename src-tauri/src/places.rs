//! Where the application keeps its files.

use std::path::PathBuf;

use crate::Error;

/// The name of the application's directory in each of the system's places.
const DIRECTORY: &str = "culvert";

/// The directories and files of one person.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The saved profiles.
    pub(crate) profiles: PathBuf,
    /// What the person prefers.
    pub(crate) preferences: PathBuf,
    /// What the person said about clusters; no secrets.
    pub(crate) clusters: PathBuf,
    /// The names of the secrets that are in the keyring; never the secrets.
    pub(crate) secrets: PathBuf,
    /// Window size and place.
    pub(crate) settings: PathBuf,
    /// What is logged.
    pub(crate) logs: PathBuf,
    /// Images handed to the panel for the tray icon.
    pub(crate) tray: PathBuf,
}

impl Places {
    /// By the system's conventions: on Linux `$XDG_CONFIG_HOME/culvert` and `$XDG_STATE_HOME/culvert`.
    pub(crate) fn of_this_person() -> Result<Self, Error> {
        let config = dirs::config_dir().ok_or(Error::NoHome)?.join(DIRECTORY);
        let state = dirs::state_dir().or_else(dirs::data_local_dir).ok_or(Error::NoHome)?.join(DIRECTORY);
        Ok(Self {
            profiles: config.join("profiles.json"),
            preferences: config.join("preferences.json"),
            clusters: config.join("clusters.json"),
            secrets: config.join("secrets.json"),
            settings: config.join("settings.json"),
            logs: state.join("logs"),
            tray: state.join("tray"),
        })
    }
}
