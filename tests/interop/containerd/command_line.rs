//! The `culvert` command in front of the pod.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::exchange;
use super::pod::Pod;

/// As much as goes each way.
const GIB: u64 = 1024 * 1024 * 1024;

/// `culvert port-forward` carries 1 GiB to the pod and back, both ways at once.
pub(super) async fn carries_a_gibibyte_each_way(
    program: PathBuf,
    kubeconfig: &str,
    pod_name: &str,
    pod: &Pod,
) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = home.path().join("kubeconfig");
    std::fs::write(&file, kubeconfig).expect("the kubeconfig is written");
    let mut culvert = Command::new(program)
        .args(["port-forward", "--namespace", "demo", "--kubeconfig"])
        .arg(&file)
        .args([pod_name, &format!(":{}", pod.echo)])
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("culvert starts");

    let mut lines = BufReader::new(culvert.stdout.take().expect("a piped output")).lines();
    let address = loop {
        let line = lines.next_line().await.expect("readable output").expect("culvert says where it listens");
        let end = format!(" -> {}", pod.echo);
        if let Some(address) = line.strip_prefix("Forwarding from ").and_then(|rest| rest.strip_suffix(&end))
        {
            break address.to_owned();
        }
    };
    let mut stream = TcpStream::connect(&address).await.expect("culvert listens where it says");
    exchange::echo(&mut stream, 3, GIB).await;
    exchange::expect_end(&mut stream).await;
    culvert.kill().await.expect("culvert can be ended");
}
