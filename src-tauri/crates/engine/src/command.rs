//! Everything that window, tray and command line can ask of the engine.

use cluster::{ContextCatalog, SecretText, TargetSummary};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::{
    book::{ClusterDraft, ContextMark, Trust},
    import::{ImportChoice, ImportClusterChoice, ImportPreview},
    ladder::{Ladder, Subject},
    preferences::Preferences,
    problem::Problem,
    profile::{ContextRef, ProfileDraft, ProfileId},
    sign_in::{KeepSecret, Pasted, ServerReport, SignIn},
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
    /// Looks at one more kubeconfig file from now on; answers [`Reply::Contexts`].
    AddKubeconfigFile {
        /// Its path, absolute.
        path: String,
    },
    /// Looks no more at a file that was added; answers [`Reply::Contexts`].
    RemoveKubeconfigFile {
        /// Its path.
        path: String,
    },
    /// Tells what a pasted `oc login` line or kubeconfig says, without secrets; answers [`Reply::Pasted`].
    ReadPasted {
        /// What was pasted.
        text: SecretText,
    },
    /// Asks a server for its certificate and its ways of signing in, without credentials; answers [`Reply::Server`].
    ProbeServer {
        /// Its URL.
        server: String,
        /// Whose word counts for its certificate.
        trust: Trust,
        /// The context of a kubeconfig that it is the server of; then what that says counts, and not the two above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        context: Option<ContextRef>,
    },
    /// Signs in to a cluster and, if that works, saves it; answers [`Reply::ClusterAdded`].
    AddCluster {
        /// The cluster.
        draft: ClusterDraft,
        /// How to sign in. For a pasted kubeconfig its own authority counts.
        sign_in: SignIn,
        /// Where its secret is kept.
        #[serde(default)]
        #[ts(as = "Option<KeepSecret>", optional)]
        keep: KeepSecret,
    },
    /// Changes a cluster that the person added; answers [`Reply::Done`].
    UpdateCluster {
        /// Which.
        id: String,
        /// Its new description.
        draft: ClusterDraft,
    },
    /// Removes a cluster that the person added and forgets its secret; answers [`Reply::Done`], or
    /// [`ProblemCode::Keyring`](crate::ProblemCode::Keyring) where it is removed and its secret is still in the keyring. Its
    /// forwards stay and need attention.
    RemoveCluster {
        /// Which.
        id: String,
    },
    /// Undoes a [`Command::RemoveCluster`] of this run of the application, its sign-in too; answers [`Reply::Done`].
    RestoreCluster {
        /// Which.
        id: String,
    },
    /// Signs in (again) to a cluster: listeners stay and callers are held meanwhile. Answers [`Reply::Done`] when it has
    /// worked; with [`SignIn::Browser`] that is when the person has finished there.
    SignIn {
        /// Which cluster.
        context: ContextRef,
        /// With what.
        sign_in: SignIn,
        /// Where the secret is kept.
        #[serde(default)]
        #[ts(as = "Option<KeepSecret>", optional)]
        keep: KeepSecret,
    },
    /// Ends a sign-in that is under way; the command that waits for it fails. Answers [`Reply::Done`].
    CancelSignIn {
        /// Which cluster; none: that of [`Command::AddCluster`].
        #[serde(default)]
        #[ts(as = "Option<ContextRef>", optional)]
        context: Option<ContextRef>,
    },
    /// Forgets the secret that Culvert keeps for a cluster; answers [`Reply::Done`].
    SignOut {
        /// Which.
        context: ContextRef,
    },
    /// Forgets all secrets that Culvert keeps, in the keyring and in memory; answers [`Reply::Done`].
    ForgetSecrets,
    /// Tries the keyring again, and moves to it what was kept for the session; answers [`Reply::Done`].
    RetryKeyring,
    /// Marks a context; answers [`Reply::Done`].
    MarkContext {
        /// Which.
        context: ContextRef,
        /// How; the default takes the mark away.
        mark: ContextMark,
    },
    /// The person agrees that a forward's context leads to another cluster than before: turns it on. Answers
    /// [`Reply::Done`].
    AcceptCluster {
        /// Which forward.
        id: ProfileId,
    },
    /// Finds out why something does not work; answers [`Reply::Ladder`] at the end, and tells each step by
    /// [`Event::LadderStep`](crate::Event::LadderStep).
    Diagnose {
        /// What.
        subject: Subject,
        /// Comes back with the events; chosen by whoever asks.
        run: u32,
    },
    /// Begins to look at namespaces or at what is in one; answers [`Reply::Done`] at once, and
    /// [`Event::Browsed`](crate::Event::Browsed) tells what there is and what changes, until
    /// [`Command::StopLooking`]. A look that is begun again starts from nothing.
    Look {
        /// Comes back with the events; chosen by whoever looks.
        look: u32,
        /// The cluster to look at.
        context: ContextRef,
        /// The namespace to look in; none: the namespaces.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        namespace: Option<String>,
    },
    /// Ends a look; answers [`Reply::Done`].
    StopLooking {
        /// Which.
        look: u32,
    },
    /// The person prefers something else from now on; takes effect at once, and on forwards that are on too, whose ports
    /// stay. Answers [`Reply::Done`].
    SetPreferences {
        /// All of it.
        preferences: Preferences,
    },
    /// Asks the system again whether it starts Culvert when the person logs in; answers [`Reply::Done`], and an event
    /// tells.
    ReadStartAtLogin,
    /// Has the system start Culvert when the person logs in, or not any more; answers [`Reply::Done`].
    SetStartAtLogin {
        /// Whether it does.
        on: bool,
    },
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
    /// Begins to look at the open connections of a forward; answers [`Reply::Done`], and
    /// [`Event::Connections`](crate::Event::Connections) tells them at once and whenever they have changed, until
    /// [`Command::StopWatchingConnections`] or until nobody listens to traffic any more.
    WatchConnections {
        /// Which forward.
        id: ProfileId,
    },
    /// Looks no more at the connections of a forward; answers [`Reply::Done`].
    StopWatchingConnections {
        /// Which forward.
        id: ProfileId,
    },
    /// Ends one connection: its program sees a reset, for nobody knows whether all was said. Others and the tunnel go on.
    /// Answers [`Reply::Done`] when it has ended, also where it had ended before.
    CloseConnection {
        /// Which forward.
        id: ProfileId,
        /// Its [`ConnectionView::number`](crate::ConnectionView::number).
        #[ts(type = "number")]
        connection: u64,
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
    /// Puts the profiles into the person's own order; those that are not named come after them, as they were. Answers
    /// [`Reply::Done`].
    Reorder {
        /// The first first.
        ids: Vec<ProfileId>,
    },
    /// Keeps a profile within reach, or no longer; answers [`Reply::Done`].
    SetFavourite {
        /// Which.
        id: ProfileId,
        /// Whether it is one now.
        favourite: bool,
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
    /// Writes profiles, and what they name of clusters but no sign-in, to a JSON file; answers [`Reply::Exported`].
    ExportProfiles {
        /// Which; none: all. Identifiers that are gone count for nothing.
        #[serde(default)]
        #[ts(as = "Option<Vec<ProfileId>>", optional)]
        ids: Option<Vec<ProfileId>>,
        /// The file. From the beginning, or from `~/`.
        path: String,
        /// Whether a file that is there is replaced; without, it is refused with
        /// [`ProblemCode::FileExists`](crate::ProblemCode::FileExists).
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        replace: bool,
    },
    /// Reads a file that Culvert, kftray or kube-forwarder has exported, and compares it with what there is; answers
    /// [`Reply::ImportPreview`].
    ReadImport {
        /// The file. From the beginning, or from `~/`.
        path: String,
        /// What the person chose for clusters that are not here.
        #[serde(default)]
        #[ts(as = "Option<Vec<ImportClusterChoice>>", optional)]
        clusters: Vec<ImportClusterChoice>,
    },
    /// Takes over forwards of the file that was read last: all that are chosen, or none where one cannot be saved. None is
    /// turned on; one that is on and is replaced goes on as the new one says. Answers [`Reply::Imported`].
    Import {
        /// Which file, as its preview says.
        import: u32,
        /// The forwards that are taken over.
        choices: Vec<ImportChoice>,
    },
    /// Takes back one of the latest imports of this run of the application; answers [`Reply::Done`].
    UndoImport {
        /// Which.
        import: u32,
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
    /// What a pasted text says.
    Pasted {
        /// It.
        pasted: Pasted,
    },
    /// What was found at a server.
    Server {
        /// It.
        report: ServerReport,
    },
    /// The cluster that was added.
    ClusterAdded {
        /// What profiles name it by.
        context: ContextRef,
    },
    /// The whole diagnosis.
    Ladder {
        /// It.
        ladder: Ladder,
    },
    /// One entry for each mapping: what is wrong with it, if anything.
    PortCheck {
        /// In the order asked.
        errors: Vec<Option<Text>>,
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
    /// A file was written.
    Exported {
        /// Profiles in it.
        count: u32,
        /// Where it is.
        path: String,
    },
    /// What a file holds.
    ImportPreview {
        /// It.
        preview: ImportPreview,
    },
    /// Forwards were taken over.
    Imported {
        /// Of which file, for [`Command::UndoImport`].
        import: u32,
        /// How many.
        count: u32,
    },
}
