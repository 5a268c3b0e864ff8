//! The built command, run beside a demo cluster.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use democluster::{DemoCluster, DemoOptions};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

/// Nothing here takes this long unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A demo cluster and its kubeconfig in a file.
pub struct Demo {
    pub cluster: DemoCluster,
    pub kubeconfig: PathBuf,
    _directory: tempfile::TempDir,
}

impl Demo {
    pub async fn start() -> Self {
        Self::start_with(DemoOptions::default()).await
    }

    pub async fn start_with(options: DemoOptions) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let cluster = DemoCluster::start(options).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let kubeconfig = directory.path().join("config");
        std::fs::write(&kubeconfig, cluster.kubeconfig()).unwrap();
        Self { cluster, kubeconfig, _directory: directory }
    }

    /// The name of the pod of deployment `echo`.
    pub fn echo_pod(&self) -> String {
        self.cluster.pods("demo").into_iter().find(|name| name.starts_with("echo")).unwrap()
    }

    /// Runs `culvert port-forward` against this cluster.
    pub fn forward(&self, arguments: &str) -> Running {
        Running::start(&format!("port-forward {arguments}"), &self.kubeconfig)
    }
}

/// A culvert that runs; killed when dropped.
pub struct Running {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

/// How a culvert ended, and what it had not been asked about before.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Running {
    pub fn start(arguments: &str, kubeconfig: &Path) -> Self {
        Self::spawn(command(arguments, kubeconfig))
    }

    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, stdout, stderr }
    }

    /// The next line on standard output; fails with standard error when there is none.
    pub async fn line(&mut self) -> String {
        match timeout(PATIENCE, self.stdout.next_line()).await.expect("a line in time").unwrap() {
            Some(line) => line,
            None => panic!("culvert ended: {}", rest(&mut self.stderr).await),
        }
    }

    /// The next line on standard error.
    pub async fn remark(&mut self) -> String {
        let line = timeout(PATIENCE, self.stderr.next_line()).await.expect("a remark in time");
        line.unwrap().expect("culvert still runs")
    }

    /// Reads lines on standard error up to the first that holds `text`.
    pub async fn remark_with(&mut self, text: &str) -> String {
        loop {
            let line = self.remark().await;
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Reads the two lines of the first port and gives its number.
    pub async fn local_port(&mut self, remote: &str) -> u16 {
        let first = self.line().await;
        let port = first.strip_prefix("Forwarding from 127.0.0.1:").unwrap_or_else(|| panic!("{first}"));
        let port = port.strip_suffix(&format!(" -> {remote}")).unwrap_or_else(|| panic!("{first}"));
        let second = self.line().await;
        assert_eq!(second, format!("Forwarding from [::1]:{port} -> {remote}"));
        port.parse().unwrap()
    }

    /// `INT` or `TERM`.
    pub async fn signal(&self, name: &str) {
        signal(&self.child, name).await;
    }

    pub async fn ended(mut self) -> Ended {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("an end in time").unwrap();
        Ended {
            code: status.code(),
            stdout: rest(&mut self.stdout).await,
            stderr: rest(&mut self.stderr).await,
        }
    }
}

/// A culvert that is yet to be started; killed when dropped.
pub fn command(arguments: &str, kubeconfig: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culvert"));
    command
        .args(arguments.split_whitespace())
        .env("KUBECONFIG", kubeconfig)
        .env_remove("CULVERT_LOG")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

pub async fn signal(child: &Child, name: &str) {
    let id = child.id().expect("it runs");
    let status = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status().await.unwrap();
    assert!(status.success());
}

async fn rest<R: tokio::io::AsyncBufRead + Unpin>(lines: &mut Lines<R>) -> String {
    let mut text = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Whether an echo server answers at the local port.
pub async fn echoes(port: u16) -> bool {
    let talk = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(b"hello, pod\n").await?;
        let mut answer = [0; 11];
        stream.read_exact(&mut answer).await?;
        std::io::Result::Ok(&answer == b"hello, pod\n")
    };
    timeout(PATIENCE, talk).await.expect("an answer in time").unwrap_or(false)
}
