//! "Why?" in the window: each prepared fault is shown on its own step, all before it works, nothing behind it is looked at.

use std::{fs, path::Path};

use cluster::KubeconfigSources;
use democluster::DemoCluster;
use engine::{Command, Engine, EngineOptions, ProfileStore, Reply};
use serde_json::{Value, json};
use support::faulty_ways::{Server, authority_of, closed_port, cluster_of};

use crate::{application::Application, desktop::Desktop, page::Role, waiting::until};

/// What the window may not show.
const PLANTED: &str = "Planted-MustNotShow";

/// A forward that cannot work.
struct Fault {
    name: &'static str,
    /// The step that the window names.
    step: &'static str,
    cluster: Value,
    user: Value,
    target: &'static str,
    ports: &'static [&'static str],
}

#[tokio::test]
async fn each_fault_is_shown_on_its_step() {
    let Some(desktop) = Desktop::start().await else { return };
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let [demo, other, forbidding] = [(); 3].map(|()| DemoCluster::start(Default::default()));
    let (demo, other, forbidding) = tokio::try_join!(demo, other, forbidding).expect("demo clusters start");
    let proxy = Server::refusing_proxy().await;
    let (_expired, expired) = Server::expired().await;
    for verb in ["get", "create"] {
        forbidding.forbid(verb, "pods/portforward");
    }
    let revoked = demo.issue_token();
    demo.revoke_token(&revoked);
    let good = demo.issue_token();
    assert!(demo.scale("demo", "web", 0));
    until("the pods of web are gone", async || demo.pod_of("demo", "web").is_none()).await;

    let sound = cluster_of(&demo);
    let user = json!({ "token": good });
    let helper = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
        "args": ["-c", "exit 3"], "env": [{ "name": "HELPER_TOKEN", "value": PLANTED }],
    }});
    let with = |name: &str, value: Value| {
        let mut cluster = sound.clone();
        cluster[name] = value;
        cluster
    };
    let elsewhere = |name, step, cluster| Fault {
        name,
        step,
        cluster,
        user: user.clone(),
        target: "echo",
        ports: &[":5000"],
    };
    let signed_in_as = |name, step, user| Fault { user, ..elsewhere(name, step, sound.clone()) };
    let target = |name, step, target, ports| Fault { target, ports, ..elsewhere(name, step, sound.clone()) };
    let faults = [
        elsewhere(
            "unknown name",
            "Name of the server",
            with("server", json!("https://no-such-host.invalid:6443")),
        ),
        elsewhere(
            "closed port",
            "Connection",
            with("server", json!(format!("https://{}", closed_port().await))),
        ),
        elsewhere(
            "refusing proxy",
            "Proxy",
            with("proxy-url", json!(format!("http://me:{PLANTED}@{}", proxy.address))),
        ),
        elsewhere(
            "foreign authority",
            "Certificate",
            with("certificate-authority-data", json!(authority_of(&other))),
        ),
        elsewhere("other name", "Certificate", with("tls-server-name", json!("other.example"))),
        elsewhere("old certificate", "Certificate", expired),
        signed_in_as("revoked token", "Sign-in", json!({ "token": revoked })),
        signed_in_as("failing helper", "Sign-in", helper),
        Fault {
            user: json!({ "token": forbidding.token() }),
            ..elsewhere("no permission", "Permission", cluster_of(&forbidding))
        },
        target("missing target", "Target", "nothing", &[":1"]),
        target("no pod", "Pod", "web", &[":8080"]),
        target("undeclared port", "Port declared", "echo", &[":nope"]),
        target("silent port", "Port answers", "echo", &[":5999"]),
    ];
    save(desktop.home(), &faults).await;

    let application = Application::start(&desktop).await;
    let page = application.page();
    for fault in &faults {
        page.choose_forward(fault.name).await;
        page.click(Role::Button, "Why?").await;
        let (steps, said) = page.ladder(fault.name).await;
        let failed = steps.iter().position(|(_, outcome)| outcome == "failed");
        let failed = failed.unwrap_or_else(|| panic!("{}: nothing failed: {said}", fault.name));
        assert_eq!(steps[failed].0, fault.step, "{}: {said}", fault.name);
        for (step, outcome) in &steps[..failed] {
            let no_proxy = step == "Proxy" && outcome == "skipped";
            assert!(outcome == "passed" || no_proxy, "{}: {said}", fault.name);
        }
        assert!(
            steps[failed + 1..].iter().all(|(_, outcome)| outcome == "skipped"),
            "{}: {said}",
            fault.name
        );
        for secret in [PLANTED, &demo.token(), &revoked] {
            assert!(!said.contains(secret), "{}: {said}", fault.name);
        }
        if fault.step == "Permission" {
            page.picture("why-light").await;
        }
    }
    application.quit().await;
}

/// Writes a kubeconfig with a context for each fault, and a profile of each.
async fn save(home: &Path, faults: &[Fault]) {
    let context = |name: &str| json!({ "name": name, "context": { "cluster": name, "user": name } });
    let kubeconfig = json!({
        "contexts": faults.iter().map(|fault| context(fault.name)).collect::<Vec<_>>(),
        "clusters": faults.iter().map(|fault| json!({ "name": fault.name, "cluster": fault.cluster })).collect::<Vec<_>>(),
        "users": faults.iter().map(|fault| json!({ "name": fault.name, "user": fault.user })).collect::<Vec<_>>(),
    });
    let file = home.join(".kube/config");
    fs::create_dir_all(home.join(".kube")).expect("the home is ours");
    fs::write(&file, kubeconfig.to_string()).expect("the home is ours");
    let options = EngineOptions {
        store: ProfileStore::file(home.join(".config/culvert/profiles.json")),
        ..EngineOptions::in_memory(KubeconfigSources::from_files(vec![file]))
    };
    let engine = Engine::start(options).await.expect("the engine starts");
    for fault in faults {
        let draft = serde_json::from_value(json!({
            "name": fault.name, "context": { "kind": "kubeconfig", "name": fault.name }, "namespace": "demo",
            "target": { "kind": "deployment", "name": fault.target }, "ports": fault.ports, "bindAddress": "",
        }));
        let draft = draft.expect("a draft");
        let saved = engine.execute(Command::Create { draft, connect: false }).await;
        assert!(matches!(saved, Ok(Reply::Created { .. })), "{}: {saved:?}", fault.name);
    }
    engine.shutdown().await;
}
