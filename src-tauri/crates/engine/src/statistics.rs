//! What a forward has done since it was turned on, in numbers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Numbers of one forward since it was turned on, beside its byte counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// When it was turned on in this run of the application, in milliseconds since 1970-01-01 UTC; absent where it was not.
    #[ts(type = "number | null")]
    pub on_since_ms: Option<u64>,
    /// Connections that programs on this computer have made.
    #[ts(type = "number")]
    pub connections: u64,
    /// Those of them that failed.
    #[ts(type = "number")]
    pub failed: u64,
    /// The most that came from the pod in one second, in bytes.
    #[ts(type = "number")]
    pub peak_in: u64,
    /// The most that went to the pod in one second, in bytes.
    #[ts(type = "number")]
    pub peak_out: u64,
    /// How long it took to open the latest connection to the pod's node, in milliseconds.
    pub dial_ms: Option<u32>,
    /// How long the node takes to answer, in microseconds, as far as a transport can tell.
    pub round_trip_us: Option<u32>,
}
