//! `culvert demo`, and another culvert that uses its kubeconfig.
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

use support::{Running, echoes};

const NOTHING: &str = "/no/such/file";

async fn usage(demo: &mut Running) -> Vec<String> {
    let mut lines = Vec::new();
    while lines.last().is_none_or(|line: &String| !line.starts_with("Ctrl-C")) {
        lines.push(demo.line().await);
    }
    lines
}

#[tokio::test]
async fn a_second_culvert_uses_its_kubeconfig() {
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("copy.yaml");
    let plain = directory.path().join("demo.yaml");
    let mut demo = Running::start(&format!("demo --kubeconfig-out {}", plain.display()), Path::new(NOTHING));
    let lines = usage(&mut demo).await;
    assert!(lines[0].starts_with("The demo cluster runs at https://127.0.0.1:"), "{lines:?}");
    assert!(lines.contains(&format!("  export KUBECONFIG={}", plain.display())), "{lines:?}");
    assert_eq!(std::fs::metadata(&plain).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::copy(&plain, &copy).unwrap();

    let mut culvert = Running::start("port-forward svc/echo :5000", &copy);
    let port = culvert.local_port("5000").await;
    assert!(echoes(port).await);

    demo.signal("INT").await;
    let ended = demo.ended().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    assert!(!plain.exists(), "the kubeconfig is removed");
    // The forward lives on and waits for a cluster to come back.
    culvert.remark_with("reconnecting").await;
}

#[tokio::test]
async fn it_finds_a_place_of_its_own() {
    let mut demo = Running::start("demo", Path::new(NOTHING));
    let lines = usage(&mut demo).await;
    let path = lines.iter().find_map(|line| line.strip_prefix("  export KUBECONFIG=")).unwrap().to_owned();
    assert!(Path::new(&path).is_absolute() && Path::new(&path).exists(), "{path}");
    demo.signal("TERM").await;
    assert_eq!(demo.ended().await.code, Some(0));
    assert!(!Path::new(&path).exists());
}

#[tokio::test]
async fn it_never_writes_over_another_kubeconfig() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    std::fs::write(&file, "contexts: [{name: prod, context: {cluster: a}}]\n").unwrap();
    let ended = Running::start(&format!("demo --kubeconfig-out {}", file.display()), Path::new(NOTHING))
        .ended()
        .await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.starts_with(&format!("error: {} exists", file.display())), "{}", ended.stderr);
    assert!(std::fs::read_to_string(&file).unwrap().contains("prod"));
}

#[tokio::test]
async fn version_and_help() {
    let ended = Running::start("--version", Path::new(NOTHING)).ended().await;
    assert_eq!(
        (ended.code, ended.stdout),
        (Some(0), concat!("culvert ", env!("CARGO_PKG_VERSION"), "\n").to_owned())
    );
    let ended = Running::start("port-forward --help", Path::new(NOTHING)).ended().await;
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout.contains("culvert port-forward svc/echo :5000"), "{}", ended.stdout);
}
