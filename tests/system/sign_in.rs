//! Clusters whose users are signed in by a program.
#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use engine::{Command, ForwardState, ForwardView, Problem, ProblemCode, ProfileStore};

use crate::lab::{Lab, Watcher, echo, echoes_at, start_engine};

/// What a watcher never wants to see.
const IN_ARGUMENT: &str = "Arg-MustNotShow";
const IN_ENVIRONMENT: &str = "Env-MustNotShow";

/// A login helper that signs in to a demo cluster until it is told to fail. Its token is never valid for long: it is
/// asked again for each request.
struct Helper {
    directory: tempfile::TempDir,
}

impl Helper {
    /// A lab whose engine is signed in by it.
    async fn lab() -> (Self, Lab) {
        let helper = Self { directory: tempfile::tempdir().unwrap() };
        let Lab { demo, engine, .. } = Lab::start().await;
        engine.shutdown().await;
        let kubeconfig = demo.kubeconfig();
        let (before, rest) = kubeconfig.split_once("    token: \"").unwrap();
        let (token, after) = rest.split_once("\"\n").unwrap();
        let program = helper.write_program(token);
        let kubeconfig = format!(
            "{before}    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: {}\n      \
             interactiveMode: Never\n      args: [\"--token={IN_ARGUMENT}\"]\n      \
             env: [{{name: HELPER_PASSWORD, value: {IN_ENVIRONMENT}}}]\n{after}",
            program.display()
        );
        let engine = start_engine(kubeconfig, ProfileStore::memory()).await;
        let watcher = Watcher::new(engine.listen()).await;
        (helper, Lab { demo, engine, watcher })
    }

    fn write_program(&self, token: &str) -> PathBuf {
        let program = self.directory.path().join("login-helper");
        let text = format!(
            "#!/bin/sh\n\
             cd {}\n\
             if [ -e old ]; then\n  rm old\n  echo '{{\"status\": {{\"token\": \"expired\"}}}}'\n  exit\nfi\n\
             if [ -e left ]; then\n  left=$(cat left)\n  if [ \"$left\" = 0 ]; then\n    \
             echo \"$1 $HELPER_PASSWORD\"\n    echo \"no network for $1 $HELPER_PASSWORD\" >&2\n    exit 3\n  fi\n  \
             echo $((left - 1)) > left\nfi\n\
             echo '{{\"status\": {{\"token\": \"{token}\", \"expirationTimestamp\": \"2020-01-01T00:00:00Z\"}}}}'\n",
            self.directory.path().display(),
        );
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    /// The next time it says that its token does not expire, though it has.
    fn gives_old_token_next(&self) {
        fs::write(self.directory.path().join("old"), "").unwrap();
    }

    /// It signs in so many times, then fails.
    fn fails_after(&self, times: u32) {
        fs::write(self.directory.path().join("left"), times.to_string()).unwrap();
    }

    fn works(&self) {
        fs::remove_file(self.directory.path().join("left")).unwrap();
    }
}

pub(crate) fn problem_of(view: &ForwardView) -> Option<&Problem> {
    match &view.state {
        ForwardState::NeedsAttention { problem } | ForwardState::Reconnecting { reason: problem, .. } => {
            Some(problem)
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_helper_that_fails_under_a_link_is_quoted_without_secrets() {
    let (helper, mut lab) = Helper::lab().await;
    // It is asked for connecting, for the deployment and for its pods; then for the link.
    helper.fails_after(3);
    let id = lab.create(echo()).await;
    let problem = lab.problem_of(&id).await;
    assert_eq!(problem.code, ProblemCode::LoginHelper, "{problem:?}");
    assert!(problem.why.contains("failed (exit status: 3): no network for"), "{problem:?}");
    assert!(lab.watcher.forwards[&id].ports[0].pod_port.is_none());
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_helper_that_worked_once_is_waited_for() {
    let (helper, mut lab) = Helper::lab().await;
    let view = lab.forward(echo()).await;
    helper.fails_after(0);
    lab.demo.drop_links();
    let no_login =
        |view: &ForwardView| problem_of(view).is_some_and(|it| it.code == ProblemCode::LoginHelper);
    let view = lab.watcher.forward_that(&view.profile.id, no_login).await;
    // The network may come back.
    assert!(matches!(view.state, ForwardState::Reconnecting { retry_at_ms: Some(_), .. }), "{view:?}");
    helper.works();
    lab.do_it(Command::Connect { id: view.profile.id.clone(), confirmed: false }).await;
    echoes_at(&lab.ready(&view.profile.id).await, 0).await;
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_expired_is_asked_for_once_more() {
    let (helper, mut lab) = Helper::lab().await;
    helper.gives_old_token_next();
    let id = lab.create(echo()).await;
    // Nobody sees any of it.
    let settled = |view: &ForwardView| view.state == ForwardState::Ready || problem_of(view).is_some();
    let view = lab.watcher.forward_that(&id, settled).await;
    assert_eq!(view.state, ForwardState::Ready);
    echoes_at(&view, 0).await;
    lab.shutdown().await;
}
