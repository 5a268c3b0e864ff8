//! The `culvert` command in a process of its own, so that what it uses can be measured.

use std::{net::SocketAddr, path::PathBuf, process::Stdio};

use democluster::DemoCluster;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::lab::TOO_LONG;

/// A running `culvert port-forward`.
pub(crate) struct Culvert {
    child: Child,
    /// Where it listens, on IPv4.
    pub(crate) address: SocketAddr,
    _home: tempfile::TempDir,
}

impl Culvert {
    /// Forwards a free local port to `port` of the pod with all plain programs.
    pub(crate) async fn forward(program: PathBuf, demo: &DemoCluster, port: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("kubeconfig");
        std::fs::write(&file, demo.kubeconfig()).unwrap();
        let mut child = Command::new(program)
            .args(["port-forward", "-n", "lab", "--address", "127.0.0.1", "--kubeconfig"])
            .arg(&file)
            .args(["deploy/bench", &format!(":{port}")])
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(TOO_LONG, lines.next_line()).await.expect("no line").unwrap().unwrap();
        let address = line.strip_prefix("Forwarding from ").and_then(|rest| rest.split(' ').next());
        let address = address.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        // It says what it handles, and must not be held up by nobody reading that.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, address, _home: home }
    }

    /// Resident memory, in bytes; `None` where the system does not tell.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
    }
}
