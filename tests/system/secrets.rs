//! Whatever is asked of the engine: no secret that was given to it comes out again, neither to the window nor to a file or a
//! log.

use std::{
    collections::BTreeSet,
    io,
    path::Path,
    sync::{Arc, Mutex},
};

use cluster::{KubeconfigSources, SecretKeeper, SecretText, TargetKind};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    ClusterDraft, ClusterStore, Command, ContextMark, ContextRef, Engine, EngineOptions, ImportChoice,
    ImportClusterChoice, ImportDeed, KeepSecret, PreferenceStore, Preferences, ProfileId, ProfileStore,
    Reply, SignIn, Subject, Trust,
};
use serde_json::json;
use tokio::time::timeout;
use tracing_subscriber::fmt::MakeWriter;

use crate::lab::{TOO_LONG, draft};

const PASSWORD: &str = "Planted-Password-MustNotShow";
const KEY: &str = "Planted-Key-MustNotShow";
const WRONG: &str = "sha256~Planted-Token-MustNotShow-aaaaaaaaaaaaaaaaaaaa";

/// Everything that came out of the engine.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    fn contains(&self, secret: &str) -> bool {
        self.0.lock().unwrap().windows(secret.len()).any(|part| part == secret.as_bytes())
    }
}

impl io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Told {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Each kind of command by its name. One that is new has to be added here, and to the walk.
fn name(command: &Command) -> &'static str {
    match command {
        Command::Snapshot => "Snapshot",
        Command::ReloadContexts => "ReloadContexts",
        Command::AddKubeconfigFile { .. } => "AddKubeconfigFile",
        Command::RemoveKubeconfigFile { .. } => "RemoveKubeconfigFile",
        Command::ReadPasted { .. } => "ReadPasted",
        Command::ProbeServer { .. } => "ProbeServer",
        Command::AddCluster { .. } => "AddCluster",
        Command::UpdateCluster { .. } => "UpdateCluster",
        Command::RemoveCluster { .. } => "RemoveCluster",
        Command::RestoreCluster { .. } => "RestoreCluster",
        Command::SignIn { .. } => "SignIn",
        Command::CancelSignIn { .. } => "CancelSignIn",
        Command::SignOut { .. } => "SignOut",
        Command::ForgetSecrets => "ForgetSecrets",
        Command::RetryKeyring => "RetryKeyring",
        Command::MarkContext { .. } => "MarkContext",
        Command::AcceptCluster { .. } => "AcceptCluster",
        Command::Diagnose { .. } => "Diagnose",
        Command::Look { .. } => "Look",
        Command::StopLooking { .. } => "StopLooking",
        Command::SetPreferences { .. } => "SetPreferences",
        Command::ReadStartAtLogin => "ReadStartAtLogin",
        Command::SetStartAtLogin { .. } => "SetStartAtLogin",
        Command::StartDemo => "StartDemo",
        Command::ListNamespaces { .. } => "ListNamespaces",
        Command::ListTargets { .. } => "ListTargets",
        Command::CheckPorts { .. } => "CheckPorts",
        Command::Create { .. } => "Create",
        Command::Update { .. } => "Update",
        Command::Timeline { .. } => "Timeline",
        Command::WatchConnections { .. } => "WatchConnections",
        Command::StopWatchingConnections { .. } => "StopWatchingConnections",
        Command::CloseConnection { .. } => "CloseConnection",
        Command::Connect { .. } => "Connect",
        Command::KeepOn { .. } => "KeepOn",
        Command::Reorder { .. } => "Reorder",
        Command::SetFavourite { .. } => "SetFavourite",
        Command::Disconnect { .. } => "Disconnect",
        Command::UseFreePort { .. } => "UseFreePort",
        Command::Delete { .. } => "Delete",
        Command::Restore { .. } => "Restore",
        Command::ExportProfiles { .. } => "ExportProfiles",
        Command::ReadImport { .. } => "ReadImport",
        Command::Import { .. } => "Import",
        Command::UndoImport { .. } => "UndoImport",
    }
}

