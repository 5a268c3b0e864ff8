//! A far end that is not ours: Debian's containerd and runc.
//!
//! The demo cluster acts as API server and kubelet do and relays each upgraded connection to
//! containerd's streaming server, which dials the ports of a pod whose network is the host's.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says which step it is at"
)]

mod channels;
mod command_line;
mod cri;
mod exchange;
mod grpc;
mod pause_image;
mod pod;
mod protobuf;
mod remains;
mod runtime;
mod sandbox;
mod step;
mod tunnel;
mod upgrade;
mod workers;

use std::sync::Arc;

use cluster::KubeconfigSources;
use democluster::{DemoCluster, DemoOptions};
use portforward::{PodAddress, Transport};
use support::{
    programs,
    requirement::{require, skip},
};

use pod::Pod;
use runtime::Containerd;
use step::step;

const NAMESPACE: &str = "demo";
const POD: &str = "relay";

/// One test, so that containerd is started once and taken down whatever happens.
#[test]
fn forwards_through_containerd() {
    if !["containerd", "ctr", "runc"].into_iter().all(require) {
        return;
    }
    if !rustix::process::geteuid().is_root() {
        return skip("containerd needs root");
    }
    if !pause_image::FITS_THIS_MACHINE {
        return skip("the pause image is for x86-64 only");
    }

    let containerd = Containerd::start().expect("containerd starts");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(forwards_through(&containerd));
    drop(runtime);
    containerd.stop().expect("nothing stays behind");
}

async fn forwards_through(containerd: &Containerd) {
    let sandbox = Arc::new(containerd.run_sandbox(NAMESPACE, POD).await.expect("a pod sandbox"));
    step("a streaming URL takes one upgrade", upgrade::is_taken_once(&*sandbox)).await;

    let pod = Pod::start().await.expect("the pod's programs listen");
    step("data for a refused port", workers::data_for_a_refused_port_costs_a_worker(&*sandbox, &pod)).await;
    step("late data", workers::the_second_late_frame_costs_a_worker(&*sandbox, &pod)).await;
    let demo = DemoCluster::start(DemoOptions::default()).await.expect("the demo cluster starts");
    demo.add_relay_pod(NAMESPACE, POD, &pod.ports(), sandbox);
    let sources = KubeconfigSources::inline("demo cluster", demo.kubeconfig());
    let client = sources.connect(None).await.expect("the demo cluster answers").client();
    for transport in [Transport::WebSocketTunnel, Transport::Spdy] {
        eprintln!("{transport:?}:");
        let address = PodAddress { namespace: NAMESPACE.to_owned(), pod: POD.to_owned(), node: None };
        tunnel::carries_everything(client.clone(), address, &pod, transport).await;
    }

    step("v4 channels, relayed as they are", channels::echo(client, NAMESPACE, POD, &pod)).await;

    match programs::culvert() {
        Some(program) => {
            let kubeconfig = demo.kubeconfig();
            let carried = command_line::carries_a_gibibyte_each_way(program, &kubeconfig, POD, &pod);
            step("1 GiB each way through culvert port-forward", carried).await;
        }
        None => skip("no culvert program: build it with `cargo build --package culvert-cli`"),
    }
    demo.shutdown().await;
}
