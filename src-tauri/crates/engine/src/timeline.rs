//! What happened to a forward, as it is told.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

/// One thing that happened to a forward, or the same thing several times on end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// Counts up from 1 for each forward. An entry that comes again under its number takes the place of the one before.
    #[ts(type = "number")]
    pub number: u64,
    /// When it happened, for the last time if it did so more than once; in milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// When it happened first.
    #[ts(type = "number")]
    pub first_ms: u64,
    /// How often it happened, without anything else between.
    pub count: u32,
    /// Stable; for programs, icons and translations.
    pub code: TimelineCode,
    /// One short sentence.
    pub what: Text,
    /// Why, or which pod; empty where there is no more to say.
    pub detail: Text,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TimelineCode {
    /// It is wanted on.
    TurnedOn,
    /// It is not wanted any more.
    TurnedOff,
    /// The person changed what was saved.
    ProfileChanged,
    /// Local ports were opened.
    Listening,
    /// Another program may be reached instead of it.
    Shadowed,
    /// It is asked which pod serves.
    FindingPod,
    /// There is a tunnel.
    TunnelOpened,
    /// Another pod serves now.
    PodChanged,
    /// The tunnel broke, or its pod went away.
    TunnelLost,
    /// A try failed, and the next one has a time.
    Waiting,
    /// There is a tunnel again.
    Back,
    /// The tunnel was closed since nobody used it.
    Released,
    /// Nothing will change until the person acts.
    NeedsAttention,
    /// One connection failed; the forward itself goes on.
    ConnectionFailed,
}
