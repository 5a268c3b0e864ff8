//! Everything that window, tray and command line can ask of the engine.

use cluster::{ContextCatalog, TargetSummary};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    problem::Problem,
    profile::{ContextRef, ProfileDraft, ProfileId},
    timeline::TimelineEntry,
    view::Snapshot,
};

/// One request to the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// The state of everything; answers [`Reply::Snapshot`].
    Snapshot,
    /// Reads the kubeconfig files again; answers [`Reply::Contexts`].
    ReloadContexts,
    /// Starts the demo cluster if it does not run; answers [`Reply::Done`].
    StartDemo,
    /// Lists namespaces; answers [`Reply::Namespaces`].
    ListNamespaces {
        /// The cluster to ask.
        context: ContextRef,
    },
    /// Lists services, workloads and pods; answers [`Reply::Targets`].
    ListTargets {
        /// The cluster to ask.
        context: ContextRef,
        /// The namespace to look in.
        namespace: String,
    },
    /// Checks port mappings while they are typed; answers [`Reply::PortCheck`].
    CheckPorts {
        /// In the grammar of [`PortMapping`](crate::PortMapping).
        ports: Vec<String>,
    },
    /// Saves a new profile and, if asked, turns it on, also one that asks first: whoever makes it knows where it leads.
    /// Answers [`Reply::Created`].
    Create {
        /// What to save.
        draft: ProfileDraft,
        /// Whether to connect at once.
        connect: bool,
    },
    /// Changes a profile; one that is on starts anew if the change is more than how it is listed and when it is turned on
    /// and off. Answers [`Reply::Done`].
    Update {
        /// Which.
        id: ProfileId,
        /// Its new content.
        draft: ProfileDraft,
    },
    /// What happened to a forward; answers [`Reply::Timeline`].
    Timeline {
        /// Which.
        id: ProfileId,
    },
    /// Turns a forward on, or retries at once when it waits; answers [`Reply::Done`].
    Connect {
        /// Which.
        id: ProfileId,
        /// Whether the person was asked, for a profile that asks first; without, it is refused with
        /// [`ProblemCode::ConfirmFirst`](crate::ProblemCode::ConfirmFirst), unless it is on already.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        confirmed: bool,
    },
    /// Lets a forward that is on for a time stay on for all of that time again, from now on; nothing where it is not.
    /// Answers [`Reply::Done`].
    KeepOn {
        /// Which.
        id: ProfileId,
    },
    /// Turns a forward off and closes its ports; answers [`Reply::Done`].
    Disconnect {
        /// Which.
        id: ProfileId,
    },
    /// Lets the system choose the local port of one mapping and connects; answers [`Reply::Done`]. Refused where it is off
    /// and asks first.
    UseFreePort {
        /// Which.
        id: ProfileId,
        /// Index of the port in the profile.
        port: u32,
    },
    /// Removes a profile; answers [`Reply::Done`]. [`Command::Restore`] brings it back.
    Delete {
        /// Which.
        id: ProfileId,
    },
    /// Undoes a [`Command::Delete`] of this run of the application: what was on is on again, without asking first. Answers
    /// [`Reply::Done`].
    Restore {
        /// Which.
        id: ProfileId,
    },
}

/// The answer to a [`Command`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reply {
    /// Done; events tell what changed.
    Done,
    /// The state of everything.
    Snapshot {
        /// It.
        snapshot: Snapshot,
    },
    /// The contexts there are now.
    Contexts {
        /// They.
        catalog: ContextCatalog,
    },
    /// Namespaces by name.
    Namespaces {
        /// Sorted.
        names: Vec<String>,
        /// The one the context prefers.
        preferred: String,
        /// Why the list is empty or partial: listing is forbidden, for example. A name can still be typed.
        notice: Option<Problem>,
    },
    /// What can be forwarded to.
    Targets {
        /// Services first, then deployments, stateful sets, daemon sets, replica sets, jobs and pods, each by name.
        targets: Vec<TargetSummary>,
        /// Kinds that could not be listed, each with the reason.
        notices: Vec<Problem>,
    },
    /// One entry for each mapping: what is wrong with it, if anything.
    PortCheck {
        /// In the order asked.
        errors: Vec<Option<String>>,
    },
    /// What happened to a forward since Culvert was started, as far back as it is kept;
    /// [`Event::Happened`](crate::Event::Happened) tells what follows.
    Timeline {
        /// The latest last.
        entries: Vec<TimelineEntry>,
    },
    /// The profile that was made.
    Created {
        /// Its identifier.
        id: ProfileId,
    },
}
