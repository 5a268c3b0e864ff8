//! The answer to "why?": from the configuration to the port in the pod, rung by rung, each looked at anew.
//!
//! Nothing here touches a forward: there is no listener, no saved change, and every connection is made for the diagnosis
//! alone. What it is made of: [`climb`] (one rung after the other, and what is told of them), [`network`] (as nobody),
//! [`rights`] (as the person), [`target`] (what serves), [`text`] (all of it to be copied).

mod climb;
mod network;
mod rights;
mod target;
mod text;

use std::time::Duration;

use futures::FutureExt as _;
use wording::Text;

use self::climb::Climb;
use crate::{
    forward::Shared,
    ladder::{Ladder, Outcome, Rung, Subject},
    problem::Problem,
    profile::{ContextRef, Profile},
    words,
};

/// The rungs of a cluster, in order.
const OF_CLUSTER: [Rung; 7] = [
    Rung::Configuration,
    Rung::Name,
    Rung::Connection,
    Rung::Proxy,
    Rung::Certificate,
    Rung::SignIn,
    Rung::Permission,
];

/// The rungs above them of a forward, in order.
const OF_TARGET: [Rung; 4] = [Rung::Target, Rung::Pod, Rung::DeclaredPort, Rung::ListeningPort];

/// What one rung may take. Each is what a person waits for it elsewhere, and then gives up.
pub(super) mod limits {
    use super::Duration;

    /// Files are read; those of a network drive take their time.
    pub(crate) const CONFIGURATION: Duration = Duration::from_secs(20);
    /// The system's resolver asks several servers in turn, each for 5 s.
    pub(crate) const NAME: Duration = Duration::from_secs(15);
    /// As for any connection to a cluster.
    pub(crate) const CONNECTION: Duration = Duration::from_secs(10);
    /// Reaching a proxy, and having it connect.
    pub(crate) const PROXY: Duration = Duration::from_secs(20);
    /// The same, and TLS.
    pub(crate) const CERTIFICATE: Duration = Duration::from_secs(30);
    /// A login helper may have a person sign in with a browser; its own limit is 300 s.
    pub(crate) const SIGN_IN: Duration = Duration::from_secs(310);
    /// Questions that are asked at the same time, and answered within 30 s or not at all.
    pub(crate) const PERMISSION: Duration = Duration::from_secs(35);
    /// Two requests in a row, each of 30 s at most.
    pub(crate) const TARGET: Duration = Duration::from_secs(65);
    /// What is known already is looked at.
    pub(crate) const POD: Duration = Duration::from_secs(5);
    /// Every way to the pod may be tried in vain, each for 30 s.
    pub(crate) const LISTENING: Duration = Duration::from_secs(120);
}

/// Looks into it. Dropping the future ends all of it.
///
/// # Errors
/// Where there is nothing of the kind to look into.
pub(crate) async fn diagnose(shared: &Shared, subject: Subject, run: u32) -> Result<Ladder, Problem> {
    let (context, profile) = match subject {
        Subject::Cluster { context } => (context, None),
        Subject::Forward { id } => {
            let profile = shared.profiles.get(&id).ok_or_else(|| words::unknown_profile(&id))?;
            (profile.context.clone(), Some(profile))
        }
    };
    let rungs: Vec<Rung> = match profile {
        None => OF_CLUSTER.to_vec(),
        Some(_) => OF_CLUSTER.into_iter().chain(OF_TARGET).collect(),
    };
    let mut climb = Climb::new(&shared.journal, run, rungs);
    // Whether it got to the top or not is in the steps.
    let _ = all_rungs(&mut climb, shared, &context, profile.as_ref()).boxed().await;
    let title = match &profile {
        Some(profile) => Text::verbatim(&profile.name),
        None => words::ladder::cluster_title(&context, &shared.book.name_of(&context)),
    };
    let ladder = climb.finish(title);
    tell_list(shared, &context, &ladder);
    Ok(ladder)
}

/// What was found is true now, so it counts for what is shown of the cluster too.
fn tell_list(shared: &Shared, context: &ContextRef, ladder: &Ladder) {
    for step in &ladder.steps {
        match &step.outcome {
            Outcome::Passed | Outcome::Warned { .. } if step.rung == Rung::SignIn => {
                shared.clusters.reached(context);
            }
            // Above the sign-in it is the target that fails and not the cluster.
            Outcome::Failed { problem } if OF_CLUSTER.contains(&step.rung) => {
                shared.clusters.failed(context, problem.clone());
            }
            _ => {}
        }
    }
}

/// `None` as soon as a rung has failed.
async fn all_rungs(
    climb: &mut Climb<'_>,
    shared: &Shared,
    context: &ContextRef,
    profile: Option<&Profile>,
) -> Option<()> {
    network::climb(climb, shared, context, profile).await?;
    let (cluster, version) = rights::sign_in(climb, shared, context, profile).await?;
    rights::permissions(climb, &cluster, version, profile).await?;
    target::climb(climb, &cluster, profile?).await
}
