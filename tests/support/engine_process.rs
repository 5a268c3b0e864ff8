//! The program `many-forwards`: an engine in a process of its own, with a profile file to begin with.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use cluster::{KubeconfigSources, Target, TargetKind};
use engine::{
    AtStart, Command, ContextRef, Engine, EngineOptions, PodChoice, ProfileDraft, ProfileStore, RoutePin,
    TransportPin,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout},
};

/// A directory with a profile file and a kubeconfig.
#[derive(Debug)]
pub struct Home {
    directory: tempfile::TempDir,
}

/// A running `many-forwards`. It is killed when this is dropped.
#[derive(Debug)]
pub struct EngineProcess {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// The local port of each forward that was on at its start, by the profile's identifier.
    pub ports: BTreeMap<String, u16>,
}

impl Home {
    /// So many profiles of the deployment `demo/echo`, all of them on, each on a free local port. The kubeconfig is that of
    /// a demo cluster.
    ///
    /// # Errors
    /// When files cannot be written, or the engine does not make profiles.
    pub async fn with_forwards(count: usize, kubeconfig: &str) -> io::Result<Self> {
        let home = Self { directory: tempfile::tempdir()? };
        std::fs::write(home.kubeconfig(), kubeconfig)?;
        // One is made as a person makes it; the others are as it.
        let kubeconfigs = KubeconfigSources::inline("the demo cluster", kubeconfig.to_owned());
        let store = ProfileStore::file(home.profiles());
        let options = EngineOptions { store, ..EngineOptions::in_memory(kubeconfigs) };
        let engine = Engine::start(options).await.map_err(io::Error::other)?;
        let draft = ProfileDraft {
            name: String::new(),
            context: ContextRef::kubeconfig("culvert-demo"),
            namespace: "demo".to_owned(),
            target: Target::new(TargetKind::Deployment, "echo"),
            ports: vec![":5000".to_owned()],
            bind_address: String::new(),
            transport: TransportPin::Automatic,
            route: RoutePin::Automatic,
            keep_unused_minutes: None,
            pods: PodChoice::Best,
            hold_seconds: None,
            turn_off_after_minutes: 0,
            at_start: AtStart::AsItWas,
            ask_first: false,
            colour: None,
            group: String::new(),
            tags: Vec::new(),
        };
        let created = engine.execute(Command::Create { draft, connect: false }).await;
        created.map_err(|problem| io::Error::other(problem.what.to_string()))?;
        engine.shutdown().await;
        let mut file = home.read()?;
        let mut profile = file["profiles"][0].clone();
        profile["on"] = json!(true);
        let profiles = (0..count).map(|number| {
            profile["id"] = json!(format!("{number:032x}"));
            profile.clone()
        });
        file["profiles"] = profiles.collect();
        std::fs::write(home.profiles(), file.to_string())?;
        Ok(home)
    }

    /// The profile file.
    #[must_use]
    pub fn profiles(&self) -> PathBuf {
        self.directory.path().join("profiles.json")
    }

    /// What is in the profile file.
    ///
    /// # Errors
    /// When it cannot be read, or is not whole.
    pub fn read(&self) -> io::Result<Value> {
        Ok(serde_json::from_slice(&std::fs::read(self.profiles())?)?)
    }

    fn kubeconfig(&self) -> PathBuf {
        self.directory.path().join("kubeconfig")
    }
}

impl EngineProcess {
    /// Starts the program at this path in a home, and returns when all that is on listens. If `steady` is given it
    /// changes all forwards but the first so many without end.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn start(program: &Path, home: &Home, steady: Option<usize>) -> io::Result<Self> {
        let mut child = tokio::process::Command::new(program)
            .args([home.profiles(), home.kubeconfig()])
            .args(steady.map(|steady| steady.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?;
        let mut process = Self { child, lines: BufReader::new(stdout).lines(), ports: BTreeMap::new() };
        loop {
            let line = process.next_line().await?;
            let Some((id, port)) = line.split_once(' ') else { return Ok(process) };
            process.ports.insert(id.to_owned(), port.parse().map_err(io::Error::other)?);
        }
    }

    /// The next thing that it says.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn next_line(&mut self) -> io::Result<String> {
        self.lines.next_line().await?.ok_or_else(|| io::Error::other("it has ended"))
    }

    /// Its number; 0 when it has ended.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Kills it without a chance to do anything, and returns when it is gone.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn kill(mut self) -> io::Result<()> {
        self.child.kill().await
    }

    /// Has it end in order.
    ///
    /// # Errors
    /// When it fails.
    pub async fn end(mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait().await?;
        if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
    }
}