const KINDS: usize = 45;

/// An engine, and what it was asked and has told.
struct Walk {
    engine: Engine,
    told: Told,
    walked: BTreeSet<&'static str>,
}

impl Walk {
    async fn ask(&mut self, command: Command) -> Option<Reply> {
        self.walked.insert(name(&command));
        self.told.note(&format!("{command:?} {}", serde_json::to_string(&command).unwrap()));
        let answer = timeout(TOO_LONG, self.engine.execute(command)).await.expect("an answer in time");
        self.told.note(&format!("{answer:?}"));
        match answer {
            Ok(reply) => {
                self.told.note(&serde_json::to_string(&reply).unwrap());
                Some(reply)
            }
            Err(problem) => {
                self.told.note(&serde_json::to_string(&problem).unwrap());
                None
            }
        }
    }
}

#[tokio::test]
async fn no_command_and_no_event_gives_a_secret_back() {
    let told = Told::default();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _log = tracing::subscriber::set_default(log.with_writer(told.clone()).finish());
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    let token = demo.issue_token_to("developer", None);
    let directory = tempfile::tempdir().unwrap();
    let kubeconfig = directory.path().join("config");
    std::fs::write(&kubeconfig, demo.kubeconfig()).unwrap();
    let engine = Engine::start(EngineOptions {
        store: ProfileStore::file(directory.path().join("profiles.json")),
        clusters: ClusterStore::file(directory.path().join("clusters.json")),
        preferences: PreferenceStore::file(directory.path().join("preferences.json")),
        secrets: SecretKeeper::memory(),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(vec![kubeconfig.clone()]))
    })
    .await
    .unwrap();
    let mut listener = engine.listen();
    let hears = told.clone();
    let hearing = tokio::spawn(async move {
        while let Some(update) = listener.next().await {
            hears.note(&format!("{update:?} {}", serde_json::to_string(&update).unwrap()));
        }
    });
    let mut walk = Walk { engine, told: told.clone(), walked: BTreeSet::new() };
    everything(&mut walk, &demo, &token).await;
    files(&mut walk, directory.path(), &token).await;
    assert_eq!(walk.walked.len(), KINDS, "{:?}", walk.walked);
    walk.engine.shutdown().await;
    hearing.await.unwrap();

    let secrets = [token.as_str(), PASSWORD, KEY, WRONG];
    assert!(told.contains("developer"), "there was something to search");
    for secret in secrets {
        assert!(!told.contains(secret), "{secret} was told");
    }
    std::fs::remove_file(kubeconfig).unwrap();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {}", path.display());
        }
    }
}

