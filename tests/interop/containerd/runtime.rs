//! containerd, started with everything of its own in one temporary directory, and taken down again.

use std::fs::{self, File};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use super::cri::Cri;
use super::sandbox::Sandbox;
use super::{pause_image, remains};

/// No registry answers to this name, so that a missing image fails instead of being fetched.
const PAUSE_IMAGE: &str = "culvert.invalid/pause:1";
/// Starting takes well under a second; a loaded machine may need longer.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long removing all sandboxes, and after that each process, may take.
const END_LIMIT: Duration = Duration::from_secs(20);
/// Between two questions for something that containerd does not announce.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// A running containerd. Dropping it takes everything down.
pub(super) struct Containerd {
    process: Child,
    /// Root, state, configuration, socket and log. `None` once it is taken down.
    home: Option<TempDir>,
    socket: PathBuf,
}

impl Containerd {
    /// Starts containerd and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start, with the end of its log.
    pub(super) fn start() -> Result<Self, String> {
        let home = tempfile::Builder::new().prefix("culvert-containerd-").tempdir().map_err(text)?;
        let path = home.path();
        let socket = path.join("containerd.sock");
        fs::write(path.join("config.toml"), configuration(path)).map_err(text)?;
        let ready = UnixDatagram::bind(path.join("ready.sock")).map_err(text)?;
        let log = File::create(log_file(path)).map_err(text)?;
        let process = Command::new("containerd")
            .arg("--config")
            .arg(path.join("config.toml"))
            .env("NOTIFY_SOCKET", path.join("ready.sock"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(text)?)
            .stderr(log)
            .spawn()
            .map_err(|error| format!("cannot start containerd: {error}"))?;

        let mut containerd = Self { process, home: Some(home), socket };
        let started = containerd.wait_until_ready(&ready).and_then(|()| containerd.import_pause_image());
        started.map_err(|error| format!("{error}\n{}", containerd.log()))?;
        Ok(containerd)
    }

    /// Runs a pod sandbox in the host's network: what listens on 127.0.0.1 here is a port of that pod.
    pub(super) async fn run_sandbox(&self, namespace: &str, name: &str) -> Result<Sandbox, String> {
        let cri = Cri::connect(&self.socket).await?;
        // The CRI part of containerd starts later than the rest and hears of images by events.
        let deadline = Instant::now() + START_LIMIT;
        loop {
            match cri.has_image(PAUSE_IMAGE).await {
                Ok(true) => break,
                missing if Instant::now() > deadline => {
                    return Err(format!("no pause image after {START_LIMIT:?}: {missing:?}\n{}", self.log()));
                }
                _ => tokio::time::sleep(ASK_AGAIN).await,
            }
        }
        let id =
            cri.run_pod_sandbox(namespace, name).await.map_err(|error| format!("{error}\n{}", self.log()))?;
        Ok(Sandbox::new(cri, id))
    }

    /// Takes everything down.
    ///
    /// # Errors
    /// When something had to be ended by force, or is still there.
    pub(super) fn stop(mut self) -> Result<(), String> {
        let home = self.home.as_ref().map(|home| home.path().to_owned());
        let problems = self.take_down();
        let left = home.is_some_and(|home| home.exists());
        if problems.is_empty() && !left { Ok(()) } else { Err(format!("left behind: {problems:?}")) }
    }

    /// The end of containerd's log.
    pub(super) fn log(&self) -> String {
        let log = self.home.as_ref().and_then(|home| fs::read_to_string(log_file(home.path())).ok());
        let lines: Vec<&str> = log.as_deref().unwrap_or_default().lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// containerd says so by systemd's protocol: `READY=1` to the socket named in the environment.
    fn wait_until_ready(&mut self, ready: &UnixDatagram) -> Result<(), String> {
        ready.set_read_timeout(Some(ASK_AGAIN)).map_err(text)?;
        let deadline = Instant::now() + START_LIMIT;
        let mut message = [0; 1024];
        loop {
            match ready.recv(&mut message) {
                Ok(length) if message[..length].starts_with(b"READY=1") => return Ok(()),
                Ok(_) => {}
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(error) => return Err(error.to_string()),
            }
            if let Some(status) = self.process.try_wait().map_err(text)? {
                return Err(format!("containerd ended: {status}"));
            }
            if Instant::now() > deadline {
                return Err(format!("containerd is not ready after {START_LIMIT:?}"));
            }
        }
    }

    fn import_pause_image(&self) -> Result<(), String> {
        let archive = self.socket.with_file_name("pause.tar");
        fs::write(&archive, pause_image::archive(PAUSE_IMAGE)).map_err(text)?;
        let output = Command::new("ctr")
            .arg("--address")
            .arg(&self.socket)
            .args(["--namespace", "k8s.io", "images", "import", "--snapshotter", "native"])
            .arg(&archive)
            .output()
            .map_err(|error| format!("cannot start ctr: {error}"))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("ctr images import: {}", String::from_utf8_lossy(&output.stderr)))
        }
    }

