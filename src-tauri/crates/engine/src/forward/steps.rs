//! The steps of setting up a forward; each is a future that the task waits for.

use std::{sync::Arc, time::Duration};

use cluster::{PortRequest, ServingPod, TargetPods, TranslatedPort};
use portforward::{PodAddress, Tunnel};
use tokio::time::timeout;

use super::Shared;
use crate::{
    clusters::Connected,
    local_ports::{
        BindAddresses, BindError, Bound, Obstacle, System, Wanted, bind, may_be_shadowed, owner_of,
        shadow_of, system,
    },
    options::PodChoice,
    port_mapping::{PortMapping, RemotePort},
    problem::{Problem, ProblemCode},
    profile::Profile,
    words,
};

/// Longest wait for a pod to be found in a cluster that is connected. Each of the few requests has a limit of its own; this
/// one holds whatever becomes of them. Connecting, where a login helper may wait for a person in a browser, has its own.
const FIND_POD_LIMIT: Duration = Duration::from_secs(180);

/// The pod that serves, and what the profile's ports are there.
#[derive(Clone)]
pub(super) struct FoundPod {
    pub(super) connected: Arc<Connected>,
    pub(super) pod: Arc<ServingPod>,
    /// In the order of the profile.
    pub(super) ports: Vec<TranslatedPort>,
}

/// Tunnels to further pods.
pub(super) struct More {
    pub(super) tunnels: Vec<(FoundPod, Tunnel)>,
    /// A pod that is ready could not be reached.
    pub(super) failed: bool,
}

/// What a step ended with.
pub(super) enum Done {
    /// Each with the index of its port in the profile.
    PortsBound(Result<Vec<(usize, Bound)>, Problem>),
    PodFound {
        /// The cluster that was asked, where there was a connection to it.
        connected: Option<Arc<Connected>>,
        /// What the target leads to, where that is known.
        pods: Option<Box<TargetPods>>,
        found: Result<FoundPod, Problem>,
    },
    TunnelOpened(Result<Tunnel, Problem>),
}

/// Binds these ports (by index in the profile), all or none.
pub(super) async fn bind_ports(addresses: BindAddresses, wanted: Vec<(usize, Wanted)>) -> Done {
    let mut ports = Vec::new();
    for (index, wanted) in wanted {
        match bind(&addresses, wanted) {
            Ok(bound) => ports.push((index, looked_around(bound).await)),
            Err(error) => return Done::PortsBound(Err(bind_problem(error, index).await)),
        }
    }
    Done::PortsBound(Ok(ports))
}

async fn bind_problem(error: BindError, index: usize) -> Problem {
    let (port, is_taken) = (error.port, error.obstacle == Obstacle::Taken);
    let look = move || (is_taken.then(|| owner_of(port)).flatten(), system());
    let (owner, system) = tokio::task::spawn_blocking(look).await.unwrap_or((None, System::Other));
    words::local_port_problem(&error, owner.as_ref(), system, index)
}

/// The port, and who may be reached instead of it.
async fn looked_around(mut bound: Bound) -> Bound {
    let addresses: Vec<_> = bound.sockets.iter().map(|(address, _)| *address).collect();
    if may_be_shadowed(&addresses) {
        let port = bound.port;
        let shadow = tokio::task::spawn_blocking(move || shadow_of(&addresses, port)).await.ok().flatten();
        bound.shadow = shadow.map(|shadow| words::shadow(&shadow, port));
    }
    bound
}

/// Asks the cluster which pod serves the profile's target and what the ports are there.
pub(super) async fn find_pod(shared: Arc<Shared>, profile: Profile) -> Done {
    // What the person agreed to since the forward was turned on counts.
    let saved = shared.profiles.get(&profile.id);
    let cluster = saved.map_or_else(|| profile.cluster.clone(), |saved| saved.cluster);
    match shared.clusters.get_for(&Profile { cluster, ..profile.clone() }).await {
        Ok(connected) => {
            let (pods, found) = match pods_of(&shared, &profile, &connected).await {
                Ok(pods) => {
                    let found = choose(&shared, &profile, &connected, &pods);
                    (Some(Box::new(pods)), found)
                }
                Err(problem) => (None, Err(problem)),
            };
            Done::PodFound { connected: Some(connected), pods, found }
        }
        Err(problem) => Done::PodFound { connected: None, pods: None, found: Err(problem) },
    }
}

async fn pods_of(
    shared: &Shared,
    profile: &Profile,
    connected: &Arc<Connected>,
) -> Result<TargetPods, Problem> {
    let pods = connected.cluster.pods_of(&profile.namespace, &profile.target);
    let pods = timeout(FIND_POD_LIMIT, pods)
        .await
        .map_err(|_| shared.clusters.failed(&profile.context, words::no_answer(FIND_POD_LIMIT)))?
        .map_err(|error| shared.clusters.explain(&profile.context, connected, &error))?;
    shared.clusters.reached_by(&profile.context, connected);
    Ok(pods)
}

