//! The ways of signing in, from the command line to a cluster that checks them over TLS.
#![cfg(unix)]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod support;

use std::{os::unix::fs::PermissionsExt, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use support::{Demo, echoes};

/// The value of a field in a kubeconfig of the demo cluster.
fn field<'a>(kubeconfig: &'a str, name: &str) -> &'a str {
    let line = kubeconfig.lines().find_map(|line| line.trim_start().strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_matches('"')
}

/// The kubeconfig with another user.
fn with_user(demo: &Demo, user: &serde_json::Value) {
    let kubeconfig = demo.cluster.kubeconfig();
    let token = format!("    token: \"{}\"\n", field(&kubeconfig, "token"));
    assert!(kubeconfig.contains(&token));
    let yaml = kubeconfig.replace("  user:\n", &format!("  user: {user}\n")).replace(&token, "");
    std::fs::write(&demo.kubeconfig, yaml).unwrap();
}

fn helper(directory: &Path, credential: &serde_json::Value) -> serde_json::Value {
    let path = directory.join("helper");
    let answer = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": credential});
    std::fs::write(&path, format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": path}})
}

async fn works(demo: &Demo) -> bool {
    let mut culvert = demo.forward("svc/echo :5000");
    let port = culvert.local_port("5000").await;
    echoes(port).await
}

#[tokio::test]
async fn with_a_client_certificate() {
    let demo = Demo::start().await;
    std::fs::write(&demo.kubeconfig, demo.cluster.kubeconfig_with_client_certificate()).unwrap();
    assert!(works(&demo).await);
}

#[tokio::test]
async fn with_a_token_file() {
    let demo = Demo::start().await;
    let directory = demo.kubeconfig.parent().unwrap();
    let token = field(&demo.cluster.kubeconfig(), "token").to_owned();
    std::fs::write(directory.join("token"), format!("{token}\n")).unwrap();
    with_user(&demo, &json!({"tokenFile": "token"}));
    assert!(works(&demo).await);
}

#[tokio::test]
async fn with_a_helper_that_gives_a_token_or_a_certificate() {
    let demo = Demo::start().await;
    let directory = demo.kubeconfig.parent().unwrap().to_owned();
    let token = field(&demo.cluster.kubeconfig(), "token").to_owned();
    with_user(&demo, &helper(&directory, &json!({"token": token})));
    assert!(works(&demo).await);

    let kubeconfig = demo.cluster.kubeconfig_with_client_certificate();
    let pem = |name| String::from_utf8(STANDARD.decode(field(&kubeconfig, name)).unwrap()).unwrap();
    let certificate = json!({
        "clientCertificateData": pem("client-certificate-data"), "clientKeyData": pem("client-key-data")});
    with_user(&demo, &helper(&directory, &certificate));
    assert!(works(&demo).await);
}

#[tokio::test]
async fn what_is_refused_is_told_in_plain_words_and_without_the_token() {
    let demo = Demo::start().await;
    let directory = demo.kubeconfig.parent().unwrap().to_owned();
    let failing = directory.join("failing");
    std::fs::write(&failing, "#!/bin/sh\necho 'please sign in first' >&2; exit 1\n").unwrap();
    std::fs::set_permissions(&failing, std::fs::Permissions::from_mode(0o755)).unwrap();
    for (user, expected) in [
        (json!({"token": "wr0ng-t0ken"}), "not signed in"),
        (helper(&directory, &json!({"token": "wr0ng-t0ken"})), "not signed in"),
        (
            json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": failing}}),
            "please sign in first",
        ),
        (
            json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-helper"}}),
            "was not found",
        ),
        (json!({"tokenFile": "absent"}), "absent cannot be read"),
    ] {
        with_user(&demo, &user);
        let ended = demo.forward("svc/echo :5000").ended().await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{user}: {ended:?}");
        assert!(
            ended.stderr.starts_with("error: ") && ended.stderr.contains(expected),
            "{user}: {}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("wr0ng"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_the_one_it_says_is_not_trusted() {
    let (demo, other) = (Demo::start().await, Demo::start().await);
    let yaml = demo.cluster.kubeconfig();
    let authority = |yaml: &str| field(yaml, "certificate-authority-data").to_owned();
    let foreign = yaml.replace(&authority(&yaml), &authority(&other.cluster.kubeconfig()));
    std::fs::write(&demo.kubeconfig, foreign).unwrap();
    let ended = demo.forward("svc/echo :5000").ended().await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("certificate is not trusted"), "{}", ended.stderr);
}
