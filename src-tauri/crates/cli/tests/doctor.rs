//! `culvert doctor` as a person and a script see it, against the demo cluster.
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

use support::{Demo, Ended, Running};

async fn doctor(demo: &Demo, arguments: &str) -> Ended {
    Running::start(&format!("doctor {arguments}"), &demo.kubeconfig).ended().await
}

/// The first signs of all lines that tell of a rung.
fn signs(ended: &Ended) -> String {
    let rungs = ended.stdout.lines().filter(|line| !line.starts_with(' '));
    rungs.filter_map(|line| line.chars().next()).collect()
}

#[tokio::test]
async fn all_is_well_and_the_exit_code_says_so() {
    let demo = Demo::start().await;
    for (arguments, expected) in [
        ("", "✓✓✓-✓✓✓"),
        ("svc/echo 5000", "✓✓✓-✓✓✓✓✓✓✓"),
        ("deploy/echo :echo -n demo --context culvert-demo", "✓✓✓-✓✓✓✓✓✓✓"),
        // The ports that it declares.
        ("svc/web", "✓✓✓-✓✓✓✓✓✓✓"),
    ] {
        let ended = doctor(&demo, arguments).await;
        assert_eq!((ended.code, signs(&ended).as_str()), (Some(0), expected), "{arguments}: {ended:?}");
        assert!(ended.stderr.is_empty(), "{ended:?}");
        assert!(!ended.stdout.contains(&demo.cluster.token()), "{ended:?}");
    }
    assert_eq!(demo.cluster.open_links(), 0);
}

#[tokio::test]
async fn what_is_broken_is_named_with_what_to_do() {
    let demo = Demo::start().await;
    let ended = doctor(&demo, "deploy/echo 5999").await;
    assert_eq!((ended.code, signs(&ended).as_str()), (Some(1), "✓✓✓-✓✓✓✓✓✓✗"), "{ended:?}");
    let ended = doctor(&demo, "deploy/nothing").await;
    assert_eq!((ended.code, signs(&ended).as_str()), (Some(1), "✓✓✓-✓✓✓✗---"), "{ended:?}");
    assert!(ended.stdout.contains("There is no deployment called nothing"), "{}", ended.stdout);
    assert!(ended.stdout.contains("\n    "), "{}", ended.stdout);
    assert!(ended.stderr.is_empty(), "{ended:?}");
    let ended = doctor(&demo, "--context elsewhere").await;
    assert_eq!((ended.code, signs(&ended).as_str()), (Some(1), "✗------"), "{ended:?}");
    assert!(ended.stderr.contains("clusters that you added in Culvert's window"), "{ended:?}");

    let token = demo.cluster.token();
    demo.cluster.revoke_token(&token);
    let ended = doctor(&demo, "").await;
    assert_eq!((ended.code, signs(&ended).as_str()), (Some(1), "✓✓✓-✓✗-"), "{ended:?}");
    assert!(!ended.stdout.contains(&token), "{}", ended.stdout);
    assert!(ended.stderr.contains("sign-ins that it keeps"), "{ended:?}");
}

#[tokio::test]
async fn where_ports_cannot_be_known_one_has_to_be_named() {
    let demo = Demo::start().await;
    demo.cluster.allow_only(&[("get", "pods", "demo"), ("create", "pods/portforward", "demo")]);
    let pod = demo.echo_pod();
    let ended = doctor(&demo, &format!("pod/{pod}")).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("name the one to look at"), "{ended:?}");
    let ended = doctor(&demo, &format!("pod/{pod} 5000")).await;
    assert_eq!((ended.code, signs(&ended).as_str()), (Some(0), "✓✓✓-✓✓!✓✓✓✓"), "{ended:?}");
}

#[tokio::test]
async fn a_script_gets_one_json_object() {
    let demo = Demo::start().await;
    let ended = doctor(&demo, "deploy/echo 5999 -o json").await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let ladder: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let last = ladder["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["rung"], &last["outcome"]["type"]), (&"listeningPort".into(), &"failed".into()));
}
