use cluster::{Target, TargetKind};

use super::*;

#[test]
fn a_port_that_is_not_there_comes_with_those_that_are() {
    let problem = cluster_problem(&Error::PortNotDeclared {
        text: Text::verbatim("Pod 'web-1' does not have a named port 'abc'"),
        declared: vec![
            DeclaredPort { name: Some("http".into()), number: 8080 },
            DeclaredPort { name: None, number: 9000 },
        ],
    });
    assert_eq!(problem.code, ProblemCode::PortNotDeclared);
    assert!(problem.why.contains("named port 'abc'. It has: 8080 (http), 9000."), "{}", problem.why);
    assert_eq!(problem.action, Some(RemedyAction::Edit));
}

#[test]
fn the_missing_permission_is_named() {
    let problem = cluster_problem(&Error::Forbidden {
        action: Text::verbatim("list pods in namespace demo"),
        message: "pods is forbidden".into(),
    });
    assert_eq!(problem.what, "You are not allowed to list pods in namespace demo.");
}

#[test]
fn a_missing_login_helper_says_where_it_was_looked_for() {
    let problem = cluster_problem(&Error::LoginHelper {
        command: "gke-gcloud-auth-plugin".into(),
        reason: Text::verbatim("was not found"),
        searched: Some("/usr/bin:/bin".into()),
        hint: None,
    });
    assert_eq!(problem.why, "gke-gcloud-auth-plugin was not found. It was looked for in /usr/bin:/bin.");
}

#[test]
fn waiting_for_a_pod_says_what_it_waits_for() {
    let target = Target::new(TargetKind::Deployment, "web");
    let why = |pod: Option<&str>, status: &str| {
        cluster_problem(&Error::NoPod {
            target: target.clone(),
            pod: pod.map(ToOwned::to_owned),
            status: Text::verbatim(status),
        })
        .why
    };
    assert_eq!(why(None, "no pods"), "It has no pods.");
    assert_eq!(
        why(Some("web-1"), "Pending (ImagePullBackOff)"),
        "The pod web-1 is not running: Pending (ImagePullBackOff)."
    );
}