/// Each command at least once, with secrets wherever one can be given: right ones, wrong ones, and in the wrong places.
async fn everything(walk: &mut Walk, demo: &DemoCluster, token: &str) {
    let server = demo.server_url().to_owned();
    let keep = KeepSecret::Keyring;
    let secret = |text: &str| SecretText::new(text);
    let paste = format!("oc login --token={token} --server={server}");
    walk.ask(Command::Snapshot).await;
    for text in [
        paste.clone(),
        format!("oc login -u developer -p {PASSWORD} {server}"),
        format!("oc login --token={WRONG}"),
        format!("{WRONG} {PASSWORD}"),
        format!("users: [{{name: u, user: {{token: {WRONG}, password: {PASSWORD}"),
        format!("users: [{{name: u, user: {{token: {WRONG}, client-key-data: {KEY}}}}}]"),
    ] {
        walk.ask(Command::ReadPasted { text: secret(&text) }).await;
    }
    let probe = Command::ProbeServer { server: server.clone(), trust: Trust::System, context: None };
    let Some(Reply::Server { report }) = walk.ask(probe).await else { panic!("no report") };
    let sha256 = report.certificate.unwrap().sha256;
    let draft_of = |name: &str| ClusterDraft {
        name: name.into(),
        server: server.clone(),
        trust: Trust::Pinned { sha256: sha256.clone() },
        namespace: None,
    };
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    for sign_in in [
        SignIn::Token { token: secret(WRONG) },
        SignIn::Password { user: "developer".into(), password: secret(PASSWORD) },
        SignIn::Certificate { certificate: pem.into(), key: secret(KEY) },
        SignIn::Pasted {
            text: secret(&format!("oc login --token={WRONG} --server={server}")),
            context: None,
            password: None,
        },
    ] {
        walk.ask(Command::AddCluster { draft: draft_of("wrong"), sign_in, keep }).await;
    }
    let sign_in = SignIn::Pasted { text: secret(&paste), context: None, password: None };
    let added = walk.ask(Command::AddCluster { draft: draft_of("mine"), sign_in, keep }).await;
    let Some(Reply::ClusterAdded { context }) = added else { panic!("{added:?}") };
    let ContextRef::Own { id } = context.clone() else { panic!("{context:?}") };

    let forward = || engine::ProfileDraft {
        context: context.clone(),
        ..draft("demo", TargetKind::Deployment, "echo", &[":5000"])
    };
    let Some(Reply::Created { id: profile }) =
        walk.ask(Command::Create { draft: forward(), connect: true }).await
    else {
        panic!("not made")
    };
    uses(walk, &context, &profile).await;
    walk.ask(Command::Update { id: profile.clone(), draft: forward() }).await;
    demo.revoke_token(token);
    demo.drop_links();
    walk.ask(Command::ListNamespaces { context: context.clone() }).await;
    walk.ask(Command::Diagnose { subject: Subject::Forward { id: profile.clone() }, run: 2 }).await;
    for sign_in in
        [SignIn::Token { token: secret(WRONG) }, SignIn::Token { token: secret(&demo.issue_token()) }]
    {
        walk.ask(Command::SignIn { context: context.clone(), sign_in, keep: KeepSecret::Session }).await;
    }
    walk.ask(Command::CancelSignIn { context: None }).await;
    walk.ask(Command::RetryKeyring).await;
    walk.ask(Command::UpdateCluster { id: id.clone(), draft: draft_of("renamed") }).await;
    walk.ask(Command::RemoveCluster { id: id.clone() }).await;
    walk.ask(Command::RestoreCluster { id }).await;
    walk.ask(Command::SignOut { context }).await;
    walk.ask(Command::ForgetSecrets).await;
    walk.ask(Command::Delete { id: profile.clone() }).await;
    walk.ask(Command::Restore { id: profile }).await;
}

