//! What the engine tells everybody who listens: window, tray, command line.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    browsing::Browsed,
    cluster_view::{ClusterView, KeyringState},
    ladder::LadderStep,
    preferences::Preferences,
    problem::Problem,
    profile::ProfileId,
    start_at_login::StartAtLogin,
    statistics::Statistics,
    timeline::TimelineEntry,
    view::{DemoState, ForwardView, Snapshot},
};

/// An event with its place in the order of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NumberedEvent {
    /// Counts up from 1 without gaps, but for [`Event::Traffic`] where a listener does not want it; [`Snapshot::number`](crate::Snapshot::number) says what a snapshot includes.
    #[ts(type = "number")]
    pub number: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What.
    pub event: Event,
}

/// Something changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "most events are the large one")]
pub enum Event {
    /// A forward is new or changed in any way but its traffic counters.
    ForwardChanged {
        /// The whole of it.
        forward: ForwardView,
    },
    /// A profile was deleted.
    ForwardRemoved {
        /// Which.
        id: ProfileId,
    },
    /// Byte counters moved, or other numbers changed; at most 4 a second for each forward.
    Traffic {
        /// Which.
        id: ProfileId,
        /// From the pod to this computer, in bytes, since the forward was turned on.
        #[ts(type = "number")]
        bytes_in: u64,
        /// From this computer to the pod, in bytes, since the forward was turned on.
        #[ts(type = "number")]
        bytes_out: u64,
        /// The other numbers.
        #[serde(default)]
        #[ts(as = "Option<Statistics>", optional)]
        statistics: Statistics,
    },
    /// The forward's timeline has another entry, or one has a higher count.
    Happened {
        /// Which forward.
        id: ProfileId,
        /// The entry.
        entry: TimelineEntry,
    },
    /// A program connected to a local port.
    ConnectionAccepted {
        /// Which forward.
        id: ProfileId,
        /// The local port.
        local: u16,
    },
    /// One connection failed; the forward itself goes on.
    ConnectionFailed {
        /// Which forward.
        id: ProfileId,
        /// The local port.
        local: u16,
        /// The port in the pod, as far as it is known.
        remote: String,
        /// Why.
        problem: Problem,
    },
    /// The kubeconfig files were read again.
    ContextsChanged {
        /// What there is now.
        catalog: cluster::ContextCatalog,
    },
    /// The clusters that can be chosen, or how it stands with one of them.
    ClustersChanged {
        /// All of them, in the order in which they are offered.
        clusters: Vec<ClusterView>,
    },
    /// Whether secrets can be kept in the keyring, and how many Culvert keeps, has changed.
    KeyringChanged {
        /// Whether they can.
        keyring: KeyringState,
        /// Secrets that Culvert keeps, in the keyring and for this session.
        secrets: u32,
    },
    /// A step of a [`Command::Diagnose`](crate::Command::Diagnose) has begun or ended.
    LadderStep {
        /// As in the command.
        run: u32,
        /// Which step, counted from 0. The first event of a run is step 0.
        index: u32,
        /// It.
        step: LadderStep,
    },
    /// More about what somebody looks at by [`Command::Look`](crate::Command::Look).
    Browsed {
        /// As in the command.
        look: u32,
        /// It.
        browsed: Browsed,
    },
    /// The look could not be begun, or has ended: whoever still wants it begins it again.
    LookEnded {
        /// As in the command.
        look: u32,
        /// Why.
        problem: Problem,
    },
    /// There is something (else) that the person should know about the saved profiles, or not any more.
    NoticeChanged {
        /// As in [`Snapshot::notice`](crate::Snapshot::notice) from now on.
        notice: Option<Problem>,
    },
    /// The person prefers something else.
    PreferencesChanged {
        /// All of it as it is now.
        preferences: Preferences,
    },
    /// The system starts Culvert when the person logs in, or not any more.
    StartAtLoginChanged {
        /// How it is now.
        start_at_login: StartAtLogin,
    },
    /// The demo cluster started or stopped.
    DemoChanged {
        /// Its state now.
        demo: DemoState,
    },
}

/// What a listener receives: first a snapshot, then events; a listener that falls behind gets a new snapshot instead of
/// the events that it missed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(clippy::large_enum_variant, reason = "most updates are the large one")]
pub enum Update {
    /// Replaces all that was known.
    Snapshot {
        /// The state of everything.
        snapshot: Snapshot,
    },
    /// The next thing that happened.
    Event {
        /// It.
        event: NumberedEvent,
    },
}
