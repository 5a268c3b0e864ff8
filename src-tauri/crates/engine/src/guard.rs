//! Keeps a forward from going to another cluster than the person means.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use cluster::Cluster;
use wording::Text;

use crate::{
    problem::Problem,
    profile::{ClusterIdentity, Profile, ProfileId},
    words,
};

/// The clusters that persons were asked about and have not agreed to yet: what they agree to is what they were shown, and
/// not what a file has come to say meanwhile. At most one for each profile.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    asked: Mutex<BTreeMap<ProfileId, ClusterIdentity>>,
}

impl Guard {
    /// Whether `now` is the cluster that is known; `name` is what it is called.
    ///
    /// # Errors
    /// The question to the person.
    pub(crate) fn check(
        &self,
        profile: &Profile,
        name: &Text,
        known: &ClusterIdentity,
        now: &ClusterIdentity,
    ) -> Result<(), Problem> {
        if known == now {
            self.lock().remove(&profile.id);
            return Ok(());
        }
        self.lock().insert(profile.id.clone(), now.clone());
        Err(words::cluster_changed(name, known, now))
    }

    /// The cluster that the person was asked about and agrees to.
    pub(crate) fn accepted(&self, id: &ProfileId) -> Option<ClusterIdentity> {
        self.lock().remove(id)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ProfileId, ClusterIdentity>> {
        // Nothing under the lock can leave it half done.
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What this cluster is known by.
pub(crate) fn identity_of(cluster: &Cluster) -> ClusterIdentity {
    let cluster::Identity { server, authority } = cluster.identity();
    ClusterIdentity { server, authority }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{problem::ProblemCode, profile::tests::profile};

    fn identity(server: &str) -> ClusterIdentity {
        ClusterIdentity { server: server.into(), authority: None }
    }

    #[test]
    fn what_was_shown_is_what_is_agreed_to_and_only_once() {
        let guard = Guard::default();
        let profile = profile("a");
        assert_eq!(guard.check(&profile, &Text::verbatim("it"), &identity("a"), &identity("a")), Ok(()));
        assert_eq!(guard.accepted(&profile.id), None);
        let problem =
            guard.check(&profile, &Text::verbatim("it"), &identity("a"), &identity("b")).unwrap_err();
        assert_eq!(problem.code, ProblemCode::ClusterChanged);
        assert_eq!(guard.accepted(&profile.id), Some(identity("b")));
        assert_eq!(guard.accepted(&profile.id), None);
        // It leads back to where it led: there is nothing left to agree to.
        guard.check(&profile, &Text::verbatim("it"), &identity("a"), &identity("b")).unwrap_err();
        guard.check(&profile, &Text::verbatim("it"), &identity("a"), &identity("a")).unwrap();
        assert_eq!(guard.accepted(&profile.id), None);
    }
}
