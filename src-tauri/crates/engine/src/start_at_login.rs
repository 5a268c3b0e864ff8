//! Whether the system starts Culvert when the person logs in.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

/// The system's list of what it starts at a login. It is read from the system each time: a person may change it there.
pub trait LoginItem: Send + Sync {
    /// Whether Culvert is on it.
    fn read(&self) -> BoxFuture<'_, Result<bool, String>>;

    /// Puts Culvert on it, or takes it off.
    fn set(&self, on: bool) -> BoxFuture<'_, Result<(), String>>;
}

/// Whether the system starts Culvert when the person logs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StartAtLogin {
    /// This program cannot be started so.
    #[default]
    Unavailable,
    /// It does not.
    Off,
    /// It does.
    On,
    /// The system does not say.
    Unknown {
        /// Why.
        problem: Problem,
    },
}