    /// Ends sandboxes, processes and mounts, and returns what did not go as it should.
    fn take_down(&mut self) -> Vec<String> {
        let Some(home) = self.home.take() else { return Vec::new() };
        let mut problems = Vec::new();
        if let Err(error) = remove_sandboxes(&self.socket) {
            problems.push(error);
        }
        if !remains::end_process(Pid::from_child(&self.process), Signal::TERM, END_LIMIT) {
            problems.push("containerd did not end when asked".to_owned());
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
        problems.extend(remove_containers(&home.path().join("runc/k8s.io")));
        for process in remains::processes_of(home.path()) {
            problems.push(format!("process {process} was still there"));
            remains::end_process(process, Signal::KILL, END_LIMIT);
        }
        for mount in remains::mounts_below(home.path()) {
            problems.push(format!("{} was still mounted", mount.display()));
            problems.extend(remains::unmount_lazily(&mount).err());
        }
        problems.extend(home.close().err().map(|error| format!("cannot remove the directory: {error}")));
        problems
    }
}

impl Drop for Containerd {
    fn drop(&mut self) {
        for problem in self.take_down() {
            eprintln!("containerd: {problem}");
        }
    }
}

/// A thread and a runtime of its own: this may run while a test that failed is torn down.
fn remove_sandboxes(socket: &Path) -> Result<(), String> {
    let remove = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(text)?;
        runtime.block_on(async {
            let removal = async {
                let cri = Cri::connect(socket).await?;
                for sandbox in cri.pod_sandboxes().await? {
                    cri.stop_pod_sandbox(&sandbox).await?;
                    cri.remove_pod_sandbox(&sandbox).await?;
                }
                Ok(())
            };
            let late = |_| Err(format!("sandboxes are not removed after {END_LIMIT:?}"));
            tokio::time::timeout(END_LIMIT, removal).await.unwrap_or_else(late)
        })
    };
    std::thread::scope(|scope| scope.spawn(remove).join())
        .unwrap_or_else(|_| Err("removing the sandboxes panicked".to_owned()))
}

/// Removes the containers that runc still knows, each with its processes and control groups.
fn remove_containers(root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for container in fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.file_name()) {
        problems.push(format!("container {} was still there", container.display()));
        let removed =
            Command::new("runc").arg("--root").arg(root).args(["delete", "--force"]).arg(&container).status();
        if !removed.as_ref().is_ok_and(ExitStatus::success) {
            problems.push(format!("runc delete: {removed:?}"));
        }
    }
    problems
}

fn log_file(home: &Path) -> PathBuf {
    home.join("containerd.log")
}

/// Every directory that containerd would use or make is moved into `home`; whatever the machine may
/// not have is off: `native` needs no overlay file system, the sandbox no network plugin.
fn configuration(home: &Path) -> String {
    let home = home.display();
    format!(
        r#"version = 2
root = "{home}/root"
state = "{home}/state"

[grpc]
  address = "{home}/containerd.sock"

[ttrpc]
  address = "{home}/containerd.sock.ttrpc"

[plugins."io.containerd.internal.v1.opt"]
  path = "{home}/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  disable_apparmor = true
  disable_cgroup = true
  restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{home}/cni/bin"
  conf_dir = "{home}/cni/conf"

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  Root = "{home}/runc"
"#
    )
}

fn text(error: io::Error) -> String {
    error.to_string()
}
