//! Asking a helper: `KUBERNETES_EXEC_INFO` in, `ExecCredential` out, as client-go does (`plugin/pkg/client/auth/exec`).

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _},
    path::{MAIN_SEPARATOR, PathBuf},
    process::Stdio,
    time::Duration,
};

use kube::config::{ExecConfig, ExecInteractiveMode};
use serde_json::json;
use tokio::process::Command;
use wording::{Text, text};

use super::{
    Credentials, answer, process, search_path,
    words::{ended_with, no_command, not_found, not_started},
};

/// How long a helper may take. It may have a person sign in with a browser.
pub(super) const LIMIT: Duration = Duration::from_secs(300);

/// The most that a helper's answer may have, in bytes: far above any token or chain of certificates.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// The versions that client-go speaks.
const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/// Why there are no credentials.
pub(super) enum Failure {
    /// The kubeconfig's definition makes no sense; a sentence.
    Definition(Text),
    /// It did not work.
    Helper {
        /// Continues "the login helper X …".
        reason: Text,
        /// The search path, where it was not found.
        searched: Option<String>,
    },
}

impl Failure {
    pub(super) fn helper(reason: Text) -> Self {
        Self::Helper { reason, searched: None }
    }
}

/// Runs the helper, which may ask the person where it is `at_terminal` and there is one. It is ended when what this gives is
/// dropped. The number of what it gave is 0.
pub(super) async fn ask(exec: &ExecConfig, at_terminal: bool) -> Result<Credentials, Failure> {
    let command = exec.command.as_deref().filter(|command| !command.is_empty());
    let command = command.ok_or_else(|| Failure::Definition(no_command()))?;
    let version = version(exec)?;
    let has_terminal = at_terminal && io::stdin().is_terminal();
    let interactive = is_interactive(exec.interactive_mode.as_ref(), has_terminal)?;
    let path = search_path::get().await;
    let program = find(command, path.clone()).await?;

    let mut process = Command::new(program);
    process.args(exec.args.iter().flatten()).env("PATH", &path);
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            process.env(name, value);
        }
    }
    process.env("KUBERNETES_EXEC_INFO", info(exec, version, interactive));
    if interactive {
        process.stdin(Stdio::inherit()).stderr(Stdio::inherit());
    } else {
        process.stdin(Stdio::null()).stderr(Stdio::piped());
        // At a terminal, a group of its own could not read from it.
        process::in_its_own_group(&mut process);
    }
    let output = process::run(process, LIMIT, LONGEST_ANSWER).await.map_err(|error| match error {
        process::Failure::NotStarted(error) if error.kind() == io::ErrorKind::NotFound => {
            Failure::helper(not_found())
        }
        process::Failure::NotStarted(error) => Failure::helper(not_started(&error)),
        process::Failure::TooSlow => {
            let seconds = LIMIT.as_secs();
            Failure::helper(text!(
                "did not finish within {seconds} s and was ended",
                "wurde nicht innerhalb von {seconds} s fertig und wurde beendet"
            ))
        }
        process::Failure::TooMuch => {
            let most = LONGEST_ANSWER / 1024;
            Failure::helper(text!(
                "wrote more than {most} KiB, which cannot be an ExecCredential, and was ended",
                "schrieb mehr als {most} KiB, was kein ExecCredential sein kann, und wurde beendet"
            ))
        }
    })?;
    if !output.status.success() {
        return Err(Failure::helper(ended_with(output.status, &output.said)));
    }
    answer::read(&output.answer, version)
}

fn version(exec: &ExecConfig) -> Result<&'static str, Failure> {
    let wanted = exec.api_version.as_deref().unwrap_or_default();
    VERSIONS.into_iter().find(|version| *version == wanted).ok_or_else(|| {
        let [stable, beta] = VERSIONS;
        Failure::Definition(if wanted.is_empty() {
            text!(
                "the user's exec section has no apiVersion; Kubernetes knows {stable} and {beta}",
                "im exec-Abschnitt des Benutzers fehlt apiVersion; Kubernetes kennt {stable} und {beta}"
            )
        } else {
            text!(
                "the user's exec section has the apiVersion {wanted}; Kubernetes knows {stable} and {beta}",
                "im exec-Abschnitt des Benutzers steht die apiVersion {wanted}; Kubernetes kennt {stable} und {beta}"
            )
        })
    })
}

/// Whether the helper may ask questions at the terminal. Where nothing is said, it may if there is one.
fn is_interactive(mode: Option<&ExecInteractiveMode>, has_terminal: bool) -> Result<bool, Failure> {
    match mode {
        Some(ExecInteractiveMode::Never) => Ok(false),
        Some(ExecInteractiveMode::Always) if !has_terminal => Err(Failure::helper(text!(
            "asks its questions in a terminal (interactiveMode: Always), and there is none",
            "stellt seine Fragen in einem Terminal (interactiveMode: Always), und es gibt keines"
        ))),
        _ => Ok(has_terminal),
    }
}

fn info(exec: &ExecConfig, version: &str, interactive: bool) -> String {
    let mut spec = json!({"interactive": interactive});
    // kube fills it in only where the kubeconfig wants it told.
    if let Some(cluster) = exec.cluster.as_ref().filter(|_| exec.provide_cluster_info) {
        // It has been read from such text.
        spec["cluster"] = serde_json::to_value(cluster).unwrap_or_default();
    }
    json!({"kind": "ExecCredential", "apiVersion": version, "spec": spec}).to_string()
}

/// A bare name is looked for in the search path; anything else is a path.
async fn find(command: &str, path: OsString) -> Result<PathBuf, Failure> {
    if command.contains(MAIN_SEPARATOR) || command.contains('/') {
        return Ok(PathBuf::from(command));
    }
    let searched = path.to_string_lossy().into_owned();
    let name = command.to_owned();
    let found = tokio::task::spawn_blocking(move || search_path::find(&name, &path)).await.ok().flatten();
    found.ok_or_else(|| Failure::Helper { reason: not_found(), searched: Some(searched) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_that_needs_a_terminal_is_not_run_without_one() {
        use ExecInteractiveMode::{Always, IfAvailable, Never};
        for (mode, has_terminal, expected) in [
            (Some(Never), true, Some(false)),
            (Some(Never), false, Some(false)),
            (Some(IfAvailable), true, Some(true)),
            (Some(IfAvailable), false, Some(false)),
            (Some(Always), true, Some(true)),
            (Some(Always), false, None),
            (None, true, Some(true)),
            (None, false, Some(false)),
        ] {
            assert_eq!(is_interactive(mode.as_ref(), has_terminal).ok(), expected, "{mode:?} {has_terminal}");
        }
    }

    #[test]
    fn only_versions_that_client_go_speaks_are_taken() {
        let of = |version: Option<&str>| {
            let exec = ExecConfig { api_version: version.map(str::to_owned), ..ExecConfig::default() };
            version_text(super::version(&exec))
        };
        assert_eq!(of(Some(VERSIONS[0])), VERSIONS[0]);
        assert_eq!(of(Some(VERSIONS[1])), VERSIONS[1]);
        assert!(of(Some("client.authentication.k8s.io/v1alpha1")).contains("v1alpha1; Kubernetes knows"));
        assert!(of(None).contains("no apiVersion"));
    }

    fn version_text(version: Result<&str, Failure>) -> Text {
        match version {
            Ok(version) => Text::verbatim(version),
            Err(Failure::Definition(reason) | Failure::Helper { reason, .. }) => reason,
        }
    }
}
