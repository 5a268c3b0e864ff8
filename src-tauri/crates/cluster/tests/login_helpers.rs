//! Login helpers as real programs: slow, crashing, talkative, hanging, and what they leave behind.
#![cfg(unix)]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use cluster::{Cluster, Error, KubeconfigSources};
use serde_json::{Value, json};
use support::{Server, kubeconfig};
use tokio::time::{sleep, timeout};

const NAMESPACES: &str = r#"{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[]}"#;

/// A wait that is longer than this has failed.
const TOO_LONG: Duration = Duration::from_secs(30);

struct Helper {
    directory: tempfile::TempDir,
}

impl Helper {
    fn new(body: &str) -> Self {
        let helper = Self { directory: tempfile::tempdir().unwrap() };
        let program = helper.path("login");
        fs::write(&program, format!("#!/bin/sh\ncd {}\n{body}\n", helper.directory.path().display()))
            .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        helper
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn user(&self) -> Value {
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": self.path("login"),
            "interactiveMode": "Never"}})
    }

    fn sources(&self, server: &str) -> KubeconfigSources {
        KubeconfigSources::inline("test", kubeconfig(server, &self.user()))
    }

    async fn fails(&self) -> wording::Text {
        match self.sources("http://127.0.0.1:1").connect(None).await {
            Err(Error::LoginHelper { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    fn runs(&self) -> usize {
        fs::read_to_string(self.path("runs")).unwrap_or_default().lines().count()
    }

    /// The number that the helper wrote into a file of this name.
    async fn pid(&self, name: &str) -> String {
        let path = self.path(name);
        let written = async {
            loop {
                match fs::read_to_string(&path) {
                    Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                    _ => sleep(Duration::from_millis(5)).await,
                }
            }
        };
        timeout(TOO_LONG, written).await.expect("the helper did not start")
    }
}

fn token(text: &str) -> String {
    format!("echo '{{\"status\": {{\"token\": \"{text}\"}}}}'")
}

async fn is_gone(pid: &str) {
    let process = Path::new("/proc").join(pid);
    // A process that has ended stays there until somebody asks for its status.
    let ended = || match fs::read_to_string(process.join("stat")) {
        Ok(stat) => stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')),
        Err(_) => true,
    };
    let gone = async {
        while !ended() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(TOO_LONG, gone).await.expect("it still runs");
}

#[tokio::test]
async fn a_helper_that_hangs_does_not_survive_its_caller() {
    let helper = Helper::new("sleep 1000 & echo $! > child\necho $$ > self\nwait");
    let sources = helper.sources("http://127.0.0.1:1");
    let (own, child) = tokio::select! {
        outcome = sources.connect(None) => panic!("{outcome:?}"),
        pids = async { (helper.pid("self").await, helper.pid("child").await) } => pids,
    };
    is_gone(&own).await;
    is_gone(&child).await;
}

#[tokio::test]
async fn a_helper_that_takes_too_long_is_ended_with_its_children() {
    let helper = Helper::new("sleep 1000 & echo $! > child\necho $$ > self\nwait");
    let mut failing = pin!(helper.fails());
    let (own, child) = tokio::select! {
        reason = &mut failing => panic!("{reason}"),
        pids = async { (helper.pid("self").await, helper.pid("child").await) } => pids,
    };
    // Only now that both run: the clock jumps to the limit as soon as nothing else is to be done.
    tokio::time::pause();
    assert_eq!(failing.await, "did not finish within 300 s and was ended");
    tokio::time::resume();
    is_gone(&own).await;
    is_gone(&child).await;
}

#[tokio::test]
async fn what_a_helper_leaves_behind_is_not_waited_for() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    // It holds the pipe that the answer comes through.
    let helper = Helper::new(&format!("sleep 1000 & echo $! > child\n{}", token("abc")));
    let cluster = timeout(TOO_LONG, helper.sources(&server.url()).connect(None)).await.unwrap().unwrap();
    cluster.namespaces().await.unwrap();
    assert_eq!(server.seen()[0].1, "Bearer abc");
    let child = helper.pid("child").await;
    assert!(Path::new("/proc").join(&child).exists(), "it may be the person's browser");
    std::process::Command::new("kill").arg(&child).status().unwrap();
}

#[tokio::test]
async fn each_helper_that_fails_says_how() {
    for (body, expected) in [
        ("kill -SEGV $$", "failed (signal: 11"),
        ("echo 'no session' >&2; exit 7", "failed (exit status: 7): no session"),
        ("echo rubbish", "not an ExecCredential"),
        ("head -c 3000000 /dev/zero", "wrote more than 1024 KiB"),
        ("yes", "wrote more than 1024 KiB"),
        ("head -c 3000000 /dev/zero >&2; exit 1", "failed (exit status: 1)"),
        ("true", "printed nothing"),
    ] {
        let reason = Helper::new(body).fails().await;
        assert!(reason.contains(expected), "{body}: {reason}");
    }
}

#[tokio::test]
async fn a_helper_that_wants_a_terminal_is_not_run_without_one() {
    let helper = Helper::new(&format!("echo x >> runs\n{}", token("abc")));
    let mut user = helper.user();
    user["exec"]["interactiveMode"] = json!("Always");
    let error =
        KubeconfigSources::inline("test", kubeconfig("http://127.0.0.1:1", &user)).connect(None).await;
    let Err(Error::LoginHelper { reason, .. }) = &error else { panic!("{error:?}") };
    assert!(reason.contains("terminal"), "{reason}");
    assert_eq!(helper.runs(), 0);
}

#[tokio::test]
async fn what_a_helper_gave_is_shared_until_it_is_refused() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let helper = Helper::new(
        "echo x >> runs\nn=$(wc -l < runs)\necho \"{\\\"status\\\": {\\\"token\\\": \\\"t$n\\\"}}\"",
    );
    let sources = helper.sources(&server.url());
    let ask = |cluster: Cluster| async move { cluster.namespaces().await };
    let (one, two) = (sources.connect(None).await.unwrap(), sources.connect(None).await.unwrap());
    ask(one.clone()).await.unwrap();
    ask(two.clone()).await.unwrap();
    assert_eq!(helper.runs(), 1);
    // Refused: it is asked again, once for each request that is refused.
    server.answer(
        "/api/v1/namespaces",
        401,
        r#"{"kind":"Status","status":"Failure","reason":"Unauthorized","code":401,"message":"no"}"#,
    );
    assert!(matches!(ask(one.clone()).await, Err(Error::Unauthorized { .. })));
    let tokens: Vec<String> = server.seen().into_iter().map(|(_, token)| token).collect();
    assert_eq!(tokens, ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]);
    // And what it gave then is not used any more either.
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    ask(two).await.unwrap();
    assert_eq!(server.seen().last().unwrap().1, "Bearer t3");
    // Somebody wants another sign-in.
    one.forget_login();
    sources.connect(None).await.unwrap();
    assert_eq!(helper.runs(), 4);
}

#[tokio::test]
async fn a_helper_is_told_of_the_cluster_where_the_kubeconfig_wants_it() {
    for (version, provide) in [("v1", true), ("v1beta1", true), ("v1", false)] {
        let helper = Helper::new(&format!(
            "echo \"$KUBERNETES_EXEC_INFO\" > info\necho \"$EXTRA $1 $2\" > how\n{}",
            token("abc")
        ));
        let mut user = helper.user();
        let version = format!("client.authentication.k8s.io/{version}");
        user["exec"]["apiVersion"] = json!(version);
        user["exec"]["provideClusterInfo"] = json!(provide);
        user["exec"]["args"] = json!(["get", "a b"]);
        user["exec"]["env"] = json!([{"name": "EXTRA", "value": "more"}]);
        KubeconfigSources::inline("test", kubeconfig("https://127.0.0.1:1", &user))
            .connect(None)
            .await
            .unwrap();
        let info: Value = serde_json::from_str(&fs::read_to_string(helper.path("info")).unwrap()).unwrap();
        assert_eq!((&info["kind"], &info["apiVersion"]), (&json!("ExecCredential"), &json!(version)));
        assert_eq!(info["spec"]["interactive"], false);
        let server = &info["spec"]["cluster"]["server"];
        assert_eq!(*server, if provide { json!("https://127.0.0.1:1") } else { Value::Null });
        assert_eq!(fs::read_to_string(helper.path("how")).unwrap(), "more get a b\n");
    }
}

/// What the terminal of [`only_a_command_at_a_terminal_lets_a_helper_ask_there`] is known by.
#[cfg(target_os = "linux")]
const IN_TERMINAL: &str = "CULVERT_TEST_IN_TERMINAL";

/// The test runs itself once more, in a terminal that nobody types at.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn only_a_command_at_a_terminal_lets_a_helper_ask_there() {
    use std::io::IsTerminal as _;

    if std::env::var_os(IN_TERMINAL).is_none() {
        let itself = std::env::current_exe().unwrap();
        let name = "only_a_command_at_a_terminal_lets_a_helper_ask_there";
        let mut script = tokio::process::Command::new("script");
        script.arg("-qec").arg(format!("'{}' --exact {name} --nocapture", itself.display()));
        script.arg("/dev/null").env(IN_TERMINAL, "yes").kill_on_drop(true);
        let output = timeout(TOO_LONG, script.output()).await.expect("it waits for an answer").unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    assert!(std::io::stdin().is_terminal());
    let helper = Helper::new("if [ -t 0 ]; then echo asked >&2; else echo 'sign in first' >&2; fi; exit 3");
    let mut user = helper.user();
    user["exec"]["interactiveMode"] = "IfAvailable".into();
    let sources = KubeconfigSources::inline("test", kubeconfig("http://127.0.0.1:1", &user));
    for (sources, said) in [
        (sources.clone(), "failed (exit status: 3): sign in first"),
        (sources.at_terminal(), "failed (exit status: 3)"),
    ] {
        match sources.connect(None).await {
            Err(Error::LoginHelper { reason, .. }) => assert_eq!(reason, said),
            other => panic!("{other:?}"),
        }
    }
}
