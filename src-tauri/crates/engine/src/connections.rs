//! The open connections of a forward, as they are shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The open connections of one forward, as far as they are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Connections {
    /// The latest first. Where there are too many to list, these are the latest and the oldest ones.
    pub listed: Vec<ConnectionView>,
    /// How many are neither among the latest nor among the oldest.
    pub left_off: u32,
}

/// A program's connection to a local port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// No other connection of this run of the application has it; later ones have higher numbers.
    #[ts(type = "number")]
    pub number: u64,
    /// The program's address and port, for example `127.0.0.1:51234`.
    pub from: String,
    /// Index of the port in the profile.
    pub port: u32,
    /// Whether it is carried.
    pub state: ConnectionState,
    /// When the program connected, in milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub opened_at_ms: u64,
    /// From the pod to the program, in bytes.
    #[ts(type = "number")]
    pub bytes_in: u64,
    /// From the program to the pod, in bytes.
    #[ts(type = "number")]
    pub bytes_out: u64,
}

/// What becomes of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ConnectionState {
    /// It is held until there is a tunnel.
    Waiting,
    /// It is carried to this pod.
    Open {
        /// Its name.
        pod: String,
    },
}
