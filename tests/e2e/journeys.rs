//! What a person with clusters of their own does most: the first tunnel, a saved one, a roll-out below a tunnel, and a
//! local port that is taken. In as few clicks as is promised.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use democluster::{DemoCluster, DemoOptions};

use crate::{
    application::Application,
    desktop::Desktop,
    page::{Page, Role},
    steps::{assert_echoes, forward_echo, local_port, wait_until_refused},
};

/// Browse the cluster, pick the target, connect; its ports are ticked.
const CLICKS_TO_A_FIRST_TUNNEL: usize = 3;
const CLICKS_TO_A_SAVED_ONE: usize = 1;
const CLICKS_OUT_OF_A_CONFLICT: usize = 1;

/// The button of the person's cluster on the first start.
const BROWSE: &str = "Browse cluster culvert-demo";

#[tokio::test]
async fn three_clicks_to_a_first_tunnel_and_one_to_a_saved_one() {
    let Some(desktop) = Desktop::start().await else { return };
    let cluster = start_cluster(&desktop).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    let port = browse_and_forward_echo(page).await;
    assert_echoes(port, "three clicks after the first start").await;
    assert_eq!(page.clicks(), CLICKS_TO_A_FIRST_TUNNEL);
    page.click(Role::Switch, "Forward echo").await;
    wait_until_refused(port).await;
    application.quit().await;

    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click(Role::Switch, "Forward echo").await;
    page.wait_for_state("ready").await;
    assert_echoes(port, "one click after the next").await;
    assert_eq!(page.clicks(), CLICKS_TO_A_SAVED_ONE);
    application.quit().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_roll_out_is_shown_while_it_lasts() {
    let Some(desktop) = Desktop::start().await else { return };
    let cluster = start_cluster(&desktop).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    let port = browse_and_forward_echo(page).await;
    page.choose_forward("echo").await;
    let old = cluster.pod_of("demo", "echo").expect("a pod serves");
    page.wait_for_fact("Pod", &old).await;

    page.note_states().await;
    // No pod is ready for a second, as with the strategy `Recreate`.
    assert!(cluster.roll_out("demo", "echo", Duration::from_secs(1)));
    page.wait_for_state("reconnecting").await;
    assert!(page.has(Role::Button, "Retry now").await, "nobody has to wait for the next try");
    page.picture("reconnecting-light").await;
    page.wait_for_state("ready").await;
    assert_eq!(page.states_seen().await, ["ready", "reconnecting", "ready"]);
    let new = cluster.pod_of("demo", "echo").expect("another pod serves");
    assert_ne!(new, old);
    page.wait_for_fact("Pod", &new).await;
    assert_echoes(port, "the same port after a roll-out").await;
    application.quit().await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_taken_port_is_given_up_for_a_free_one_with_one_button() {
    let Some(desktop) = Desktop::start().await else { return };
    let cluster = start_cluster(&desktop).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let port = taken.local_addr().expect("it is bound").port();
    page.click(Role::Button, BROWSE).await;
    page.click_first(Role::Option, "deployment echo").await;
    page.fill("Local port for 5000", &port.to_string()).await;
    page.click(Role::Button, "Connect").await;
    page.wait_for_state("needsAttention").await;
    page.picture("port-taken-light").await;

    let clicks = page.clicks();
    page.click(Role::Button, "Use a free port").await;
    page.wait_for_state("ready").await;
    assert_eq!(page.clicks() - clicks, CLICKS_OUT_OF_A_CONFLICT);
    let other = local_port(page).await;
    assert_ne!(other, port);
    assert_echoes(other, "at a free port").await;
    drop(taken);
    application.quit().await;
    cluster.shutdown().await;
}

/// A cluster, and the person's kubeconfig for it.
async fn start_cluster(desktop: &Desktop) -> DemoCluster {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cluster = DemoCluster::start(DemoOptions::default()).await.expect("the demo cluster starts");
    let directory = desktop.home().join(".kube");
    fs::create_dir(&directory).expect("the home is new");
    fs::write(directory.join("config"), cluster.kubeconfig()).expect("the home is ours");
    cluster
}

/// On a first start, with a cluster found: gives the local port of a forward to its `echo`.
async fn browse_and_forward_echo(page: &Page) -> u16 {
    page.click(Role::Button, BROWSE).await;
    forward_echo(page).await
}
