//! What a person may settle for one forward beyond where it leads: each has a default that most never change.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which of the target's pods serve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PodChoice {
    /// The first in kubectl's order, until it leaves.
    #[default]
    Best,
    /// All that are ready, in turns.
    Spread,
    /// This one and no other: where it is gone, callers wait until a pod of its name is back.
    Pinned {
        /// The pod's name.
        name: String,
    },
}

/// What a start of Culvert does with a forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AtStart {
    /// It is on again if it was on, unless it asks first.
    #[default]
    AsItWas,
    /// It is turned on.
    On,
    /// It stays off.
    Off,
}

/// A colour that a person tells forwards apart by; which one exactly is up to the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each says it all")]
pub enum Colour {
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Grey,
}

/// Why a forward is off though nobody turned it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OffReason {
    /// It was on for as long as it was meant to be.
    TimeIsUp {
        /// How long that was.
        minutes: u32,
    },
    /// Culvert was started again, and does not turn it on without asking.
    AsksFirst,
    /// Culvert was started again, and leaves it off as the person wants.
    OffAtStart,
}
