//! The rungs above the cluster: target, pod, ports.

use std::time::Duration;

use cluster::{Cluster, PortRequest, ServingPod, TargetKind, TranslatedPort};
use futures::{FutureExt as _, StreamExt as _, stream};
use portforward::{Error, Meter, PodAddress, Tunnel};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::{
    climb::{Climb, Found},
    limits,
};
use crate::{
    ladder::Rung, options::PodChoice, pins::Learned, port_mapping::RemotePort, problem::Problem,
    profile::Profile, words,
};

/// A refusal comes as soon as the node has asked the pod. What is not refused by then listens.
const REFUSAL: Duration = Duration::from_secs(4);

/// The end of data that is none is passed on at once: nothing will be sent, and the node ends the connection then.
const QUIET: Duration = Duration::from_millis(1);

/// Ports that are tried at the same time, each on a link of its own at most.
const PORTS_AT_ONCE: usize = portforward::MAX_LINKS;

/// Bytes that a port may say unasked before it is left alone.
const GREETING: usize = 4096;

pub(super) async fn climb(climb: &mut Climb<'_>, cluster: &Cluster, profile: &Profile) -> Option<()> {
    let look = async {
        let pods = cluster.pods_of(&profile.namespace, &profile.target).await;
        Found::of(pods.map(|pods| (words::ladder::target_there(profile), pods)))
    };
    let pods = climb.rung(Rung::Target, limits::TARGET, look).await?;

    let look = async {
        let pod = match &profile.pods {
            PodChoice::Best | PodChoice::Spread => pods.best(),
            PodChoice::Pinned { name } => pods.named(name),
        };
        match pod {
            Ok(pod) => judge(pod, profile),
            Err(error) => Found::of(Err(error)),
        }
    };
    let pod = climb.rung(Rung::Pod, limits::POD, look).await?;

    let ports = climb.rung(Rung::DeclaredPort, limits::POD, async { translate(&pod, profile) }).await?;

    let look = listening(cluster, &pod, &ports, profile);
    climb.rung(Rung::ListeningPort, limits::LISTENING, look).await
}

fn judge(pod: ServingPod, profile: &Profile) -> Found<ServingPod> {
    let name = pod.name().to_owned();
    if pod.is_terminating() {
        return Found::Broken(words::ladder::pod_leaves(&name));
    }
    if !pod.is_ready() {
        let problem = words::ladder::pod_unready(&name, profile.target.kind == TargetKind::Pod);
        return Found::But(words::ladder::pod_runs(&name), problem, pod);
    }
    Found::Well(words::ladder::pod_ready(&name), pod)
}

fn translate(pod: &ServingPod, profile: &Profile) -> Found<Vec<TranslatedPort>> {
    let mut ports = Vec::new();
    let mut told = Vec::new();
    for (index, port) in profile.ports.iter().enumerate() {
        let request = match &port.mapping.remote {
            RemotePort::Number(number) => PortRequest::Number(*number),
            RemotePort::Name(name) => PortRequest::Name(name),
        };
        match pod.translate(request) {
            Ok(port) => {
                told.push((profile.ports[index].mapping.remote.to_string(), port.pod_port));
                ports.push(port);
            }
            Err(error) => return Found::Broken(words::cluster_problem(&error).with_port(index)),
        }
    }
    Found::Well(words::ladder::ports_in_pod(&told), ports)
}

/// Opens a tunnel of its own, and in it a connection to each port that sends nothing.
async fn listening(
    cluster: &Cluster,
    pod: &ServingPod,
    ports: &[TranslatedPort],
    profile: &Profile,
) -> Found<()> {
    let address = PodAddress {
        namespace: pod.namespace().to_owned(),
        pod: pod.name().to_owned(),
        node: pod.node().map(ToOwned::to_owned),
    };
    let mut options = Learned::default().options(profile.transport, profile.route);
    options.half_close_quiet = QUIET;
    let broken = |error: &Error| words::ladder::now(words::tunnel_problem(error, cluster, profile));
    let tunnel = match Tunnel::open(cluster.client(), address, options).await {
        Ok(tunnel) => tunnel,
        Err(error) => return Found::Broken(broken(&error)),
    };
    let mut failed: Option<(usize, Problem)> = None;
    {
        let mut tries = Vec::new();
        for (index, port) in ports.iter().enumerate() {
            tries.push(knock(&tunnel, index, port.pod_port).boxed());
        }
        let mut tries = stream::iter(tries).buffer_unordered(PORTS_AT_ONCE);
        while let Some((index, answer)) = tries.next().await {
            if let Err(error) = answer
                && failed.as_ref().is_none_or(|(known, _)| index < *known)
            {
                failed = Some((index, broken(&error).with_port(index)));
            }
        }
    }
    let by = words::ladder::opened(&tunnel);
    tunnel.close().await;
    match failed {
        Some((_, problem)) => Found::Broken(problem),
        None => Found::Well(by, ()),
    }
}

/// Whether something accepts connections at this port, which is the one of this index.
async fn knock(tunnel: &Tunnel, index: usize, port: u16) -> (usize, Result<(), Error>) {
    (index, accepts(tunnel, port).await)
}

/// What a port says unasked is thrown away.
async fn accepts(tunnel: &Tunnel, port: u16) -> Result<(), Error> {
    let (mut program, mut local) = tokio::io::duplex(GREETING);
    // An end without data: the node learns at once that nothing will come.
    program.shutdown().await?;
    let meter = Meter::default();
    match timeout(REFUSAL, tunnel.carry(&mut local, port, &meter)).await {
        // Whoever resets or breaks off a connection has accepted it, and so has who says more than a greeting.
        Ok(Ok(()) | Err(Error::RemoteReset | Error::Local(_))) | Err(_) => Ok(()),
        Ok(Err(error)) => Err(error),
    }
}
