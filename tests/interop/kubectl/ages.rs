//! kubectl against servers of all ages that it can speak to, behind a base path, and without permissions.

use democluster::{DemoOptions, ServerVersion, ports};
use support::requirement::require;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Kubectl, PATIENCE, known_transports};

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_forwards_whatever_the_age_of_the_server() {
    if !require("kubectl") {
        return;
    }
    use ServerVersion::{V1_9, V1_22, V1_29, V1_34, V1_36};
    for server in [V1_9, V1_22, V1_29, V1_34, V1_36] {
        let base_path = "/k8s/clusters/c-abc".to_owned();
        let kubectl = Kubectl::start_with(DemoOptions { base_path, ..DemoOptions::of(server) }).await;
        // Where there is no tunnel, kubectl finds out and falls back.
        for transport in known_transports(&kubectl).await {
            let target = format!(":{}", ports::ECHO);
            let forward = kubectl.forward(transport, &["deploy/echo", &target]).await;
            let mut connection = forward.connect().await;
            connection.write_all(b"hello, pod\n").await.expect("an open connection");
            let mut back = [0; 11];
            connection.read_exact(&mut back).await.expect("an echo");
            assert_eq!(&back, b"hello, pod\n", "{server:?} {transport:?}");
            forward.end().await;
        }
        kubectl.cluster.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_is_told_what_it_may_not_do() {
    if !require("kubectl") {
        return;
    }
    let kubectl = Kubectl::start().await;
    kubectl.cluster.forbid("create", "pods/portforward");
    for (question, expected) in [
        (&["create", "pods", "--subresource=portforward"][..], "no\n"),
        (&["get", "pods", "--subresource=portforward"], "yes\n"),
        (&["list", "pods"], "yes\n"),
    ] {
        let mut command = kubectl.command(&["auth", "can-i"]);
        let asking = command.args(question).output();
        let output = tokio::time::timeout(PATIENCE, asking).await.expect("in time").expect("kubectl runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{question:?}");
    }
    kubectl.cluster.shutdown().await;
}