fn choose(
    shared: &Shared,
    profile: &Profile,
    connected: &Arc<Connected>,
    pods: &TargetPods,
) -> Result<FoundPod, Problem> {
    let pod = match &profile.pods {
        PodChoice::Best | PodChoice::Spread => pods.best(),
        PodChoice::Pinned { name } => pods.named(name),
    };
    let pod = pod.map_err(|error| shared.clusters.explain(&profile.context, connected, &error))?;
    if pod.is_terminating() {
        let mut problem = words::pod_leaving(pod.name(), words::Leaving::Stopping);
        problem.code = ProblemCode::NoPod;
        return Err(problem);
    }
    with_ports(profile, connected, pod)
}

fn with_ports(profile: &Profile, connected: &Arc<Connected>, pod: ServingPod) -> Result<FoundPod, Problem> {
    let mut ports = Vec::new();
    for (index, port) in profile.ports.iter().enumerate() {
        let translated = pod.translate(request(&port.mapping));
        ports.push(translated.map_err(|error| words::cluster_problem(&error).with_port(index))?);
    }
    Ok(FoundPod { connected: Arc::clone(connected), pod: Arc::new(pod), ports })
}

/// Opens tunnels to pods that are ready, other than those of these identifiers, `room` at most.
pub(super) async fn open_more(
    shared: Arc<Shared>,
    profile: Profile,
    connected: Arc<Connected>,
    have: Vec<String>,
    room: usize,
) -> More {
    let mut more = More { tunnels: Vec::new(), failed: false };
    let Ok(pods) = pods_of(&shared, &profile, &connected).await else {
        return More { failed: true, ..more };
    };
    let new = pods.ready().into_iter().filter(|pod| have.iter().all(|uid| uid != pod.uid()));
    for pod in new.take(room) {
        // One without the profile's ports is none of those meant, until it is replaced.
        let Ok(found) = with_ports(&profile, &connected, pod) else { continue };
        match open_tunnel(Arc::clone(&shared), profile.clone(), found.clone()).await {
            Done::TunnelOpened(Ok(tunnel)) => more.tunnels.push((found, tunnel)),
            _ => more.failed = true,
        }
    }
    more
}

fn request(mapping: &PortMapping) -> PortRequest<'_> {
    match &mapping.remote {
        RemotePort::Number(number) => PortRequest::Number(*number),
        RemotePort::Name(name) => PortRequest::Name(name),
    }
}

/// Opens a tunnel to the pod.
pub(super) async fn open_tunnel(shared: Arc<Shared>, profile: Profile, found: FoundPod) -> Done {
    let address = PodAddress {
        namespace: found.pod.namespace().to_owned(),
        pod: found.pod.name().to_owned(),
        node: found.pod.node().map(ToOwned::to_owned),
    };
    let mut options = found.connected.tunnel_options(&profile);
    options.observer = shared.journal.observer(&profile.id, &shared.pulse);
    let opened = Tunnel::open(found.connected.cluster.client(), address, options).await;
    Done::TunnelOpened(match opened {
        Ok(tunnel) => {
            found.connected.learn(&profile, &tunnel);
            shared.clusters.reached_by(&profile.context, &found.connected);
            Ok(tunnel)
        }
        Err(error) => Err(shared.clusters.explain_tunnel(&profile, &found.connected, &error)),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{
        clusters::tests::{context, hanging_helper},
        journal::Journal,
        profile::tests::profile,
        profiles::Profiles,
        store::ProfileStore,
        view::DemoState,
    };

    #[tokio::test(start_paused = true)]
    async fn the_limit_of_finding_a_pod_does_not_cut_a_sign_in_short() {
        let directory = tempfile::tempdir().unwrap();
        let book =
            crate::cluster_book::ClusterBook::new(crate::store::ClusterStore::memory(), Default::default());
        let (book, journal) = (
            Arc::new(book),
            Arc::new(Journal::new(Vec::new(), Default::default(), DemoState::Unavailable, None)),
        );
        let secrets = cluster::SecretKeeper::memory();
        let list = crate::cluster_list::ClusterList::new(Arc::clone(&journal), Arc::clone(&book), secrets);
        let shared = Shared {
            journal,
            clusters: hanging_helper::clusters_of(directory.path()),
            book,
            list: Arc::new(list),
            preferences: crate::preference_book::PreferenceBook::new(
                crate::store::PreferenceStore::memory(),
                Default::default(),
            ),
            profiles: Arc::new(Profiles::new(ProfileStore::memory(), Vec::new())),
            pulse: Arc::default(),
            sleep: crate::sleep::SleepWatch::new(),
            woken: tokio::sync::watch::Sender::default(),
            wakeful: tokio::sync::watch::Sender::default(),
        };
        let profile = Profile { context: context(), ..profile("a") };
        let Done::PodFound { found: Err(problem), .. } = find_pod(Arc::new(shared), profile).await else {
            panic!("a pod was found")
        };
        assert_eq!(problem.code, ProblemCode::LoginHelper, "{problem:?}");
        assert!(problem.why.contains("did not finish within 300 s"), "{problem:?}");
        // Lets the program end.
        std::fs::remove_file(directory.path().join("hang")).unwrap();
    }
}
