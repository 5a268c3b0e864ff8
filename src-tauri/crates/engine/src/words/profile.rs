//! What happened to saved profiles.

use crate::{
    Error,
    problem::{Problem, ProblemCode, RemedyAction},
    profile::{ClusterIdentity, ContextRef, Profile, ProfileId},
    store::Finding,
};

/// The profile of a command is not there.
pub(crate) fn unknown_profile(id: &ProfileId) -> Problem {
    Problem::new(
        ProblemCode::UnknownProfile,
        "This forward does not exist any more.",
        format!("No saved forward has the identifier {id}."),
        "Choose another one.",
    )
}

/// The profile asks before it is turned on, and nobody was asked. `is_production`: its context is marked so.
pub(crate) fn confirm_first(profile: &Profile, is_production: bool) -> Problem {
    let cluster = cluster_name(&profile.context);
    let because = if is_production { "which is marked as production" } else { "and is set to ask first" };
    Problem::new(
        ProblemCode::ConfirmFirst,
        format!("The forward {} asks before it connects.", profile.name),
        format!("It leads to the namespace {} in {cluster}, {because}.", profile.namespace),
        "Turn it on in the window, where it asks.",
    )
}

/// What a cluster is called in a sentence.
pub(crate) fn cluster_name(context: &ContextRef) -> &str {
    match context {
        ContextRef::Kubeconfig { name, .. } => name,
        ContextRef::Own { .. } => "a cluster that you added",
        ContextRef::Demo => "the demo cluster",
    }
}

/// The context of a profile leads to another cluster than the person knows of.
pub(crate) fn cluster_changed(profile: &Profile, known: &ClusterIdentity, now: &ClusterIdentity) -> Problem {
    let name = cluster_name(&profile.context);
    let why = if known.server != now.server {
        format!(
            "{name} led to {} when this forward was used last. Now it leads to {}.",
            known.server, now.server
        )
    } else {
        let change = match (&known.authority, &now.authority) {
            (_, None) => "no certificate authority of its own vouches for it any more",
            (None, _) => "a certificate authority of its own vouches for it, which did not before",
            _ => "another certificate authority vouches for it than before",
        };
        format!(
            "{name} still leads to {}, but {change}. It may have been set up anew, or it may be somebody else's.",
            now.server
        )
    };
    Problem::new(
        ProblemCode::ClusterChanged,
        format!("{name} is not the same cluster as before."),
        why,
        "Nothing was sent there. If this is right, connect to it; else correct the kubeconfig or choose another cluster.",
    )
    .with_action(RemedyAction::AcceptCluster)
}

/// Profiles cannot be saved.
pub(crate) fn store_problem(error: &Error) -> Problem {
    unsaved("Your forwards cannot be saved.", error)
}

/// What a person said about clusters cannot be saved.
pub(crate) fn clusters_store_problem(error: &Error) -> Problem {
    unsaved("Your clusters cannot be saved.", error)
}

pub(super) fn unsaved(what: &str, error: &Error) -> Problem {
    match error {
        Error::StoreNewer { path, .. } => Problem::new(
            ProblemCode::ProfileStore,
            what,
            format!("{} was written by a newer version of Culvert and is left as it is.", path.display()),
            "Install the newest version of Culvert.",
        ),
        Error::StoreUnreadable { path, source } => Problem::new(
            ProblemCode::ProfileStore,
            what,
            format!("{} cannot be read and is left as it is: {source}.", path.display()),
            "Make the file readable, then start Culvert again.",
        ),
        Error::StoreUnwritable { path, source } => Problem::new(
            ProblemCode::ProfileStore,
            what,
            format!("{} cannot be written: {source}.", path.display()),
            "Make room on the disk or allow writing there, then try again.",
        ),
        other => Problem::new(ProblemCode::ProfileStore, what, other.to_string(), "Try again."),
    }
}

/// Something was not as it should be when profiles were loaded.
pub(crate) fn finding_problem(finding: &Finding) -> Problem {
    found("your forwards", finding).unwrap_or_else(store_problem)
}

/// Something was not as it should be when it was loaded what a person said about clusters.
pub(crate) fn clusters_finding_problem(finding: &Finding) -> Problem {
    found("your clusters", finding).unwrap_or_else(clusters_store_problem)
}

pub(super) fn found<'a>(of: &str, finding: &'a Finding) -> Result<Problem, &'a Error> {
    Ok(match finding {
        Finding::SetAside { to, reason, backup_used } => Problem::new(
            ProblemCode::ProfileStore,
            format!("The file with {of} is damaged."),
            format!("It was set aside as {} and can be looked at there: {reason}.", to.display()),
            if *backup_used {
                "The last backup is used. Check that your latest changes are there."
            } else {
                "There is no usable backup, so the list starts empty. What can be rescued is in the file that was set aside."
            },
        ),
        Finding::BackupUsed { path } => Problem::new(
            ProblemCode::ProfileStore,
            format!("The file with {of} was missing."),
            format!("{} is not there any more.", path.display()),
            "The last backup is used. Check that your latest changes are there.",
        ),
        Finding::Untouchable(error) => return Err(error),
    })
}

/// Culvert is about to end.
pub(crate) fn ending() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "Culvert is ending.",
        "Nothing can be changed any more.",
        "Start Culvert again.",
    )
}

/// The list of profiles is full.
pub(crate) fn too_many_profiles(most: usize) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "There are too many saved forwards.",
        format!("At most {most} can be saved."),
        "Delete some that are not needed any more.",
    )
}

/// A command names a port that the profile does not have.
pub(crate) fn unknown_port(index: u32) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "This forward has no such port.",
        format!("It has no port with the index {index}."),
        "Look at its ports again; they may have been changed.",
    )
}