/// Files with secrets in them, where they belong and where they do not, and one that is written beside what is kept.
async fn files(walk: &mut Walk, kept: &Path, token: &str) {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("file.json").to_str().unwrap().to_owned();
    let kubeconfig = format!(
        "clusters: [{{name: c, cluster: {{server: \"https://me:{PASSWORD}@c.example\"}}}}]\n\
         contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         users: [{{name: u, user: {{token: {token}, client-key-data: {KEY}}}}}]\n"
    );
    let resource = json!({"namespace": "demo", "workloadType": "service", "workloadName": "web-shop",
        "forwards": [{"localPort": 0, "remotePort": 80}], "password": PASSWORD});
    let wrong = json!({"namespace": [WRONG], "workloadType": PASSWORD, "forwards": KEY});
    let cluster = json!({"name": "c", "_services": [resource, wrong],
        "config": {"storingMethod": "content", "content": kubeconfig, "currentContext": "c"}});
    let own = json!({"key": "o", "kind": "own", "id": "x", "name": "o", "token": token,
        "server": format!("https://me:{PASSWORD}@o.example"), "trust": {"kind": "pem", "pem": KEY}});
    for text in [
        json!({"culvert": "forwards", "schema": WRONG, "clusters": [], "forwards": []}).to_string(),
        json!({"culvert": "forwards", "schema": 1, "clusters": [own], "forwards": [{"name": "a", "cluster": KEY}]})
            .to_string(),
        json!([{"service": {"token": WRONG}, "protocol": PASSWORD}]).to_string(),
        format!("token: {WRONG}"),
        json!({"version": 2, "clusters": [cluster]}).to_string(),
    ] {
        std::fs::write(&path, text).unwrap();
        walk.ask(Command::ReadImport { path: path.clone(), clusters: Vec::new() }).await;
    }
    let context = ContextRef::kubeconfig("c");
    let clusters = vec![ImportClusterChoice { key: "0".into(), context }];
    let Some(Reply::ImportPreview { preview }) = walk.ask(Command::ReadImport { path, clusters }).await
    else {
        panic!("no preview")
    };
    assert!(preview.clusters[0].has_sign_in, "there was a secret to be left out");
    let choices = vec![ImportChoice { row: 0, deed: ImportDeed::Add, free_ports: false }];
    let imported = walk.ask(Command::Import { import: preview.import, choices }).await;
    assert!(matches!(imported, Some(Reply::Imported { count: 1, .. })), "{imported:?}");
    let path = kept.join("exported.json").to_str().unwrap().to_owned();
    let written = walk.ask(Command::ExportProfiles { ids: None, path, replace: true }).await;
    assert!(matches!(written, Some(Reply::Exported { .. })), "{written:?}");
    walk.ask(Command::UndoImport { import: preview.import }).await;
}

/// What can be asked about a cluster and a forward that there are.
async fn uses(walk: &mut Walk, context: &ContextRef, profile: &ProfileId) {
    let (context, id) = (context.clone(), profile.clone());
    walk.ask(Command::ReloadContexts).await;
    walk.ask(Command::AddKubeconfigFile { path: "/nowhere/config".into() }).await;
    walk.ask(Command::RemoveKubeconfigFile { path: "/nowhere/config".into() }).await;
    walk.ask(Command::MarkContext { context: context.clone(), mark: ContextMark::default() }).await;
    walk.ask(Command::AcceptCluster { id: id.clone() }).await;
    walk.ask(Command::Diagnose { subject: Subject::Cluster { context: context.clone() }, run: 1 }).await;
    walk.ask(Command::Look { look: 1, context: context.clone(), namespace: None }).await;
    walk.ask(Command::ListNamespaces { context: context.clone() }).await;
    walk.ask(Command::ListTargets { context, namespace: "demo".into() }).await;
    walk.ask(Command::StopLooking { look: 1 }).await;
    let preferences = Preferences { notifications: false, ..Preferences::default() };
    walk.ask(Command::SetPreferences { preferences }).await;
    walk.ask(Command::ReadStartAtLogin).await;
    walk.ask(Command::SetStartAtLogin { on: true }).await;
    walk.ask(Command::StartDemo).await;
    walk.ask(Command::CheckPorts { ports: vec!["1:2:3".into()] }).await;
    walk.ask(Command::Timeline { id: id.clone() }).await;
    walk.ask(Command::WatchConnections { id: id.clone() }).await;
    walk.ask(Command::CloseConnection { id: id.clone(), connection: 1 }).await;
    walk.ask(Command::StopWatchingConnections { id: id.clone() }).await;
    walk.ask(Command::Disconnect { id: id.clone() }).await;
    walk.ask(Command::Connect { id: id.clone(), confirmed: true }).await;
    walk.ask(Command::KeepOn { id: id.clone() }).await;
    walk.ask(Command::Reorder { ids: vec![id.clone()] }).await;
    walk.ask(Command::SetFavourite { id: id.clone(), favourite: true }).await;
    walk.ask(Command::UseFreePort { id, port: 0 }).await;
}
