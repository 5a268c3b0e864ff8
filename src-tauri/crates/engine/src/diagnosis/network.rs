//! The rungs that are climbed as nobody: from the configuration to the server's certificate. No credentials are read, and
//! none are sent.

use std::time::SystemTime;

use cluster::{Cluster, ServerProof};

use super::{
    climb::{Climb, Found},
    limits,
};
use crate::{
    forward::Shared,
    guard::identity_of,
    ladder::Rung,
    profile::{ContextRef, Profile},
    words,
};

pub(super) async fn climb(
    climb: &mut Climb<'_>,
    shared: &Shared,
    context: &ContextRef,
    profile: Option<&Profile>,
) -> Option<()> {
    let look = configuration(shared, context, profile);
    let cluster = climb.rung(Rung::Configuration, limits::CONFIGURATION, look).await?;

    let look = async {
        let hop = match cluster.first_hop() {
            Ok(hop) => hop,
            Err(error) => return Found::of(Err(error)),
        };
        let found = cluster.resolve(&hop).await;
        Found::of(found.map(|found| (words::ladder::resolved(&hop, &found), found)))
    };
    let found = climb.rung(Rung::Name, limits::NAME, look).await?;

    let look = async {
        let reached = cluster.reach(&found).await;
        Found::of(reached.map(|address| (words::ladder::answers(&address), ())))
    };
    climb.rung(Rung::Connection, limits::CONNECTION, look).await?;

    climb.rung(Rung::Proxy, limits::PROXY, proxy(&cluster)).await?;
    climb.rung(Rung::Certificate, limits::CERTIFICATE, certificate(&cluster)).await
}

async fn configuration(shared: &Shared, context: &ContextRef, profile: Option<&Profile>) -> Found<Cluster> {
    let cluster = match shared.clusters.connect_anonymously(context).await {
        Ok(cluster) => cluster,
        Err(problem) => return Found::Broken(words::ladder::now(problem)),
    };
    let identity = identity_of(&cluster);
    // A cluster that the person did not agree to is sent nothing, here as elsewhere.
    if let Some(known) = profile.and_then(|profile| profile.cluster.as_ref())
        && *known != identity
    {
        let name = shared.book.name_of(context);
        return Found::Broken(words::cluster_changed(&name, known, &identity));
    }
    Found::Well(words::ladder::leads_to(&shared.book.name_of(context), &identity.server), cluster)
}

async fn proxy(cluster: &Cluster) -> Found<()> {
    let proxy = match cluster.first_hop() {
        Ok(hop) => hop.proxy,
        Err(error) => return Found::of(Err(error)),
    };
    let Some(proxy) = proxy else { return Found::Nothing(words::ladder::no_proxy(), ()) };
    let passed = cluster.pass_proxy().await;
    Found::of(passed.map(|()| (words::ladder::connects(&proxy), ())))
}

async fn certificate(cluster: &Cluster) -> Found<()> {
    let proof = match cluster.prove_server().await {
        Ok(Some(proof)) => proof,
        Ok(None) => return Found::Nothing(words::ladder::no_tls(), ()),
        Err(error) => return Found::of(Err(error)),
    };
    judge(&proof, SystemTime::now())
}

fn judge(proof: &ServerProof, now: SystemTime) -> Found<()> {
    let detail = words::ladder::proven(proof);
    match proof.not_after {
        Some(at) if words::ladder::is_soon(at, now, words::ladder::CERTIFICATE_SOON) => {
            Found::But(detail, words::ladder::server_certificate_ends(at, now), ())
        }
        _ => Found::Well(detail, ()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::problem::ProblemCode;

    #[test]
    fn a_certificate_that_ends_soon_is_warned_of() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let proof = |days: u64| ServerProof {
            issuer: "the authority".into(),
            not_after: Some(now + Duration::from_secs(days * 86_400)),
        };
        assert!(
            matches!(judge(&proof(400), now), Found::Well(detail, ()) if detail.contains("the authority"))
        );
        let Found::But(_, problem, ()) = judge(&proof(3), now) else { panic!("not warned of") };
        assert_eq!(problem.code, ProblemCode::Untrusted);
        assert!(problem.what.contains("in 3 days"), "{}", problem.what);
        let unknown = ServerProof { issuer: String::new(), not_after: None };
        assert!(matches!(judge(&unknown, now), Found::Well(..)));
    }
}
